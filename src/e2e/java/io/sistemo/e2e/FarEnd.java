package io.sistemo.e2e;

/** The other end of a link of a private host, in a namespace: it stands for the rest of the world, or for somebody else's machine. */
final class FarEnd {
    private FarEnd() {}

    /**
     * Makes one, whose link there is called {@code eth0}.
     *
     * @param link what its link is called on the host
     * @param ours the host's address on it, in a network of 24 bits; empty for none
     * @param theirs its own address there
     */
    static void connect(PrivateHost host, String namespace, String link, String ours, String theirs) throws Exception {
        host.run("ip", "netns", "add", namespace).succeeded();
        host.run("ip", "link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", namespace)
                .succeeded();
        if (!ours.isEmpty()) {
            host.run("ip", "address", "add", ours + "/24", "dev", link).succeeded();
        }
        host.run("ip", "link", "set", link, "up").succeeded();
        host.run("ip", "-netns", namespace, "address", "add", theirs + "/24", "dev", "eth0")
                .succeeded();
        host.run("ip", "-netns", namespace, "link", "set", "eth0", "up").succeeded();
    }
}
