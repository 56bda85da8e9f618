package io.sistemo.host;

import java.util.Optional;
import java.util.regex.Pattern;

/** Kernel settings in memory: a few of the host's and those of each of its links. */
final class FakeSysctls implements Sysctls {
    private static final Pattern OF_A_LINK =
            Pattern.compile("net\\.ipv[46]\\.(?:conf|neigh)\\.([A-Za-z0-9_-]+)\\.\\w+");

    private final FakeState state;

    FakeSysctls(FakeState state) {
        this.state = state;
    }

    @Override
    public Optional<String> read(String key) {
        synchronized (state) {
            return isKnown(key) ? Optional.of(state.sysctls.getOrDefault(key, "0")) : Optional.empty();
        }
    }

    @Override
    public void write(String key, String value) {
        synchronized (state) {
            if (!isKnown(key)) {
                throw new HostException("cannot set the kernel's " + key + " to " + value);
            }
            state.sysctls.put(key, value);
        }
    }

    /** Whether a setting is a link's, with which it goes. */
    static boolean isOf(String link, String key) {
        var ofALink = OF_A_LINK.matcher(key);
        return ofALink.matches() && ofALink.group(1).equals(link);
    }

    private boolean isKnown(String key) {
        var link = OF_A_LINK.matcher(key);
        return state.sysctls.containsKey(key)
                || (link.matches()
                        && (link.group(1).equals("all")
                                || link.group(1).equals("default")
                                || state.namespace(FakeState.HOST_NAMESPACE)
                                        .links
                                        .containsKey(link.group(1))));
    }
}
