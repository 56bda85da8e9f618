package io.sistemo.machine;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Work that is done by one thread at a time, however many ask for it: a wake while it runs makes it run once more. The
 * thread is a virtual one that lives only while there is work.
 */
final class SerialWork {
    private final String name;
    private final Runnable work;
    private final AtomicInteger wakes = new AtomicInteger();

    SerialWork(String name, Runnable work) {
        this.name = name;
        this.work = work;
    }

    /** Asks for the work to be done, from any thread; returns at once. */
    void wake() {
        if (wakes.getAndIncrement() == 0) {
            Thread.ofVirtual().name(name).start(this::drain);
        }
    }

    /** Whether nobody waits for it to be done. */
    boolean idle() {
        return wakes.get() == 0;
    }

    private void drain() {
        int seen;
        do {
            seen = wakes.get();
            work.run();
        } while (!wakes.compareAndSet(seen, 0));
    }
}
