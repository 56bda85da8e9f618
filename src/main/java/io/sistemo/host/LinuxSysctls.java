package io.sistemo.host;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** Settings of the running kernel. */
final class LinuxSysctls implements Sysctls {
    private static final Path ROOT = Path.of("/proc/sys");
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)+");

    @Override
    public Optional<String> read(String key) {
        try {
            return Optional.of(java.nio.file.Files.readString(path(key)).stripTrailing());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new HostException("cannot read the kernel's setting " + key, e);
        }
    }

    @Override
    public void write(String key, String value) {
        try {
            java.nio.file.Files.writeString(path(key), value, java.nio.file.StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new HostException("cannot set the kernel's " + key + " to " + value, e);
        }
    }

    private static Path path(String key) {
        if (!KEY.matcher(key).matches()) {
            throw new IllegalArgumentException("not the name of a kernel setting: " + key);
        }
        return ROOT.resolve(key.replace('.', '/'));
    }
}
