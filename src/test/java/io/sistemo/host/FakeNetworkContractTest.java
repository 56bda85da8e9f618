package io.sistemo.host;

/** The fake keeps the contract. */
class FakeNetworkContractTest extends NetworkContract {
    private final FakeHost host = new FakeHost();

    @Override
    Host host() {
        return host;
    }

    @Override
    void await(java.util.function.BooleanSupplier condition) {
        org.assertj.core.api.Assertions.assertThat(condition.getAsBoolean()).isTrue();
    }
}
