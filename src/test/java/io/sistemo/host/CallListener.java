package io.sistemo.host;

/**
 * Told of every call on a host, so that a test can count the calls, fail one with a {@link HostException}, or stop the program
 * dead by an {@link Error} of its own. A call reads like {@code namespaces.add sv-12345678}.
 */
public interface CallListener {
    /** Before anything is done. */
    void before(String call);

    /** After everything is done; what is thrown here is a call that worked but reports failure. */
    void after(String call);

    /** In the middle of a call of the fake that is not atomic in reality either. */
    default void step(String call, int done) {}

    /** Lets everything happen. */
    static CallListener none() {
        return new CallListener() {
            @Override
            public void before(String call) {}

            @Override
            public void after(String call) {}
        };
    }
}
