package io.sistemo.host;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
                    "lo",
                    new LinkFacts("lo", Optional.empty(), "", Optional.empty(), false, false, "00:00:00:00:00:00"));
        }
    }

    @Override
    public void delete(String name) {
        synchronized (state) {
            FakeState.Namespace namespace = state.namespaces.get(name);
            if (namespace == null) {
                return;
            }
            if (namespace.whole) {
                String nameless = state.nameless();
                state.rename(name, nameless);
                state.collect(nameless);
                state.namespaces.put(name, FakeState.Namespace.remnant());
            }
        }
        listener.step("namespaces.delete " + name, 1);
        synchronized (state) {
            state.namespaces.remove(name);
        }
    }

    @Override
    public Map<String, NamespaceFacts> inspect(Collection<String> names, String family, String table) {
        synchronized (state) {
            Map<String, NamespaceFacts> found = new HashMap<>();
            for (String name : names) {
                FakeState.Namespace namespace = state.namespaces.get(name);
                if (namespace != null) {
                    Optional<TableFacts> facts = Optional.ofNullable(namespace.tables.get(family + " " + table))
                            .map(present -> new TableFacts(present.comment()));
                    found.put(name, new NamespaceFacts(List.copyOf(namespace.links.values()), facts));
                }
            }
            return found;
        }
    }

    @Override
    public void nameAgain(String name, ProcessIdentity inside) {
        if (namespaceOf(inside).equals(name)) {
            return;
        }
        delete(name);
        synchronized (state) {
            state.namespaces.put(name, FakeState.Namespace.remnant());
        }
        listener.step("namespaces.nameAgain " + name, 2);
        synchronized (state) {
            String actual = namespaceOf(inside);
            state.namespaces.remove(name);
            state.rename(actual, name);
        }
    }

    private String namespaceOf(ProcessIdentity inside) {
        synchronized (state) {
            return state.processes
                    .namespaceOf(inside)
                    .orElseThrow(() -> new HostException("the process " + inside.pid() + " has ended"));
        }
    }

    @Override
    public List<String> list() {
        synchronized (state) {
            return state.namespaces.keySet().stream()
                    .filter(name -> !name.equals(FakeState.HOST_NAMESPACE) && !name.startsWith(FakeState.NAMELESS))
                    .toList();
        }
    }
}
