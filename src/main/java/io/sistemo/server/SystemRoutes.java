package io.sistemo.server;

import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.sistemo.api.ErrorCode;
import io.sistemo.api.ServiceInfo;

/** The daemon itself: who it is, how it is, and with what configuration. */
final class SystemRoutes {
    private static final String SERVICE = "sistemo";

    private final DaemonFacts daemon;
    private final JsonExchange json;

    SystemRoutes(DaemonFacts daemon, JsonExchange json) {
        this.daemon = daemon;
        this.json = json;
    }

    void register(HttpRules routing) {
        Resource.at(routing, "/")
                .get((request, response) ->
                        json.send(response, Status.OK_200, new ServiceInfo(SERVICE, daemon.version())))
                .only();
        Resource.at(routing, "/health")
                .get((request, response) -> json.send(response, Status.OK_200, daemon.health()))
                .only();
        Resource.at(routing, "/ready")
                .get((request, response) -> {
                    if (!daemon.ready()) {
                        throw new FailedRequest(ErrorCode.UNAVAILABLE, "The daemon does not take requests now.");
                    }
                    json.send(response, Status.OK_200, new ServiceInfo(SERVICE, daemon.version()));
                })
                .only();
        Resource.at(routing, "/api/v1/system")
                .get((request, response) -> json.send(response, Status.OK_200, daemon.system()))
                .only();
        Resource.at(routing, "/api/v1/system/doctor")
                .get((request, response) -> json.send(response, Status.OK_200, daemon.doctor()))
                .only();
        Resource.at(routing, "/api/v1/config")
                .get((request, response) -> json.send(response, Status.OK_200, daemon.config()))
                .only();
    }
}
