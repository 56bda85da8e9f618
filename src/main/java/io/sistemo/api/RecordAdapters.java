package io.sistemo.api;

import io.avaje.json.JsonAdapter;
import io.avaje.json.JsonReader;
import io.avaje.json.JsonWriter;
import io.avaje.json.PropertyNames;
import io.avaje.json.core.CoreTypes;
import io.avaje.json.stream.JsonOutput;
import io.avaje.json.stream.JsonStream;
import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.Writer;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The generated adapters of this package's records, each made when it is first asked for. The library's own registry makes
 * all of them beforehand, and with them those of the JDK's dates, which read the time zones of the whole world: four times
 * what everything else of a short command costs. The generated adapters look for each other in a {@link Jsonb}; this is one
 * as far as they use it. Safe for every thread.
 */
final class RecordAdapters implements Jsonb {
    private final JsonStream stream;
    private final ConcurrentMap<Type, JsonAdapter<?>> made = new ConcurrentHashMap<>();

    RecordAdapters(JsonStream stream) {
        this.stream = stream;
    }

    @Override
    public <T> JsonAdapter<T> adapter(Class<T> type) {
        return adapter((Type) type);
    }

    /**
     * The adapter of a record or an enum of this package, of a text, number or truth value, or of a list or a map of these.
     *
     * @throws IllegalArgumentException when it is none of them
     */
    @Override
    @SuppressWarnings("unchecked") // what is kept under a type was made for it
    public <T> JsonAdapter<T> adapter(Type type) {
        JsonAdapter<?> adapter = made.get(type);
        return (JsonAdapter<T>) (adapter == null ? make(type) : adapter);
    }

    /** One at a time: the generated adapter of an enum fills a table that all of its kind share. */
    private synchronized JsonAdapter<?> make(Type type) {
        JsonAdapter<?> adapter =
                type instanceof ParameterizedType collection ? ofCollection(collection) : ofClass(type);
        made.put(type, adapter);
        return adapter;
    }

    private JsonAdapter<?> ofCollection(ParameterizedType type) {
        Type[] arguments = type.getActualTypeArguments();
        if (type.getRawType() == List.class) {
            return CoreTypes.createList(adapter(arguments[0])).nullSafe();
        }
        if (type.getRawType() == Map.class && arguments[0] == String.class) {
            return CoreTypes.createMap(adapter(arguments[1])).nullSafe();
        }
        throw new IllegalArgumentException("No JSON adapter for " + type);
    }

    private JsonAdapter<?> ofClass(Type type) {
        if (type instanceof Class<?> ours && ours.getPackage() == RecordAdapters.class.getPackage()) {
            return ofRecord(ours).nullSafe();
        }
        JsonAdapter<?> plain = CoreTypes.create(type);
        if (plain == null) {
            throw new IllegalArgumentException("No JSON adapter for " + type);
        }
        return plain;
    }

    /** By name, not by a table of constructors: that would load all of them. */
    private JsonAdapter<?> ofRecord(Class<?> type) {
        return switch (type.getSimpleName()) {
            case "AttachedVolume" -> new AttachedVolumeJsonAdapter(this);
            case "AuditEntry" -> new AuditEntryJsonAdapter(this);
            case "AuditLog" -> new AuditLogJsonAdapter(this);
            case "ConfigList" -> new ConfigListJsonAdapter(this);
            case "ConfigValue" -> new ConfigValueJsonAdapter(this);
            case "DaemonInfo" -> new DaemonInfoJsonAdapter(this);
            case "DeleteResponse" -> new DeleteResponseJsonAdapter(this);
            case "DeployRequest" -> new DeployRequestJsonAdapter(this);
            case "DoctorCheck" -> new DoctorCheckJsonAdapter(this);
            case "DoctorReport" -> new DoctorReportJsonAdapter(this);
            case "ErrorBody" -> new ErrorBodyJsonAdapter(this);
            case "ExecExit" -> new ExecExitJsonAdapter(this);
            case "ExecRequest" -> new ExecRequestJsonAdapter(this);
            case "ExecResize" -> new ExecResizeJsonAdapter(this);
            case "ExecResponse" -> new ExecResponseJsonAdapter(this);
            case "ExecStart" -> new ExecStartJsonAdapter(this);
            case "Health" -> new HealthJsonAdapter(this);
            case "HealthStats" -> new HealthStatsJsonAdapter(this);
            case "HostInfo" -> new HostInfoJsonAdapter(this);
            case "Image" -> new ImageJsonAdapter(this);
            case "ImageList" -> new ImageListJsonAdapter(this);
            case "Machine" -> new MachineJsonAdapter(this);
            case "MachineAddress" -> new MachineAddressJsonAdapter(this);
            case "MachineList" -> new MachineListJsonAdapter(this);
            case "MachineStats" -> new MachineStatsJsonAdapter(this);
            case "MachineStatsList" -> new MachineStatsListJsonAdapter(this);
            case "Network" -> new NetworkJsonAdapter(this);
            case "NetworkList" -> new NetworkListJsonAdapter(this);
            case "NetworkRequest" -> new NetworkRequestJsonAdapter(this);
            case "Operation" -> new OperationJsonAdapter(this);
            case "OperationEvent" -> new OperationEventJsonAdapter(this);
            case "OperationState" -> new OperationStateJsonAdapter(this);
            case "PauseResponse" -> new PauseResponseJsonAdapter(this);
            case "PortRule" -> new PortRuleJsonAdapter(this);
            case "PortRuleChange" -> new PortRuleChangeJsonAdapter(this);
            case "PortRuleRequest" -> new PortRuleRequestJsonAdapter(this);
            case "PullRequest" -> new PullRequestJsonAdapter(this);
            case "ServiceInfo" -> new ServiceInfoJsonAdapter(this);
            case "SshAccess" -> new SshAccessJsonAdapter(this);
            case "StartResponse" -> new StartResponseJsonAdapter(this);
            case "StopResponse" -> new StopResponseJsonAdapter(this);
            case "SystemInfo" -> new SystemInfoJsonAdapter(this);
            case "MachineLimits" -> new MachineLimitsJsonAdapter(this);
            case "SystemLimits" -> new SystemLimitsJsonAdapter(this);
            case "SystemStats" -> new SystemStatsJsonAdapter(this);
            case "Volume" -> new VolumeJsonAdapter(this);
            case "VolumeAttachment" -> new VolumeAttachmentJsonAdapter(this);
            case "VolumeCloneRequest" -> new VolumeCloneRequestJsonAdapter(this);
            case "VolumeList" -> new VolumeListJsonAdapter(this);
            case "VolumeFile" -> new VolumeFileJsonAdapter(this);
            case "VolumeRecovery" -> new VolumeRecoveryJsonAdapter(this);
            case "VolumeReference" -> new VolumeReferenceJsonAdapter(this);
            case "VolumeRequest" -> new VolumeRequestJsonAdapter(this);
            default -> throw new IllegalArgumentException("No JSON adapter for " + type);
        };
    }

    @Override
    public PropertyNames properties(String... names) {
        return stream.properties(names);
    }

    @Override
    public boolean hasAdapter(Class<?> type) {
        throw notAsked();
    }

    @Override
    public boolean hasAdapter(Type type) {
        throw notAsked();
    }

    @Override
    public <T> JsonAdapter<T> customAdapter(Class<? extends JsonAdapter<?>> type) {
        throw notAsked();
    }

    @Override
    public JsonAdapter<String> rawAdapter() {
        throw notAsked();
    }

    @Override
    public String toJson(Object value) {
        throw notAsked();
    }

    @Override
    public String toJsonPretty(Object value) {
        throw notAsked();
    }

    @Override
    public byte[] toJsonBytes(Object value) {
        throw notAsked();
    }

    @Override
    public void toJson(Object value, Writer writer) {
        throw notAsked();
    }

    @Override
    public void toJson(Object value, OutputStream stream) {
        throw notAsked();
    }

    @Override
    public void toJson(Object value, JsonWriter writer) {
        throw notAsked();
    }

    @Override
    public void toJson(Object value, JsonOutput output) {
        throw notAsked();
    }

    @Override
    public <T> JsonType<T> type(Class<T> type) {
        throw notAsked();
    }

    @Override
    public <T> JsonType<T> type(Type type) {
        throw notAsked();
    }

    @Override
    public <T> JsonType<T> typeOf(Object value) {
        throw notAsked();
    }

    @Override
    public JsonReader reader(String json) {
        throw notAsked();
    }

    @Override
    public JsonReader reader(byte[] json) {
        throw notAsked();
    }

    @Override
    public JsonReader reader(Reader json) {
        throw notAsked();
    }

    @Override
    public JsonReader reader(InputStream json) {
        throw notAsked();
    }

    @Override
    public JsonWriter writer(Writer writer) {
        throw notAsked();
    }

    @Override
    public JsonWriter writer(OutputStream stream) {
        throw notAsked();
    }

    @Override
    public JsonWriter writer(JsonOutput output) {
        throw notAsked();
    }

    /** {@link ApiJson} reads and writes by itself; generated adapters ask for other adapters alone. */
    private static UnsupportedOperationException notAsked() {
        return new UnsupportedOperationException("An adapter asks for adapters only.");
    }
}
