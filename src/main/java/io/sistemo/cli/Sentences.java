package io.sistemo.cli;

import io.sistemo.api.DaemonAddress;
import io.sistemo.api.DaemonRefusal;
import io.sistemo.api.DaemonUnreachable;
import io.sistemo.api.ErrorCode;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;

/** Failures as one line for the user: what was asked, why not, what to do. */
final class Sentences {
    private Sentences() {}

    static String of(Exception e) {
        return switch (e) {
            case DaemonUnreachable unreachable -> ofUnreachable(unreachable);
            case DaemonRefusal refusal -> ofRefusal(refusal);
            case CommandFailed failed -> messageOf(failed);
            case UsageError usage -> messageOf(usage);
            case AccessDeniedException denied -> denied.getFile() + ": permission denied.";
            case FileSystemException file
            when file.getReason() != null -> file.getFile() + ": " + file.getReason() + ".";
            case IOException io -> messageOf(io);
            default -> e.toString();
        };
    }

    private static String messageOf(Exception e) {
        String message = e.getMessage();
        return message == null ? e.toString() : message;
    }

    private static String ofUnreachable(DaemonUnreachable e) {
        DaemonAddress address = e.address();
        boolean local = address.host().equals("localhost")
                || address.host().startsWith("127.")
                || address.host().equals("::1");
        if (local && e.getCause() instanceof ConnectException) {
            return "The daemon is not running: nothing answers at " + address + ". Start it with: sudo sistemo up";
        }
        return messageOf(e);
    }

    private static String ofRefusal(DaemonRefusal e) {
        if (e.code().filter(code -> code == ErrorCode.UNAUTHENTICATED).isPresent()) {
            return messageOf(e) + " (use sudo, or set HOST_API_KEY)";
        }
        return messageOf(e);
    }
}
