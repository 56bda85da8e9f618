package io.sistemo.server;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.sistemo.api.ErrorCode;
import io.sistemo.api.VolumeFile;
import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationId;
import io.sistemo.volume.Volume;
import io.sistemo.volume.VolumeService;
import io.sistemo.volume.VolumeSink;
import io.sistemo.volume.VolumeUpload;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Volumes out of and into the daemon, as bytes. Their length is known before the first of them; a connection that ends before is
 * how either side tells that it failed in the middle.
 */
final class VolumeTransferRoutes {
    private static final String VOLUMES = "/api/v1/volumes/";
    private static final String IMPORT = "/import";
    private static final String BYTES = "application/octet-stream";
    private static final Header AS_BYTES = HeaderValues.createCached(HeaderNames.CONTENT_TYPE, BYTES);

    private final VolumeService volumes;
    private final OperationAnswers operations;
    private final JsonExchange json;

    VolumeTransferRoutes(VolumeService volumes, OperationAnswers operations, JsonExchange json) {
        this.volumes = volumes;
        this.operations = operations;
        this.json = json;
    }

    /** Whether what is sent to a path may have any size. */
    static boolean takesFile(String path) {
        return path.startsWith(VOLUMES) && path.endsWith(IMPORT);
    }

    void register(HttpRules routing) {
        Resource.at(routing, VOLUMES + "{id}/export").post(this::send).only();
        Resource.at(routing, VOLUMES + "{id}" + IMPORT).post(this::receive).only();
    }

    private void send(ServerRequest request, ServerResponse response) {
        json.readNothing(request);
        AnswerSink sink = new AnswerSink(response);
        OperationId id = volumes.send(MachineRoutes.reference(request), sink);
        try {
            operations.requireSuccess(id);
        } catch (FailedRequest e) {
            if (sink.hasBegun()) {
                throw new CloseConnectionException("the export failed in the middle", e);
            }
            throw e;
        }
        sink.end();
    }

    /** The answer's body, which has no length and no status before it is asked for. */
    private static final class AnswerSink implements VolumeSink {
        private final ServerResponse response;
        private final AtomicBoolean begun = new AtomicBoolean();
        private volatile OutputStream stream = OutputStream.nullOutputStream();

        AnswerSink(ServerResponse response) {
            this.response = response;
        }

        @Override
        public OutputStream begin(long sizeBytes) {
            begun.set(true);
            response.status(Status.OK_200).header(AS_BYTES);
            response.contentLength(sizeBytes);
            stream = response.outputStream();
            return stream;
        }

        boolean hasBegun() {
            return begun.get();
        }

        void end() {
            try {
                stream.close();
            } catch (IOException e) {
                throw new CloseConnectionException("the export was cut off at its end", e);
            }
        }
    }

    private void receive(ServerRequest request, ServerResponse response) {
        String type = request.headers().first(HeaderNames.CONTENT_TYPE).orElse("");
        // Forms of foreign pages cannot send this type without being asked first (CORS).
        if (!type.equalsIgnoreCase(BYTES)) {
            throw new FailedRequest(ErrorCode.BAD_INPUT, "The body must be the file as it is, as " + BYTES + ".");
        }
        long sizeBytes = request.headers()
                .contentLength()
                .orElseThrow(() -> new FailedRequest(
                        ErrorCode.BAD_INPUT, "The request must say by Content-Length how long the file is."));
        InputStream content = request.content().inputStream();
        VolumeUpload upload = new VolumeUpload(
                MachineRoutes.reference(request),
                role(request.query().first("role").orElse("data")),
                sizeBytes,
                Optional.of(request.query().first("sha256").orElse("")).filter(text -> !text.isEmpty()),
                content);
        Operation ended = operations.requireSuccess(volumes.receive(upload));
        requireEnd(content);
        json.send(
                response,
                Status.CREATED_201,
                new VolumeFile(
                        WireRecords.volume(volumes.require(ended.targetId())),
                        upload.sha256().orElseThrow()));
    }

    private static Volume.Role role(String word) {
        for (Volume.Role role : Volume.Role.values()) {
            if (role.name().toLowerCase(Locale.ROOT).equals(word)) {
                return role;
            }
        }
        throw new FailedRequest(ErrorCode.BAD_INPUT, "The role of a volume is root or data.");
    }

    /** The library keeps a connection only when it has seen the end of the body. */
    private static void requireEnd(InputStream content) {
        try {
            if (content.read() >= 0) {
                throw new CloseConnectionException("the body is longer than it said");
            }
        } catch (IOException e) {
            throw new CloseConnectionException("the body has no end", e);
        }
    }
}
