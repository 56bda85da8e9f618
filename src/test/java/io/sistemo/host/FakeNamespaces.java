package io.sistemo.host;

import java.util.List;

/** Network namespaces in memory. */
final class FakeNamespaces implements Namespaces {
    private final FakeState state;

    FakeNamespaces(FakeState state) {
        this.state = state;
    }

    @Override
    public boolean exists(String name) {
        synchronized (state) {
            return state.namespaces.containsKey(name);
        }
    }

    @Override
    public void add(String name) {
        synchronized (state) {
            if (!exists(name)) {
                FakeState.Namespace namespace = new FakeState.Namespace();
                namespace.links.put(
                        "lo",
                        new LinkFacts(
                                "lo",
                                java.util.Optional.empty(),
                                "",
                                java.util.Optional.empty(),
                                false,
                                "00:00:00:00:00:00"));
                state.namespaces.put(name, namespace);
            }
        }
    }

    /** A process inside would keep the links in reality; no test of the domain may rely on either. */
    @Override
    public void delete(String name) {
        synchronized (state) {
            FakeState.Namespace namespace = state.namespaces.get(name);
            if (namespace != null) {
                List.copyOf(namespace.links.keySet()).forEach(link -> FakeLinks.remove(state, name, link));
                state.namespaces.remove(name);
            }
        }
    }

    @Override
    public List<String> list() {
        synchronized (state) {
            return state.namespaces.keySet().stream()
                    .filter(name -> !name.equals(FakeState.HOST_NAMESPACE))
                    .toList();
        }
    }
}
