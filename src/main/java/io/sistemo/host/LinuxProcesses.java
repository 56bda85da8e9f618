package io.sistemo.host;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** VMM processes and services of the kernel. */
final class LinuxProcesses implements Processes {
    private final Launcher launcher;
    private final Supplier<BootId> bootId;
    private final OwnChildren children = new OwnChildren();
    private final ExitPoller poller = new ExitPoller();

    LinuxProcesses(Path vmmLauncher, Path serviceLauncher, Supplier<BootId> bootId) {
        this.launcher = new Launcher(vmmLauncher, serviceLauncher);
        this.bootId = bootId;
    }

    @Override
    public ProcessIdentity launch(LaunchSpec spec) {
        return known(bootId.get(), launcher.launch(spec));
    }

    @Override
    public ProcessIdentity launch(ServiceSpec spec) {
        return known(bootId.get(), launcher.launch(spec));
    }

    private ProcessIdentity known(BootId boot, Launcher.Launched launched) {
        ProcessIdentity identity = new ProcessIdentity(launched.process().pid(), launched.startTicks(), boot);
        children.add(identity, launched.process());
        return identity;
    }

    @Override
    public boolean alive(ProcessIdentity identity) {
        return isSame(identity);
    }

    @Override
    public Set<ProcessIdentity> aliveAmong(Collection<ProcessIdentity> identities) {
        BootId boot = bootId.get();
        Set<ProcessIdentity> watched = poller.running();
        return identities.stream()
                .filter(identity ->
                        (watched.contains(identity) && boot.equals(identity.bootId())) || isSame(identity, boot))
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public Optional<ProcessIdentity> identify(long pid) {
        OptionalLong startTicks = ProcessFiles.startTicks(pid);
        return startTicks.isEmpty()
                ? Optional.empty()
                : Optional.of(new ProcessIdentity(pid, startTicks.getAsLong(), bootId.get()));
    }

    @Override
    public Optional<LinkTraffic> traffic(ProcessIdentity identity, String link) {
        return alive(identity) ? ProcessFiles.traffic(identity.pid(), link) : Optional.empty();
    }

    @Override
    public void signal(ProcessIdentity identity, Signal signal) {
        Pidfd.open(identity.pid()).ifPresent(pidfd -> {
            try (pidfd) {
                // Checked once the process is pinned: now the pid cannot be given to another behind our back.
                if (isSame(identity)) {
                    pidfd.send(signal);
                }
            }
        });
    }

    @Override
    public ExitWatch watch(ProcessIdentity identity, Consumer<ProcessExit> onExit) {
        Runnable notice = () -> onExit.accept(new ProcessExit(identity, children.exitCode(identity)));
        Optional<Pidfd> pidfd = Pidfd.open(identity.pid());
        if (pidfd.isPresent() && isSame(identity)) {
            return poller.await(identity, pidfd.get(), notice);
        }
        pidfd.ifPresent(Pidfd::close);
        Thread.ofVirtual().name("process-exit").start(notice);
        return () -> {};
    }

    private boolean isSame(ProcessIdentity identity) {
        return isSame(identity, bootId.get());
    }

    private static boolean isSame(ProcessIdentity identity, BootId boot) {
        return boot.equals(identity.bootId())
                && ProcessFiles.startTicks(identity.pid()).equals(OptionalLong.of(identity.startTicks()));
    }
}
