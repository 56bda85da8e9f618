package io.sistemo.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Namespaces that a death in the middle, or another tool, left behind. */
@Tag("hosttest")
class NamespaceRemnantTest {
    private static final String NAME = "sv-0feedbee";
    private static final Path FILE = InNamespace.DIRECTORY.resolve(NAME);

    private final Programs programs = new LinuxPrograms();
    private final Namespaces namespaces = new LinuxNamespaces(programs);
    private final Links links = new LinuxLinks(namespaces);

    @BeforeEach
    void requirePrivate() {
        PrivateHost.requirePrivate();
    }

    @Test
    void aRemnantIsMadeWholeOrDeleted() throws IOException {
        java.nio.file.Files.createFile(FILE);
        assertThat(namespaces.exists(NAME)).isTrue();
        namespaces.add(NAME);
        assertThat(links.list(java.util.Optional.of(NAME))).hasSize(1);
        namespaces.delete(NAME);
        java.nio.file.Files.createFile(FILE);
        namespaces.delete(NAME);
        assertThat(FILE).doesNotExist();
    }

    @Test
    void theProgramAndWeUnderstandEachOther() {
        namespaces.add(NAME);
        programs.require(ProgramCall.of("ip", "-n", NAME, "link", "set", "lo", "up"));
        assertThat(links.find(java.util.Optional.of(NAME), "lo").orElseThrow().up())
                .isTrue();
        programs.require(ProgramCall.of("ip", "netns", "delete", NAME));
        assertThat(namespaces.exists(NAME)).isFalse();
        programs.require(ProgramCall.of("ip", "netns", "add", NAME));
        namespaces.add(NAME);
        assertThat(links.find(java.util.Optional.of(NAME), "lo").orElseThrow().up())
                .isFalse();
        namespaces.delete(NAME);
        assertThat(FILE).doesNotExist();
    }
}
