package io.sistemo.store;

import java.nio.file.Path;

/**
 * The layout of a data directory: every file name of ours stands here, and nowhere else. No stored path is absolute, so
 * that data directories can be moved.
 *
 * @param root the directory itself
 */
public record DataDirectory(Path root) {
    /** Makes the path absolute. */
    public DataDirectory {
        root = root.toAbsolutePath().normalize();
    }

    /** The database. */
    public Path database() {
        return root.resolve("sistemo.db");
    }

    /** What was committed to the database and is not in its file yet (https://www.sqlite.org/wal.html). */
    public Path databaseLog() {
        return root.resolve("sistemo.db-wal");
    }

    /** Where a new database is made before it takes the place of an unclean one. */
    public Path newDatabase() {
        return root.resolve("sistemo.db.new");
    }

    /** A database that was set aside, by its time stamp; its write-ahead log lies beside it. */
    public Path uncleanDatabase(String stamp) {
        return root.resolve("sistemo.db.unclean-" + stamp);
    }

    /** What came back when a database was rebuilt, for people. */
    public Path rebuildReport(String stamp) {
        return root.resolve("rebuilt-" + stamp + ".txt");
    }

    /** The installation's id, so that it outlives the database. */
    public Path installationId() {
        return root.resolve("installation-id");
    }

    /** The configuration, which a user writes. */
    public Path configuration() {
        return root.resolve("config.yml");
    }

    /** Where a running daemon listens, for the command line. */
    public Path daemonUrl() {
        return root.resolve("daemon.url");
    }

    /** Held by whoever writes to this directory. */
    public Path lock() {
        return root.resolve("lock");
    }

    /** Keys. */
    public Path ssh() {
        return root.resolve("ssh");
    }

    /** The private key that guests let in. */
    public Path clientKey() {
        return ssh().resolve("sistemo_key");
    }

    /** Programs: what this one unpacks of itself, and Firecracker. */
    public Path programs() {
        return root.resolve("bin");
    }

    /** The VMM that {@code sistemo install} fetched. */
    public Path firecracker() {
        return programs().resolve("firecracker");
    }

    /** What confines it; of the same release. */
    public Path jailer() {
        return programs().resolve("jailer");
    }

    /** What guests boot with. */
    public Path kernelDirectory() {
        return root.resolve("kernel");
    }

    /** The guests' kernel. */
    public Path kernel() {
        return kernelDirectory().resolve("vmlinux");
    }

    /** The initramfs that all machines share. */
    public Path initramfs() {
        return kernelDirectory().resolve("initramfs.cpio.zst");
    }

    /** What the KVM probe found, and in which boot. */
    public Path kvmProbe() {
        return kernelDirectory().resolve("kvm-probe");
    }

    /** Images by their digest. */
    public Path images() {
        return root.resolve("images");
    }

    /** One image's file. */
    public Path image(String digest) {
        return images().resolve(digest.replaceFirst("^sha256:", "") + ".ext4");
    }

    /** Which names lead to which images, for when the database is lost. */
    public Path imageNames() {
        return images().resolve("names.json");
    }

    /** Volumes and their sidecars. */
    public Path volumes() {
        return root.resolve("volumes");
    }

    /** A directory for each machine. */
    public Path machines() {
        return root.resolve("vms");
    }

    /** What belongs to one machine, other than its disks. */
    public MachineFiles machine(String machineId) {
        return new MachineFiles(machines().resolve(machineId));
    }

    /**
     * One machine's files.
     *
     * @param directory where they lie
     */
    public record MachineFiles(Path directory) {
        /** The sidecar's name in each machine's directory. */
        public static final String SIDECAR = "machine.json";

        /** What its rows can be made of when the database is lost. */
        public Path sidecar() {
            return directory.resolve(SIDECAR);
        }

        /** Its initramfs: its own archive, then the shared one. */
        public Path initrd() {
            return directory.resolve("initrd");
        }

        /** Says which inputs the initramfs was made of. */
        public Path initrdInputs() {
            return directory.resolve("initrd.inputs");
        }

        /** What the guest prints on its serial console. */
        public Path console() {
            return directory.resolve("console.log");
        }

        /** What the VMM itself prints. */
        public Path vmmLog() {
            return directory.resolve("vmm.log");
        }

        /** The jail's name in each machine's directory. */
        public static final String JAIL = "jail";

        /** Its VMM's root directory is in there, if it has one of its own. */
        public Path jail() {
            return directory.resolve(JAIL);
        }

        /** What the VMM counts, if it writes that to a file. */
        public Path metrics() {
            return directory.resolve("metrics");
        }

        /** The guest's host key, for the ssh program. */
        public Path knownHosts() {
            return directory.resolve("known_hosts");
        }
    }
}
