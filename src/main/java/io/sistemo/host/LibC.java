package io.sistemo.host;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The kernel's calls that Java does not offer. All go through libc's {@code syscall}: its arguments are machine words whatever
 * the call, so one function is linked instead of twenty; that is the dear part (tens of milliseconds, once).
 *
 * <p>Each method returns what the kernel returns: a result, or a negative {@link Errno} number. Nothing is linked before the
 * first call, so that the command line never pays.
 */
final class LibC {
    static final int AT_FDCWD = -100;

    private static final int WORDS = 7;
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private LibC() {}

    /** Opens a path relative to the working directory; close-on-exec is added. */
    static long open(String path, int flags, int mode) {
        try (Arena arena = Arena.ofConfined()) {
            return call(
                    Syscall.OPENAT,
                    AT_FDCWD,
                    arena.allocateFrom(path).address(),
                    flags | OpenFlags.CLOEXEC,
                    mode,
                    0,
                    0);
        }
    }

    static long close(int descriptor) {
        return call(Syscall.CLOSE, descriptor, 0, 0, 0, 0, 0);
    }

    static long fsync(int descriptor) {
        return call(Syscall.FSYNC, descriptor, 0, 0, 0, 0, 0);
    }

    /** Takes an exclusive lock that belongs to the open file, or fails with {@link Errno#EAGAIN}. */
    static long tryLock(int descriptor) {
        int exclusive = 2;
        int nonBlocking = 4;
        return call(Syscall.FLOCK, descriptor, exclusive | nonBlocking, 0, 0, 0, 0);
    }

    static long ftruncate(int descriptor, long sizeBytes) {
        return call(Syscall.FTRUNCATE, descriptor, sizeBytes, 0, 0, 0, 0);
    }

    static long fchmod(int descriptor, int mode) {
        return call(Syscall.FCHMOD, descriptor, mode, 0, 0, 0, 0);
    }

    static long fchown(int descriptor, long uid, long gid) {
        return call(Syscall.FCHOWN, descriptor, uid, gid, 0, 0, 0);
    }

    static long seek(int descriptor, long offset, int whence) {
        return call(Syscall.LSEEK, descriptor, offset, whence, 0, 0, 0);
    }

    static long read(int descriptor, MemorySegment buffer) {
        return call(Syscall.READ, descriptor, buffer.address(), buffer.byteSize(), 0, 0, 0);
    }

    static long write(int descriptor, MemorySegment buffer) {
        return call(Syscall.WRITE, descriptor, buffer.address(), buffer.byteSize(), 0, 0, 0);
    }

    /** ioctl FICLONE: the target shares all of the source's blocks. */
    static long cloneBlocks(int target, int source) {
        return call(Syscall.IOCTL, target, 0x40049409L, source, 0, 0, 0);
    }

    /** An ioctl of {@code /dev/net/tun}, see the kernel's {@code linux/if_tun.h}. */
    static long tunIoctl(int descriptor, long request, long argument) {
        return call(Syscall.IOCTL, descriptor, request, argument, 0, 0, 0);
    }

    /** Copies within the kernel, from and to the descriptors' positions. */
    static long copyFileRange(int source, int target, long bytes) {
        return call(Syscall.COPY_FILE_RANGE, source, 0, target, 0, bytes, 0);
    }

    static long fallocate(int descriptor, int mode, long offset, long bytes) {
        return call(Syscall.FALLOCATE, descriptor, mode, offset, bytes, 0, 0);
    }

    /** Makes a directory; the process's mask takes from the mode. */
    static long makeDirectory(String path, int mode) {
        try (Arena arena = Arena.ofConfined()) {
            return call(Syscall.MKDIRAT, AT_FDCWD, arena.allocateFrom(path).address(), mode, 0, 0, 0);
        }
    }

    /** Gives a file a further name; one that is a symbolic link is not followed. */
    static long link(String file, String name) {
        try (Arena arena = Arena.ofConfined()) {
            long source = arena.allocateFrom(file).address();
            return call(
                    Syscall.LINKAT,
                    AT_FDCWD,
                    source,
                    AT_FDCWD,
                    arena.allocateFrom(name).address(),
                    0,
                    0);
        }
    }

    /** Renames; a file that has the new name is replaced. */
    static long rename(String from, String to) {
        return rename(from, to, 0);
    }

    /** Renames, and fails with {@link Errno#EEXIST} instead of replacing the target. */
    static long renameNoReplace(String from, String to) {
        return rename(from, to, 1);
    }

    private static long rename(String from, String to, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            long source = arena.allocateFrom(from).address();
            return call(
                    Syscall.RENAMEAT2,
                    AT_FDCWD,
                    source,
                    AT_FDCWD,
                    arena.allocateFrom(to).address(),
                    flags,
                    0);
        }
    }

    /** {@code struct statx} of an open file, 256 bytes into the buffer. */
    static long statx(int descriptor, MemorySegment buffer) {
        try (Arena arena = Arena.ofConfined()) {
            int emptyPath = 0x1000;
            int basicStats = 0x7ff;
            return call(
                    Syscall.STATX,
                    descriptor,
                    arena.allocateFrom("").address(),
                    emptyPath,
                    basicStats,
                    buffer.address(),
                    0);
        }
    }

    static long pidfdOpen(long pid) {
        return call(Syscall.PIDFD_OPEN, pid, 0, 0, 0, 0, 0);
    }

    static long pidfdSendSignal(int pidfd, int signal) {
        return call(Syscall.PIDFD_SEND_SIGNAL, pidfd, signal, 0, 0, 0, 0);
    }

    /** Asks about {@code struct pollfd}s (8 bytes each), without waiting. */
    static long pollNow(MemorySegment descriptors, int count) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment noTime = arena.allocate(16, 8);
            return call(Syscall.PPOLL, descriptors.address(), count, noTime.address(), 0, 0, 0);
        }
    }

    /** A list of descriptors to wait for. */
    static long epoll() {
        return call(Syscall.EPOLL_CREATE1, OpenFlags.CLOEXEC, 0, 0, 0, 0, 0);
    }

    /** Puts a descriptor on the list, with a {@code struct epoll_event}. */
    static long epollAdd(int epoll, int descriptor, MemorySegment event) {
        int add = 1;
        return call(Syscall.EPOLL_CTL, epoll, add, descriptor, event.address(), 0, 0);
    }

    /** Waits without end for something on the list, and tells how many {@code struct epoll_event}s that are. */
    static long epollWait(int epoll, MemorySegment events, int most) {
        return call(Syscall.EPOLL_PWAIT, epoll, events.address(), most, -1, 0, 0);
    }

    /** Gives the calling thread, which must be a platform thread of its own, a new network namespace. */
    static long unshareNetwork() {
        return call(Syscall.UNSHARE, 0x40000000, 0, 0, 0, 0, 0);
    }

    /** Makes a file appear under another file's name too. */
    static long bindMount(String source, String target) {
        try (Arena arena = Arena.ofConfined()) {
            long from = arena.allocateFrom(source).address();
            return call(Syscall.MOUNT, from, arena.allocateFrom(target).address(), 0, 0x1000, 0, 0);
        }
    }

    /** Unmounts, at once from sight and in truth when nobody uses it any more; never follows a symbolic link. */
    static long unmountLazily(String target) {
        try (Arena arena = Arena.ofConfined()) {
            int detach = 2;
            int noFollow = 8;
            return call(Syscall.UMOUNT2, arena.allocateFrom(target).address(), detach | noFollow, 0, 0, 0, 0);
        }
    }

    /** Moves the calling thread, which must be a platform thread of its own, into a network namespace. */
    static long enterNetwork(int namespace) {
        return call(Syscall.SETNS, namespace, 0x40000000, 0, 0, 0, 0);
    }

    /** A raw, close-on-exec netlink socket of a protocol, in the calling thread's network namespace. */
    static long netlinkSocket(int protocol) {
        int netlink = 16;
        int raw = 3;
        return call(Syscall.SOCKET, netlink, raw | OpenFlags.CLOEXEC, protocol, 0, 0, 0);
    }

    /** A close-on-exec Unix stream socket, in the calling thread's network namespace. */
    static long unixSocket() {
        int unix = 1;
        int stream = 1;
        return call(Syscall.SOCKET, unix, stream | OpenFlags.CLOEXEC, 0, 0, 0, 0);
    }

    static long connect(int socket, MemorySegment address) {
        return call(Syscall.CONNECT, socket, address.address(), address.byteSize(), 0, 0, 0);
    }

    /** SO_SNDTIMEO: how long a call that sends may wait, as a {@code struct timeval}. */
    static long limitSending(int socket, MemorySegment time) {
        return socketOption(socket, 21, time);
    }

    /** SO_RCVTIMEO: how long a call that receives may wait, as a {@code struct timeval}. */
    static long limitReceiving(int socket, MemorySegment time) {
        return socketOption(socket, 20, time);
    }

    /** NETLINK_ADD_MEMBERSHIP: from now on a netlink socket receives what is told to a group, whose number is an int. */
    static long joinGroup(int socket, MemorySegment group) {
        int netlinkLevel = 270;
        return call(Syscall.SETSOCKOPT, socket, netlinkLevel, 1, group.address(), group.byteSize(), 0);
    }

    private static long socketOption(int socket, int option, MemorySegment value) {
        int socketLevel = 1;
        return call(Syscall.SETSOCKOPT, socket, socketLevel, option, value.address(), value.byteSize(), 0);
    }

    private static long call(Syscall syscall, long a, long b, long c, long d, long e, long f) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            long result = (long) Linked.SYSCALL.invokeExact(state, syscall.number(), a, b, c, d, e, f);
            return result == -1 ? -(int) ERRNO.get(state, 0L) : result;
        } catch (Throwable t) {
            throw new HostException("the kernel could not be called (" + syscall + ")", t);
        }
    }

    /** Linked when it is first used. */
    private static final class Linked {
        static final MethodHandle SYSCALL = link();

        private static MethodHandle link() {
            Linker linker = Linker.nativeLinker();
            MemoryLayout[] arguments = new MemoryLayout[WORDS];
            java.util.Arrays.fill(arguments, ValueLayout.JAVA_LONG);
            return linker.downcallHandle(
                    linker.defaultLookup().findOrThrow("syscall"),
                    FunctionDescriptor.of(ValueLayout.JAVA_LONG, arguments),
                    Linker.Option.firstVariadicArg(1),
                    Linker.Option.captureCallState("errno"));
        }
    }
}
