package io.sistemo.host;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
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
    public void makeFrom(Path image, Path disk, long sizeBytes, UUID uuid, String label) {
        new FakeDisks(state, listener)
                .cloneImage(
                        "filesystems.makeFrom",
                        image,
                        disk,
                        sizeBytes,
                        content -> isExt4(content) ? identified(content, uuid, label) : content);
    }

    @Override
    public boolean identify(Path disk, UUID uuid, String label) {
        synchronized (state) {
            FakeState.Regular file =
                    state.findRegular(disk).orElseThrow(() -> new HostException("cannot open " + disk));
            if (!isExt4(file.content())) {
                return false;
            }
            state.nodes.put(disk, new FakeState.Regular(bytes(uuid, label), file.sizeBytes(), 0, 0600, 0));
            return true;
        }
    }

    /** Ours, or of a user, who may send what looks like one on a real host too. */
    private static boolean isExt4(byte[] content) {
        FileHead head = new FileHead(
                FileHead.Kind.REGULAR, content.length, ByteBuffer.wrap(content).asReadOnlyBuffer());
        return new String(content, StandardCharsets.UTF_8).startsWith("ext4 ")
                || Ext4Header.find(head).isPresent();
    }

    /** What a user sent keeps all else that is in it. */
    private static byte[] identified(byte[] content, UUID uuid, String label) {
        if (content.length < Ext4Header.LENGTH) {
            return bytes(uuid, label);
        }
        byte[] superblock = Arrays.copyOfRange(content, Ext4Identity.OFFSET, Ext4Header.LENGTH);
        byte[] copy = content.clone();
        Ext4Identity.rewrite(superblock, uuid, label)
                .ifPresent(written -> System.arraycopy(written, 0, copy, Ext4Identity.OFFSET, Ext4Identity.LENGTH));
        return copy;
    }

    private static byte[] bytes(UUID uuid, String label) {
        return ("ext4 " + uuid + " " + label).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void make(Path disk, long sizeBytes, UUID uuid, String label) {
        Path partial = PartialFile.of(disk);
        byte[] content = bytes(uuid, label);
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
