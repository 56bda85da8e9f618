package io.sistemo.network;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A question by UDP (RFC 1035) and what is answered to it.
 *
 * @param code the answer's response code
 * @param values addresses, or names for {@link Type#PTR}
 */
public record DnsQuestion(int code, List<String> values) {
    /** There is no such name. */
    public static final int NO_SUCH_NAME = 3;

    private static final int HEADER_BYTES = 12;
    private static final int LARGEST_BYTES = 1500;
    private static final int IN = 1;
    private static final int TIMEOUT_MILLIS = 3000;

    /** What is asked for. */
    public enum Type {
        A(1),
        PTR(12),
        TXT(16);

        private final int number;

        Type(int number) {
            this.number = number;
        }
    }

    /** Asks a server and waits for its answer. */
    public static DnsQuestion ask(InetSocketAddress server, Type type, String name) throws IOException {
        byte[] question = question(type, name);
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.send(new DatagramPacket(question, question.length, server));
            DatagramPacket answer = new DatagramPacket(new byte[LARGEST_BYTES], LARGEST_BYTES);
            socket.receive(answer);
            return parse(type, ByteBuffer.wrap(answer.getData(), 0, answer.getLength()), question.length);
        }
    }

    private static byte[] question(Type type, String name) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(new byte[] {0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0});
        for (String label : name.split("\\.", -1)) {
            bytes.write(label.length());
            bytes.writeBytes(label.getBytes(StandardCharsets.US_ASCII));
        }
        bytes.writeBytes(new byte[] {0, 0, (byte) type.number, 0, IN});
        return bytes.toByteArray();
    }

    private static DnsQuestion parse(Type type, ByteBuffer answer, int answersAt) {
        int code = answer.get(3) & 0xf;
        int count = answer.getShort(6);
        List<String> values = new ArrayList<>();
        answer.position(answersAt);
        for (int i = 0; i < count; i++) {
            name(answer);
            int answeredType = answer.getShort();
            answer.position(answer.position() + 6);
            int end = answer.getShort() + answer.position();
            if (answeredType == type.number) {
                values.add(type == Type.PTR ? name(answer) : new Ipv4(answer.getInt() & 0xffff_ffffL).toString());
            }
            answer.position(end);
        }
        return new DnsQuestion(code, values);
    }

    /** Reads a name, which may end elsewhere in the message. */
    static String name(ByteBuffer message) {
        List<String> labels = new ArrayList<>();
        int length = message.get() & 0xff;
        while (length > 0) {
            if (length >= 0xc0) {
                ByteBuffer elsewhere = message.duplicate();
                elsewhere.position(((length & 0x3f) << 8) | (message.get() & 0xff));
                labels.add(name(elsewhere));
                return String.join(".", labels);
            }
            byte[] label = new byte[length];
            message.get(label);
            labels.add(new String(label, StandardCharsets.US_ASCII));
            length = message.get() & 0xff;
        }
        return String.join(".", labels);
    }

    /** The name that a question asks about. */
    static String nameIn(byte[] question) {
        ByteBuffer message = ByteBuffer.wrap(question);
        message.position(HEADER_BYTES);
        return name(message);
    }
}
