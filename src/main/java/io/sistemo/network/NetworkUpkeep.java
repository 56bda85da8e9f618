package io.sistemo.network;

/** Keeps what machines share of the host's network: bridges, and the packet filter. */
public interface NetworkUpkeep {
    /**
     * Makes the host's network as the rows say now. To be called after each commit that changes what it is rendered from, and
     * now and then as a repair. One call runs at a time; when it returns, what was committed before the call is in force. It
     * looks first, and changes nothing that is as it should be. What is wrong with a bridge of a network that users made is
     * logged, and keeps nobody else from anything.
     *
     * @throws io.sistemo.operation.Refusal HOST_UNUSABLE when the host refuses, or something that is not ours has one of the
     *     names
     */
    void ensure();

    /**
     * Makes one network that users made, and the filter, as the rows say now: there, or gone when it is to go.
     *
     * @throws io.sistemo.operation.Refusal as {@link #ensure}, for this network too
     */
    void ensure(String network);
}
