package io.sistemo.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationId;
import io.sistemo.operation.OperationState;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import io.sistemo.volume.VolumeDetails;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;

/** A world with volumes, and the words in which tests speak of them. */
abstract class VolumeScenes {
    final MachineWorld world = new MachineWorld();

    @AfterEach
    void close() {
        Consistency.check(world);
        world.close();
    }

    void done(Supplier<OperationId> request) {
        assertThat(ended(request)).matches(operation -> operation.state() == OperationState.SUCCEEDED);
    }

    Operation ended(Supplier<OperationId> request) {
        OperationId id = request.get();
        world.daemon().settle();
        return world.daemon().operations().require(id);
    }

    void create(String name) {
        done(() -> world.volumes().create(Optional.of(name), 64));
    }

    VolumeDetails volume(String name) {
        return world.volumes().require(name);
    }

    static void refused(RefusalCode code, String words, ThrowingCallable request) {
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(request)
                .matches(refusal -> refusal.code() == code, "its code is " + code)
                .withMessageContaining(words);
    }

    static DeploySpec spec(String name, DeploySpec.Boot boot, String... attached) {
        return new DeploySpec(
                Optional.of(name),
                boot,
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                List.of(attached),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Map.of());
    }
}
