package io.sistemo.machine;

import io.sistemo.operation.OperationId;

/** A way to ask for things. What is refused is a {@link io.sistemo.operation.Refusal}, whichever way it came. */
interface Door {
    /** Asks for something; the answer says what to wait for. */
    OperationId ask(String name, MachineModel.Action action);

    /** Takes an operation back. */
    void cancel(OperationId id);

    /** Looks at a machine. */
    MachineModel.Seen.Looked look(String name);

    /** The methods themselves. */
    static Door direct(MachineWorld world) {
        return new Door() {
            @Override
            public OperationId ask(String name, MachineModel.Action action) {
                Machines machines = world.machines();
                return switch (action) {
                    case DEPLOY -> machines.deploy(DeploySpecs.of(name));
                    case START -> machines.start(name);
                    case STOP -> machines.stop(name);
                    case RESTART -> machines.restart(name);
                    case DELETE -> machines.delete(name, false);
                };
            }

            @Override
            public void cancel(OperationId id) {
                world.daemon().operations().cancel(id);
            }

            @Override
            public MachineModel.Seen.Looked look(String name) {
                MachineDetails details = world.machines().require(name);
                return new MachineModel.Seen.Looked(
                        java.util.Optional.of(details.status()), details.maintenanceOperation());
            }
        };
    }
}
