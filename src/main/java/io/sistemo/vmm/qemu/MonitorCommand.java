package io.sistemo.vmm.qemu;

import io.avaje.json.JsonException;
import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import io.sistemo.host.HostException;
import io.sistemo.host.Sockets;
import java.util.Map;

/**
 * One command of QEMU's Machine Protocol (QMP, {@code docs/interop/qmp-spec.txt} of QEMU) and its answer. A monitor talks to
 * one client at a time: each command is a conversation of its own, so that nobody keeps the others out.
 */
final class MonitorCommand {
    /** Of the monitor. It lies in the machine's network namespace, which only root enters. */
    static final String SOCKET = "sistemo-vmm";

    private static final JsonType<Map<String, Object>> JSON =
            Jsonb.builder().build().type(Object.class).map();

    private MonitorCommand() {}

    /**
     * Runs a command without arguments.
     *
     * @param namespace of the machine
     * @return what follows {@code "return"}
     * @throws HostException when nobody answers within two seconds, or the command is refused
     */
    static Object run(Sockets sockets, String namespace, String command) {
        String said = """
                {"execute": "qmp_capabilities"}
                {"execute": "%1$s", "id": "%1$s"}
                """.formatted(command);
        String line = sockets.converse(namespace, SOCKET, said, "\"id\": \"" + command + "\"");
        Object answer = parse(line, namespace).get("return");
        if (answer == null) {
            throw new HostException("the VMM in " + namespace + " refuses " + command + ": " + line);
        }
        return answer;
    }

    private static Map<String, Object> parse(String line, String namespace) {
        try {
            return JSON.fromJson(line);
        } catch (JsonException e) {
            throw new HostException("the VMM in " + namespace + " makes no sense: " + line, e);
        }
    }
}
