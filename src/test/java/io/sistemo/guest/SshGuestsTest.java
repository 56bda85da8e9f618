package io.sistemo.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against a real dropbear, the program that answers in guests. */
@Timeout(60)
class SshGuestsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    private LocalSshServer server;
    private SshGuests guests;

    @BeforeEach
    void startServer() throws Exception {
        server = LocalSshServer.start(directory);
        guests = new SshGuests(server.clientKey());
        guests.awaitReady(server.address(), PATIENCE);
    }

    @AfterEach
    void stopServer() throws Exception {
        if (guests != null) {
            guests.close();
        }
        if (server != null) {
            server.close();
        }
    }

    @Test
    void keepsOutputAndErrorsApartAndReportsTheExitCode() throws Exception {
        try (GuestCommand command = start("echo out; echo err >&2; exit 42")) {
            assertThat(text(command)).isEqualTo("out\n");
            assertThat(new String(command.errors().readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("err\n");
            assertThat(command.awaitExit(PATIENCE)).hasValue(42);
        }
    }

    @Test
    void reportsSignalsAsShellsDo() throws Exception {
        assertThat(exitCodeOf("sh -c 'kill -9 $$'")).hasValue(137);
        assertThat(exitCodeOf("true")).hasValue(0);
        assertThat(exitCodeOf("/nonexistent/program")).hasValue(127);
    }

    @Test
    void handsTheCommandOverAsTyped() throws Exception {
        try (GuestCommand command = start("printf '%s|' 'it'\"'\"'s' \"a  b\" $((6*7)) \\\\; echo 'ü' # comment")) {
            assertThat(text(command)).isEqualTo("it's|a  b|42|\\|ü\n");
        }
    }

    @Test
    void carriesTenMegabytesThereAndBack() throws Exception {
        byte[] sent = new byte[10 << 20];
        new Random(7).nextBytes(sent);
        try (GuestCommand command = start("cat")) {
            FutureTask<Void> writer = inBackground(() -> {
                try (OutputStream input = command.input()) {
                    input.write(sent);
                }
                return null;
            });
            assertThat(command.output().readAllBytes()).isEqualTo(sent);
            writer.get(20, TimeUnit.SECONDS);
            assertThat(command.awaitExit(PATIENCE)).hasValue(0);
        }
    }

    @Test
    void aSlowReaderHoldsItsOwnCommandAndNoOther() throws Exception {
        Path progress = directory.resolve("progress");
        String flood = "dd if=/dev/zero bs=64k count=640 2>/dev/null; echo done > '" + progress + "'";
        try (GuestCommand flooding = start(flood)) {
            for (int i = 0; i < 20; i++) {
                assertThat(exitCodeOf("head -c 300000 /dev/zero")).hasValue(0);
            }
            assertThat(progress).doesNotExist();
            // Not more than its window is held for the one that nobody reads.
            assertThat(flooding.output().available()).isBetween(1, 256 << 10);
            assertThat(flooding.output().readAllBytes()).hasSize(640 * (64 << 10));
            assertThat(flooding.awaitExit(PATIENCE)).hasValue(0);
            assertThat(progress).exists();
        }
    }

    @Test
    void commandsUseOneWarmConnectionAfterTheOther() throws Exception {
        for (int i = 0; i < 20; i++) {
            assertThat(exitCodeOf("exit " + i)).hasValue(i);
        }
        assertThat(server.handshakes()).isEqualTo(1);
    }

    @Test
    void fiftyCommandsRunAtOnce() throws Exception {
        List<GuestCommand> running = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            running.add(start("read line; echo \"$line\"; exit " + i));
        }
        for (int i = 0; i < 50; i++) {
            try (GuestCommand command = running.get(i)) {
                command.input().write(("line " + i + "\n").getBytes(StandardCharsets.UTF_8));
                assertThat(text(command)).isEqualTo("line " + i + "\n");
                assertThat(command.awaitExit(PATIENCE)).hasValue(i);
            }
        }
    }

    @Test
    void givesATerminalWithItsSizeAndItsChanges() throws Exception {
        GuestAddress address = server.address();
        String script = "stty size; read line; stty size; test -t 0 && echo terminal";
        try (GuestCommand command = guests.start(address, script, new TerminalSize(33, 101))) {
            byte[] first = command.output().readNBytes("33 101\r\n".length());
            assertThat(new String(first, StandardCharsets.UTF_8)).isEqualTo("33 101\r\n");
            command.resize(new TerminalSize(50, 120));
            command.input().write('\n');
            assertThat(text(command)).contains("50 120").contains("terminal");
        }
    }

    @Test
    void refusesAGuestThatShowsAnotherKey() {
        GuestAddress real = server.address();
        GuestAddress other = new GuestAddress(real.socket(), HostKey.generate().publicKey());
        assertThatExceptionOfType(GuestException.class)
                .isThrownBy(() -> guests.awaitReady(other, PATIENCE))
                .withMessageContaining("127.0.0.1")
                .withMessageContaining("another host key");
        assertThatExceptionOfType(GuestException.class)
                .isThrownBy(() -> guests.start(other, "true", TerminalSize.NONE))
                .withMessageContaining("another host key");
    }

    @Test
    void aDeadGuestEndsItsCommandsWithoutACode() throws Exception {
        try (GuestCommand command = start("echo started; sleep 100")) {
            assertThat(command.output().readNBytes(8)).asString().isEqualTo("started\n");
            server.kill();
            assertThat(command.output().readAllBytes()).isEmpty();
            assertThat(command.errors().readAllBytes()).isEmpty();
            assertThat(command.awaitExit(PATIENCE)).isEmpty();
            assertThat(((SshCommand) command).fault()).contains("Exception");
        }
        assertThatExceptionOfType(GuestException.class)
                .isThrownBy(() -> start("true"))
                .withMessageContaining("cannot be reached");
    }

    @Test
    void comesBackWhenTheGuestDoes() throws Exception {
        server.kill();
        try (LocalSshServer again =
                LocalSshServer.start(directory, server.address().socket().getPort())) {
            guests.awaitReady(again.address(), PATIENCE);
            assertThat(exitCodeOf("exit 3")).hasValue(3);
        }
    }

    @Test
    void forgettingEndsWhatRuns() throws Exception {
        try (GuestCommand command = start("sleep 100")) {
            guests.forget(server.address());
            assertThat(command.output().read()).isEqualTo(-1);
            assertThat(command.awaitExit(PATIENCE)).isEmpty();
        }
        assertThat(exitCodeOf("exit 5")).hasValue(5);
    }

    @Test
    void closingHangsUpOnTheCommandAndHarmsNoOther() throws Exception {
        try (GuestCommand other = start("read line; echo \"$line\"")) {
            String[] commands = {"cat >/dev/null", "cat", "sleep 100", "yes", "yes >&2", "true", "trap '' HUP; sleep 4"
            };
            for (int i = 0; i < 4; i++) {
                for (String command : commands) {
                    GuestCommand running = start(command);
                    if (!command.equals("true")) {
                        running.input().write(1);
                    }
                    running.close();
                }
            }
            assertThat(exitCodeOf("exit 7")).hasValue(7);
            other.input().write("still here\n".getBytes(StandardCharsets.UTF_8));
            assertThat(text(other)).isEqualTo("still here\n");
        }
        Path ended = directory.resolve("ended");
        try (GuestCommand command =
                start("trap 'echo > " + ended + "; exit' HUP; echo on; while :; do sleep 0.05; done")) {
            assertThat(command.output().readNBytes(3)).hasSize(3);
        }
        assertThat(exitCodeOf("while ! test -e '" + ended + "'; do sleep 0.02; done"))
                .hasValue(0);
    }

    @Test
    void inputForACommandThatHasEndedHarmsNoOther() throws Exception {
        try (GuestCommand other = start("read line; echo \"$line\"")) {
            for (int i = 0; i < 20; i++) {
                try (GuestCommand command = start("exit 3")) {
                    byte[] block = new byte[32 << 10];
                    FutureTask<Void> flood = inBackground(() -> {
                        while (true) {
                            command.input().write(block);
                        }
                    });
                    assertThat(command.awaitExit(PATIENCE)).hasValue(3);
                    assertThatExceptionOfType(ExecutionException.class)
                            .isThrownBy(() -> flood.get(20, TimeUnit.SECONDS));
                }
            }
            other.input().write("still here\n".getBytes(StandardCharsets.UTF_8));
            assertThat(text(other)).isEqualTo("still here\n");
        }
    }

    @Test
    void asksForPowerOffByTheExactCommand() throws Exception {
        assertThatExceptionOfType(GuestException.class)
                .isThrownBy(() -> guests.requestPowerOff(server.address(), PATIENCE))
                .withMessageContaining("exit code 127");
    }

    @Test
    void saysThatACommandIsTooLong() {
        assertThatExceptionOfType(GuestException.class)
                .isThrownBy(() -> start("echo " + "x".repeat(9_000)))
                .withMessageContaining("standard input");
        assertThat(exitCodeOf("test -n " + "x".repeat(8_900))).hasValue(0);
    }

    @Test
    void waitsForAGuestThatIsNotThereYet() throws Exception {
        server.kill();
        int port = server.address().socket().getPort();
        FutureTask<Boolean> waiting = inBackground(() -> {
            guests.awaitReady(server.address(), PATIENCE);
            return true;
        });
        try (LocalSshServer late = LocalSshServer.start(directory, port)) {
            assertThat(waiting.get(20, TimeUnit.SECONDS)).isTrue();
            assertThat(late.handshakes()).isEqualTo(1);
        }
    }

    @Test
    void givesUpWhenTheTimeIsUpAndAtOnceWhenInterrupted() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.ofLiteral("127.0.0.1"))) {
            GuestAddress address = new GuestAddress(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), silent.getLocalPort()),
                    server.address().hostKey());
            assertThatExceptionOfType(GuestException.class)
                    .isThrownBy(() -> guests.awaitReady(address, Duration.ofMillis(400)))
                    .withMessageContaining("did not answer over SSH");
            CountDownLatch interrupted = new CountDownLatch(1);
            Thread waiter = Thread.ofPlatform().start(() -> {
                try {
                    guests.awaitReady(address, PATIENCE);
                } catch (InterruptedException e) {
                    interrupted.countDown();
                }
            });
            silent.accept().close();
            waiter.interrupt();
            assertThat(interrupted.await(5, TimeUnit.SECONDS)).isTrue();
        }
    }

    private GuestCommand start(String command) {
        return guests.start(server.address(), command, TerminalSize.NONE);
    }

    private OptionalInt exitCodeOf(String command) {
        try (GuestCommand running = start(command)) {
            running.output().readAllBytes();
            return running.awaitExit(PATIENCE);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static String text(GuestCommand command) throws IOException {
        return new String(command.output().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static <T> FutureTask<T> inBackground(java.util.concurrent.Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread.ofVirtual().start(task);
        return task;
    }
}
