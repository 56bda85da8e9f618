package io.sistemo.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Root filesystems of a few MiB, made from the host's static busybox. */
final class TestImage {
    private static final String BUSYBOX = "busybox";

    private TestImage() {}

    /** busybox with a shell and the usual commands, and nothing that could be an init. */
    static Path withoutInit(PrivateHost host) throws Exception {
        Path root = Files.createDirectories(host.scratch().resolve("without-init/bin"));
        Path busybox = copyBusybox(host, root.resolve(BUSYBOX));
        for (String command : List.of(
                "sh",
                "cat",
                "ls",
                "uname",
                "hostname",
                "df",
                "dd",
                "head",
                "md5sum",
                "mkdir",
                "rm",
                "yes",
                "sync",
                "sleep",
                "echo")) {
            Files.createSymbolicLink(root.resolve(command), busybox.getFileName());
        }
        return filesystem(host, "without-init");
    }

    /** One static binary, and no shell. */
    static Path oneStaticBinary(PrivateHost host) throws Exception {
        Path root = Files.createDirectories(host.scratch().resolve("one-binary"));
        copyBusybox(host, root.resolve("sleep"));
        return filesystem(host, "one-binary");
    }

    /** Its init ends at once, which is the end of the kernel. */
    static Path thatPanics(PrivateHost host) throws Exception {
        Path root = Files.createDirectories(host.scratch().resolve("panics"));
        copyBusybox(host, Files.createDirectory(root.resolve("bin")).resolve(BUSYBOX));
        Path init = Files.createDirectory(root.resolve("sbin")).resolve("init");
        Files.writeString(init, "#!/bin/busybox false\n");
        host.run("chmod", "0755", init.toString()).succeeded();
        return filesystem(host, "panics");
    }

    private static Path copyBusybox(PrivateHost host, Path to) throws Exception {
        String from = host.run("sh", "-c", "command -v busybox").succeeded().text();
        return Files.copy(Path.of(from), to);
    }

    private static Path filesystem(PrivateHost host, String name) throws Exception {
        Path file = host.scratch().resolve(name + ".ext4");
        String tree = host.scratch().resolve(name).toString();
        host.run("mkfs.ext4", "-q", "-F", "-J", "size=4", "-d", tree, file.toString(), "32M")
                .succeeded();
        return file;
    }
}
