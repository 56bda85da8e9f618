package io.sistemo.guest;

import com.jcraft.jsch.HostKeyRepository;
import com.jcraft.jsch.UserInfo;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** Accepts exactly one host key: the one that we made for the guest. Learns nothing. */
final class PinnedHostKey implements HostKeyRepository {
    private static final com.jcraft.jsch.HostKey[] NONE = {};

    private final HostKey.Public expected;

    PinnedHostKey(HostKey.Public expected) {
        this.expected = expected;
    }

    @Override
    public int check(String host, byte[] key) {
        return MessageDigest.isEqual(key, expected.wireFormat()) ? OK : CHANGED;
    }

    @Override
    public void add(com.jcraft.jsch.HostKey hostKey, @Nullable UserInfo userInfo) {
        throw new UnsupportedOperationException("host keys are not learned");
    }

    @Override
    public void remove(String host, @Nullable String type) {
        throw new UnsupportedOperationException("host keys are not forgotten");
    }

    @Override
    public void remove(String host, @Nullable String type, byte @Nullable [] key) {
        throw new UnsupportedOperationException("host keys are not forgotten");
    }

    @Override
    public String getKnownHostsRepositoryID() {
        return "the key made for this guest";
    }

    @Override
    public com.jcraft.jsch.HostKey[] getHostKey() {
        return NONE;
    }

    @Override
    public com.jcraft.jsch.HostKey[] getHostKey(@Nullable String host, @Nullable String type) {
        return NONE;
    }
}
