package io.sistemo.daemon;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntConsumer;

/** Fetches a file over https, within limits of size and time. Redirects that leave https are not followed. */
final class HttpsDownload {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration WHOLE_TIMEOUT = Duration.ofMinutes(10);
    private static final long LARGEST_BYTES = 256L << 20;
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int OK = 200;
    private static final int WHOLE_PERCENT = 100;

    private final HttpClient.Builder clients;
    private final Duration limit;
    private final long largestBytes;

    /**
     * A downloader with limits.
     *
     * @param clients makes a client for each download; what it trusts is its maker's affair
     */
    HttpsDownload(HttpClient.Builder clients, Duration limit, long largestBytes) {
        this.clients = clients;
        this.limit = limit;
        this.largestBytes = largestBytes;
    }

    /** With the JDK's trust, ten minutes and 256 MiB. */
    static HttpsDownload usual() {
        return new HttpsDownload(HttpClient.newBuilder(), WHOLE_TIMEOUT, LARGEST_BYTES);
    }

    /**
     * Fetches a file.
     *
     * @param address of https
     * @param target must not be there; may be there, in part, after a failure
     * @param percent told what has come, when the server says how much there is
     * @throws IOException with a message for people, which does not repeat the address
     */
    void fetch(URI address, Path target, IntConsumer percent) throws IOException {
        if (!"https".equals(address.getScheme()) || address.getHost() == null) {
            throw new IOException("only https addresses are fetched");
        }
        try (HttpClient client = clients.connectTimeout(CONNECT_TIMEOUT)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build()) {
            FutureTask<Void> work = new FutureTask<>(() -> {
                copy(client, address, target, percent);
                return null;
            });
            Thread.ofVirtual().name("download").start(work);
            await(work, client);
        }
    }

    private void await(FutureTask<Void> work, HttpClient client) throws IOException {
        try {
            work.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            client.shutdownNow();
            throw new IOException("it did not come within " + limit.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            client.shutdownNow();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case ConnectException unreachable -> throw new IOException("the server cannot be reached", unreachable);
                case IOException failed -> throw failed;
                case null, default -> throw new IllegalStateException("a download failed in an unknown way", e);
            }
        }
    }

    private void copy(HttpClient client, URI address, Path target, IntConsumer percent)
            throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(address).timeout(ANSWER_TIMEOUT).GET().build();
        HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            if (response.statusCode() != OK) {
                throw new IOException("the server answered " + response.statusCode());
            }
            long announced =
                    response.headers().firstValueAsLong("Content-Length").orElse(0);
            requireFit(announced);
            try (OutputStream file = Files.newOutputStream(target)) {
                byte[] bytes = new byte[BUFFER_BYTES];
                long copied = 0;
                for (int count = body.read(bytes); count >= 0; count = body.read(bytes)) {
                    copied += count;
                    requireFit(copied);
                    file.write(bytes, 0, count);
                    if (announced > 0) {
                        percent.accept((int) (copied * WHOLE_PERCENT / announced));
                    }
                }
            }
        }
    }

    private void requireFit(long bytes) throws IOException {
        if (bytes > largestBytes) {
            throw new IOException("it is larger than " + (largestBytes >> 20) + " MiB");
        }
    }
}
