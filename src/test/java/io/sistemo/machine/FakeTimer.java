package io.sistemo.machine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** A timer whose time comes when a test says so; waits of seconds cost nothing. */
final class FakeTimer extends AbstractExecutorService implements ScheduledExecutorService {
    private final List<Runnable> once = new ArrayList<>();
    private final List<Periodic> periodic = new ArrayList<>();
    private boolean shutDown;

    private record Periodic(Runnable task, Duration period) {}

    /** Runs what waits for its time; tells whether there was any. */
    boolean runWaiting() {
        List<Runnable> due;
        synchronized (this) {
            due = List.copyOf(once);
            once.clear();
        }
        due.forEach(Runnable::run);
        return !due.isEmpty();
    }

    /** Runs what comes again and again, once. */
    void runPeriodic() {
        List<Runnable> due;
        synchronized (this) {
            due = periodic.stream().map(Periodic::task).toList();
        }
        due.forEach(Runnable::run);
    }

    /** Runs what comes again and again after this time, once, and nothing else. */
    void runEvery(Duration period) {
        List<Runnable> due;
        synchronized (this) {
            due = periodic.stream()
                    .filter(each -> each.period().equals(period))
                    .map(Periodic::task)
                    .toList();
        }
        if (due.isEmpty()) {
            throw new IllegalArgumentException("nothing comes every " + period);
        }
        due.forEach(Runnable::run);
    }

    synchronized boolean nothingWaits() {
        return once.isEmpty();
    }

    @Override
    public synchronized ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        once.add(command);
        return new Waiting(command);
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException("timers only wake");
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initialDelay, long period, TimeUnit unit) {
        return repeat(command, Duration.of(period, unit.toChronoUnit()));
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initialDelay, long delay, TimeUnit unit) {
        return repeat(command, Duration.of(delay, unit.toChronoUnit()));
    }

    private synchronized ScheduledFuture<?> repeat(Runnable command, Duration period) {
        periodic.add(new Periodic(command, period));
        return new Waiting(command);
    }

    @Override
    public void execute(Runnable command) {
        throw new UnsupportedOperationException("timers only wake");
    }

    @Override
    public synchronized void shutdown() {
        shutDown = true;
    }

    @Override
    public synchronized List<Runnable> shutdownNow() {
        shutDown = true;
        return List.of();
    }

    @Override
    public synchronized boolean isShutdown() {
        return shutDown;
    }

    @Override
    public boolean isTerminated() {
        return isShutdown();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return isShutdown();
    }

    private static final class Waiting extends FutureTask<Boolean> implements ScheduledFuture<Boolean> {
        Waiting(Runnable task) {
            super(task, true);
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return 0;
        }

        @Override
        public int compareTo(Delayed other) {
            return 0;
        }
    }
}
