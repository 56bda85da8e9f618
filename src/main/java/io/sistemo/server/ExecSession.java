package io.sistemo.server;

import io.helidon.common.buffers.BufferData;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;
import io.helidon.websocket.WsUpgradeException;
import io.sistemo.api.ErrorCode;
import io.sistemo.api.ExecFrame;
import io.sistemo.api.ExecResize;
import io.sistemo.api.ExecStart;
import io.sistemo.api.MalformedJsonException;
import io.sistemo.guest.GuestCommand;
import io.sistemo.guest.TerminalSize;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The client's half of one exec stream: its first message starts the command, later ones are input and sizes. The library
 * calls it from the connection's one thread, which never waits for the guest here: it has to notice when the client leaves.
 */
final class ExecSession implements WsListener {
    private static final int MAX_MESSAGE_BYTES = ExecFrame.MAX_PAYLOAD_BYTES + 1;

    private final Services services;
    private final JsonExchange json;
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    private String reference = "";
    private @Nullable ExecPump pump;

    ExecSession(Services services, JsonExchange json) {
        this.services = services;
        this.json = json;
    }

    @Override
    public Optional<Headers> onHttpUpgrade(HttpPrologue prologue, Headers headers) throws WsUpgradeException {
        reference = ExecUpgrader.reference(prologue.uriPath().path())
                .orElseThrow(() -> new WsUpgradeException("the path names no machine"));
        return Optional.empty();
    }

    @Override
    public void onMessage(WsSession session, String text, boolean last) {
        collect(session, text.getBytes(StandardCharsets.UTF_8), last).ifPresent(bytes -> start(session, bytes));
    }

    @Override
    public void onMessage(WsSession session, BufferData buffer, boolean last) {
        byte[] part = new byte[buffer.available()];
        buffer.read(part);
        collect(session, part, last).ifPresent(bytes -> frame(session, bytes));
    }

    @Override
    public void onClose(WsSession session, int status, String reason) {
        hangUp();
    }

    @Override
    public void onError(WsSession session, Throwable thrown) {
        // Most often the client went away without a word, which is no error of ours.
        hangUp();
    }

    private void start(WsSession session, byte[] text) {
        if (pump != null) {
            fail(session, "The command was given already.");
            return;
        }
        ExecStart start;
        try {
            start = json.read(ExecStart.class, text);
        } catch (MalformedJsonException e) {
            fail(session, String.valueOf(e.getMessage()));
            return;
        }
        if (!start.type().equals(ExecStart.TYPE) || (start.timeoutSec() != null && start.timeoutSec() < 1)) {
            fail(session, "The first message has the type exec, and timeout_sec is at least 1.");
            return;
        }
        TerminalSize terminal = start.tty() ? new TerminalSize(start.rows(), start.cols()) : TerminalSize.NONE;
        ExecPump begun = new ExecPump(session, json);
        pump = begun;
        try {
            GuestCommand command =
                    services.guests().start(services.machines().guest(reference), start.command(), terminal);
            begun.run(command, Optional.ofNullable(start.timeoutSec()));
        } catch (RuntimeException e) {
            begun.end(null, Failure.of(e));
        }
    }

    private void frame(WsSession session, byte[] bytes) {
        ExecPump running = pump;
        if (running == null) {
            fail(session, "The first message is the command, as text.");
            return;
        }
        try {
            ExecFrame frame = ExecFrame.decode(bytes);
            switch (frame.channel()) {
                case STDIN -> running.input(frame.payload());
                case RESIZE -> {
                    ExecResize size = json.read(ExecResize.class, frame.payload());
                    running.resize(new TerminalSize(size.rows(), size.cols()));
                }
                case STDOUT, STDERR -> fail(session, "Only the server sends output.");
            }
        } catch (IllegalArgumentException | MalformedJsonException e) {
            fail(session, String.valueOf(e.getMessage()));
        }
    }

    /** A message may come in parts; the whole of it, or empty while parts are missing. */
    private Optional<byte[]> collect(WsSession session, byte[] part, boolean last) {
        if (message.size() + part.length > MAX_MESSAGE_BYTES) {
            fail(session, "A message of more than " + MAX_MESSAGE_BYTES + " bytes.");
            return Optional.empty();
        }
        try {
            message.write(part);
        } catch (IOException e) {
            throw new IllegalStateException("memory cannot be written", e);
        }
        if (!last) {
            return Optional.empty();
        }
        byte[] whole = message.toByteArray();
        message.reset();
        return Optional.of(whole);
    }

    private void fail(WsSession session, String sentence) {
        ExecPump running = pump == null ? new ExecPump(session, json) : pump;
        pump = running;
        running.end(null, new Failure(ErrorCode.BAD_INPUT, sentence));
    }

    private void hangUp() {
        ExecPump running = pump;
        if (running != null) {
            running.hangUp();
        }
    }
}
