package io.sistemo.vmm.firecracker;

/**
 * One request of Firecracker's API, which its file {@code firecracker.yaml} describes. The body is the record that
 * implements this, as JSON; the interface that it implements says in which phase Firecracker takes it.
 */
public sealed interface ApiRequest
        permits ApiRequest.Question, ApiRequest.BeforeStart, StartGuest, ApiRequest.WhileRunning {
    /** As in HTTP. */
    enum Method {
        GET,
        PUT,
        PATCH
    }

    /** As in HTTP. */
    Method method();

    /** Where it goes. */
    String path();

    /** For people: what Firecracker was asked to do, after "to". */
    String purpose();

    /** Only looks, and has no body. */
    sealed interface Question extends ApiRequest permits VersionQuestion, StateQuestion {
        @Override
        default Method method() {
            return Method.GET;
        }
    }

    /** Taken until the guest is started, and never after. */
    sealed interface BeforeStart extends ApiRequest
            permits Logger,
                    Metrics,
                    SerialDevice,
                    MachineConfiguration,
                    BootSource,
                    Drive,
                    NetworkInterface,
                    EntropyDevice {
        @Override
        default Method method() {
            return Method.PUT;
        }
    }

    /** Taken from the guest's start on, also while it is paused. */
    sealed interface WhileRunning extends ApiRequest permits VmState, GuestAction {}
}
