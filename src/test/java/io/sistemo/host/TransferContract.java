package io.sistemo.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/** The part of {@link HostContract} that is about disks on their way to and from somebody else. */
abstract class TransferContract {
    abstract Host host();

    /** An empty directory. */
    abstract Path directory();

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aDiskComesAndGoesByAStream() {
        Disks disks = host().disks();
        Path copy = directory().resolve("copy");
        Path disk = directory().resolve("disk");
        List<Long> told = new ArrayList<>();
        byte[] content = new byte[3 * 4096];
        content[content.length - 1] = 'x';
        String digest = disks.receive(new ByteArrayInputStream(content), content.length, copy, watch(told, false));
        assertThat(digest).hasSize(64);
        assertThat(told).containsExactly((long) content.length);
        assertThatThrownBy(() -> disks.receive(new ByteArrayInputStream(content), 1, copy, watch(told, false)))
                .isInstanceOf(HostException.class);
        disks.publish(copy, disk);
        disks.extend(disk, 4 * 4096);
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        disks.send(disk, sent, watch(told, false));
        assertThat(sent.toByteArray()).isEqualTo(Arrays.copyOf(content, 4 * 4096));
        assertThatThrownBy(() -> disks.send(copy, sent, watch(told, false))).isInstanceOf(HostException.class);
    }

    @Test
    void aStreamThatEndsEarlyIsACut() {
        Disks disks = host().disks();
        Path copy = directory().resolve("copy");
        CopyWatch watch = watch(new ArrayList<>(), false);
        assertThatThrownBy(() -> disks.receive(new ByteArrayInputStream(bytes("abc")), 4, copy, watch))
                .isInstanceOf(TransferCut.class)
                .hasMessageContaining("3 of 4 bytes");
        disks.delete(copy);
        assertThat(disks.find(copy)).isEmpty();
        host().files().writeAtomically(copy, bytes("abc"), 0600, 0);
        OutputStream closed = new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                throw new IOException("closed");
            }
        };
        assertThatThrownBy(() -> disks.send(copy, closed, watch)).isInstanceOf(TransferCut.class);
        CopyWatch cancelled = watch(new ArrayList<>(), true);
        assertThatThrownBy(() -> disks.send(copy, closed, cancelled)).isInstanceOf(CancellationException.class);
    }

    static CopyWatch watch(List<Long> told, boolean cancelled) {
        return new CopyWatch() {
            @Override
            public void copied(long bytes, long ofBytes) {
                assertThat(bytes).isLessThanOrEqualTo(ofBytes);
                told.add(bytes);
            }

            @Override
            public boolean cancelled() {
                return cancelled;
            }
        };
    }
}
