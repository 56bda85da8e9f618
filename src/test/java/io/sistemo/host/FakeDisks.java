package io.sistemo.host;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Disks in memory. */
final class FakeDisks implements Disks {
    private static final int BLOCK_BYTES = 4096;

    private final FakeState state;
    private final CallListener listener;

    FakeDisks(FakeState state, CallListener listener) {
        this.state = state;
        this.listener = listener;
    }

    @Override
    public Optional<DiskFacts> find(Path disk) {
        synchronized (state) {
            return state.findRegular(disk).map(regular -> new DiskFacts(regular.sizeBytes(), regular.allocatedBytes()));
        }
    }

    @Override
    public void cloneImage(Path image, Path target, long sizeBytes) {
        cloneImage("disks.cloneImage", image, target, sizeBytes, content -> content);
    }

    /** The same for a call of another name, which changes the copy before it gets its name. */
    void cloneImage(String call, Path image, Path target, long sizeBytes, UnaryOperator<byte[]> change) {
        Path partial = PartialFile.of(target);
        synchronized (state) {
            Optional<FakeState.Regular> present = state.findRegular(target);
            if (present.isPresent()) {
                if (present.get().sizeBytes() != sizeBytes) {
                    throw new HostException(target + " exists already with another size");
                }
                return;
            }
            FakeState.Regular source =
                    state.findRegular(image).orElseThrow(() -> new HostException("cannot open " + image));
            if (source.sizeBytes() > sizeBytes) {
                throw new HostException("a disk of " + sizeBytes + " bytes cannot hold the image " + image);
            }
            state.requireParent(target);
            state.removeFile(partial);
            FakeState.Regular copy = new FakeState.Regular(change.apply(source.content()), sizeBytes, 0, 0600, 0);
            state.allocate(copy.allocatedBytes());
            state.nodes.put(partial, copy);
        }
        listener.step(call + " " + target, 1);
        synchronized (state) {
            FakeState.Node written = state.requirePresent(partial);
            state.nodes.remove(partial);
            state.nodes.put(target, written);
        }
    }

    @Override
    public void extend(Path disk, long sizeBytes) {
        synchronized (state) {
            FakeState.Regular file =
                    state.findRegular(disk).orElseThrow(() -> new HostException("cannot open " + disk));
            state.nodes.put(
                    disk,
                    new FakeState.Regular(
                            file.content(),
                            Math.max(sizeBytes, file.sizeBytes()),
                            file.punchedBytes(),
                            file.mode(),
                            file.ownerUid()));
        }
    }

    @Override
    public void assignOwner(Path disk, long uid, int mode) {
        FakeState.Regular file;
        synchronized (state) {
            file = state.findRegular(disk).orElseThrow(() -> new HostException("cannot open " + disk));
            state.nodes.put(disk, file.withOwner(uid, file.mode()));
        }
        listener.step("disks.assignOwner " + disk, 1);
        synchronized (state) {
            state.nodes.put(disk, file.withOwner(uid, mode));
        }
    }

    @Override
    public void delete(Path disk) {
        state.removeWithPartial(disk, () -> listener.step("disks.delete " + disk, 1));
    }

    @Override
    public String copyHashed(Path source, Path copy, CopyWatch watch) {
        FakeState.Regular content;
        synchronized (state) {
            content = state.findRegular(source).orElseThrow(() -> new HostException("cannot read " + source));
            state.requireParent(copy);
            if (state.nodes.containsKey(copy)) {
                throw new HostException("cannot open " + copy + ": it exists already");
            }
            state.nodes.put(copy, new FakeState.Regular(new byte[0], 0, 0, 0400, 0));
        }
        listener.step("disks.copyHashed " + copy, 1);
        if (watch.cancelled()) {
            throw new java.util.concurrent.CancellationException();
        }
        synchronized (state) {
            state.allocate(content.allocatedBytes());
            state.nodes.put(copy, new FakeState.Regular(content.content(), content.sizeBytes(), 0, 0400, 0));
        }
        watch.copied(content.sizeBytes(), content.sizeBytes());
        return sha256(content.content());
    }

    @Override
    public String receive(InputStream content, long sizeBytes, Path copy, CopyWatch watch) {
        synchronized (state) {
            state.requireParent(copy);
            if (state.nodes.containsKey(copy)) {
                throw new HostException("cannot open " + copy + ": it exists already");
            }
            state.nodes.put(copy, new FakeState.Regular(new byte[0], 0, 0, 0400, 0));
        }
        listener.step("disks.receive " + copy, 1);
        if (watch.cancelled()) {
            throw new java.util.concurrent.CancellationException();
        }
        byte[] bytes = new byte[Math.toIntExact(sizeBytes)];
        int count = Transfers.read(content, bytes, bytes.length);
        if (count < sizeBytes) {
            throw new TransferCut("it was cut off after " + count + " of " + sizeBytes + " bytes");
        }
        synchronized (state) {
            state.allocate(bytes.length);
            state.nodes.put(copy, new FakeState.Regular(bytes, bytes.length, 0, 0400, 0));
        }
        watch.copied(sizeBytes, sizeBytes);
        return sha256(bytes);
    }

    @Override
    public void send(Path disk, OutputStream sink, CopyWatch watch) {
        FakeState.Regular file;
        synchronized (state) {
            file = state.findRegular(disk).orElseThrow(() -> new HostException("cannot open " + disk));
        }
        if (watch.cancelled()) {
            throw new java.util.concurrent.CancellationException();
        }
        try {
            sink.write(file.content());
            byte[] hole = new byte[1 << 20];
            for (long left = file.sizeBytes() - file.content().length; left > 0; left -= hole.length) {
                sink.write(hole, 0, (int) Math.min(hole.length, left));
            }
        } catch (IOException | RuntimeException e) {
            throw new TransferCut("it was cut off", e);
        }
        watch.copied(file.sizeBytes(), file.sizeBytes());
    }

    private static String sha256(byte[] content) {
        try {
            return java.util.HexFormat.of()
                    .formatHex(
                            java.security.MessageDigest.getInstance("SHA-256").digest(content));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public void publish(Path copy, Path target) {
        synchronized (state) {
            FakeState.Node written = state.requirePresent(copy);
            if (state.nodes.containsKey(target)) {
                state.removeFile(copy);
            } else {
                state.nodes.remove(copy);
                state.nodes.put(target, written);
            }
        }
    }

    @Override
    public Optional<FileHead> readHead(Path file, int bytes) {
        synchronized (state) {
            return Optional.ofNullable(state.nodes.get(file)).map(node -> switch (node) {
                case FakeState.Regular regular ->
                    new FileHead(
                            FileHead.Kind.REGULAR,
                            regular.sizeBytes(),
                            java.nio.ByteBuffer.wrap(java.util.Arrays.copyOf(
                                            regular.content(), Math.min(bytes, regular.content().length)))
                                    .asReadOnlyBuffer());
                case FakeState.FurtherName further -> throw new HostException("nobody reads " + further);
                case FakeState.Directory _ -> new FileHead(FileHead.Kind.DIRECTORY, 0, java.nio.ByteBuffer.allocate(0));
                case FakeState.SymbolicLink _ -> throw new HostException("links lead nowhere here: " + file);
            });
        }
    }

    @Override
    public long freeBytes(Path path) {
        synchronized (state) {
            state.requirePresent(path);
            return state.freeBytes;
        }
    }

    @Override
    public void punchHead(Path log, long keepBytes) {
        synchronized (state) {
            state.findRegular(log).ifPresent(file -> {
                long blocks = Math.max(0, file.sizeBytes() - keepBytes) / BLOCK_BYTES;
                long punched = Math.max(file.punchedBytes(), blocks * BLOCK_BYTES);
                byte[] content = file.content().clone();
                java.util.Arrays.fill(content, 0, (int) Math.min(content.length, punched), (byte) 0);
                state.freeBytes += punched - file.punchedBytes();
                state.nodes.put(
                        log, new FakeState.Regular(content, file.sizeBytes(), punched, file.mode(), file.ownerUid()));
            });
        }
    }
}
