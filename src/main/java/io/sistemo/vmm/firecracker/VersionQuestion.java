package io.sistemo.vmm.firecracker;

/** Which version it is; taken in every phase. */
public record VersionQuestion() implements ApiRequest.Question {
    @Override
    public String path() {
        return "/version";
    }

    @Override
    public String purpose() {
        return "tell its version";
    }
}
