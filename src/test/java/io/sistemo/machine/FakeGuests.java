package io.sistemo.machine;

import io.sistemo.guest.GuestAddress;
import io.sistemo.guest.GuestCommand;
import io.sistemo.guest.GuestException;
import io.sistemo.guest.Guests;
import io.sistemo.guest.TerminalSize;
import io.sistemo.host.Host;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/** Guests that answer while their VMM runs, and end it when they are asked to power off. They outlive programs. */
final class FakeGuests implements Guests {
    private final Host host;
    private final LongConsumer powerOff;
    /** By the address that a boot was given: the cgroup of its machine. */
    private final Map<InetAddress, String> cgroups = new ConcurrentHashMap<>();

    private volatile boolean silent;
    private volatile boolean stubborn;

    /**
     * Guests of VMMs on a host.
     *
     * @param powerOff ends the VMM with a pid, as its guest would
     */
    FakeGuests(Host host, LongConsumer powerOff) {
        this.host = host;
        this.powerOff = powerOff;
    }

    /** From now on the machine of that cgroup is who answers at an address. */
    void boots(InetAddress address, String cgroup) {
        cgroups.put(address, cgroup);
    }

    /** Guests do not answer any more, though their VMMs run; or do again. */
    void setSilent(boolean newSilent) {
        silent = newSilent;
    }

    /** Guests answer, but do not power off. */
    void setStubborn(boolean newStubborn) {
        stubborn = newStubborn;
    }

    /** The VMM in which the guest of an address runs. */
    private OptionalLong vmm(GuestAddress guest) {
        String cgroup = cgroups.get(guest.socket().getAddress());
        return cgroup == null
                ? OptionalLong.empty()
                : host.cgroups().members(cgroup).stream()
                        .mapToLong(Long::longValue)
                        .findFirst();
    }

    @Override
    public void awaitReady(GuestAddress guest, Duration timeout) throws InterruptedException {
        if (!silent && vmm(guest).isPresent()) {
            return;
        }
        boolean never = new CountDownLatch(1).await(timeout.toMillis(), TimeUnit.MILLISECONDS);
        throw new GuestException("nobody answers at " + guest.socket() + (never ? "" : " in time"));
    }

    @Override
    public GuestCommand start(GuestAddress guest, String command, TerminalSize terminal) {
        throw new GuestException("these guests have no shell");
    }

    @Override
    public void requestPowerOff(GuestAddress guest, Duration timeout) {
        OptionalLong vmm = vmm(guest);
        if (Thread.interrupted() || silent || vmm.isEmpty()) {
            throw new GuestException("nobody answers at " + guest.socket());
        }
        if (!stubborn) {
            powerOff.accept(vmm.getAsLong());
        }
    }

    @Override
    public void forget(GuestAddress guest) {
        // There are no connections to keep.
    }
}
