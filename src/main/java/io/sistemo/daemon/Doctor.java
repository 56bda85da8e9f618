package io.sistemo.daemon;

import io.sistemo.api.DoctorCheck;
import io.sistemo.api.DoctorReport;
import io.sistemo.host.HostException;
import io.sistemo.host.LinuxFiles;
import io.sistemo.host.LinuxPrograms;
import io.sistemo.host.ProgramCall;
import io.sistemo.operation.Refusal;
import io.sistemo.store.DataDirectory;
import io.sistemo.store.Database;
import io.sistemo.store.StoreException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Looks at an installation and says what is not as it should be, and what to do. */
final class Doctor {
    private static final long MEBIBYTE = 1L << 20;

    private final List<DoctorCheck> checks = new ArrayList<>();

    /** Something that may refuse; its refusal is the finding. */
    private interface Look {
        String look();
    }

    /** Checks what can be seen without a daemon. */
    static DoctorReport offline(Path dataDirectory, Map<String, String> environment) {
        Doctor doctor = new Doctor();
        DataDirectory directory = new DataDirectory(dataDirectory);
        doctor.common(directory, environment);
        doctor.check(
                "database",
                "'sudo sistemo up' sets an unclean one aside and rebuilds it from what lies beside it",
                () -> database(directory));
        doctor.checks.add(new DoctorCheck("daemon", false, "it does not run", "sudo sistemo up"));
        return new DoctorReport(List.copyOf(doctor.checks));
    }

    /**
     * Checks that a running daemon makes.
     *
     * @param drift what the ledger says and the host does not, a sentence each
     * @param volumes what disks and rows of volumes disagree about, a sentence each
     * @param firewalls what other programs' firewalls keep machines from
     * @param hypervisor how machines run
     */
    static DoctorReport online(
            DataDirectory directory,
            Map<String, String> environment,
            List<String> drift,
            List<String> volumes,
            List<FirewallTrouble> firewalls,
            String hypervisor) {
        Doctor doctor = new Doctor();
        doctor.common(directory, environment);
        doctor.checks.add(new DoctorCheck("daemon", true, "runs", null));
        doctor.checks.add(new DoctorCheck("hypervisor", true, hypervisor, null));
        doctor.checks.add(new DoctorCheck(
                "volumes",
                volumes.isEmpty(),
                volumes.isEmpty() ? "every volume has its disk" : String.join("; ", volumes),
                volumes.isEmpty() ? null : "sistemo volume recover"));
        doctor.firewalls(firewalls);
        doctor.checks.add(new DoctorCheck(
                "drift",
                drift.isEmpty(),
                drift.isEmpty() ? "the host holds what the ledger says" : String.join("; ", drift),
                drift.isEmpty()
                        ? null
                        : "it is repaired by itself where that is safe; if it stays, restart the machine"));
        return new DoctorReport(List.copyOf(doctor.checks));
    }

    private void firewalls(List<FirewallTrouble> troubles) {
        troubles.forEach(trouble -> checks.add(new DoctorCheck("firewall", false, trouble.sentence(), trouble.fix())));
        if (troubles.isEmpty()) {
            checks.add(new DoctorCheck("firewall", true, "no other firewall is in the way", null));
        }
    }

    private void common(DataDirectory directory, Map<String, String> environment) {
        String reinstall = "sudo sistemo install";
        check("programs", "install the packages that are named", () -> {
            InstallationTools.require(environment.getOrDefault("PATH", ""));
            return "all there";
        });
        check("resolver", "install dnsmasq-base 2.88 or later", () -> {
            ProgramCall call = ProgramCall.of(List.of("dnsmasq", "--version"));
            return InstallationTools.requireResolverVersion(
                    new LinuxPrograms().require(call).output());
        });
        check("configuration", "mend " + directory.configuration(), () -> {
            Configuration.load(directory.configuration(), environment);
            return "valid";
        });
        present("kernel", directory.kernel(), reinstall);
        present("initramfs", directory.initramfs(), reinstall);
        present("ssh key", directory.clientKey(), reinstall);
        check("disk space", "delete something, or lower min_disk_free_mb", () -> space(directory, environment));
    }

    private static String space(DataDirectory directory, Map<String, String> environment) {
        long freeMib = directory.root().toFile().getUsableSpace() / MEBIBYTE;
        int least = Configuration.load(directory.configuration(), environment)
                .get(ConfigurationKey.MIN_DISK_FREE_MB)
                .number();
        if (freeMib < least) {
            throw new StoreException("only " + freeMib + " MiB are free, and deploys need " + least);
        }
        return freeMib + " MiB free";
    }

    private static String database(DataDirectory directory) {
        LinuxFiles files = new LinuxFiles();
        try {
            return Files.exists(directory.database())
                    ? existingDatabase(directory, files)
                    : DatabaseOpening.describe(directory, files);
        } catch (HostException e) {
            throw new StoreException("it cannot be compared with the data directory: " + e.getMessage(), e);
        }
    }

    private static String existingDatabase(DataDirectory directory, LinuxFiles files) {
        try (DataDirectoryLock _ = DataDirectoryLock.acquire(directory)) {
            String condition = DatabaseOpening.describe(directory, files);
            try (Database database = Database.open(directory.database())) {
                List<String> unknown = new UnknownRemains(database, directory, files).find();
                if (!unknown.isEmpty()) {
                    throw new StoreException(String.join("; ", unknown));
                }
            }
            return condition;
        }
    }

    private void present(String name, Path file, String fix) {
        check(name, fix, () -> {
            if (!Files.isRegularFile(file)) {
                throw new StoreException(file + " is missing");
            }
            return file.toString();
        });
    }

    private void check(String name, String fix, Look look) {
        try {
            checks.add(new DoctorCheck(name, true, look.look(), null));
        } catch (Refusal | StoreException | HostException e) {
            checks.add(new DoctorCheck(name, false, e.getMessage(), fix));
        }
    }
}
