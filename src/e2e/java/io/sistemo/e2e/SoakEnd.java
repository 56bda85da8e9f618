package io.sistemo.e2e;

import io.sistemo.e2e.SoakMachine.State;
import io.sistemo.e2e.SoakVolume.Place;
import java.util.List;
import java.util.Optional;

/** What must be once nothing disturbs any more, asked by one client alone. */
final class SoakEnd {
    private final SoakClient client;
    private final SoakRequests requests;
    private final SoakReport report;

    SoakEnd(SoakClient client, SoakRequests requests, SoakReport report) {
        this.client = client;
        this.requests = requests;
        this.report = report;
    }

    /** Those that the answers say run do, and answer. */
    int requireRunning(List<SoakMachine> machines) throws Exception {
        int running = 0;
        for (SoakMachine machine : machines) {
            if (client.look(machine).equals(Optional.of(State.RUNNING))) {
                requireDone(client.ask(machine, SoakOperation.READ), machine);
                running++;
            }
        }
        return running;
    }

    /** After one more boot of each, what guests have ever synced is there: on their roots, and on data volumes wherever these are. */
    long requireBytes(List<SoakMachine> machines, List<SoakVolume> volumes) throws Exception {
        long bytes = 0;
        for (SoakMachine machine : machines) {
            client.lookAtVolume(machine);
            if (machine.seen == State.ABSENT) {
                continue;
            }
            if (machine.seen == State.KEPT) {
                requireDone(client.ask(machine, SoakOperation.DEPLOY_ON_ROOT), machine);
            } else {
                boolean stands = machine.seen == State.RUNNING || machine.seen == State.PAUSED;
                requireDone(client.ask(machine, stands ? SoakOperation.RESTART : SoakOperation.START), machine);
            }
            client.look(machine);
            requireDone(requests.readAll(machine), machine);
            bytes += machine.content.bytes() + requireBytesOfVolume(machine);
        }
        for (SoakVolume volume : volumes) {
            if (!volume.taken && !volume.content.blocks.isEmpty()) {
                bytes += requireBytesOfFree(volume, machines);
            }
        }
        return bytes;
    }

    private long requireBytesOfVolume(SoakMachine machine) throws Exception {
        if (machine.volume.filter(volume -> volume.seen == Place.ATTACHED).isEmpty()) {
            return 0;
        }
        requireDone(requests.volumes().readAll(machine), machine);
        return machine.volume.get().content.bytes();
    }

    /** It is given to a machine, in the place of the one that this has. */
    private long requireBytesOfFree(SoakVolume volume, List<SoakMachine> machines) throws Exception {
        Optional<SoakMachine> found = machines.stream()
                .filter(machine -> machine.seen == State.RUNNING)
                .findFirst();
        if (found.isEmpty()) {
            return 0;
        }
        SoakMachine machine = found.get();
        requireDone(client.ask(machine, SoakOperation.STOP), machine);
        client.look(machine);
        letGo(machine);
        machine.volume = Optional.of(volume);
        client.lookAtVolume(machine);
        if (volume.seen == Place.ABSENT) {
            return 0;
        }
        requireDone(client.ask(machine, SoakOperation.ATTACH), machine);
        requireDone(client.ask(machine, SoakOperation.START), machine);
        client.look(machine);
        client.lookAtVolume(machine);
        return requireBytesOfVolume(machine);
    }

    private void letGo(SoakMachine machine) throws Exception {
        if (machine.volume.filter(volume -> volume.seen == Place.ATTACHED).isPresent()) {
            requireDone(client.ask(machine, SoakOperation.DETACH), machine);
            client.lookAtVolume(machine);
        }
    }

    /** Every machine goes by its delete, and every volume that is left then by its own. */
    void deleteAll(List<SoakMachine> machines, List<SoakVolume> volumes) throws Exception {
        for (SoakMachine machine : machines) {
            State state = client.look(machine).orElse(State.ABSENT);
            if (state == State.KEPT) {
                requireDone(client.ask(machine, SoakOperation.DELETE_ROOT), machine);
            } else if (state != State.ABSENT) {
                requireDone(client.ask(machine, SoakOperation.DELETE), machine);
            }
            client.look(machine);
        }
        SoakMachine nobody = machines.getFirst();
        for (SoakVolume volume : volumes) {
            nobody.volume = Optional.of(volume);
            client.lookAtVolume(nobody);
            if (volume.seen != Place.ABSENT) {
                requireDone(client.ask(nobody, SoakOperation.DELETE_VOLUME), nobody);
            }
        }
    }

    private void requireDone(SoakAnswer answer, SoakMachine machine) {
        if (answer.kind() != SoakAnswer.Kind.DONE) {
            report.violation("in the end " + machine.name + ": " + answer.kind() + " " + answer.text() + "; before: "
                    + machine.history());
        }
    }
}
