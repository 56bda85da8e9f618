package io.sistemo.machine;

import io.sistemo.guest.GuestAddress;
import io.sistemo.operation.OperationId;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What users can see and do of machines. A reference is a machine's name, its id, or any unique prefix of its id. What is
 * asked for goes on as an operation after the call has returned. Safe for concurrent use.
 *
 * <p>Every method with a reference throws {@link io.sistemo.operation.Refusal}: NOT_FOUND, or BAD_INPUT when it is malformed
 * or a prefix of several ids.
 */
public interface MachineService {
    /** All machines, by name. */
    List<MachineDetails> list();

    /** One machine. */
    MachineDetails require(String reference);

    /**
     * Creates and boots a machine.
     *
     * @throws io.sistemo.operation.Refusal when what is asked for can be refused before anything is made
     */
    OperationId deploy(DeploySpec spec);

    /** Boots a stopped machine; a running one is left as it is. */
    OperationId start(String reference);

    /** Shuts a machine down; a stopped one is left as it is. */
    OperationId stop(String reference);

    /** Stops and starts a machine. */
    OperationId restart(String reference);

    /**
     * Lets a running machine's guest stand still, with all that it has in memory; a paused one is left as it is.
     *
     * @throws io.sistemo.operation.Refusal WRONG_STATE when the machine does not run; IMPOSSIBLE when its VMM cannot do that
     */
    OperationId pause(String reference);

    /**
     * Lets a paused machine's guest go on; one that runs is left as it is.
     *
     * @throws io.sistemo.operation.Refusal WRONG_STATE when the machine does not run; IMPOSSIBLE when its VMM cannot do that
     */
    OperationId resume(String reference);

    /**
     * Ends a machine for ever.
     *
     * @param preserveStorage whether its root volume is kept; data volumes always are
     */
    OperationId delete(String reference, boolean preserveStorage);

    /**
     * Attaches a volume to a stopped machine, as its last disk.
     *
     * @param volume a reference to the volume
     * @throws io.sistemo.operation.Refusal WRONG_STATE while the machine runs; IN_USE when the volume is attached; IMPOSSIBLE
     *     when the machine has as many disks as its VMM can give it
     */
    OperationId attach(String reference, String volume);

    /**
     * Detaches a data disk from a stopped machine.
     *
     * @param volume a reference to the volume
     * @throws io.sistemo.operation.Refusal WRONG_STATE while the machine runs, when the volume is attached elsewhere, or when
     *     the machine boots from it
     */
    OperationId detach(String reference, String volume);

    /**
     * Lets a port of the host lead to a port of a machine, in whatever state that is; in force while the machine should run.
     *
     * @throws io.sistemo.operation.Refusal IN_USE when another forward or something on the host has the port; IMPOSSIBLE when
     *     the machine's port is ours; WRONG_STATE while the machine is being deleted
     */
    OperationId expose(String reference, ForwardSpec forward);

    /**
     * Lets a port of the host lead nowhere any more. Connections that stand are left alone.
     *
     * @param protocol {@code tcp} or {@code udp}
     * @param address at which it is; needed only when the machine has several at that port
     * @throws io.sistemo.operation.Refusal NOT_FOUND when no such port leads to that machine
     */
    OperationId unexpose(String reference, String protocol, Optional<String> address, int hostPort);

    /**
     * What a machine uses, measured now.
     *
     * @throws io.sistemo.operation.Refusal WRONG_STATE when the machine does not run
     */
    MachineStats stats(String reference);

    /** What each machine uses that runs, by name; without what their VMMs would have to be asked for. */
    List<MachineStats> stats();

    /**
     * How to reach the guest.
     *
     * @throws io.sistemo.operation.Refusal WRONG_STATE when the machine does not run, or is paused
     */
    GuestAddress guest(String reference);

    /** The private key that guests let in, an OpenSSH file that only the data directory's owner can read. */
    Path clientKey();

    /**
     * A known_hosts file that holds the guest's host key under the address of {@link #guest}.
     *
     * @throws io.sistemo.operation.Refusal WRONG_STATE when the machine does not run
     */
    Path knownHosts(String reference);

    /**
     * The newest part of what the guest printed on its serial console, as bytes of the guest's choosing.
     *
     * @param maxBytes at most so many
     */
    byte[] consoleTail(String reference, int maxBytes);
}
