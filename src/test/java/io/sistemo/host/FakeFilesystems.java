package io.sistemo.host;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/** File systems in memory: a disk's content is a line that says which one it holds. */
final class FakeFilesystems implements Filesystems {
    private final FakeState state;
    private final CallListener listener;

    FakeFilesystems(FakeState state, CallListener listener) {
        this.state = state;
        this.listener = listener;
    }

    @Override
    public boolean identify(Path disk, UUID uuid, String label) {
        synchronized (state) {
            FakeState.Regular file =
                    state.findRegular(disk).orElseThrow(() -> new HostException("cannot open " + disk));
            if (!new String(file.content(), StandardCharsets.UTF_8).startsWith("ext4 ") && !hasHeader(file)) {
                return false;
            }
            byte[] content = ("ext4 " + uuid + " " + label).getBytes(StandardCharsets.UTF_8);
            state.nodes.put(disk, new FakeState.Regular(content, file.sizeBytes(), 0, 0600, 0));
            return true;
        }
    }

    /** Of a user, who may send what looks like one on a real host too. */
    private static boolean hasHeader(FakeState.Regular file) {
        ByteBuffer content = ByteBuffer.wrap(file.content()).asReadOnlyBuffer();
        return Ext4Header.find(new FileHead(FileHead.Kind.REGULAR, file.sizeBytes(), content))
                .isPresent();
    }

    @Override
    public void make(Path disk, long sizeBytes, UUID uuid, String label) {
        Path partial = PartialFile.of(disk);
        byte[] content = ("ext4 " + uuid + " " + label).getBytes(StandardCharsets.UTF_8);
        synchronized (state) {
            Optional<FakeState.Regular> present = state.findRegular(disk);
            if (present.isPresent()) {
                if (present.get().sizeBytes() != sizeBytes) {
                    throw new HostException(disk + " exists already with another size");
                }
                return;
            }
            state.requireParent(disk);
            state.removeFile(partial);
            state.allocate(content.length);
            state.nodes.put(partial, new FakeState.Regular(content, sizeBytes, 0, 0600, 0));
        }
        listener.step("filesystems.make " + disk, 1);
        synchronized (state) {
            FakeState.Node written = state.requirePresent(partial);
            state.nodes.remove(partial);
            state.nodes.put(disk, written);
        }
    }
}
