package io.sistemo.bench;

/** The least that a JVM can do: what a command is compared with. */
final class Hello {
    private Hello() {}

    public static void main(String[] arguments) {
        System.out.println("hello");
    }
}
