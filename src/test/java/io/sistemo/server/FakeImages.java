package io.sistemo.server;

import io.sistemo.image.ImageDetails;
import io.sistemo.image.ImageService;
import io.sistemo.operation.OperationId;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import java.time.Instant;
import java.util.List;

/** One image in memory. */
final class FakeImages implements ImageService {
    private final FakeOperations operations;

    FakeImages(FakeOperations operations) {
        this.operations = operations;
    }

    @Override
    public List<ImageDetails> list() {
        return List.of(
                new ImageDetails("debian", "sha256:00", (1L << 30) + 1, 1000, "debian", Instant.EPOCH, List.of("web")));
    }

    @Override
    public OperationId pull(String reference) {
        return operations.done("image.pull", "sha256:00", reference);
    }

    @Override
    public OperationId delete(String name) {
        if (!name.equals("debian")) {
            throw new Refusal(RefusalCode.NOT_FOUND, "There is no image " + name + ".");
        }
        return operations.done("image.delete", "sha256:00", name);
    }
}
