package io.sistemo.host;

import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** VMM processes, and services of the host's: started as our children, but meant to outlive us. */
public interface Processes {
    /**
     * Starts a VMM in its cgroups and namespace, unprivileged, in a session of its own. Returns once the process has become
     * the program.
     *
     * @throws LaunchFailed when it ended before, or did not become the program within ten seconds and was killed
     * @throws HostException when nothing could be started
     */
    ProcessIdentity launch(LaunchSpec spec);

    /**
     * Starts a service in its cgroups, unprivileged, in a session of its own. Returns once it has said that it serves.
     *
     * @throws LaunchFailed when it ended before, or did not say so within ten seconds and was killed
     * @throws HostException when nothing could be started
     */
    ProcessIdentity launch(ServiceSpec spec);

    /** Whether that very process runs. A zombie is dead; so is everything of another boot. */
    boolean alive(ProcessIdentity identity);

    /** Those of many that are {@link #alive}. */
    Set<ProcessIdentity> aliveAmong(Collection<ProcessIdentity> identities);

    /** The identity of the process that has a pid now; empty when there is none or it is a zombie. */
    Optional<ProcessIdentity> identify(long pid);

    /**
     * What went through a link of the network namespace that a process is in, by {@code /proc/PID/net/dev} (proc_pid_net(5));
     * empty when the process is gone or there is no such link.
     */
    Optional<LinkTraffic> traffic(ProcessIdentity identity, String link);

    /** Sends a signal to that very process and to no other. One that is gone is success. */
    void signal(ProcessIdentity identity, Signal signal);

    /**
     * Tells the end of a process, within milliseconds, once, on a virtual thread of its own; at once when it is gone already.
     * Works for processes that an earlier run of this program started.
     */
    ExitWatch watch(ProcessIdentity identity, Consumer<ProcessExit> onExit);
}
