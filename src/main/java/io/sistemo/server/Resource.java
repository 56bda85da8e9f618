package io.sistemo.server;

import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRules;
import io.sistemo.api.ErrorCode;
import java.util.ArrayList;
import java.util.List;

/** One path with its methods; any other method is answered by 405 and the list of those that exist. */
final class Resource {
    private final HttpRules routing;
    private final String path;
    private final List<String> methods = new ArrayList<>();

    private Resource(HttpRules routing, String path) {
        this.routing = routing;
        this.path = path;
    }

    /** A path; {@code {name}} stands for one segment. */
    static Resource at(HttpRules routing, String path) {
        return new Resource(routing, path);
    }

    Resource get(Handler handler) {
        return add(Method.GET, handler);
    }

    Resource post(Handler handler) {
        return add(Method.POST, handler);
    }

    Resource delete(Handler handler) {
        return add(Method.DELETE, handler);
    }

    /** Closes the path for all other methods. */
    void only() {
        String allowed = String.join(", ", methods);
        routing.any(path, (request, response) -> {
            response.header(HeaderNames.ALLOW, allowed);
            throw new FailedRequest(
                    ErrorCode.METHOD_NOT_ALLOWED,
                    "This route has no " + request.prologue().method().text() + ", only " + allowed + ".");
        });
    }

    private Resource add(Method method, Handler handler) {
        methods.add(method.text());
        routing.route(method, path, handler);
        return this;
    }
}
