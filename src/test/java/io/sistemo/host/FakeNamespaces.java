package io.sistemo.host;

import java.util.List;
import java.util.Optional;

/** Network namespaces in memory. */
final class FakeNamespaces implements Namespaces {
    private final FakeState state;
    private final CallListener listener;

    FakeNamespaces(FakeState state, CallListener listener) {
        this.state = state;
        this.listener = listener;
    }

    @Override
    public boolean exists(String name) {
        synchronized (state) {
            return state.namespaces.containsKey(name);
        }
    }

    @Override
    public void add(String name) {
        FakeState.Namespace namespace;
        synchronized (state) {
            namespace = state.namespaces.getOrDefault(name, new FakeState.Namespace());
            if (namespace.whole && exists(name)) {
                return;
            }
            namespace.whole = false;
            state.namespaces.put(name, namespace);
        }
        listener.step("namespaces.add " + name, 1);
        synchronized (state) {
            namespace.whole = true;
            namespace.links.put(
                    "lo", new LinkFacts("lo", Optional.empty(), "", Optional.empty(), false, "00:00:00:00:00:00"));
        }
    }

    /** A process inside would keep the links in reality; no test of the domain may rely on either. */
    @Override
    public void delete(String name) {
        synchronized (state) {
            FakeState.Namespace namespace = state.namespaces.get(name);
            if (namespace == null) {
                return;
            }
            if (namespace.whole) {
                List.copyOf(namespace.links.keySet()).forEach(link -> FakeLinks.remove(state, name, link));
                namespace.tables.clear();
                namespace.whole = false;
            }
        }
        listener.step("namespaces.delete " + name, 1);
        synchronized (state) {
            state.namespaces.remove(name);
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
