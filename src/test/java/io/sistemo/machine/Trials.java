package io.sistemo.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Many worlds at once, each with its own thing that goes wrong. */
final class Trials {
    private static final int WORLDS_AT_ONCE = 8;

    private Trials() {}

    /** Runs a trial for each number below a count; every one that went wrong is named. */
    static void run(int count, IntConsumer trial, IntFunction<String> name) throws InterruptedException {
        run(IntStream.range(0, count).boxed().toList(), trial, name);
    }

    /** The same for some numbers. */
    static void run(List<Integer> numbers, IntConsumer trial, IntFunction<String> name) throws InterruptedException {
        List<String> violations = new ArrayList<>();
        try (ExecutorService worlds = Executors.newFixedThreadPool(WORLDS_AT_ONCE)) {
            List<Future<?>> trials = new ArrayList<>();
            numbers.forEach(number -> trials.add(worlds.submit(() -> trial.accept(number))));
            for (int i = 0; i < trials.size(); i++) {
                try {
                    trials.get(i).get();
                } catch (ExecutionException e) {
                    int number = numbers.get(i);
                    violations.add("\n" + number + " " + name.apply(number) + ": "
                            + describe(Objects.requireNonNull(e.getCause())));
                }
            }
        }
        assertThat(violations).isEmpty();
    }

    private static String describe(Throwable cause) {
        return cause + " "
                + Stream.of(cause.getStackTrace())
                        .filter(frame -> frame.getClassName().startsWith("io.sistemo"))
                        .limit(4)
                        .map(StackTraceElement::toString)
                        .toList();
    }
}
