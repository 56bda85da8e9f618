package io.sistemo.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/**
 * Handlers for signals. A shutdown hook would not do: while hooks run, a second Ctrl-C is lost. The JDK's only interface is
 * {@code sun.misc.Signal} (module jdk.unsupported); it is reached by name because javac's warning about it cannot be
 * silenced, and warnings are errors here.
 */
public final class Signals {
    private Signals() {}

    /** A handler's place. Closing brings back what was done before. */
    public interface Handling extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Runs the handler, on a thread of its own, whenever the signal comes, instead of what was done before.
     *
     * @param name without SIG: {@code INT}, {@code TERM}, {@code WINCH}
     */
    public static Handling handle(String name, Runnable handler) {
        try {
            Class<?> signalType = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            InvocationHandler invocation = (proxy, method, arguments) -> switch (method.getName()) {
                case "handle" -> {
                    handler.run();
                    yield null;
                }
                case "hashCode" -> System.identityHashCode(proxy);
                case "equals" ->
                    arguments != null && System.identityHashCode(proxy) == System.identityHashCode(arguments[0]);
                default -> "handler of SIG" + name;
            };
            Object proxy =
                    Proxy.newProxyInstance(handlerType.getClassLoader(), new Class<?>[] {handlerType}, invocation);
            Object signal = signalType.getConstructor(String.class).newInstance(name);
            Method handle = signalType.getMethod("handle", signalType, handlerType);
            Object before = handle.invoke(null, signal, proxy);
            return () -> restore(handle, signal, before);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("This Java runtime cannot handle SIG" + name, e);
        }
    }

    private static void restore(Method handle, Object signal, Object before) {
        try {
            handle.invoke(null, signal, before);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("This Java runtime cannot handle SIG" + signal, e);
        }
    }
}
