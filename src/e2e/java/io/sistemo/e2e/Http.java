package io.sistemo.e2e;

import java.util.ArrayList;
import java.util.List;

/** Requests as bytes, from inside a private host, by any user; what clients do not send can be sent too. */
final class Http {
    private static final int NOBODY = 65534;

    /** Bash speaks TCP by itself; the request comes on standard input and is never part of the script. */
    private static final String EXCHANGE = "exec 3<>/dev/tcp/127.0.0.1/7777 && cat >&3 && cat <&3";

    private static final String SEND_AND_CLOSE = "exec 3<>/dev/tcp/127.0.0.1/7777 && cat >&3";

    private Http() {}

    /** The answer to a GET by root, with its status line; empty when nobody listens. */
    static String get(PrivateHost host, String path) throws Exception {
        return host.run(List.of("bash", "-c", EXCHANGE), request("GET", path, ""))
                .out();
    }

    /** The answer to a request by root. */
    static String send(PrivateHost host, String request) throws Exception {
        return host.run(List.of("bash", "-c", EXCHANGE), request).out();
    }

    /** The answer to a request by an unprivileged user. */
    static String sendAsNobody(PrivateHost host, String request) throws Exception {
        return host.run(asNobody(EXCHANGE), request).out();
    }

    /** Sends a request as an unprivileged user and closes at once. */
    static void sendAsNobodyAndClose(PrivateHost host, String request) throws Exception {
        host.run(asNobody(SEND_AND_CLOSE), request).succeeded();
    }

    /** A request of a well-behaved client. */
    static String request(String method, String path, String body, String... headers) {
        StringBuilder text = new StringBuilder(method + " " + path + " HTTP/1.1\r\nConnection: close\r\n");
        List<String> all = new ArrayList<>(List.of(headers));
        if (all.stream().noneMatch(header -> header.startsWith("Host:"))) {
            all.add("Host: 127.0.0.1:7777");
        }
        if (!body.isEmpty() && all.stream().noneMatch(header -> header.startsWith("Content-Type:"))) {
            all.add("Content-Type: application/json");
        }
        all.forEach(header -> text.append(header).append("\r\n"));
        if (!body.isEmpty()) {
            text.append("Content-Length: ").append(body.length()).append("\r\n");
        }
        return text.append("\r\n").append(body).toString();
    }

    private static List<String> asNobody(String script) {
        String id = Integer.toString(NOBODY);
        return List.of(
                "setpriv",
                "--reuid",
                id,
                "--regid",
                id,
                "--clear-groups",
                "--no-new-privs",
                "--",
                "bash",
                "-c",
                script);
    }
}
