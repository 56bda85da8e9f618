package io.sistemo.vmm.firecracker;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Writes programs that stand in for Firecracker and its jailer. Firecracker is one file, as the real one: a shell's line in
 * front of an archive of {@link StandInFirecracker} and what that needs.
 *
 * @param firecracker the one
 * @param jailer the other
 */
public record StandInPrograms(Path firecracker, Path jailer) {
    private static final String PACKAGE = "io/sistemo/vmm/firecracker/";

    /**
     * What they do.
     *
     * @param version that both tell
     * @param fault of the API, if there is one
     * @param socket whether the API socket comes to be
     * @param jailerRefuses whether the jailer does nothing but refuse
     * @param acpi whether the guest finds its devices by ACPI, else by its command line
     */
    public record Behaviour(String version, StandInFault fault, boolean socket, boolean jailerRefuses, boolean acpi) {
        /** As they should. */
        public static final Behaviour USUAL = new Behaviour("1.16.1", StandInFault.NONE, true, false, true);
    }

    /** Writes them into a directory, for a benchmark. */
    public static void main(String[] arguments) {
        write(Path.of(arguments[0]), Behaviour.USUAL);
    }

    /** Writes both into a directory. */
    public static StandInPrograms write(Path directory, Behaviour behaviour) {
        try {
            Files.createDirectories(directory);
            Path firecracker = directory.resolve("firecracker");
            ByteArrayOutputStream program = new ByteArrayOutputStream();
            program.write(("#!/bin/sh\nexec " + System.getProperty("java.home")
                            + "/bin/java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData -Xmx32m -cp \"$0\" "
                            + StandInFirecracker.class.getName() + " \"$@\"\n")
                    .getBytes(StandardCharsets.UTF_8));
            archive(program, properties(behaviour));
            writeProgram(firecracker, program.toByteArray());
            Path jailer = directory.resolve("jailer");
            String script = resource("stand-in-jailer")
                    .replace("@JAVA_HOME@", javaHome())
                    .replace("@VERSION@", behaviour.version())
                    .replace("@REFUSES@", behaviour.jailerRefuses() ? "yes" : "");
            writeProgram(jailer, script.getBytes(StandardCharsets.UTF_8));
            return new StandInPrograms(firecracker, jailer);
        } catch (IOException | URISyntaxException e) {
            throw new IllegalStateException("the stand-ins cannot be written", e);
        }
    }

    private static void writeProgram(Path file, byte[] content) throws IOException {
        Files.write(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** To be seen in the root directory too, unless it is there anyway. */
    private static String javaHome() {
        String home = System.getProperty("java.home");
        return home.startsWith("/usr/") ? "" : home;
    }

    private static Properties properties(Behaviour behaviour) {
        Properties properties = new Properties();
        properties.putAll(Map.of(
                "version", behaviour.version(),
                "fault.request", behaviour.fault().request(),
                "fault.kind", behaviour.fault().kind().name(),
                "socket", Boolean.toString(behaviour.socket()),
                "acpi", Boolean.toString(behaviour.acpi())));
        return properties;
    }

    private static void archive(OutputStream target, Properties properties) throws IOException, URISyntaxException {
        try (ZipOutputStream zip = new ZipOutputStream(target)) {
            Path classes = location(StandInFirecracker.class);
            addTree(zip, classes, classes.resolve(PACKAGE));
            Path main = location(HttpAnswer.class);
            for (String name : new String[] {"HttpAnswer", "OneLine"}) {
                add(zip, PACKAGE + name + ".class", Files.readAllBytes(main.resolve(PACKAGE + name + ".class")));
            }
            Path host = Path.of("io/sistemo/host/HostException.class");
            add(zip, host.toString(), Files.readAllBytes(main.resolve(host)));
            addYamlLibrary(zip);
            Optional<Path> contract = ApiContract.file();
            if (contract.isPresent()) {
                add(zip, StandInFirecracker.CONTRACT, Files.readAllBytes(contract.get()));
            }
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            properties.store(text, null);
            add(zip, StandInFirecracker.PROPERTIES, text.toByteArray());
        }
    }

    private static void addTree(ZipOutputStream zip, Path root, Path tree) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                add(zip, root.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
    }

    private static void addYamlLibrary(ZipOutputStream zip) throws IOException, URISyntaxException {
        try (ZipFile library =
                new ZipFile(location(org.snakeyaml.engine.v2.api.Load.class).toFile())) {
            library.stream()
                    .filter(entry -> entry.getName().startsWith("org/") && !entry.isDirectory())
                    .forEach(entry -> {
                        try (InputStream stream = library.getInputStream(entry)) {
                            add(zip, entry.getName(), stream.readAllBytes());
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
        }
    }

    private static void add(ZipOutputStream zip, String name, byte[] content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content);
        zip.closeEntry();
    }

    private static Path location(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    private static String resource(String name) throws IOException {
        try (InputStream stream = Objects.requireNonNull(StandInPrograms.class.getResourceAsStream(name))) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
