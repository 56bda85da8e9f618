package io.sistemo.host;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;

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

    /**
     * Says something to whoever listens at a Unix stream socket that is a file, and waits for the whole answer. Neither its
     * path may be of any length nor need its directory be somebody's to trust: what is not a socket itself, a symbolic link
     * for one, is refused.
     *
     * @param patience for all of it
     * @param isWhole whether what was heard so far is the whole answer
     * @return what was heard; empty when nobody listens there
     * @throws HostException when something else than a socket has the name, the answer ends early, is longer than 64 KiB, or
     *     does not come in time
     */
    Optional<byte[]> exchange(Path socket, byte[] said, Predicate<byte[]> isWhole, Duration patience);
}
