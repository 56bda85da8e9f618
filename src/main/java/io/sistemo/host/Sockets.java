package io.sistemo.host;

/** Short talks with programs that listen at a socket. */
public interface Sockets {
    /**
     * Says something to whoever listens at an abstract Unix stream socket (unix(7)) of a named network namespace, and waits
     * for the line of the answer that contains a text. Lines before it are passed over.
     *
     * @param name the socket's name, without the zero byte in front
     * @param said ends with a line break
     * @return the line
     * @throws HostException when there is no such namespace, nobody listens, or that line does not come within two seconds
     */
    String converse(String namespace, String name, String said, String awaited);
}
