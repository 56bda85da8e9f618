package io.sistemo.host;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/** Taps, which netlink cannot make. Numbers: the kernel's {@code linux/if_tun.h}. */
final class TapDevice {
    private static final Path TUN = Path.of("/dev/net/tun");
    private static final long SET_INTERFACE = 0x400454caL;
    private static final long SET_PERSISTENT = 0x400454cbL;
    private static final long SET_OWNER = 0x400454ccL;
    /** A tap, without a header of its own before each frame, with virtio's network header. */
    private static final short FLAGS = 0x0002 | 0x1000 | 0x4000;

    private static final int INTERFACE_REQUEST_BYTES = 40;
    private static final int FLAGS_OFFSET = 16;

    private TapDevice() {}

    /** Makes one in the calling thread's network namespace. Until the last step it goes with the open file. */
    static void create(String name, long ownerUid) {
        try (OpenFile tun = OpenFile.open(TUN, OpenFlags.READ_WRITE);
                Arena arena = Arena.ofConfined()) {
            MemorySegment request = arena.allocate(INTERFACE_REQUEST_BYTES, 8);
            request.setString(0, name);
            request.set(ValueLayout.JAVA_SHORT, FLAGS_OFFSET, FLAGS);
            require(LibC.tunIoctl(tun.descriptor(), SET_INTERFACE, request.address()), name);
            require(LibC.tunIoctl(tun.descriptor(), SET_OWNER, ownerUid), name);
            require(LibC.tunIoctl(tun.descriptor(), SET_PERSISTENT, 1), name);
        }
    }

    private static void require(long result, String name) {
        Errno.require(result, "cannot make the tap " + name);
    }
}
