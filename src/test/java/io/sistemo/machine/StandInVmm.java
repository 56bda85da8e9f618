package io.sistemo.machine;

import io.sistemo.host.Host;
import io.sistemo.vmm.CountsDiskTransfers;
import io.sistemo.vmm.DiskTransfers;
import io.sistemo.vmm.HoldsGuests;
import io.sistemo.vmm.LaunchedVmm;
import io.sistemo.vmm.PausesGuests;
import io.sistemo.vmm.PressesPowerButton;
import io.sistemo.vmm.ReportsCondition;
import io.sistemo.vmm.VmmAddress;
import io.sistemo.vmm.VmmCapabilities;
import io.sistemo.vmm.VmmCondition;
import io.sistemo.vmm.VmmSpec;
import java.util.List;

/** A VMM that is only a name on the fake host, which understands what is said to it here. */
record StandInVmm(List<String> program)
        implements LaunchedVmm, HoldsGuests, PausesGuests, PressesPowerButton, ReportsCondition, CountsDiskTransfers {
    @Override
    public void goOn(Host host, VmmAddress vmm) {
        say(host, vmm, "go on");
    }

    @Override
    public void pause(Host host, VmmAddress vmm) {
        say(host, vmm, "pause");
    }

    @Override
    public void resume(Host host, VmmAddress vmm) {
        say(host, vmm, "resume");
    }

    @Override
    public void pressPowerButton(Host host, VmmAddress vmm) {
        say(host, vmm, "power button");
    }

    @Override
    public VmmCondition condition(Host host, VmmAddress vmm) {
        String said = say(host, vmm, "condition");
        if (said.contains("held")) {
            return VmmCondition.HELD;
        }
        return said.contains("paused") ? VmmCondition.PAUSED : VmmCondition.RUNS;
    }

    @Override
    public DiskTransfers diskTransfers(Host host, VmmAddress vmm) {
        say(host, vmm, "transfers");
        return new DiskTransfers(4096, 8192, 1, 2);
    }

    private static String say(Host host, VmmAddress vmm, String word) {
        return host.sockets().converse(vmm.namespace(), "stand-in", word, "");
    }

    @Override
    public VmmCapabilities capabilities() {
        return new VmmCapabilities("stand-in", false, WorldDaemon.OVERHEAD_MIB, 3, 6, false);
    }

    @Override
    public List<Long> groups() {
        return List.of();
    }

    @Override
    public List<String> command(VmmSpec spec) {
        return program;
    }
}
