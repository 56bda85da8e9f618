package io.sistemo.machine;

import io.sistemo.claim.Claim;
import io.sistemo.claim.ClaimKind;
import io.sistemo.claim.ClaimState;
import io.sistemo.host.HostException;
import io.sistemo.host.ProcessIdentity;
import io.sistemo.store.StoreException;
import io.sistemo.vmm.ReportsCondition;
import io.sistemo.vmm.Vmm;
import io.sistemo.vmm.VmmCondition;
import io.sistemo.vmm.VmmProcess;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/**
 * Looks at all VMMs that run every few seconds, by one read of each one's cgroup, and asks those of which that says too little.
 * What it finds is what {@code status} shows: a request for that asks nobody.
 */
final class HealthWatch {
    private static final Logger LOGGER = System.getLogger(HealthWatch.class.getName());
    /** Each waits up to two seconds for an answer, on a thread of its own. */
    private static final int QUESTIONS_AT_ONCE = 8;

    private final MachineEnvironment environment;
    private final KnownLedger ledger;
    private final Consumer<Standing> seenPaused;
    private final Runnable seenHeld;
    private final Map<ProcessIdentity, VmmHealth> known = new ConcurrentHashMap<>();
    private final Semaphore questions = new Semaphore(QUESTIONS_AT_ONCE);
    private final SerialWork work = new SerialWork("health", this::lookOrSay);

    /**
     * Looks when it is told to.
     *
     * @param seenPaused told of a machine whose guest was found standing still
     * @param seenHeld told when a guest was found that waits for room on the host's disk
     */
    HealthWatch(MachineEnvironment environment, Consumer<Standing> seenPaused, Runnable seenHeld) {
        this.environment = environment;
        this.ledger = new KnownLedger(environment.database(), environment.installation());
        this.seenPaused = seenPaused;
        this.seenHeld = seenHeld;
    }

    /** Looks, on a thread of its own. */
    void wake() {
        work.wake();
    }

    /** Whether no look goes on, and no question waits for its answer. */
    boolean idle() {
        return work.idle() && questions.availablePermits() == QUESTIONS_AT_ONCE;
    }

    /** What is known of a VMM. */
    Optional<VmmHealth> of(ProcessIdentity vmm) {
        return Optional.ofNullable(known.get(vmm));
    }

    private void lookOrSay() {
        try {
            look();
        } catch (HostException | StoreException e) {
            LOGGER.log(Level.WARNING, "it cannot be seen how VMMs are: {0}", e.getMessage());
        }
    }

    private void look() {
        Ledger now = ledger.read();
        String bootId = environment.host().bootId().value();
        Set<ProcessIdentity> running = new HashSet<>();
        for (Standing machine : now.machines()) {
            Optional<ProcessIdentity> vmm = now.claim(machine.id(), ClaimKind.VMM)
                    .filter(claim -> claim.state() == ClaimState.HELD && !claim.isStale(bootId))
                    .flatMap(Claim::detail)
                    .map(VmmProcess::identity);
            if (vmm.isPresent() && machine.booted() && machine.intent() == Intent.RUNNING) {
                VmmHealth health = known.computeIfAbsent(vmm.get(), _ -> new VmmHealth(Instant.now()));
                running.add(vmm.get());
                boolean isJailed = now.claim(machine.id(), ClaimKind.JAIL).isPresent();
                look(machine, health, environment.vmm(isJailed));
            }
        }
        known.keySet().retainAll(running);
    }

    private void look(Standing machine, VmmHealth health, Vmm kind) {
        String cgroup =
                MachineRebuild.cgroup(environment.installation(), machine.id().toString());
        var used = environment.host().cgroups().cpuNanoseconds(cgroup);
        if (used.isEmpty()) {
            // It ends just now.
            return;
        }
        boolean advanced = health.samples().add(System.nanoTime(), used.getAsLong());
        if (kind instanceof ReportsCondition vmm
                && health.shouldBeAsked(advanced, Instant.now())
                && questions.tryAcquire()) {
            Thread.ofVirtual().name("health " + machine.name()).start(() -> {
                try {
                    ask(vmm, machine, health);
                } finally {
                    questions.release();
                }
            });
        }
    }

    private void ask(ReportsCondition vmm, Standing machine, VmmHealth health) {
        var files = environment.directory().machine(machine.id().toString());
        try {
            VmmCondition condition = vmm.condition(
                    environment.host(), MachineBlueprint.vmmAddress(environment, machine.id(), machine.shortId()));
            if (condition == VmmCondition.PAUSED) {
                seenPaused.accept(machine);
            } else if (condition == VmmCondition.HELD) {
                seenHeld.run();
            }
            health.answered(condition, new ConsoleLog(files.console()).panicAtTheEnd());
        } catch (HostException e) {
            LOGGER.log(Level.DEBUG, "{0} does not answer: {1}", machine.name(), e.getMessage());
            health.silent(Instant.now());
        }
    }
}
