package io.sistemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Any root filesystem answers: the image needs no SSH server, no init and no shell. */
class AnyRootfsTest extends DaemonTest {
    @Test
    void anImageWithoutAnInit() throws Exception {
        Path image = TestImage.withoutInit(host);
        cli("machine", "deploy", image.toString(), "--name", "tiny", "--storage", "64")
                .succeeded();
        assertThat(inGuest("tiny", "hostname")).isEqualTo("tiny");
        long kibibytes = Long.parseLong(inGuest("tiny", "df -k / | { read head; read device size rest; echo $size; }"));
        assertThat(kibibytes).isGreaterThan(45_000);
        inGuest("tiny", "echo kept > /kept; sync");
        cli("machine", "restart", "tiny").succeeded();
        assertThat(inGuest("tiny", "cat /kept")).isEqualTo("kept");
        delete("tiny");
        forget(image);
    }

    @Test
    void anImageOfOneStaticBinaryPulledByPath() throws Exception {
        Path image = TestImage.oneStaticBinary(host);
        cli("image", "pull", image.toString()).succeeded();
        String listed = cli("image", "list").succeeded().out();
        assertThat(listed).contains("one-binary");
        cli("machine", "deploy", "one-binary", "--name", "single", "--storage", "64")
                .succeeded();
        assertThat(cli("machine", "exec", "single", "/sleep 0").exitCode()).isZero();
        assertThat(cli("machine", "exec", "single", "exit 3").exitCode()).isEqualTo(3);
        delete("single");
        forget(image);
    }

    private void forget(Path image) throws Exception {
        String name = image.getFileName().toString().replace(".ext4", "");
        cli("image", "delete", name, "-y").succeeded();
    }
}
