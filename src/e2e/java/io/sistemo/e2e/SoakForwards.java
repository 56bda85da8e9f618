package io.sistemo.e2e;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A port of the host that leads to a machine of the soak, now there and now not. Each time the list is asked first, so that it
 * does not matter whether an answer was lost before; what was asked for and done must then be seen in the list, and a
 * connection to 127.0.0.1 must reach the guest, or nobody.
 */
final class SoakForwards {
    private static final int FIRST_PORT = 20_000;
    private static final int PORTS = 10_000;
    /** Answers with what it hears. Started when nobody listens: the guest may have been booted anew. */
    private static final String SERVE = "busybox netstat -ltn | busybox grep -q ':80 '"
            + " || busybox setsid busybox nc -ll -p 80 -e /bin/cat </dev/null >/dev/null 2>&1 &";

    private static final String GREETING =
            "exec 3<>/dev/tcp/127.0.0.1/$0 && echo hello >&3 && read -t 10 -u 3 line && [ \"$line\" = hello ]";
    private static final long SERVING_NANOS = Duration.ofSeconds(20).toNanos();
    private static final long PAUSE_NANOS = Duration.ofMillis(200).toNanos();

    private final PrivateHost host;
    private final SoakMachine machine;
    private final int port;

    SoakForwards(PrivateHost host, SoakMachine machine) {
        this.host = host;
        this.machine = machine;
        this.port = FIRST_PORT + Math.floorMod(machine.name.hashCode(), PORTS);
    }

    /** Adds the forward when it is not there, else removes it. */
    SoakAnswer turn() throws Exception {
        String before = look();
        if (kind(before) != SoakAnswer.Kind.DONE) {
            return SoakAnswer.ofHttp(before);
        }
        boolean adds = !isListed(before);
        SoakAnswer answer = SoakAnswer.ofHttp(adds ? expose() : unexpose());
        if (answer.kind() != SoakAnswer.Kind.DONE) {
            return answer;
        }
        String after = look();
        if (kind(after) != SoakAnswer.Kind.DONE) {
            return SoakAnswer.ofHttp(after);
        }
        if (isListed(after) != adds) {
            return new SoakAnswer(
                    SoakAnswer.Kind.NOT_REACHED, "port " + port + (adds ? " is not listed" : " is still listed"));
        }
        return adds ? reached() : notReached();
    }

    private String look() throws Exception {
        return Http.get(host, "/api/v1/machines/" + machine.name);
    }

    private static SoakAnswer.Kind kind(String answer) {
        return SoakAnswer.ofHttp(answer).kind();
    }

    private boolean isListed(String record) {
        return record.contains("\"host_port\":" + port + ",");
    }

    private String expose() throws Exception {
        String body = "{\"host_port\": " + port + ", \"machine_port\": 80}";
        return Http.send(host, Http.request("POST", "/api/v1/machines/" + machine.name + "/expose", body));
    }

    private String unexpose() throws Exception {
        return Http.send(host, Http.request("DELETE", "/api/v1/machines/" + machine.name + "/expose/" + port, ""));
    }

    private SoakAnswer reached() throws Exception {
        SoakAnswer served = SoakAnswer.ofExec(host.cli("machine", "exec", "--timeout", "100", machine.name, SERVE));
        if (served.kind() != SoakAnswer.Kind.DONE) {
            return served;
        }
        long deadline = System.nanoTime() + SERVING_NANOS;
        while (!greets()) {
            if (System.nanoTime() > deadline) {
                return new SoakAnswer(SoakAnswer.Kind.NOT_REACHED, "port " + port + " leads nowhere");
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return served;
    }

    private SoakAnswer notReached() throws Exception {
        return greets()
                ? new SoakAnswer(SoakAnswer.Kind.NOT_REACHED, "port " + port + " still leads to the guest")
                : new SoakAnswer(SoakAnswer.Kind.DONE, "port " + port + " leads nowhere any more");
    }

    private boolean greets() throws Exception {
        return host.run(List.of("timeout", "12", "bash", "-c", GREETING, Integer.toString(port)))
                        .exitCode()
                == 0;
    }
}
