package io.sistemo;

/** The program's one entry point. */
public final class Main {
    private Main() {}

    /** Runs the command named by the arguments. */
    public static void main(String[] arguments) {
        System.out.println("sistemo");
    }
}
