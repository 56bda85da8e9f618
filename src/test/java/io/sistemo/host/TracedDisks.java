package io.sistemo.host;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Optional;

/** The disks of a {@link TracedHost}. */
final class TracedDisks implements Disks {
    private final TracedHost trace;
    private final Disks inner;

    TracedDisks(TracedHost trace, Disks inner) {
        this.trace = trace;
        this.inner = inner;
    }

    @Override
    public Optional<DiskFacts> find(Path disk) {
        return trace.call("disks.find", disk, () -> inner.find(disk));
    }

    @Override
    public void cloneImage(Path image, Path target, long sizeBytes) {
        trace.run("disks.cloneImage", target, () -> inner.cloneImage(image, target, sizeBytes));
    }

    @Override
    public void extend(Path disk, long sizeBytes) {
        trace.run("disks.extend", disk, () -> inner.extend(disk, sizeBytes));
    }

    @Override
    public void assignOwner(Path disk, long uid, int mode) {
        trace.run("disks.assignOwner", disk, () -> inner.assignOwner(disk, uid, mode));
    }

    @Override
    public void delete(Path disk) {
        trace.run("disks.delete", disk, () -> inner.delete(disk));
    }

    @Override
    public String copyHashed(Path source, Path copy, CopyWatch watch) {
        return trace.call("disks.copyHashed", copy, () -> inner.copyHashed(source, copy, watch));
    }

    @Override
    public String receive(InputStream content, long sizeBytes, Path copy, CopyWatch watch) {
        return trace.call("disks.receive", copy, () -> inner.receive(content, sizeBytes, copy, watch));
    }

    @Override
    public void send(Path disk, OutputStream sink, CopyWatch watch) {
        trace.run("disks.send", disk, () -> inner.send(disk, sink, watch));
    }

    @Override
    public void publish(Path copy, Path target) {
        trace.run("disks.publish", target, () -> inner.publish(copy, target));
    }

    @Override
    public Optional<FileHead> readHead(Path file, int bytes) {
        return trace.call("disks.readHead", file, () -> inner.readHead(file, bytes));
    }

    @Override
    public long freeBytes(Path path) {
        return trace.call("disks.freeBytes", path, () -> inner.freeBytes(path));
    }

    @Override
    public void punchHead(Path log, long keepBytes) {
        trace.run("disks.punchHead", log, () -> inner.punchHead(log, keepBytes));
    }
}
