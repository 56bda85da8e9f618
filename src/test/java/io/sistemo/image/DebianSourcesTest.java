package io.sistemo.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Which of a host's apt sources are Debian's own. */
class DebianSourcesTest {
    private static final String STOCK = """
            # main archive
            Types: deb deb-src
            URIs: http://mirror.example.org/debian
            Suites: trixie trixie-updates trixie-backports
            Components: main non-free-firmware
            Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

            Types: deb
            # security
            URIs: http://security.debian.org/debian-security/
            Suites: trixie-security
            Components:
             main
             contrib
            Signed-By: /usr/share/keyrings/debian-archive-keyring.pgp
            """;

    @Test
    void readsTheTwoStockEntries() {
        assertThat(DebianSources.ownOf("trixie", DebianSources.parseDeb822(STOCK)))
                .containsExactly(
                        new DebianSource(
                                List.of("http://mirror.example.org/debian"),
                                List.of("trixie", "trixie-updates"),
                                List.of("main"),
                                "/usr/share/keyrings/debian-archive-keyring.gpg"),
                        new DebianSource(
                                List.of("http://security.debian.org/debian-security/"),
                                List.of("trixie-security"),
                                List.of("main"),
                                "/usr/share/keyrings/debian-archive-keyring.pgp"));
    }

    @Test
    void readsOneLineEntries() {
        String list = """
                # comment
                deb http://deb.debian.org/debian/ bookworm main contrib   # trailing
                deb-src http://deb.debian.org/debian/ bookworm main
                deb [ arch=amd64 signed-by=/usr/share/keyrings/debian-archive-keyring.gpg ] https://a.example/x bookworm-security main
                """;

        assertThat(DebianSources.ownOf("bookworm", DebianSources.parseOneLine(list)))
                .extracting(DebianSource::uris)
                .containsExactly(List.of("http://deb.debian.org/debian/"), List.of("https://a.example/x"));
    }

    @Test
    void leavesOutWhatIsNotDebiansOrNotOfThisRelease() {
        String list = """
                deb https://download.example.com/linux/debian bookworm stable
                deb https://packages.example.com/apt bookworm main
                deb http://deb.debian.org/debian trixie main
                deb http://deb.debian.org/debian bookworm-backports main
                deb [signed-by=/etc/apt/keyrings/theirs.gpg] http://deb.debian.org/debian bookworm main
                deb cdrom:[Debian]/debian/ bookworm main
                nonsense
                """;

        assertThat(DebianSources.ownOf("bookworm", DebianSources.parseOneLine(list)))
                .isEmpty();
    }

    @Test
    void leavesOutEntriesThatAreSwitchedOffOrHaveAKeyOfTheirOwn() {
        String off = STOCK.replace("Types: deb deb-src", "Types: deb\nEnabled: no");
        String inline = STOCK.replace(
                "Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg",
                "Signed-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n abc");

        for (String text : List.of(off, inline)) {
            assertThat(DebianSources.ownOf("trixie", DebianSources.parseDeb822(text)))
                    .extracting(DebianSource::suites)
                    .containsExactly(List.of("trixie-security"));
        }
    }

    @Test
    void takesOverNothingThatSaysWhatToTrust() {
        String trusted = STOCK.replace("Components: main", "Trusted: yes\nAllow-Insecure: yes\nComponents: main");

        String rendered =
                DebianSources.render(DebianSources.ownOf("trixie", DebianSources.parseDeb822(trusted)), "/keys.gpg");

        assertThat(rendered).doesNotContainIgnoringCase("trusted").doesNotContainIgnoringCase("insecure");
        assertThat(rendered.lines().filter(line -> line.startsWith("Signed-By")))
                .containsExactly("Signed-By: /keys.gpg", "Signed-By: /keys.gpg");
    }

    @Test
    void readsWhatItWrites() {
        List<DebianSource> official = DebianSources.official("trixie");

        assertThat(DebianSources.parseDeb822(DebianSources.render(official, "/k.gpg")))
                .extracting(DebianSource::suites)
                .containsExactly(List.of("trixie", "trixie-updates"), List.of("trixie-security"));
    }
}
