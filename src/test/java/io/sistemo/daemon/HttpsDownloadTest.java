package io.sistemo.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.sistemo.host.LinuxPrograms;
import io.sistemo.host.ProgramCall;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Downloads from a real server with a certificate of its own. */
class HttpsDownloadTest {
    private static final int LARGEST_BYTES = 100_000;
    private static final String PASSWORD = "password";

    @TempDir
    static Path keys;

    private static SSLContext tls;

    @TempDir
    Path directory;

    private HttpsServer server;
    private final List<Integer> percents = new ArrayList<>();
    private final CountDownLatch ended = new CountDownLatch(1);

    @BeforeAll
    static void makeKeys() throws IOException, GeneralSecurityException {
        Path store = keys.resolve("keys.p12");
        new LinuxPrograms()
                .require(ProgramCall.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        store.toString()));
        KeyStore pair = KeyStore.getInstance("PKCS12");
        try (InputStream input = Files.newInputStream(store)) {
            pair.load(input, PASSWORD.toCharArray());
        }
        KeyManagerFactory key = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        key.init(pair, PASSWORD.toCharArray());
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", pair.getCertificate("server"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        tls = SSLContext.getInstance("TLS");
        tls.init(key.getKeyManagers(), trust.getTrustManagers(), null);
    }

    @BeforeEach
    void serve() throws IOException {
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        server.setExecutor(Thread::startVirtualThread);
        server.start();
    }

    @AfterEach
    void stop() {
        ended.countDown();
        server.stop(0);
    }

    @Test
    void fetchesAFileAndFollowsARedirect() throws IOException {
        byte[] content = new byte[LARGEST_BYTES];
        content[7] = 7;
        answer("/file", exchange -> send(exchange, content));
        answer("/moved", exchange -> redirect(exchange, address("/file").toString()));

        fetch("/moved", HttpClient.newBuilder().sslContext(tls));
        assertThat(directory.resolve("file")).hasBinaryContent(content);
        assertThat(percents).isSorted().last().isEqualTo(100);
    }

    @Test
    void refusesAServerThatNobodyVouchesFor() {
        answer("/file", exchange -> send(exchange, new byte[1]));
        failing("/file", HttpClient.newBuilder(), "certif");
    }

    @Test
    void refusesWhatIsTooLarge() {
        answer("/file", exchange -> send(exchange, new byte[LARGEST_BYTES + 1]));
        answer("/endless", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            for (int part = 0; part < 100; part++) {
                exchange.getResponseBody().write(new byte[LARGEST_BYTES / 10]);
            }
        });
        failing("/file", trusting(), "larger than");
        failing("/endless", trusting(), "larger than");
    }

    @Test
    void refusesToLeaveHttps() {
        answer("/moved", exchange -> redirect(exchange, "http://localhost:1/file"));
        failing("/moved", trusting(), "answered 302");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> download(trusting())
                        .fetch(URI.create("http://localhost/file"), directory.resolve("file"), percents::add))
                .withMessageContaining("only https");
    }

    @Test
    void saysWhatTheServerSaid() {
        answer("/gone", exchange -> exchange.sendResponseHeaders(404, -1));
        failing("/gone", trusting(), "answered 404");
    }

    @Test
    void saysThatTheFileWasCutOff() {
        answer("/cut", exchange -> {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write(new byte[10]);
            exchange.getResponseBody().flush();
            exchange.close();
        });
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> fetch("/cut", trusting()));
    }

    @Test
    void doesNotWaitForEver() {
        answer("/slow", exchange -> {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write(new byte[10]);
            exchange.getResponseBody().flush();
            awaitEnd();
        });
        failing("/slow", trusting(), "did not come within");
    }

    @Test
    void saysThatNobodyIsThere() {
        int port = server.getAddress().getPort();
        server.stop(0);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> download(trusting())
                        .fetch(URI.create("https://localhost:" + port), directory.resolve("file"), percents::add))
                .withMessage("the server cannot be reached");
    }

    private static HttpClient.Builder trusting() {
        return HttpClient.newBuilder().sslContext(tls);
    }

    private static HttpsDownload download(HttpClient.Builder clients) {
        return new HttpsDownload(clients, Duration.ofSeconds(2), LARGEST_BYTES);
    }

    private void answer(String path, HttpHandler handler) {
        server.createContext(path, handler);
    }

    private URI address(String path) {
        return URI.create("https://localhost:" + server.getAddress().getPort() + path);
    }

    private void fetch(String path, HttpClient.Builder clients) throws IOException {
        download(clients).fetch(address(path), directory.resolve("file"), percents::add);
    }

    private void failing(String path, HttpClient.Builder clients, String why) {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> fetch(path, clients))
                .withMessageContaining(why);
    }

    private void awaitEnd() {
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void send(HttpExchange exchange, byte[] content) throws IOException {
        exchange.sendResponseHeaders(200, content.length);
        exchange.getResponseBody().write(content);
        exchange.close();
    }

    private static void redirect(HttpExchange exchange, String to) throws IOException {
        exchange.getResponseHeaders().add("Location", to);
        exchange.sendResponseHeaders(302, -1);
        exchange.close();
    }
}
