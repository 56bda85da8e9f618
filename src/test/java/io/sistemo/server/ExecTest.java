package io.sistemo.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.api.ExecFrame;
import io.sistemo.guest.TerminalSize;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Commands in guests: answered at once, and streamed. */
@Timeout(60)
class ExecTest {
    private static final String EXEC = "/api/v1/machines/web/exec";

    private RunningApi api;

    @BeforeEach
    void start() {
        api = new RunningApi();
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void runsAScriptToItsEnd() throws Exception {
        FutureTask<HttpResponse<String>> answer = inBackground(() -> api.post(EXEC, "{\"script\":\"do it\"}"));
        FakeGuests.Running running = api.guests.next();
        assertThat(running.command).isEqualTo("do it");
        assertThat(running.terminal).isEqualTo(TerminalSize.NONE);
        assertThat(running.guestInput.read()).isEqualTo(-1);
        running.guestOutput.write("ü\n".getBytes(StandardCharsets.UTF_8));
        running.guestErrors.write("e".getBytes(StandardCharsets.UTF_8));
        running.exit(3);
        assertThat(answer.get(10, TimeUnit.SECONDS).body())
                .isEqualTo("{\"exit_code\":3,\"stdout\":\"ü\\n\",\"stderr\":\"e\"}");
        running.closed.get(10, TimeUnit.SECONDS);
    }

    @Test
    void longScriptsTravelAsInputAndLongOutputIsCut() throws Exception {
        String script = "#" + "x".repeat(30_000);
        FutureTask<HttpResponse<String>> answer =
                inBackground(() -> api.post(EXEC, "{\"script\":\"" + script + "\",\"timeout_sec\":120}"));
        FakeGuests.Running running = api.guests.next();
        assertThat(running.command).isEqualTo("eval \"$(cat)\"");
        assertThat(new String(running.guestInput.readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo(script);
        running.guestOutput.write("y".repeat(3 << 20).getBytes(StandardCharsets.UTF_8));
        running.exit(0);
        assertThat(answer.get(10, TimeUnit.SECONDS).body()).hasSizeBetween(1 << 20, (1 << 20) + 100);
    }

    @Test
    void saysWhenTheTimeWasUpOrTheGuestWasLost() throws Exception {
        FutureTask<HttpResponse<String>> slow =
                inBackground(() -> api.post(EXEC, "{\"script\":\"sleep\",\"timeout_sec\":1}"));
        FakeGuests.Running running = api.guests.next();
        ApiServerTest.assertError(slow.get(10, TimeUnit.SECONDS), 504, "timed_out", "within 1 s");
        running.closed.get(10, TimeUnit.SECONDS);
        FutureTask<HttpResponse<String>> lost = inBackground(() -> api.post(EXEC, "{\"script\":\"x\"}"));
        api.guests.next().lose();
        assertThat(lost.get(10, TimeUnit.SECONDS).body()).contains("\"exit_code\":null");
        ApiServerTest.assertError(
                api.post(EXEC, "{\"script\":\"unreachable\"}"), 500, "failed", "The guest at 10.200.0.2:2222 cannot");
        ApiServerTest.assertError(
                api.post(EXEC, "{\"script\":\"x\",\"timeout_sec\":121}"), 400, "bad_input", "1 to 120");
        ApiServerTest.assertError(
                api.post("/api/v1/machines/db/exec", "{\"script\":\"x\"}"), 409, "wrong_state", "does not run");
    }

    @Test
    void streamsEverythingBothWays() throws Exception {
        SocketClient client = open();
        client.start("cat");
        FakeGuests.Running running = api.guests.next();
        assertThat(running.command).isEqualTo("cat");
        byte[] sent = new byte[5 << 20];
        new Random(1).nextBytes(sent);
        FutureTask<byte[]> echo = inBackground(() -> {
            running.guestInput.transferTo(running.guestOutput);
            running.guestErrors.write("bye".getBytes(StandardCharsets.UTF_8));
            return new byte[0];
        });
        FutureTask<byte[]> received = inBackground(() -> client.receive(ExecFrame.Channel.STDOUT, sent.length));
        for (int offset = 0; offset < sent.length; offset += ExecFrame.MAX_PAYLOAD_BYTES) {
            int length = Math.min(ExecFrame.MAX_PAYLOAD_BYTES, sent.length - offset);
            client.send(
                    ExecFrame.Channel.STDIN,
                    ExecFrame.of(ExecFrame.Channel.STDIN, sent, offset, length).payload());
        }
        client.send(ExecFrame.Channel.STDIN, new byte[0]);
        assertThat(received.get(30, TimeUnit.SECONDS)).isEqualTo(sent);
        echo.get(10, TimeUnit.SECONDS);
        assertThat(client.receive(ExecFrame.Channel.STDERR, 3)).asString().isEqualTo("bye");
        running.exit(137);
        assertThat(client.exit.get(10, TimeUnit.SECONDS))
                .isEqualTo("{\"type\":\"exit\",\"exit_code\":137,\"error\":null,\"code\":null}");
        assertThat(client.closed.get(10, TimeUnit.SECONDS)).isEqualTo(1000);
        running.closed.get(10, TimeUnit.SECONDS);
    }

    @Test
    void passesTerminalSizesOn() throws Exception {
        SocketClient client = open();
        client.text("{\"type\":\"exec\",\"command\":\"sh\",\"tty\":true,\"rows\":24,\"cols\":80,\"timeout_sec\":null}");
        FakeGuests.Running running = api.guests.next();
        assertThat(running.terminal).isEqualTo(new TerminalSize(24, 80));
        client.send(ExecFrame.Channel.RESIZE, "{\"rows\":50,\"cols\":120}".getBytes(StandardCharsets.UTF_8));
        assertThat(running.sizes.poll(10, TimeUnit.SECONDS)).isEqualTo(new TerminalSize(50, 120));
        client.close();
        running.closed.get(10, TimeUnit.SECONDS);
    }

    @Test
    void aClientThatDoesNotReadHoldsTheGuestBack() throws Exception {
        SocketClient client = open();
        client.stopReading();
        client.start("yes");
        FakeGuests.Running running = api.guests.next();
        int total = 64 << 20;
        AtomicLong written = new AtomicLong();
        FutureTask<byte[]> flood = inBackground(() -> {
            byte[] block = new byte[64 << 10];
            for (int i = 0; i < total / block.length; i++) {
                running.guestOutput.write(block);
                written.addAndGet(block.length);
            }
            running.exit(0);
            return new byte[0];
        });
        awaitStandstill(written);
        assertThat(written.get()).isBetween(1L, total / 2L);
        assertThat(flood).isNotDone();
        client.readOn();
        assertThat(client.receive(ExecFrame.Channel.STDOUT, total)).hasSize(total);
        assertThat(client.exit.get(10, TimeUnit.SECONDS)).contains("\"exit_code\":0");
    }

    @Test
    void aClientThatLeavesHangsUp() throws Exception {
        SocketClient client = open();
        client.start("sleep");
        FakeGuests.Running running = api.guests.next();
        client.abort();
        running.closed.get(20, TimeUnit.SECONDS);
    }

    @Test
    void aClientThatLeavesWhileTheGuestTakesNoInputHangsUp() throws Exception {
        SocketClient client = open();
        client.start("sleep");
        FakeGuests.Running running = api.guests.next();
        AtomicLong sent = new AtomicLong();
        FutureTask<byte[]> flood = inBackground(() -> {
            for (int i = 0; i < 1000; i++) {
                client.send(ExecFrame.Channel.STDIN, new byte[ExecFrame.MAX_PAYLOAD_BYTES]);
                sent.incrementAndGet();
            }
            return new byte[0];
        });
        // The guest reads nothing: what was sent fills every buffer on the way.
        awaitStandstill(sent);
        assertThat(sent.get()).isBetween(16L, 500L);
        assertThat(flood).isNotDone();
        client.abort();
        running.closed.get(30, TimeUnit.SECONDS);
    }

    @Test
    void saysWhatWentWrongInTheStream() throws Exception {
        SocketClient lost = open();
        lost.start("x");
        api.guests.next().lose();
        assertThat(lost.exit.get(10, TimeUnit.SECONDS)).contains("\"exit_code\":null", "lost", "\"code\":\"failed\"");
        SocketClient unreachable = open();
        unreachable.start("unreachable");
        assertThat(unreachable.exit.get(10, TimeUnit.SECONDS)).contains("cannot be reached");
        SocketClient slow = open();
        slow.text("{\"type\":\"exec\",\"command\":\"x\",\"tty\":false,\"rows\":0,\"cols\":0,\"timeout_sec\":1}");
        FakeGuests.Running running = api.guests.next();
        assertThat(slow.exit.get(10, TimeUnit.SECONDS)).contains("within 1 s", "\"code\":\"timed_out\"");
        running.closed.get(10, TimeUnit.SECONDS);
    }

    @Test
    void refusesMessagesThatMeanNothing() throws Exception {
        for (String message :
                new String[] {"{", "{\"type\":\"dance\",\"command\":\"x\",\"tty\":false,\"rows\":0,\"cols\":0}"}) {
            SocketClient client = open();
            client.text(message);
            assertThat(client.exit.get(10, TimeUnit.SECONDS)).contains("\"code\":\"bad_input\"");
            client.closed.get(10, TimeUnit.SECONDS);
        }
        SocketClient early = open();
        early.send(ExecFrame.Channel.STDIN, new byte[] {1});
        assertThat(early.exit.get(10, TimeUnit.SECONDS)).contains("first message");
        SocketClient twice = open();
        twice.start("one");
        FakeGuests.Running running = api.guests.next();
        twice.start("two");
        assertThat(twice.exit.get(10, TimeUnit.SECONDS)).contains("given already");
        running.closed.get(10, TimeUnit.SECONDS);
        assertThat(api.guests.isIdle()).isTrue();
    }

    /** A flood that nothing holds back does not stand still before its end. */
    private static void awaitStandstill(AtomicLong progress) throws InterruptedException {
        long before = -1;
        while (progress.get() != before) {
            before = progress.get();
            TimeUnit.MILLISECONDS.sleep(700);
        }
    }

    private SocketClient open() {
        return new SocketClient(api.client, api.uri(EXEC + "/stream"));
    }

    private static <T> FutureTask<T> inBackground(Callable<T> work) throws IOException {
        FutureTask<T> task = new FutureTask<>(work);
        Thread.ofVirtual().start(task);
        return task;
    }
}
