package io.sistemo.host;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * Runs a few kernel calls in a named network namespace. A namespace belongs to a thread, so each run has a platform thread of
 * its own that ends with it: a pooled or virtual one would carry the namespace on to unrelated work.
 */
final class InNamespace {
    private static final Logger LOGGER = System.getLogger(InNamespace.class.getName());
    /** Where {@code ip netns} keeps its names. */
    static final Path DIRECTORY = Path.of("/run/netns");

    private InNamespace() {}

    static <T> T call(Optional<String> namespace, Supplier<T> work) {
        return namespace.isEmpty()
                ? work.get()
                : callOnOwnThread(namespace.get(), () -> {
                    enter(namespace.get());
                    return work.get();
                });
    }

    /**
     * Runs the work in each of many namespaces, on one thread, with memory for its questions; one that cannot be entered or
     * asked is passed over.
     */
    static void callInEach(Collection<String> namespaces, BiConsumer<String, Netlink.Room> work) {
        callOnOwnThread("many", () -> {
            try (Netlink.Room room = new Netlink.Room()) {
                for (String namespace : namespaces) {
                    try {
                        enter(namespace);
                        work.accept(namespace, room);
                    } catch (HostException e) {
                        LOGGER.log(Level.DEBUG, "passed over the network namespace " + namespace, e);
                    }
                }
            }
            return namespaces;
        });
    }

    /** Makes a namespace and lets the work, which finds itself inside, keep it alive. */
    static void callInNew(String name, Runnable work) {
        callOnOwnThread(name, () -> {
            Errno.require(LibC.unshareNetwork(), "cannot make the network namespace " + name);
            work.run();
            return name;
        });
    }

    private static <T> T callOnOwnThread(String namespace, Supplier<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread.ofPlatform().name("in-" + namespace).daemon().start(() -> {
            try {
                result.complete(work.get());
            } catch (RuntimeException | Error e) {
                result.completeExceptionally(e);
            }
        });
        try {
            return result.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof HostException known) {
                throw known;
            }
            throw new HostException("the network namespace " + namespace + " could not be asked", e);
        }
    }

    private static void enter(String namespace) {
        Path path = DIRECTORY.resolve(namespace);
        try (OpenFile open = OpenFile.open(path, OpenFlags.READ_ONLY)) {
            Errno.require(LibC.enterNetwork(open.descriptor()), "cannot enter the network namespace " + namespace);
        }
    }
}
