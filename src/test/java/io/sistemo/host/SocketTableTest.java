package io.sistemo.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.Test;

class SocketTableTest {
    private static final String HEAD =
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";
    private static final InetSocketAddress PEER = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0xC350);
    private static final InetSocketAddress LOCAL = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 7777);

    private static String row(String local, String remote, String state, int uid, int inode) {
        return "   0: " + local + " " + remote + " " + state + " 00000000:00000000 00:00000000 00000000  " + uid
                + "        0 " + inode + " 1 0000000000000000 20 4 30 10 -1";
    }

    @Test
    void theOtherEndsUserIsFound() {
        List<String> lines = List.of(
                HEAD,
                row("0100007F:1E61", "0100007F:C350", "01", 0, 99),
                row("0100007F:C350", "0100007F:1E61", "01", 1000, 100));
        assertThat(SocketTableText.uidOf(lines, PEER, LOCAL)).hasValue(1000);
    }

    @Test
    void aSocketThatIsClosingOrWithoutInodeIsNobodys() {
        for (String state : List.of("04", "05", "06", "08", "09", "0A")) {
            List<String> lines = List.of(HEAD, row("0100007F:C350", "0100007F:1E61", state, 0, 100));
            assertThat(SocketTableText.uidOf(lines, PEER, LOCAL)).isEmpty();
        }
        List<String> lines = List.of(HEAD, row("0100007F:C350", "0100007F:1E61", "01", 0, 0));
        assertThat(SocketTableText.uidOf(lines, PEER, LOCAL)).isEmpty();
    }

    @Test
    void anotherConnectionIsNotTakenForIt() {
        List<String> lines = List.of(
                HEAD,
                row("0100007F:C351", "0100007F:1E61", "01", 1, 100),
                row("0100007F:C350", "0100007F:1E62", "01", 2, 100),
                row("0200007F:C350", "0100007F:1E61", "01", 3, 100));
        assertThat(SocketTableText.uidOf(lines, PEER, LOCAL)).isEmpty();
        assertThat(SocketTableText.uidOf(List.of(), PEER, LOCAL)).isEmpty();
    }

    @Test
    void addressesOfBothKindsAreUnderstood() throws IOException {
        assertThat(SocketTableText.address("0100007F:1E61")).isEqualTo(LOCAL);
        assertThat(SocketTableText.address("0000000000000000FFFF00000100007F:1E61"))
                .isEqualTo(LOCAL);
        assertThat(SocketTableText.address("00000000000000000000000001000000:1E61"))
                .isEqualTo(new InetSocketAddress(InetAddress.ofLiteral("::1"), 7777));
    }

    @Test
    void aLiveConnectionIsFoundOverEitherProtocol() throws IOException {
        for (String address : List.of("127.0.0.1", "::1")) {
            try (ServerSocket server = new ServerSocket(0, 1, InetAddress.ofLiteral(address));
                    Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
                    Socket accepted = server.accept()) {
                InetSocketAddress peer = (InetSocketAddress) accepted.getRemoteSocketAddress();
                InetSocketAddress local = (InetSocketAddress) accepted.getLocalSocketAddress();
                assertThat(client.isConnected()).isTrue();
                assertThat(new LinuxSocketTable().uidOf(peer, local)).hasValue(ownUid());
            }
        }
    }

    @Test
    void aClientThatSendsAndClosesAtOnceIsNobody() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
            client.getOutputStream().write(1);
            client.close();
            try (Socket accepted = server.accept()) {
                InetSocketAddress peer = (InetSocketAddress) accepted.getRemoteSocketAddress();
                InetSocketAddress local = (InetSocketAddress) accepted.getLocalSocketAddress();
                assertThat(new LinuxSocketTable().uidOf(peer, local)).isEmpty();
            }
        }
    }

    private static long ownUid() throws IOException {
        return java.nio.file.Files.readAllLines(java.nio.file.Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("Uid:"))
                .mapToLong(line -> Long.parseLong(line.split("\\s+", 3)[1]))
                .findFirst()
                .orElseThrow();
    }
}
