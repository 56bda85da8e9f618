package io.sistemo.machine;

import io.sistemo.image.Images;
import io.sistemo.image.StoredImage;
import io.sistemo.network.Network;
import io.sistemo.network.NetworkTable;
import io.sistemo.network.Subnet;
import io.sistemo.store.Database;
import io.sistemo.store.InstallationId;
import io.sistemo.store.InstallationTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/** A database with a network and an image, made once. */
final class WorldTemplate {
    static final byte[] BYTES = bytes();

    private WorldTemplate() {}

    private static byte[] bytes() {
        try {
            Path file = Files.createTempFile("template", ".db");
            try (Database database = Database.open(file)) {
                database.write(connection -> {
                    InstallationId id = InstallationTable.requireId(connection);
                    NetworkTable.insert(
                            connection,
                            new Network(Network.DEFAULT, Network.DEFAULT_BRIDGE, Subnet.parse("10.200.0.0/24")));
                    StoredImage image = new StoredImage(
                            MachineWorld.IMAGE,
                            MachineWorld.DIGEST,
                            MachineWorld.IMAGE_BYTES,
                            "5f2b3f2e-26c4-4df6-9f3a-111111111111",
                            "/tiny.ext4",
                            Instant.EPOCH);
                    Images.record(connection, image, "boot-1");
                    return id;
                });
            }
            byte[] content = Files.readAllBytes(file);
            Files.delete(file);
            return content;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
