package io.sistemo.cli;

import io.sistemo.api.Image;
import io.sistemo.api.ImageList;
import io.sistemo.api.PullRequest;
import java.io.IOException;
import java.nio.file.Path;

/** {@code sistemo image ...}. */
final class ImageCommands {
    private static final int SHOWN_DIGEST_LENGTH = "sha256:".length() + 12;

    private ImageCommands() {}

    /** What the daemon is asked for: a path is made absolute, because the daemon works elsewhere. */
    static String reference(String image, Session session) {
        boolean path = image.startsWith("/") || image.startsWith("./") || image.startsWith("../");
        return path
                ? session.terminal()
                        .workingDirectory()
                        .resolve(image)
                        .normalize()
                        .toString()
                : image;
    }

    /** The name that an image gives to a machine: of a path its last part without the ending, of a reference its last part without the tag. */
    static String nameOf(String image) {
        Path last = Path.of(image).getFileName();
        String name = last == null ? image : last.toString();
        int cut = image.startsWith("/") ? name.lastIndexOf('.') : name.indexOf(':');
        return cut > 0 ? name.substring(0, cut) : name;
    }

    static int list(Invocation invocation, Session session) throws IOException {
        ImageList list = session.client().images();
        if (session.json()) {
            session.printJson(list);
            return ExitCode.OK;
        }
        TextTable table = new TextTable("NAME", "DIGEST", "SIZE", "ON DISK", "MACHINES", "CREATED");
        for (Image image : list.images()) {
            String digest = image.digest();
            table.row(
                    image.name(),
                    digest.length() > SHOWN_DIGEST_LENGTH ? digest.substring(0, SHOWN_DIGEST_LENGTH) : digest,
                    Sizes.format(image.sizeMb()),
                    Sizes.format(image.allocatedBytes() >> 20),
                    Integer.toString(image.machineCount()),
                    image.createdAt());
        }
        session.print(table);
        return ExitCode.OK;
    }

    /** Pulls an image and tells the name under which the daemon has it. */
    static String pulled(String reference, Session session) throws IOException {
        var pulled = OperationWatch.run(session, true, client -> client.pullImage(new PullRequest(reference)));
        return pulled.targetName() == null ? reference : pulled.targetName();
    }

    static boolean isPresent(String reference, Session session) throws IOException {
        for (Image image : session.client().images().images()) {
            if (image.name().equals(reference) || image.digest().equals(reference)) {
                return true;
            }
        }
        return false;
    }

    static int pull(Invocation invocation, Session session) throws IOException {
        String name = reference(invocation.arguments().getFirst(), session);
        var ended = OperationWatch.run(session, true, client -> client.pullImage(new PullRequest(name)));
        if (session.json()) {
            session.printJson(ended);
        } else {
            String target = ended.targetName() == null ? name : ended.targetName();
            session.out().line(Printable.line(target + " pulled"));
        }
        return ExitCode.OK;
    }

    static int delete(Invocation invocation, Session session) throws IOException {
        String name = invocation.arguments().getFirst();
        if (!session.yes()) {
            Question.requireYes(session, "Delete image " + name + "?");
        }
        return MachineCommands.change(session, "deleted", client -> client.deleteImage(name));
    }
}
