package io.sistemo.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebBoundaryTest {
    private final WebBoundary boundary = new WebBoundary(Set.of("Box.example"));

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:7777,,true",
        "127.0.0.1,,true",
        "localhost:1,,true",
        "LOCALHOST,,true",
        "[::1]:7777,,true",
        "[::1],,true",
        "box.example:7777,,true",
        "evil.example:7777,,false",
        "127.0.0.1.evil.example,,false",
        "localhost.evil.example:7777,,false",
        "[::1].evil.example,,false",
        "::1,,false",
        ",,false",
        "localhost:7777,http://localhost:7777,true",
        "localhost:7777,https://localhost:7777,true",
        "localhost:7777,http://localhost:3000,false",
        "localhost:7777,http://127.0.0.1:7777,false",
        "localhost:7777,http://evil.example,false",
        "localhost:7777,null,false",
        "localhost:7777,'',false",
    })
    void letsOnlyOurOwnNamesAndPagesIn(String host, String origin, boolean passes) {
        assertThat(boundary.objection(Optional.ofNullable(host), Optional.ofNullable(origin))
                        .isEmpty())
                .isEqualTo(passes);
    }
}
