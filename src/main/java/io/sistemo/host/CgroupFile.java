package io.sistemo.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/** One directory of a hierarchy of control groups and its files. */
final class CgroupFile {
    static final String MEMBERS = "cgroup.procs";

    private CgroupFile() {}

    static boolean isDirectory(Path directory) {
        return java.nio.file.Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS);
    }

    /** Makes a group; one that is there is success. */
    static void make(Path directory) {
        try {
            java.nio.file.Files.createDirectory(directory);
        } catch (FileAlreadyExistsException e) {
            if (!isDirectory(directory)) {
                throw new HostException("cannot make the control group " + directory, e);
            }
        } catch (IOException e) {
            throw new HostException("cannot make the control group " + directory, e);
        }
    }

    static String read(Path directory, String file) {
        try {
            return java.nio.file.Files.readString(directory.resolve(file)).strip();
        } catch (IOException e) {
            throw new HostException("cannot read " + directory.resolve(file), e);
        }
    }

    /** A file's content; empty when it or its group is absent, also when that vanishes while it is read (ENODEV). */
    static Optional<String> find(Path directory, String file) {
        try {
            return Optional.of(
                    java.nio.file.Files.readString(directory.resolve(file)).strip());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            if (!isDirectory(directory)) {
                return Optional.empty();
            }
            throw new HostException("cannot read " + directory.resolve(file), e);
        }
    }

    static void write(Path directory, String file, String value) {
        try {
            byte[] bytes = value.getBytes(StandardCharsets.US_ASCII);
            java.nio.file.Files.write(directory.resolve(file), bytes, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new HostException("cannot write " + value + " into " + directory.resolve(file), e);
        }
    }

    /** Processes in a group; none when it is absent, also when it vanishes while it is read (ENODEV). */
    static List<Long> members(Path directory) {
        try {
            return java.nio.file.Files.readAllLines(directory.resolve(MEMBERS)).stream()
                    .map(Long::parseLong)
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            if (!isDirectory(directory)) {
                return List.of();
            }
            throw new HostException("cannot read the members of " + directory, e);
        }
    }

    /** Removes a group that has neither members nor children; says whether it is gone. */
    static boolean removeIfEmpty(Path directory) {
        try {
            java.nio.file.Files.deleteIfExists(directory);
            return true;
        } catch (DirectoryNotEmptyException e) {
            return false;
        } catch (FileSystemException e) {
            // Busy: a member or a child is (still) there.
            return !isDirectory(directory);
        } catch (IOException e) {
            throw new HostException("cannot remove the control group " + directory, e);
        }
    }
}
