package io.sistemo.host;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Files in memory. */
final class FakeFiles implements Files {
    /** Of a directory that has just been made, before it gets its own. */
    private static final int USUAL_MODE = 0755;

    private final FakeState state;
    private final CallListener listener;

    FakeFiles(FakeState state, CallListener listener) {
        this.state = state;
        this.listener = listener;
    }

    @Override
    public boolean directoryExists(Path directory) {
        synchronized (state) {
            FakeState.Node node = state.nodes.get(directory);
            if (node != null && !(node instanceof FakeState.Directory)) {
                throw new HostException(directory + " is not a directory");
            }
            return node != null;
        }
    }

    @Override
    public void ensureDirectory(Path directory, int mode, long ownerUid) {
        boolean isNew;
        synchronized (state) {
            isNew = !directoryExists(directory);
            state.requireParent(directory);
            if (isNew) {
                state.nodes.put(directory, new FakeState.Directory(USUAL_MODE, 0));
            }
        }
        if (isNew) {
            listener.step("files.ensureDirectory " + directory, 1);
        }
        synchronized (state) {
            state.nodes.put(directory, new FakeState.Directory(mode, ownerUid));
        }
    }

    @Override
    public List<String> list(Path directory) {
        synchronized (state) {
            return directoryExists(directory)
                    ? state.nodes.keySet().stream()
                            .filter(path -> directory.equals(path.getParent()))
                            .map(path -> String.valueOf(path.getFileName()))
                            .sorted()
                            .toList()
                    : List.of();
        }
    }

    @Override
    public Map<String, byte[]> readInEach(Path directory, String name) {
        synchronized (state) {
            Map<String, byte[]> contents = new HashMap<>();
            for (String inner : list(directory)) {
                Path file = directory.resolve(inner).resolve(name);
                if (state.nodes.get(file) instanceof FakeState.Regular) {
                    read(file).ifPresent(content -> contents.put(inner, content));
                }
            }
            return contents;
        }
    }

    @Override
    public Set<String> thoseWith(Path directory, String name) {
        synchronized (state) {
            return list(directory).stream()
                    .filter(inner ->
                            state.nodes.containsKey(directory.resolve(inner).resolve(name)))
                    .collect(Collectors.toUnmodifiableSet());
        }
    }

    @Override
    public void makeDirectories(Path directory) {
        if (directoryExists(directory)) {
            return;
        }
        makeDirectories(PartialFile.parentOf(directory));
        synchronized (state) {
            state.nodes.put(directory, new FakeState.Directory(0700, 0));
        }
        listener.step("files.makeDirectories " + directory, directory.getNameCount());
    }

    @Override
    public void makeEmpty(Path file, int mode, long ownerUid) {
        synchronized (state) {
            state.requireParent(file);
            if (state.nodes.containsKey(file)) {
                throw new HostException("cannot open " + file + ": it exists already");
            }
            state.nodes.put(file, new FakeState.Regular(new byte[0], 0, 0, mode, ownerUid));
        }
    }

    @Override
    public boolean link(Path file, Path name) {
        synchronized (state) {
            if (state.findRegular(file).isEmpty()) {
                throw new HostException("cannot open " + file + ": no such file");
            }
            state.requireParent(name);
            if (state.nodes.containsKey(name)) {
                throw new HostException("cannot give " + file + " the name " + name + ": it exists already");
            }
            state.nodes.put(name, new FakeState.FurtherName(file));
            return true;
        }
    }

    @Override
    public void deleteTree(Path path) {
        int deleted = 0;
        for (Path inside : inside(path)) {
            synchronized (state) {
                if (state.nodes.get(inside) instanceof FakeState.Directory) {
                    state.nodes.remove(inside);
                } else {
                    state.removeFile(inside);
                }
            }
            deleted++;
            listener.step("files.deleteTree " + path, deleted);
        }
    }

    /** Deepest first. */
    private List<Path> inside(Path path) {
        synchronized (state) {
            return state.nodes.keySet().stream()
                    .filter(name -> name.startsWith(path))
                    .sorted((one, other) -> other.getNameCount() - one.getNameCount())
                    .toList();
        }
    }

    @Override
    public Optional<byte[]> read(Path file) {
        synchronized (state) {
            return state.findRegular(file).map(regular -> regular.content().clone());
        }
    }

    @Override
    public byte[] readFrom(Path file, long offset, int mostBytes) {
        byte[] content = read(file).orElse(new byte[0]);
        int begin = (int) Math.min(offset, content.length);
        return Arrays.copyOfRange(content, begin, Math.min(begin + mostBytes, content.length));
    }

    @Override
    public void writeAtomically(Path file, byte[] content, int mode, long ownerUid) {
        Path partial = PartialFile.of(file);
        synchronized (state) {
            state.requireParent(file);
            state.findRegular(file);
            state.removeFile(partial);
            state.allocate(content.length);
            state.nodes.put(partial, new FakeState.Regular(content.clone(), content.length, 0, mode, ownerUid));
        }
        listener.step("files.writeAtomically " + file, 1);
        synchronized (state) {
            state.removeFile(file);
            FakeState.Node written = state.requirePresent(partial);
            state.nodes.remove(partial);
            state.nodes.put(file, written);
        }
    }

    @Override
    public void delete(Path file) {
        state.removeWithPartial(file, () -> listener.step("files.delete " + file, 1));
    }
}
