package io.sistemo.machine;

import io.sistemo.claim.Claim;
import io.sistemo.claim.ClaimKind;
import io.sistemo.guest.GuestAddress;
import io.sistemo.host.HostException;
import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationId;
import io.sistemo.operation.OperationTable;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import io.sistemo.store.Transaction;
import io.sistemo.vmm.PausesGuests;
import io.sistemo.vmm.VmmProcess;
import io.sistemo.volume.VolumeHolders;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** All machines of one daemon, each with its driver. */
public final class Machines implements MachineService {
    private static final Logger LOGGER = System.getLogger(Machines.class.getName());
    private static final int CONSOLE_TRIM_SECONDS = 5;
    private static final Duration IDLE_POLL = Duration.ofMillis(5);
    private static final int HELD_GUESTS_SECONDS = 5;
    private static final int HEALTH_SECONDS = 5;

    private final MachineEnvironment environment;
    private final Reconciler reconciler;
    private final BootQueue boots = BootQueue.ofThisHost();
    private final Map<MachineId, MachineDriver> drivers = new ConcurrentHashMap<>();
    private final HeldGuests heldGuests;
    private final MachineForwards forwards;
    private final HealthWatch health;

    /** Machines that are not driven yet; see {@link #start}. */
    public Machines(MachineEnvironment environment) {
        this.environment = environment;
        this.heldGuests = new HeldGuests(environment, id -> driver(id).hold());
        this.forwards = new MachineForwards(environment, this::wake);
        this.health = new HealthWatch(environment, this::seenPaused, heldGuests::seenHeld);
        this.reconciler = new Reconciler(environment, new AllDrivers());
        environment.operations().onCancel(Machine.TARGET, this::cancel);
    }

    /**
     * Takes up every machine: what an earlier daemon left unfinished is carried on or taken back, and what runs is adopted.
     * To be called once, when the host's network is there. When it returns, no machine is said to run that does not.
     *
     * @param reconcileSeconds how often the ledger is compared with the host even when nothing happened
     */
    public void start(int reconcileSeconds) {
        environment.database().write(connection -> {
            abandonDeploys(connection);
            return Boolean.TRUE;
        });
        takeUp();
        forwards.wake();
        var _ = environment
                .timer()
                .scheduleWithFixedDelay(reconciler::wake, reconcileSeconds, reconcileSeconds, TimeUnit.SECONDS);
        // Not at once: with many machines that would be in the way of a daemon that is not ready yet.
        var _ = environment
                .timer()
                .scheduleWithFixedDelay(heldGuests::wake, HELD_GUESTS_SECONDS, HELD_GUESTS_SECONDS, TimeUnit.SECONDS);
        var _ = environment
                .timer()
                .scheduleWithFixedDelay(health::wake, HEALTH_SECONDS, HEALTH_SECONDS, TimeUnit.SECONDS);
        var _ = environment
                .timer()
                .scheduleWithFixedDelay(
                        this::trimConsoles, CONSOLE_TRIM_SECONDS, CONSOLE_TRIM_SECONDS, TimeUnit.SECONDS);
    }

    /** Of a machine that is as it should be, only the VMM's end has to be heard of; all others get their drivers' attention. */
    private void takeUp() {
        try {
            Reconciler.Look look = reconciler.look();
            Findings findings = look.findings();
            for (Standing machine : look.ledger().machines()) {
                if (findings.unsettled().contains(machine.id())
                        || findings.drift().containsKey(machine.id())) {
                    wake(machine.id());
                } else {
                    look.ledger()
                            .claim(machine.id(), ClaimKind.VMM)
                            .flatMap(Claim::detail)
                            .ifPresent(vmm -> driver(machine.id()).adopt(VmmProcess.identity(vmm)));
                }
            }
            reconciler.removeOrphans(look);
        } catch (HostException e) {
            LOGGER.log(Level.WARNING, "the host cannot be compared with the ledger: {0}", e.getMessage());
            wakeAll();
        }
    }

    private static void abandonDeploys(Connection connection) throws SQLException {
        for (Operation operation : OperationTable.running(connection)) {
            if (!operation.targetType().equals(Machine.TARGET)) {
                continue;
            }
            Optional<MachineRecord> record = MachineRecord.find(connection, MachineId.parse(operation.targetId()));
            if (record.isPresent()
                    && MachineRequests.Action.of(operation) == MachineRequests.Action.DEPLOY
                    && !record.get().machine().created()) {
                MachineChanges.fail(
                        connection,
                        record.get(),
                        RefusalCode.UNAVAILABLE,
                        "The daemon stopped while " + operation.targetName()
                                + " was being deployed; what was made was taken back. Deploy it again.");
            }
        }
    }

    /** Asks for a comparison of all machines with the ledger, as when its time has come; returns at once. */
    public void compare() {
        reconciler.wake();
    }

    /** Lets go of all machines; those that run go on running. A step that is under way is not waited for. */
    public void close() {
        reconciler.close();
        forwards.close();
        drivers.values().forEach(MachineDriver::close);
    }

    /** Waits until no driver does anything any more; tells whether it came to that. To be called when they are closed. */
    public boolean awaitIdle(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!idle()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            Thread.sleep(IDLE_POLL);
        }
        return true;
    }

    /** What volumes ask of the machines that hold them. */
    public static VolumeHolders holders() {
        return MachineVolumes.holders();
    }

    /** Whether no driver does anything right now; some may wait for a guest or for a timer. */
    boolean idle() {
        return reconciler.idle()
                && health.idle()
                && forwards.idle()
                && drivers.values().stream().allMatch(MachineDriver::idle);
    }

    /** What keeps a machine from becoming what it should be, when its driver has given up for now. */
    Optional<String> trouble(MachineId id) {
        return Optional.ofNullable(drivers.get(id)).flatMap(MachineDriver::trouble);
    }

    /** If nobody wants that, its driver lets it go on. */
    private void seenPaused(Standing machine) {
        driver(machine.id()).hold().seen(true);
        wake(machine.id());
    }

    private void wake(MachineId id) {
        driver(id).wake();
    }

    private MachineDriver driver(MachineId id) {
        return drivers.computeIfAbsent(id, created -> new MachineDriver(created, environment, boots, drivers::remove));
    }

    private void wakeAll() {
        environment.database().read(MachineTable::standings).forEach(machine -> wake(machine.id()));
    }

    /** Where the ledger and the host disagree, a sentence each. */
    public List<String> drift() {
        return reconciler.drift();
    }

    private final class AllDrivers implements Reconciler.Drivers {
        @Override
        public void wake(MachineId id) {
            Machines.this.wake(id);
        }

        @Override
        public void wakeAll() {
            Machines.this.wakeAll();
        }

        @Override
        public Set<MachineId> troubled() {
            return drivers.entrySet().stream()
                    .filter(entry -> entry.getValue().trouble().isPresent())
                    .map(Map.Entry::getKey)
                    .collect(Collectors.toUnmodifiableSet());
        }
    }

    private void trimConsoles() {
        drivers.keySet().forEach(new ConsoleTrim(environment)::trim);
    }

    @Override
    public List<MachineDetails> list() {
        return details(MachineTable::all);
    }

    @Override
    public MachineDetails require(String reference) {
        return details(connection -> List.of(MachineRequests.require(connection, reference)))
                .getFirst();
    }

    private List<MachineDetails> details(Transaction<List<Machine>> choice) {
        return SteadyLook.take(
                () -> environment.database().read(connection -> MachineFacts.of(connection, choice.run(connection))),
                this::derive);
    }

    private List<MachineDetails> derive(List<MachineFacts> facts) {
        String bootId = environment.host().bootId().value();
        return facts.stream()
                .map(known -> {
                    MachineId id = known.machine().id();
                    return MachineState.derive(
                            known.machine(),
                            known.address(),
                            known.volumes(),
                            known.forwards(),
                            known.vmm().filter(claim -> !claim.isStale(bootId) && isKnownToRun(id, claim)),
                            known.operation(),
                            trouble(id),
                            known.vmm().flatMap(this::diagnosis));
                })
                .toList();
    }

    private Optional<String> diagnosis(Claim vmm) {
        return vmm.detail().map(VmmProcess::identity).flatMap(health::of).flatMap(VmmHealth::diagnosis);
    }

    /** What an earlier daemon wrote down is believed only once this one has seen it. */
    private boolean isKnownToRun(MachineId id, Claim vmm) {
        MachineDriver driver = drivers.get(id);
        return driver != null
                && vmm.detail()
                        .map(VmmProcess::identity)
                        .filter(driver::watches)
                        .isPresent();
    }

    @Override
    public OperationId deploy(DeploySpec spec) {
        Operation operation = new MachineDeploy(environment, spec).accept();
        wake(MachineId.parse(operation.targetId()));
        return operation.id();
    }

    @Override
    public OperationId start(String reference) {
        return request(reference, MachineRequests.Action.START, false);
    }

    @Override
    public OperationId stop(String reference) {
        return request(reference, MachineRequests.Action.STOP, false);
    }

    @Override
    public OperationId restart(String reference) {
        return request(reference, MachineRequests.Action.RESTART, false);
    }

    @Override
    public OperationId pause(String reference) {
        requirePauses();
        return request(reference, MachineRequests.Action.PAUSE, false);
    }

    @Override
    public OperationId resume(String reference) {
        requirePauses();
        return request(reference, MachineRequests.Action.RESUME, false);
    }

    private void requirePauses() {
        if (!(environment.vmm() instanceof PausesGuests)) {
            throw new Refusal(
                    RefusalCode.IMPOSSIBLE, environment.vmm().capabilities().name() + " cannot pause machines.");
        }
    }

    @Override
    public OperationId delete(String reference, boolean preserveStorage) {
        return request(reference, MachineRequests.Action.DELETE, preserveStorage);
    }

    @Override
    public OperationId attach(String reference, String volume) {
        return written(new MachineVolumes(environment).attach(reference, volume));
    }

    @Override
    public OperationId detach(String reference, String volume) {
        return written(new MachineVolumes(environment).detach(reference, volume));
    }

    @Override
    public OperationId expose(String reference, ForwardSpec forward) {
        return forwards.expose(reference, forward);
    }

    @Override
    public OperationId unexpose(String reference, String protocol, Optional<String> address, int hostPort) {
        return forwards.unexpose(reference, protocol, address, hostPort);
    }

    /** The machine's sidecar tells its disks too. */
    private OperationId written(MachineVolumes.Done done) {
        wake(done.machine());
        return done.operation();
    }

    private OperationId request(String reference, MachineRequests.Action action, boolean preserveStorage) {
        record Request(MachineId id, MachineRequests.Accepted accepted) {}
        Request request = environment.operations().accept(connection -> {
            Machine machine = MachineRequests.require(connection, reference);
            if (action.boots() && machine.intent() == Intent.STOPPED) {
                int ports = environment.settings().limits().bridgePorts();
                BridgePorts.requireRoom(connection, machine.shape().network(), ports);
            }
            return new Request(machine.id(), MachineRequests.accept(connection, machine, action, preserveStorage));
        });
        request.accepted().superseded().ifPresent(environment.operations()::ended);
        wake(request.id());
        return request.accepted().operation();
    }

    private void cancel(Operation operation) {
        wake(MachineCancel.accept(environment, operation));
    }

    @Override
    public MachineStats stats(String reference) {
        return new MachineMeasurement(environment, health).of(reference);
    }

    @Override
    public List<MachineStats> stats() {
        return new MachineMeasurement(environment, health).ofAll();
    }

    @Override
    public GuestAddress guest(String reference) {
        return environment.database().read(connection -> {
            Machine machine = MachineRequests.require(connection, reference);
            if (!machine.wantsVmm() || !machine.booted()) {
                throw MachineRequests.notRunning(machine);
            }
            if (machine.supervision().paused()) {
                throw MachineRequests.paused(machine);
            }
            MachineRecord record = MachineRecord.find(connection, machine.id()).orElseThrow();
            return new MachineBlueprint(environment, record).guest();
        });
    }

    @Override
    public Path clientKey() {
        return environment.directory().clientKey();
    }

    @Override
    public Path knownHosts(String reference) {
        Machine machine = environment.database().read(connection -> MachineRequests.require(connection, reference));
        return environment.directory().machine(machine.id().toString()).knownHosts();
    }

    @Override
    public byte[] consoleTail(String reference, int maxBytes) {
        Machine machine = environment.database().read(connection -> MachineRequests.require(connection, reference));
        return new ConsoleLog(
                        environment.directory().machine(machine.id().toString()).console())
                .tail(maxBytes);
    }
}
