package io.sistemo.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.net.URLEncoder;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A daemon's API, as methods. Each call is a connection of its own. Every method throws {@link DaemonUnreachable} when no
 * daemon answers, {@link DaemonRefusal} when it answers with an error, and another IOException when the answer makes no
 * sense or is cut off. References to machines are names, ids, or unique prefixes of ids. Safe for every thread.
 */
public final class DaemonClient {
    private static final String API = "/api/v1";
    private static final int MAX_ANSWER_BYTES = 16 * 1024 * 1024;

    private final DaemonAddress address;
    private final Optional<String> apiKey;
    private final ApiJson json = ApiJson.lenient();

    /**
     * A client; nothing is connected yet.
     *
     * @param apiKey sent as {@code X-API-Key}; not needed by local callers
     */
    public DaemonClient(DaemonAddress address, Optional<String> apiKey) {
        this.address = address;
        this.apiKey = apiKey;
    }

    /** Where the daemon is looked for. */
    public DaemonAddress address() {
        return address;
    }

    /** What answers there. */
    public ServiceInfo service() throws IOException {
        return call("GET", "/", null, ServiceInfo.class);
    }

    /** All machines. */
    public MachineList machines() throws IOException {
        return call("GET", API + "/machines", null, MachineList.class);
    }

    /** One machine. */
    public Machine machine(String reference) throws IOException {
        return call("GET", machinePath(reference), null, Machine.class);
    }

    /** Begins to create and boot a machine. */
    public Operation deploy(DeployRequest request) throws IOException {
        return begin("POST", API + "/machines", request);
    }

    /** Begins to start a machine. */
    public Operation start(String reference) throws IOException {
        return begin("POST", machinePath(reference) + "/start", null);
    }

    /** Begins to stop a machine. */
    public Operation stop(String reference) throws IOException {
        return begin("POST", machinePath(reference) + "/stop", null);
    }

    /** Begins to stop and start a machine. */
    public Operation restart(String reference) throws IOException {
        return begin("POST", machinePath(reference) + "/restart", null);
    }

    /** Begins to let a machine's guest stand still. */
    public Operation pause(String reference) throws IOException {
        return begin("POST", machinePath(reference) + "/pause", null);
    }

    /** Begins to let a paused machine's guest go on. */
    public Operation resume(String reference) throws IOException {
        return begin("POST", machinePath(reference) + "/resume", null);
    }

    /** Begins to delete a machine; data volumes are always kept, its root volume when asked to. */
    public Operation delete(String reference, boolean preserveStorage) throws IOException {
        return begin("DELETE", machinePath(reference) + (preserveStorage ? "?preserve_storage=true" : ""), null);
    }

    /** Begins to let a port of the host lead to a machine. */
    public Operation expose(String reference, PortRuleRequest rule) throws IOException {
        return begin("POST", machinePath(reference) + "/expose", rule);
    }

    /**
     * Begins to let a port of the host lead to a machine no more.
     *
     * @param address at which it is; needed only when the machine has several at that port
     */
    public Operation unexpose(String reference, int hostPort, String protocol, Optional<String> address)
            throws IOException {
        String query = "?protocol=" + encode(protocol)
                + address.map(text -> "&address=" + encode(text)).orElse("");
        return begin("DELETE", machinePath(reference) + "/expose/" + hostPort + query, null);
    }

    /** The end of the serial console, as the guest wrote it. */
    public byte[] logs(String reference) throws IOException {
        return bytes("GET", machinePath(reference) + "/logs", null, Map.of());
    }

    /** What a running machine uses. */
    public MachineStats stats(String reference) throws IOException {
        return call("GET", machinePath(reference) + "/stats", null, MachineStats.class);
    }

    /** What all machines use that run. */
    public MachineStatsList stats() throws IOException {
        return call("GET", API + "/stats", null, MachineStatsList.class);
    }

    /** What the {@code ssh} command needs. */
    public SshAccess ssh(String reference) throws IOException {
        return call("GET", machinePath(reference) + "/ssh", null, SshAccess.class);
    }

    /** All volumes. */
    public VolumeList volumes() throws IOException {
        return call("GET", API + "/volumes", null, VolumeList.class);
    }

    /** One volume. */
    public Volume volume(String reference) throws IOException {
        return call("GET", volumePath(reference), null, Volume.class);
    }

    /** Begins to make a data volume. */
    public Operation createVolume(VolumeRequest request) throws IOException {
        return begin("POST", API + "/volumes", request);
    }

    /** Begins to make a volume larger. */
    public Operation resizeVolume(String reference, long sizeMb) throws IOException {
        return begin("POST", volumePath(reference) + "/resize", new VolumeRequest(null, sizeMb));
    }

    /** Begins to make a copy of a volume. */
    public Operation cloneVolume(String reference, String name) throws IOException {
        return begin("POST", volumePath(reference) + "/clone", new VolumeCloneRequest(name));
    }

    /** Begins to take all that is on a volume. The answer is to be closed. */
    public VolumeContent exportVolume(String reference) throws IOException {
        HttpConnection connection = HttpConnection.open(address);
        try {
            HttpHead head = connection.exchange("POST", volumePath(reference) + "/export", headers(Map.of()), null);
            requireSuccess(connection, head);
            String length = head.find("content-length").orElseThrow(VolumeContent::unknownLength);
            return new VolumeContent(connection, connection.body(head), Long.parseLong(length));
        } catch (IOException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /**
     * Makes a volume of a file, to the end.
     *
     * @param name of the volume
     * @param query what else is asked for, by name: {@code role}, {@code sha256}
     * @param bytes how long the file is
     * @param source the file; what it throws is passed on, and nothing is left of what was sent
     */
    public VolumeFile importVolume(String name, Map<String, String> query, long bytes, UploadSource source)
            throws IOException {
        StringBuilder path = new StringBuilder(volumePath(name) + "/import");
        query.forEach((key, value) -> path.append(path.indexOf("?") < 0 ? '?' : '&')
                .append(key)
                .append('=')
                .append(encode(value)));
        try (HttpConnection connection = HttpConnection.open(address)) {
            HttpHead head = connection.upload(path.toString(), headers(Map.of()), bytes, source);
            requireSuccess(connection, head);
            return json.read(VolumeFile.class, connection.body(head).readBounded(MAX_ANSWER_BYTES));
        }
    }

    /** Takes up disks that have no row. */
    public VolumeRecovery recoverVolumes() throws IOException {
        return call("POST", API + "/volumes/recover", null, VolumeRecovery.class);
    }

    /** Begins to remove a volume. */
    public Operation deleteVolume(String reference) throws IOException {
        return begin("DELETE", volumePath(reference), null);
    }

    /** All networks. */
    public NetworkList networks() throws IOException {
        return call("GET", API + "/networks", null, NetworkList.class);
    }

    /** One network. */
    public Network network(String name) throws IOException {
        return call("GET", API + "/networks/" + encode(name), null, Network.class);
    }

    /** Begins to make a network. */
    public Operation createNetwork(NetworkRequest request) throws IOException {
        return begin("POST", API + "/networks", request);
    }

    /** Begins to remove a network. */
    public Operation deleteNetwork(String name) throws IOException {
        return begin("DELETE", API + "/networks/" + encode(name), null);
    }

    /** Attaches a volume to a stopped machine. */
    public Operation attachVolume(String machine, String volume) throws IOException {
        return begin("POST", machinePath(machine) + "/volume/attach", new VolumeReference(volume));
    }

    /** Detaches a volume from a stopped machine. */
    public Operation detachVolume(String machine, String volume) throws IOException {
        return begin("POST", machinePath(machine) + "/volume/detach", new VolumeReference(volume));
    }

    /** All images. */
    public ImageList images() throws IOException {
        return call("GET", API + "/images", null, ImageList.class);
    }

    /** Begins to get an image. */
    public Operation pullImage(PullRequest request) throws IOException {
        return begin("POST", API + "/images/pull", request);
    }

    /** Begins to remove an image. */
    public Operation deleteImage(String name) throws IOException {
        return begin("DELETE", API + "/images/" + encode(name), null);
    }

    /** An operation as it stands. */
    public Operation operation(String id) throws IOException {
        return call("GET", API + "/operations/" + encode(id), null, Operation.class);
    }

    /** Asks that an operation be cancelled; its events tell when what it made is gone. */
    public void cancel(String operationId) throws IOException {
        bytes("DELETE", API + "/operations/" + encode(operationId), null, Map.of());
    }

    /** A page of the history, newest first. */
    public AuditLog auditLog(int limit, Optional<String> action, Optional<String> target) throws IOException {
        StringBuilder path = new StringBuilder(API + "/audit-log?limit=" + limit);
        action.ifPresent(value -> path.append("&action=").append(encode(value)));
        target.ifPresent(value -> path.append("&target=").append(encode(value)));
        return call("GET", path.toString(), null, AuditLog.class);
    }

    /** The effective configuration. */
    public ConfigList config() throws IOException {
        return call("GET", API + "/config", null, ConfigList.class);
    }

    /** The state of the installation, as the daemon sees it. */
    public DoctorReport doctor() throws IOException {
        return call("GET", API + "/system/doctor", null, DoctorReport.class);
    }

    /** The host, the daemon, and what there is. */
    public SystemInfo system() throws IOException {
        return call("GET", API + "/system", null, SystemInfo.class);
    }

    /** Told of each event of an operation, the last one too. */
    @FunctionalInterface
    public interface OperationListener {
        /** The operation as it then was. */
        void onProgress(Operation operation);
    }

    /**
     * Follows an operation until it has ended, and returns it as it ended.
     *
     * @throws EOFException when the connection ended first; the operation goes on without us
     */
    public Operation follow(Operation operation, OperationListener listener) throws IOException {
        if (operation.state().ended()) {
            listener.onProgress(operation);
            return operation;
        }
        String path = API + "/operations/" + encode(operation.id()) + "/events";
        try (HttpConnection connection = HttpConnection.open(address)) {
            HttpHead head = connection.exchange("GET", path, headers(Map.of("Accept", "text/event-stream")), null);
            requireSuccess(connection, head);
            EventReader events = new EventReader(connection.body(head));
            for (var event = events.next(); event.isPresent(); event = events.next()) {
                if (!event.get().name().equals("progress")
                        && !event.get().name().equals("end")) {
                    continue;
                }
                Operation now = json.read(
                                OperationEvent.class, event.get().data().getBytes(UTF_8))
                        .operation();
                listener.onProgress(now);
                if (now.state().ended()) {
                    return now;
                }
            }
        }
        throw new EOFException("The daemon ended the connection before the operation " + operation.id() + " ended.");
    }

    /** Runs a command in a machine, with its streams. The answer is to be closed. */
    public ExecStream exec(String reference, ExecStart start) throws IOException {
        String key = ExecStream.newKey();
        HttpConnection connection = HttpConnection.open(address);
        try {
            String path = machinePath(reference) + "/exec/stream";
            HttpHead head = connection.exchange("GET", path, headers(ExecStream.upgradeHeaders(key)), null);
            if (head.status() != 101) {
                requireSuccess(connection, head);
                throw new IOException("What answers is not the daemon: it does not speak WebSocket.");
            }
            return ExecStream.begin(connection, head, key, json, start);
        } catch (IOException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private <T> T call(String method, String path, @Nullable Object body, Class<T> answer) throws IOException {
        return json.read(answer, bytes(method, path, body, Map.of()));
    }

    private Operation begin(String method, String path, @Nullable Object body) throws IOException {
        return json.read(Operation.class, bytes(method, path, body, Map.of("Prefer", "respond-async")));
    }

    private byte[] bytes(String method, String path, @Nullable Object body, Map<String, String> more)
            throws IOException {
        try (HttpConnection connection = HttpConnection.open(address)) {
            byte[] message = body == null ? null : json.writeBytes(body);
            HttpHead head = connection.exchange(method, path, headers(more), message);
            requireSuccess(connection, head);
            return connection.body(head).readBounded(MAX_ANSWER_BYTES);
        }
    }

    private Map<String, String> headers(Map<String, String> more) {
        Map<String, String> headers = new HashMap<>(more);
        apiKey.ifPresent(key -> headers.put("X-API-Key", key));
        return headers;
    }

    private void requireSuccess(HttpConnection connection, HttpHead head) throws IOException {
        if (head.status() >= 200 && head.status() < 300) {
            return;
        }
        byte[] body = connection.body(head).readBounded(MAX_ANSWER_BYTES);
        ErrorBody error;
        try {
            error = json.read(ErrorBody.class, body);
        } catch (MalformedJsonException e) {
            IOException refusal = new DaemonRefusal(
                    head.status(),
                    "What answers at " + address + " is not the daemon: status " + head.status() + ".",
                    "");
            refusal.addSuppressed(e);
            throw refusal;
        }
        String sentence =
                error.error() == null ? "The daemon answered with status " + head.status() + "." : error.error();
        throw new DaemonRefusal(head.status(), sentence, error.code() == null ? "" : error.code());
    }

    private static String machinePath(String reference) {
        return API + "/machines/" + encode(reference);
    }

    private static String volumePath(String reference) {
        return API + "/volumes/" + encode(reference);
    }

    /** Percent-encodes one segment of a path or one value of a query. */
    private static String encode(String text) {
        String encoded = URLEncoder.encode(text, UTF_8).replace("+", "%20");
        // A segment of dots would mean another path.
        return encoded.chars().allMatch(c -> c == '.') ? encoded.replace(".", "%2E") : encoded;
    }
}
