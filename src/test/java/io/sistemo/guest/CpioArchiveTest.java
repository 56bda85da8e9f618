package io.sistemo.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CpioArchiveTest {
    @Test
    void writesWhatCpioLists() throws Exception {
        CpioArchive archive = new CpioArchive();
        archive.file("a/b/odd length", 0640, "12345");
        archive.symbolicLink("a/link", "b/odd length");
        archive.characterDevice("dev/console", 0600, 5, 1);
        archive.directory("a/private", 0700);
        archive.directory("a/private", 0700);

        String listing = Tool.run(archive.finish(), "cpio", "-itvn").output();

        assertThat(listing.lines().map(line -> line.replaceAll(" +", " ")))
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("drwxr-xr-x 2 0 0").endsWith(" a"),
                        line -> assertThat(line).startsWith("drwxr-xr-x").endsWith(" a/b"),
                        line -> assertThat(line)
                                .startsWith("-rw-r----- 1 0 0 5 ")
                                .endsWith(" a/b/odd length"),
                        line -> assertThat(line).startsWith("lrwxrwxrwx").endsWith(" a/link -> b/odd length"),
                        line -> assertThat(line).startsWith("drwxr-xr-x").endsWith(" dev"),
                        line -> assertThat(line)
                                .startsWith("crw------- 1 0 0 5, 1")
                                .endsWith(" dev/console"),
                        line -> assertThat(line).startsWith("drwx------").endsWith(" a/private"));
    }

    @Test
    void keepsContents() throws Exception {
        CpioArchive archive = new CpioArchive();
        archive.file("first", 0644, "one\n");
        archive.file("second", 0644, "two");

        byte[] extracted = Tool.run(archive.finish(), "cpio", "-i", "--to-stdout", "second")
                .output()
                .getBytes(StandardCharsets.UTF_8);

        assertThat(extracted).asString(StandardCharsets.UTF_8).isEqualTo("two");
    }

    @Test
    void refusesPathsThatLeaveTheArchiveAndPathsTwice() {
        CpioArchive archive = new CpioArchive();
        archive.file("once", 0644, "");

        assertThatThrownBy(() -> archive.file("once", 0644, "")).hasMessage("the archive already has once");
        for (String path : new String[] {"/absolute", "a/../b", "", "a//b", "./a", "nul\0"}) {
            assertThatThrownBy(() -> archive.file(path, 0644, ""))
                    .as(path)
                    .hasMessageStartingWith("not a path inside an archive");
        }
    }
}
