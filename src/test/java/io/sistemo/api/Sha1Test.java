package io.sistemo.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Sha1Test {
    @Test
    void everyLengthAroundABlockHasTheDigestOfTheJdk() throws Exception {
        Random random = new Random(1);
        MessageDigest jdk = MessageDigest.getInstance("SHA-1");
        for (int length = 0; length <= 200; length++) {
            byte[] message = new byte[length];
            random.nextBytes(message);
            assertThat(Sha1.digest(message)).as("%d bytes", length).isEqualTo(jdk.digest(message));
        }
    }
}
