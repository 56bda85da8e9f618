package io.sistemo.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names, paths, and what each is called. */
class ImageReferenceTest {
    @Test
    void knowsTheNamesThatCanBeMade() {
        assertThat(ImageReference.parse("debian")).isEqualTo(new ImageReference.Built("debian"));
    }

    @ParameterizedTest
    @CsvSource({
        "/srv/web.ext4, web",
        "./my-image_2.1.img, my-image_2.1",
        "../x/disk.raw, disk",
        "images/plain, plain",
        "/a/b.ext4.ext4, b.ext4"
    })
    void namesAFileAfterItself(String text, String tag) {
        assertThat(ImageReference.parse(text)).isEqualTo(new ImageReference.OfFile(tag, Path.of(text)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nginx", "debian.ext4", "Debian", "deb ian", "..", "a\nb"})
    void refusesUnknownNamesAndSaysWhatThereIs(String text) {
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> ImageReference.parse(text))
                .withMessageContaining("debian")
                .withMessageContaining("image pull ./")
                .satisfies(refusal -> {
                    assertThat(refusal.code()).isEqualTo(RefusalCode.NOT_FOUND);
                    assertThat(refusal.sentence()).doesNotContain("\n");
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/..",
                "/x/..",
                "/x/.ext4",
                "/x/-a.ext4",
                "/x/a b.img",
                "./ä.ext4",
                "/x/a..b",
                "/x/debian.ext4"
            })
    void refusesFilesThatCannotBecomeNames(String text) {
        assertBadInput(text);
    }

    @Test
    void refusesPathsThatAreNone() {
        assertBadInput("/a\0b");
        assertBadInput("/" + "a".repeat(129));
        assertThat(ImageReference.parse("/" + "a".repeat(128) + ".ext4").tag()).hasSize(128);
    }

    private static void assertBadInput(String text) {
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> ImageReference.parse(text))
                .satisfies(refusal -> {
                    assertThat(refusal.code()).isEqualTo(RefusalCode.BAD_INPUT);
                    assertThat(refusal.sentence()).doesNotContain("\n").hasSizeLessThan(400);
                });
    }
}
