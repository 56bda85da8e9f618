package io.sistemo.server;

import io.sistemo.api.ConfigList;
import io.sistemo.api.DoctorReport;
import io.sistemo.api.Health;
import io.sistemo.api.SystemInfo;

/** What the daemon says of itself; the wiring implements it. Safe for concurrent use. */
public interface DaemonFacts {
    /** The program's version. */
    String version();

    /** How it is; cheap, asked by monitors. */
    Health health();

    /** Whether it takes requests. */
    boolean ready();

    /** The host, the daemon, what there is, and limits. */
    SystemInfo system();

    /** The effective configuration. */
    ConfigList config();

    /** Looks at the installation now; may take seconds. */
    DoctorReport doctor();
}
