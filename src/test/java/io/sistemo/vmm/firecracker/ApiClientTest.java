package io.sistemo.vmm.firecracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sistemo.host.HostException;
import io.sistemo.host.LinuxSockets;
import io.sistemo.vmm.DeviceLimits;
import io.sistemo.vmm.VmmSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A whole boot, over a real socket, of a Firecracker that is a stand-in: as it should be, and with a fault at each request. */
class ApiClientTest {
    private static final VmmSpec SPEC =
            new VmmSpec("sistemo-0badcafe", 2, 512, "52:54:0a:c8:00:02", "tap0", List.of(1, 3), DeviceLimits.NONE);
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(100);
    private static final List<String> CALLS = List.of(
            "GET /version",
            "PUT /logger",
            "PUT /metrics",
            "PUT /serial",
            "PUT /machine-config",
            "PUT /boot-source",
            "PUT /drives/root",
            "PUT /drives/data1",
            "PUT /drives/data3",
            "PUT /network-interfaces/network",
            "PUT /entropy",
            "PUT /actions");

    @TempDir
    Path directory;

    private final AtomicBoolean alive = new AtomicBoolean(true);

    private Path socket() {
        return directory.resolve("api.socket");
    }

    private ApiClient client(Duration patience) {
        return new ApiClient(new LinuxSockets(), socket(), patience);
    }

    private static StandInApi api(StandInFault fault) throws IOException {
        Optional<Path> file = ApiContract.file();
        Optional<ApiContract> contract =
                file.isPresent() ? Optional.of(ApiContract.parse(Files.readString(file.get()))) : Optional.empty();
        return new StandInApi("1.16.1", contract, fault, StandInApi.Guest.NONE);
    }

    private RunningFirecracker boot(Duration patience) {
        UnstartedFirecracker firecracker = UnstartedFirecracker.await(client(patience), alive::get, patience);
        BootSequence.render(SPEC, firecracker.version()).forEach(firecracker::set);
        return firecracker.start();
    }

    @Test
    void aBootIsThisSequence() throws IOException {
        StandInApi api = api(StandInFault.NONE);
        try (StandInServer _ = new StandInServer(socket(), api, () -> {})) {
            RunningFirecracker running = boot(LONG);
            assertThat(api.asked()).isEqualTo(CALLS);
            assertThat(running.state()).isEqualTo("Running");
            running.ask(VmState.PAUSED);
            assertThat(running.state()).isEqualTo("Paused");
            running.ask(VmState.RESUMED);
            running.ask(GuestAction.FLUSH_METRICS);
            assertThat(running.state()).isEqualTo("Running");
        }
    }

    /** Its default flushes nothing. */
    @Test
    void whatAGuestFlushesIsOnTheDisk() {
        assertThat(BootSequence.render(SPEC, FirecrackerVersion.parse("firecracker", "1.16.1")))
                .filteredOn(Drive.class::isInstance)
                .hasSize(3)
                .allSatisfy(drive -> assertThat(((Drive) drive).cacheType()).isEqualTo("Writeback"));
    }

    static Stream<Arguments> faults() {
        return CALLS.stream()
                .flatMap(call -> Stream.of(StandInFault.Kind.values()).map(kind -> Arguments.of(call, kind)));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aFaultAtEachRequestIsOneClearLine(String call, StandInFault.Kind kind) throws IOException {
        boolean hangs = kind == StandInFault.Kind.HANGS;
        try (StandInServer _ = new StandInServer(socket(), api(new StandInFault(call, kind)), () -> alive.set(false))) {
            assertThatThrownBy(() -> boot(hangs ? SHORT : LONG))
                    .isInstanceOf(HostException.class)
                    .message()
                    .startsWith("Firecracker ")
                    .contains(
                            switch (kind) {
                                case REFUSES -> "refused to ";
                                case FAILS -> "failed to ";
                                case BABBLES -> "the answer is not understood: hello";
                                case STOPS_HALF_WAY -> "the answer ended after 10 bytes";
                                case HANGS -> "no answer within 100 ms";
                                case DIES -> " ";
                            })
                    .hasLineCount(1)
                    .hasSizeLessThan(250)
                    .doesNotContain("Exception", "null");
        }
    }

    @Test
    void aSocketThatNeverComesIsWaitedForInVain() {
        assertThatThrownBy(() -> boot(SHORT)).hasMessage("Firecracker's API socket was not there within 100 ms");
        alive.set(false);
        assertThatThrownBy(() -> boot(LONG)).hasMessage("Firecracker ended before its API socket was there");
    }

    @Test
    void aSocketNobodyListensAtIsAsNone() throws IOException {
        StandInServer server = new StandInServer(socket(), api(StandInFault.NONE), () -> {});
        server.close();
        assertThat(socket()).exists();
        assertThat(client(LONG).ask(new VersionQuestion())).isEmpty();
    }

    @Test
    void onlyASocketItselfIsTalkedTo() throws IOException {
        Path elsewhere = directory.resolve("elsewhere.socket");
        try (StandInServer _ = new StandInServer(elsewhere, api(StandInFault.NONE), () -> {})) {
            Files.createSymbolicLink(socket(), elsewhere);
            assertThatThrownBy(() -> client(LONG).ask(new VersionQuestion())).hasMessageContaining("is not a socket");
        }
        Files.delete(socket());
        Files.writeString(socket(), "file");
        assertThatThrownBy(() -> client(LONG).ask(new VersionQuestion())).hasMessageContaining("is not a socket");
    }

    @Test
    void aPathOfAnyLengthWillDo() throws IOException {
        Path deep = directory;
        while (deep.toString().length() < 300) {
            deep = Files.createDirectory(deep.resolve("d".repeat(50)));
        }
        // Bound by a short name and moved, as a chroot's inside is bound by its own.
        try (StandInServer _ = new StandInServer(socket(), api(StandInFault.NONE), () -> {})) {
            Path moved = Files.move(socket(), deep.resolve("api.socket"));
            assertThat(new ApiClient(new LinuxSockets(), moved, LONG).ask(new VersionQuestion()))
                    .contains("{\"firecracker_version\":\"1.16.1\"}");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNoAnswerIsRefused(Broken broken) {
        List<Boolean> whole = new ArrayList<>();
        byte[] bytes = broken.text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        whole.add(HttpAnswer.isWhole(bytes));
        assertThat(whole).containsExactly(true);
        assertThatThrownBy(() -> HttpAnswer.parse(bytes)).isInstanceOf(HostException.class);
    }

    /** Answers that are whole, and wrong. */
    enum Broken {
        NO_STATUS("hello\r\n\r\n"),
        OTHER_VERSION("HTTP/2 200 OK\r\n\r\n"),
        NO_NUMBER("HTTP/1.1 abc OK\r\n\r\n"),
        TOO_LONG("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab"),
        CHUNKED("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        EMPTY("\r\n\r\n");

        final String text;

        Broken(String text) {
            this.text = text;
        }
    }
}
