package io.sistemo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SizesTest {
    @ParameterizedTest
    @CsvSource({
        "512, 512",
        "1, 1",
        "512M, 512",
        "512MB, 512",
        "512mb, 512",
        "2G, 2048",
        "2GB, 2048",
        "2gb, 2048",
        "2 GB, 2048",
        "1T, 1048576",
        "10TB, 10485760",
    })
    void readsSizes(String text, long mebibytes) {
        assertThat(Sizes.parseMebibytes(text)).isEqualTo(mebibytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "G",
                "0",
                "0GB",
                "-1",
                "-1G",
                "+5",
                "1.5G",
                "5XB",
                "5 apples",
                "0x10",
                "1e3",
                "2GBB",
                "99999999999999999999",
                "999999999999T",
                "\u0665"
            })
    void refusesEverythingElseAndNamesIt(String text) {
        assertThatThrownBy(() -> Sizes.parseMebibytes(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("\"" + text + "\" is ");
    }

    @ParameterizedTest
    @CsvSource({"512, 512MB", "1023, 1023MB", "1024, 1.0GB", "5120, 5.0GB", "2560, 2.5GB"})
    void showsSizes(long mebibytes, String text) {
        assertThat(Sizes.format(mebibytes)).isEqualTo(text);
    }
}
