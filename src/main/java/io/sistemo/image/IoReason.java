package io.sistemo.image;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;

/** The part of an I/O error that is worth telling, without the path, which the sentence around it has. */
public final class IoReason {
    private IoReason() {}

    /** A few words. */
    public static String of(IOException error) {
        return switch (error) {
            case NoSuchFileException missing -> "no such file or directory";
            case AccessDeniedException denied -> "permission denied";
            case FileAlreadyExistsException exists -> "the name is taken";
            case DirectoryNotEmptyException full -> "the directory is not empty";
            case FileSystemLoopException loop -> "a loop of links";
            case ClosedByInterruptException interrupted -> "interrupted";
            case FileSystemException other when other.getReason() != null -> other.getReason();
            case IOException other when other.getMessage() != null -> other.getMessage();
            case IOException other -> other.getClass().getSimpleName();
        };
    }
}
