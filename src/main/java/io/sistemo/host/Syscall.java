package io.sistemo.host;

/** System calls and their numbers, from the kernel's {@code unistd.h} of x86-64 and of the generic table (arm64). */
enum Syscall {
    READ(0, 63),
    WRITE(1, 64),
    CLOSE(3, 57),
    LSEEK(8, 62),
    IOCTL(16, 29),
    SOCKET(41, 198),
    CONNECT(42, 203),
    SETSOCKOPT(54, 208),
    FLOCK(73, 32),
    FSYNC(74, 82),
    FTRUNCATE(77, 46),
    FCHMOD(91, 52),
    FCHOWN(93, 55),
    MOUNT(165, 40),
    UMOUNT2(166, 39),
    EPOLL_CTL(233, 21),
    OPENAT(257, 56),
    MKDIRAT(258, 34),
    LINKAT(265, 37),
    PPOLL(271, 73),
    UNSHARE(272, 97),
    EPOLL_PWAIT(281, 22),
    FALLOCATE(285, 47),
    EPOLL_CREATE1(291, 20),
    SETNS(308, 268),
    RENAMEAT2(316, 276),
    COPY_FILE_RANGE(326, 285),
    STATX(332, 291),
    PIDFD_SEND_SIGNAL(424, 424),
    PIDFD_OPEN(434, 434);

    private final int onX64;
    private final int onArm64;

    Syscall(int onX64, int onArm64) {
        this.onX64 = onX64;
        this.onArm64 = onArm64;
    }

    /** The number on the processor that we run on. */
    long number() {
        return Processor.IS_ARM64 ? onArm64 : onX64;
    }
}
