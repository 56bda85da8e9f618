package io.sistemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Who may call, and with what: requests as bytes, from root and from nobody. */
class AccessTest extends DaemonTest {
    private static final int TRIES = 50;
    private static final String DEPLOY =
            "{\"name\": \"mine\", \"image\": \"debian\", \"vcpus\": 1, \"memory_mb\": 512}";

    @Test
    void rootNeedsNoCredentials() throws Exception {
        assertThat(Http.get(host, "/api/v1/machines"))
                .startsWith("HTTP/1.1 200")
                .contains("\"machines\"");
    }

    @Test
    void nobodyIsRefused() throws Exception {
        String answer = Http.sendAsNobody(host, Http.request("GET", "/api/v1/machines", ""));
        assertThat(answer).startsWith("HTTP/1.1 401").contains("\"code\"").doesNotContain("\"machines\"");
        assertThat(Http.sendAsNobody(host, Http.request("GET", "/health", ""))).startsWith("HTTP/1.1 200");
    }

    /** The kernel shows uid 0 for a socket that is no longer connected; believing it would make everybody root. */
    @Test
    void whoSendsAndClosesAtOnceIsNotRoot() throws Exception {
        String before = audit();
        for (int i = 0; i < TRIES; i++) {
            Http.sendAsNobodyAndClose(host, Http.request("POST", "/api/v1/machines", DEPLOY));
            Http.sendAsNobodyAndClose(host, Http.request("POST", "/api/v1/registry/download", "{\"image\": \"none\"}"));
        }
        assertThat(audit()).isEqualTo(before);
    }

    /** The test above can fail: the same request by root makes a machine, and that is in the audit log. */
    @Test
    void theSameRequestByRootIsServed() throws Exception {
        String before = audit();
        assertThat(Http.send(host, Http.request("POST", "/api/v1/machines", DEPLOY)))
                .startsWith("HTTP/1.1 201");
        assertThat(audit()).isNotEqualTo(before);
        delete("mine");
    }

    @Test
    void anotherHostNameIsRefused() throws Exception {
        String rebound = Http.request("GET", "/api/v1/machines", "", "Host: evil.example:7777");
        assertThat(Http.send(host, rebound)).startsWith("HTTP/1.1 403");
        assertThat(Http.send(host, Http.request("GET", "/api/v1/machines", "", "Host: localhost:7777")))
                .startsWith("HTTP/1.1 200");
    }

    @Test
    void anotherOriginIsRefused() throws Exception {
        String crossSite = Http.request("GET", "/api/v1/machines", "", "Origin: http://evil.example");
        assertThat(Http.send(host, crossSite)).startsWith("HTTP/1.1 403");
        assertThat(Http.send(host, Http.request("GET", "/api/v1/machines", "", "Origin: http://127.0.0.1:7777")))
                .startsWith("HTTP/1.1 200");
    }

    @Test
    void onlyJsonBodies() throws Exception {
        String form = Http.request("POST", "/api/v1/machines", DEPLOY, "Content-Type: text/plain");
        assertThat(Http.send(host, form)).startsWith("HTTP/1.1 415");
    }

    @Test
    void brokenJsonIsBadInput() throws Exception {
        assertThat(Http.send(host, Http.request("POST", "/api/v1/machines", "{\"name\": ")))
                .startsWith("HTTP/1.1 400");
        assertThat(Http.send(host, Http.request("POST", "/api/v1/machines", "[]")))
                .startsWith("HTTP/1.1 400");
    }

    @Test
    void aBodyOfTwoMebibytesIsTooLarge() throws Exception {
        String large = "{\"name\": \"" + "x".repeat(2 << 20) + "\"}";
        assertThat(Http.send(host, Http.request("POST", "/api/v1/machines", large)))
                .startsWith("HTTP/1.1 413");
    }

    @Test
    void theClientTakesOnlyWebAddresses() throws Exception {
        Result result = host.run(withUrl("file:///etc/passwd"));
        assertThat(result.exitCode()).isNotZero();
        assertOneClearLine(result, "SISTEMO_DAEMON_URL");
    }

    private java.util.List<String> withUrl(String url) {
        java.util.List<String> command =
                new java.util.ArrayList<>(java.util.List.of("env", "SISTEMO_DAEMON_URL=" + url));
        command.addAll(host.program(java.util.List.of("machine", "list")));
        return command;
    }

    private String audit() throws Exception {
        String answer = Http.get(host, "/api/v1/audit-log?limit=100");
        assertThat(answer).startsWith("HTTP/1.1 200");
        return answer.substring(answer.indexOf("\r\n\r\n"));
    }
}
