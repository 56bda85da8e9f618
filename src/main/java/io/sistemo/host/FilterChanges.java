package io.sistemo.host;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;

/**
 * Hears of every change of nftables in the namespace in which it was begun, whoever makes it: the kernel tells each transaction to
 * a netlink group. On a platform thread, since a blocked read would pin a virtual one.
 */
final class FilterChanges implements PacketFilter.Watch {
    private static final Logger LOGGER = System.getLogger(FilterChanges.class.getName());
    /** {@code NFNLGRP_NFTABLES} of {@code linux/netfilter/nfnetlink.h}. */
    private static final int GROUP = 7;
    /** Of one transaction come many messages, and programs make several in a row: so long a silence is their end. */
    private static final Duration SILENCE = Duration.ofMillis(50);
    /** Of a burst that does not end, so many messages are enough to have a look. */
    private static final int LONGEST_BURST = 1000;

    /** {@code struct sockaddr_nl}: the family, and zeros that mean the kernel. */
    private static final int ADDRESS_BYTES = 12;
    /** {@code AF_NETLINK}. */
    private static final short ADDRESS_FAMILY = 16;

    private static final int BUFFER_BYTES = 1 << 15;
    private static final int TIME_BYTES = 16;
    private static final int MICROSECONDS_PER_MILLISECOND = 1000;

    private final int socket;
    private final Runnable onChange;
    private volatile boolean closed;

    private FilterChanges(int socket, Runnable onChange) {
        this.socket = socket;
        this.onChange = onChange;
    }

    /**
     * Begins to listen.
     *
     * @param onChange called on one thread, after a burst of changes; what comes meanwhile is told afterwards
     * @throws HostException when the kernel refuses
     */
    static FilterChanges watch(Runnable onChange) {
        int socket = (int) Errno.require(LibC.netlinkSocket(Netlink.NETFILTER), "cannot open a netlink socket");
        try (Arena arena = Arena.ofConfined()) {
            // The kernel tells nothing to a socket that has its own number, 0: to connect gives it one (netlink(7)).
            MemorySegment kernel = arena.allocate(ADDRESS_BYTES, 8);
            kernel.set(ValueLayout.JAVA_SHORT, 0, ADDRESS_FAMILY);
            Errno.require(LibC.connect(socket, kernel), "cannot speak with nftables");
            MemorySegment group = arena.allocateFrom(ValueLayout.JAVA_INT, GROUP);
            Errno.require(LibC.joinGroup(socket, group), "cannot listen to nftables");
            FilterChanges changes = new FilterChanges(socket, onChange);
            Thread.ofPlatform().name("filter-changes").daemon().start(changes::listen);
            return changes;
        } catch (HostException e) {
            LibC.close(socket);
            throw e;
        }
    }

    private void listen() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(BUFFER_BYTES, 8);
            while (!closed && read(buffer, arena, Duration.ZERO)) {
                for (int heard = 1; heard < LONGEST_BURST && read(buffer, arena, SILENCE); heard++) {
                    // More of the same burst.
                }
                if (!closed) {
                    onChange.run();
                }
            }
        } catch (HostException e) {
            LOGGER.log(Level.WARNING, "changes of the packet filter are not heard any more: {0}", e.getMessage());
        } finally {
            LibC.close(socket);
        }
    }

    /** Whether something was heard; with a limit, which zero is none, also that nothing was. */
    private boolean read(MemorySegment buffer, Arena arena, Duration limit) {
        MemorySegment time = arena.allocate(TIME_BYTES, 8);
        time.set(ValueLayout.JAVA_LONG, 8, limit.toMillis() * MICROSECONDS_PER_MILLISECOND);
        Errno.require(LibC.limitReceiving(socket, time), "cannot limit a wait for netlink");
        while (true) {
            long received = LibC.read(socket, buffer);
            if (received == -Errno.EAGAIN) {
                return false;
            }
            // When the kernel had more to tell than the socket holds, something has changed too.
            if (received >= 0 || received == -Errno.ENOBUFS) {
                return true;
            }
            if (received != -Errno.EINTR) {
                Errno.require(received, "cannot hear of changes of nftables");
            }
        }
    }

    /** Tells nothing any more; the thread ends with the next change, for no other thread can end its wait. */
    @Override
    public void close() {
        closed = true;
    }
}
