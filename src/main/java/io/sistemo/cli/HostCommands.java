package io.sistemo.cli;

import io.sistemo.api.AuditEntry;
import io.sistemo.api.AuditLog;
import io.sistemo.api.ConfigList;
import io.sistemo.api.ConfigValue;
import io.sistemo.api.DaemonUnreachable;
import io.sistemo.api.DoctorCheck;
import io.sistemo.api.DoctorReport;
import io.sistemo.api.ServiceInfo;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The commands that stand alone. */
final class HostCommands {
    private static final int DEFAULT_LIMIT = 20;
    private static final String PROGRAM = "sistemo";

    private HostCommands() {}

    static int history(Invocation invocation, Session session) throws IOException {
        AuditLog log = session.client()
                .auditLog(
                        invocation.find(CommandTable.LIMIT).orElse(DEFAULT_LIMIT),
                        invocation.find(CommandTable.ACTION),
                        invocation.find(CommandTable.TARGET));
        if (session.json()) {
            session.printJson(log);
            return ExitCode.OK;
        }
        TextTable table = new TextTable("TIME", "ACTION", "TARGET", "RESULT", "DETAILS");
        for (AuditEntry entry : log.entries()) {
            String target = entry.targetName() == null ? entry.targetId() : entry.targetName();
            table.row(
                    entry.timestamp(),
                    entry.action(),
                    target == null ? "" : target,
                    result(entry.success()),
                    entry.details() == null ? "" : entry.details());
        }
        session.print(table);
        return ExitCode.OK;
    }

    private static String result(@Nullable Boolean success) {
        return success == null ? "running" : success ? "ok" : "failed";
    }

    static int config(Invocation invocation, Session session) throws IOException {
        ConfigList config = session.client().config();
        if (session.json()) {
            session.printJson(config);
            return ExitCode.OK;
        }
        TextTable table = new TextTable("NAME", "VALUE", "FROM");
        for (ConfigValue value : config.values()) {
            table.row(value.name(), value.value() == null ? "" : value.value(), value.source());
        }
        session.print(table);
        return ExitCode.OK;
    }

    static int doctor(Invocation invocation, Session session) throws IOException, InterruptedException {
        DoctorReport report;
        try {
            report = session.client().doctor();
        } catch (DaemonUnreachable | CommandFailed e) {
            session.terminal().say("sistemo: " + Sentences.of(e) + " (Looking without it.)");
            report = session.local().doctor(session.dataDirectory());
        }
        boolean allOk = report.checks().stream().allMatch(DoctorCheck::ok);
        if (session.json()) {
            session.printJson(report);
        } else {
            for (DoctorCheck check : report.checks()) {
                String detail = check.detail() == null ? "" : ": " + check.detail();
                session.out().line((check.ok() ? "ok    " : "FAIL  ") + Printable.line(check.name() + detail));
                if (!check.ok() && check.fix() != null) {
                    session.out().line("      " + Printable.line(check.fix()));
                }
            }
        }
        return allOk ? ExitCode.OK : ExitCode.FAILED;
    }

    static int local(Invocation invocation, Session session) throws IOException, InterruptedException {
        return session.local()
                .run(new LocalCall(
                        invocation.command().path(),
                        session.dataDirectory(),
                        invocation.find(CommandTable.IMAGE),
                        invocation.find(CommandTable.FIRECRACKER),
                        invocation.find(CommandTable.SHA256),
                        session.json(),
                        session.yes(),
                        session.terminal().environment()));
    }

    static int completion(Invocation invocation, Session session) throws IOException {
        String script =
                Completion.script(new CommandTable(), invocation.arguments().getFirst());
        session.out().line(script.stripTrailing());
        return ExitCode.OK;
    }

    static int version(Invocation invocation, Session session) throws IOException {
        if (session.json()) {
            session.printJson(new ServiceInfo(PROGRAM, version()));
        } else {
            session.out().line(versionLine());
        }
        return ExitCode.OK;
    }

    static String versionLine() {
        return PROGRAM + " " + version();
    }

    private static String version() {
        String version = HostCommands.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
