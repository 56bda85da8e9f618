package io.sistemo.network;

import io.sistemo.operation.OperationId;
import java.util.List;

/** What users can see and do of networks. Safe for concurrent use. */
public interface NetworkService {
    /** All networks, by name. */
    List<NetworkDetails> list();

    /**
     * One network.
     *
     * @throws io.sistemo.operation.Refusal NOT_FOUND
     */
    NetworkDetails require(String name);

    /**
     * Makes a network.
     *
     * @throws io.sistemo.operation.Refusal BAD_INPUT, NAME_TAKEN, IN_USE when the subnet or the bridge's name is somebody's,
     *     IMPOSSIBLE when no subnet is free
     */
    OperationId create(NetworkSpec spec);

    /**
     * Removes a network.
     *
     * @throws io.sistemo.operation.Refusal NOT_FOUND; IN_USE, naming the machines that are on it; WRONG_STATE when it is being
     *     made; IMPOSSIBLE for the default one
     */
    OperationId delete(String name);
}
