package io.sistemo.server;

import io.helidon.http.Method;
import io.helidon.webserver.http.HttpRules;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;

/** The routes that the server registers, asked of the code that registers them. */
final class ApiRoutes {
    /**
     * One route.
     *
     * @param method in upper case
     * @param path with its parameters in braces
     */
    record Route(String method, String path) {
        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    private ApiRoutes() {}

    /** All of them, in the order in which they are registered; without the answers to methods that do not exist. */
    static List<Route> registered() {
        List<Route> routes = new ArrayList<>();
        HttpRules rules = (HttpRules) Proxy.newProxyInstance(
                HttpRules.class.getClassLoader(), new Class<?>[] {HttpRules.class}, (proxy, method, arguments) -> {
                    switch (method.getName()) {
                        case "route" -> routes.add(new Route(((Method) arguments[0]).text(), (String) arguments[1]));
                        case "any" -> {
                            // What answers all other methods is no route of its own.
                        }
                        default -> throw new AssertionError("a route is registered by " + method + ", unseen here");
                    }
                    return proxy;
                });
        FakeOperations operations = new FakeOperations();
        Services services = new Services(
                new FakeMachines(operations),
                new FakeVolumes(operations),
                new FakeNetworks(operations),
                new FakeImages(operations),
                operations,
                new FakeGuests(),
                new FakeDaemon());
        ApiServer.register(rules, services, new JsonExchange());
        return List.copyOf(routes);
    }
}
