package io.sistemo.network;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Stands for the name servers of the world: it has one address for every name, and keeps what it was asked. */
final class WorldServer implements AutoCloseable {
    static final String ADDRESS = "192.0.2.77";

    private static final int LARGEST_BYTES = 1500;
    private static final int HEADER_BYTES = 12;
    /** Type and class after the name. */
    private static final int QUESTION_END_BYTES = 4;
    /** The name as in the question; A, IN; a minute; four bytes: the address. */
    private static final byte[] ANSWER = {(byte) 0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, (byte) 192, 0, 2, 77};

    private final DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    private final List<String> asked = new CopyOnWriteArrayList<>();

    WorldServer() throws IOException {
        Thread.ofPlatform().daemon().start(this::serve);
    }

    int port() {
        return socket.getLocalPort();
    }

    List<String> asked() {
        return List.copyOf(asked);
    }

    private void serve() {
        DatagramPacket packet = new DatagramPacket(new byte[LARGEST_BYTES], LARGEST_BYTES);
        while (!socket.isClosed()) {
            try {
                packet.setLength(LARGEST_BYTES);
                socket.receive(packet);
                byte[] question = Arrays.copyOf(packet.getData(), packet.getLength());
                asked.add(DnsQuestion.nameIn(question));
                byte[] answer = answer(question);
                socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    System.err.println("the world's name server: " + e.getMessage());
                }
            }
        }
    }

    /** The question without what follows it (EDNS), then the answer. */
    private static byte[] answer(byte[] question) {
        ByteBuffer message = ByteBuffer.wrap(question);
        message.position(HEADER_BYTES);
        DnsQuestion.name(message);
        int end = message.position() + QUESTION_END_BYTES;
        ByteBuffer answer = ByteBuffer.allocate(end + ANSWER.length);
        answer.put(question, 0, end).put(ANSWER);
        answer.put(2, (byte) 0x81).put(3, (byte) 0x80);
        answer.putShort(6, (short) 1).putShort(8, (short) 0).putShort(10, (short) 0);
        return answer.array();
    }

    @Override
    public void close() {
        socket.close();
    }
}
