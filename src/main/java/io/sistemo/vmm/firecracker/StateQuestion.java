package io.sistemo.vmm.firecracker;

/** Whether its guest was started, runs or is paused; taken in every phase. */
public record StateQuestion() implements ApiRequest.Question {
    @Override
    public String path() {
        return "/";
    }

    @Override
    public String purpose() {
        return "tell its state";
    }
}
