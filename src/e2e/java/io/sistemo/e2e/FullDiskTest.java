package io.sistemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A data directory with hardly any room: a deploy is refused before it makes anything, and works once there is room. */
class FullDiskTest extends DaemonTest {
    @Override
    void prepare() throws Exception {
        String directory = host.scratch().toString();
        host.run("mount", "-t", "tmpfs", "-o", "size=2g", "tmpfs", directory).succeeded();
        host.run("mkdir", host.temporaryDirectory().toString()).succeeded();
        super.prepare();
    }

    @Test
    void aDeployIsRefusedAndWorksOnceThereIsRoom() throws Exception {
        Path filler = host.scratch().resolve("filler");
        host.run(
                        "sh",
                        "-c",
                        "head -c $(($(df -B1 --output=avail \"$1\" | tail -n 1) - 100000000)) /dev/zero >\"$2\"",
                        "sh",
                        host.dataDirectory().toString(),
                        filler.toString())
                .succeeded();
        Result result = cli("machine", "deploy", "debian", "--name", "bad");
        assertThat(result.exitCode()).isEqualTo(1);
        assertOneClearLine(result, "MB");
        host.run("rm", filler.toString()).succeeded();
        deploy("good");
        delete("good");
    }
}
