package io.sistemo.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/** What the fake host and the real one have in common: files, disks, cgroups, settings. */
abstract class HostContract extends TransferContract {
    private static final long MIB = 1 << 20;
    private static final CgroupLimits LIMITS = new CgroupLimits(64 * MIB, 150, 50);

    abstract void putSymbolicLink(Path link);

    /** A name under {@code sistemo} that no other test uses. */
    abstract String installation();

    @Test
    void aDirectoryIsMadeOnceAndDeletedWithItsContent() {
        Files files = host().files();
        Path machine = directory().resolve("machine");
        assertThat(files.directoryExists(machine)).isFalse();
        files.ensureDirectory(machine, 0700, 0);
        files.ensureDirectory(machine, 0700, 0);
        files.ensureDirectory(machine.resolve("inner"), 0700, 0);
        files.writeAtomically(machine.resolve("inner/file"), bytes("x"), 0600, 0);
        assertThat(files.directoryExists(machine)).isTrue();
        files.deleteTree(machine);
        files.deleteTree(machine);
        assertThat(files.directoryExists(machine)).isFalse();
        assertThat(files.readFrom(machine.resolve("inner/file"), 0, 9)).isEmpty();
        assertThat(files.read(machine.resolve("inner/file"))).isEmpty();
    }

    @Test
    void aDirectoryListsWhatIsDirectlyInIt() {
        Files files = host().files();
        Path machine = directory().resolve("machine");
        assertThat(files.list(machine)).isEmpty();
        files.ensureDirectory(machine, 0700, 0);
        assertThat(files.list(machine)).isEmpty();
        files.ensureDirectory(machine.resolve("inner"), 0700, 0);
        files.writeAtomically(machine.resolve("inner/deep"), bytes("x"), 0600, 0);
        files.writeAtomically(machine.resolve("file"), bytes("x"), 0600, 0);
        assertThat(files.list(machine)).containsExactly("file", "inner");
        assertThatThrownBy(() -> files.list(machine.resolve("file"))).isInstanceOf(HostException.class);
    }

    @Test
    void aFileHasAFurtherNameUntilThatIsDeleted() {
        Files files = host().files();
        Path deep = directory().resolve("jails/one/root");
        files.makeDirectories(deep);
        Path disk = directory().resolve("disk");
        files.writeAtomically(disk, bytes("content"), 0600, 0);
        Path name = deep.resolve("disk");
        assertThat(files.link(disk, name)).isTrue();
        assertThat(files.readText(name)).contains("content");
        assertThatThrownBy(() -> files.link(disk, name)).isInstanceOf(HostException.class);
        assertThatThrownBy(() -> files.link(directory().resolve("missing"), deep.resolve("missing")))
                .isInstanceOf(HostException.class);
        putSymbolicLink(deep.resolve("symbolic"));
        assertThatThrownBy(() -> files.link(deep.resolve("symbolic"), deep.resolve("two")))
                .isInstanceOf(HostException.class);
        Path empty = deep.resolve("empty");
        files.makeEmpty(empty, 0600, 0);
        assertThat(files.readText(empty)).contains("");
        assertThatThrownBy(() -> files.makeEmpty(empty, 0600, 0)).isInstanceOf(HostException.class);
        files.deleteTree(directory().resolve("jails"));
        assertThat(files.readText(name)).isEmpty();
        assertThat(files.readText(disk)).contains("content");
    }

    @Test
    void whichDirectoriesHaveSomethingIsKnown() {
        Files files = host().files();
        Path machines = directory().resolve("machines");
        files.makeDirectories(machines.resolve("one/jail/deep"));
        files.makeDirectories(machines.resolve("two"));
        files.writeAtomically(machines.resolve("file"), bytes("x"), 0600, 0);
        assertThat(files.thoseWith(machines, "jail")).containsExactly("one");
    }

    @Test
    void theFileOfOneNameIsReadInEachDirectory() {
        Files files = host().files();
        Path machines = directory().resolve("machines");
        assertThat(files.readInEach(machines, "sidecar")).isEmpty();
        files.ensureDirectory(machines, 0700, 0);
        for (String name : List.of("one", "two", "other", "none", "link")) {
            files.ensureDirectory(machines.resolve(name), 0700, 0);
        }
        files.writeAtomically(machines.resolve("one/sidecar"), bytes("1"), 0600, 0);
        files.writeAtomically(machines.resolve("two/sidecar"), bytes("2"), 0600, 0);
        files.writeAtomically(machines.resolve("two/log"), bytes("x"), 0600, 0);
        files.ensureDirectory(machines.resolve("other/sidecar"), 0700, 0);
        putSymbolicLink(machines.resolve("link/sidecar"));
        files.writeAtomically(machines.resolve("file"), bytes("x"), 0600, 0);
        assertThat(files.readInEach(machines, "sidecar"))
                .containsOnlyKeys("one", "two")
                .hasEntrySatisfying("two", content -> assertThat(content).isEqualTo(bytes("2")));
        assertThatThrownBy(() -> files.readInEach(machines.resolve("file"), "sidecar"))
                .isInstanceOf(HostException.class);
    }

    @Test
    void aDirectoryNeedsItsParentAndAFreeName() {
        Files files = host().files();
        assertThatThrownBy(() -> files.ensureDirectory(directory().resolve("no/child"), 0700, 0))
                .isInstanceOf(HostException.class);
        Path file = directory().resolve("file");
        files.writeAtomically(file, bytes("x"), 0600, 0);
        assertThatThrownBy(() -> files.ensureDirectory(file, 0700, 0)).isInstanceOf(HostException.class);
        assertThatThrownBy(() -> files.directoryExists(file)).isInstanceOf(HostException.class);
    }

    @Test
    void aFileIsReplacedWholeAndDeleted() {
        Files files = host().files();
        Path file = directory().resolve("file");
        assertThat(files.readText(file)).isEmpty();
        files.writeAtomically(file, bytes("one"), 0600, 0);
        files.writeAtomically(file, bytes("two"), 0600, 0);
        assertThat(files.readText(file)).contains("two");
        files.delete(file);
        files.delete(file);
        assertThat(files.readText(file)).isEmpty();
    }

    @Test
    void aSymbolicLinkIsNeverFollowed() {
        Path link = directory().resolve("link");
        putSymbolicLink(link);
        Files files = host().files();
        Disks disks = host().disks();
        assertThatThrownBy(() -> files.readFrom(link, 0, 1)).isInstanceOf(HostException.class);
        assertThatThrownBy(() -> files.read(link)).isInstanceOf(HostException.class);
        assertThatThrownBy(() -> files.writeAtomically(link, bytes("x"), 0600, 0))
                .isInstanceOf(HostException.class);
        assertThatThrownBy(() -> files.directoryExists(link)).isInstanceOf(HostException.class);
        assertThatThrownBy(() -> files.ensureDirectory(link, 0700, 0)).isInstanceOf(HostException.class);
        assertThatThrownBy(() -> disks.find(link)).isInstanceOf(HostException.class);
        assertThatThrownBy(() -> disks.assignOwner(link, 1000, 0600)).isInstanceOf(HostException.class);
        assertThatThrownBy(() -> disks.cloneImage(link, directory().resolve("disk"), MIB))
                .isInstanceOf(HostException.class);
        files.deleteTree(link);
        assertThat(files.read(link)).isEmpty();
    }

    @Test
    void aDirectoryTellsItsNames() {
        Files files = host().files();
        Path inner = directory().resolve("inner");
        assertThat(files.list(inner)).isEmpty();
        files.ensureDirectory(inner, 0700, 0);
        files.writeAtomically(inner.resolve("b"), bytes("x"), 0600, 0);
        files.ensureDirectory(inner.resolve("a"), 0700, 0);
        files.writeAtomically(inner.resolve("a/c"), bytes("x"), 0600, 0);
        assertThat(files.list(inner)).containsExactly("a", "b");
        assertThatThrownBy(() -> files.list(inner.resolve("b"))).isInstanceOf(HostException.class);
    }

    @Test
    void aCopyHasItsDigestAndGetsItsNameOnce() {
        Disks disks = host().disks();
        Path source = directory().resolve("source");
        Path copy = directory().resolve("copy");
        host().files().writeAtomically(source, bytes("abc"), 0600, 0);
        List<Long> told = new ArrayList<>();
        for (String target : List.of("one", "one", "two")) {
            // FIPS 180-2, appendix B.1.
            assertThat(disks.copyHashed(source, copy, watch(told, false)))
                    .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
            assertThatThrownBy(() -> disks.copyHashed(source, copy, watch(told, false)))
                    .isInstanceOf(HostException.class);
            disks.publish(copy, directory().resolve(target));
            assertThat(disks.find(copy)).isEmpty();
            assertThat(host().files().readText(directory().resolve(target))).contains("abc");
        }
        assertThat(told).containsExactly(3L, 3L, 3L);
        assertThatThrownBy(() -> disks.publish(copy, directory().resolve("three")))
                .isInstanceOf(HostException.class);
    }

    @Test
    void aCopyCanBeStopped() {
        Disks disks = host().disks();
        Path source = directory().resolve("source");
        Path copy = directory().resolve("copy");
        assertThatThrownBy(() -> disks.copyHashed(source, copy, watch(new ArrayList<>(), false)))
                .isInstanceOf(HostException.class);
        host().files().writeAtomically(source, bytes("abc"), 0600, 0);
        assertThatThrownBy(() -> disks.copyHashed(source, copy, watch(new ArrayList<>(), true)))
                .isInstanceOf(CancellationException.class);
        disks.delete(copy);
        assertThat(disks.find(copy)).isEmpty();
    }

    @Test
    void aFileTellsItsBeginning() {
        Disks disks = host().disks();
        Path file = directory().resolve("file");
        assertThat(disks.readHead(file, 4)).isEmpty();
        host().files().writeAtomically(file, bytes("abcdef"), 0600, 0);
        FileHead head = disks.readHead(file, 4).orElseThrow();
        assertThat(head.kind()).isEqualTo(FileHead.Kind.REGULAR);
        assertThat(head.sizeBytes()).isEqualTo(6);
        assertThat(StandardCharsets.UTF_8.decode(head.content()).toString()).isEqualTo("abcd");
        assertThat(disks.readHead(directory(), 4))
                .get()
                .extracting(FileHead::kind)
                .isEqualTo(FileHead.Kind.DIRECTORY);
    }

    @Test
    void aDiskIsItsImageMadeLonger() {
        Disks disks = host().disks();
        Path image = directory().resolve("image");
        Path disk = directory().resolve("disk");
        host().files().writeAtomically(image, bytes("filesystem"), 0600, 0);
        assertThat(disks.find(disk)).isEmpty();
        disks.cloneImage(image, disk, 8 * MIB);
        assertThat(disks.find(disk)).get().satisfies(facts -> {
            assertThat(facts.sizeBytes()).isEqualTo(8 * MIB);
            assertThat(facts.allocatedBytes()).isLessThan(MIB);
        });
        disks.cloneImage(image, disk, 8 * MIB);
        assertThatThrownBy(() -> disks.cloneImage(image, disk, 9 * MIB)).isInstanceOf(HostException.class);
        disks.assignOwner(disk, 1234, 0600);
        disks.delete(disk);
        disks.delete(disk);
        assertThat(disks.find(disk)).isEmpty();
    }

    @Test
    void aDiskIsNotMadeFromNothingNorSmallerThanItsImage() {
        Disks disks = host().disks();
        Path image = directory().resolve("image");
        Path disk = directory().resolve("disk");
        assertThatThrownBy(() -> disks.cloneImage(image, disk, MIB)).isInstanceOf(HostException.class);
        host().files().writeAtomically(image, bytes("filesystem"), 0600, 0);
        assertThatThrownBy(() -> disks.cloneImage(image, disk, 5)).isInstanceOf(HostException.class);
        assertThatThrownBy(() -> disks.assignOwner(disk, 1, 0600)).isInstanceOf(HostException.class);
        assertThatThrownBy(() -> disks.find(directory())).isInstanceOf(HostException.class);
        assertThatThrownBy(() -> disks.delete(directory())).isInstanceOf(HostException.class);
        assertThat(disks.find(disk)).isEmpty();
    }

    @Test
    void aDiskGrowsAndNeverShrinks() {
        Disks disks = host().disks();
        Path disk = directory().resolve("disk");
        assertThatThrownBy(() -> disks.extend(disk, MIB)).isInstanceOf(HostException.class);
        host().files().writeAtomically(disk, bytes("kept"), 0600, 0);
        disks.extend(disk, 8 * MIB);
        disks.extend(disk, 8 * MIB);
        disks.extend(disk, MIB);
        assertThat(disks.find(disk)).get().satisfies(facts -> {
            assertThat(facts.sizeBytes()).isEqualTo(8 * MIB);
            assertThat(facts.allocatedBytes()).isLessThan(MIB);
        });
        assertThatThrownBy(() -> disks.extend(directory(), MIB)).isInstanceOf(HostException.class);
    }

    @Test
    void aNewDiskHoldsAFileSystem() {
        Path disk = directory().resolve("disk");
        UUID uuid = UUID.fromString("0a1b2c3d-0000-4000-8000-00000000000f");
        Filesystems filesystems = host().filesystems();
        filesystems.make(disk, 64 * MIB, uuid, "label");
        filesystems.make(disk, 64 * MIB, uuid, "label");
        assertThat(host().disks().find(disk)).get().satisfies(facts -> {
            assertThat(facts.sizeBytes()).isEqualTo(64 * MIB);
            assertThat(facts.allocatedBytes()).isBetween(1L, 32 * MIB);
        });
        assertThat(host().disks().find(PartialFile.of(disk))).isEmpty();
        assertThatThrownBy(() -> filesystems.make(disk, 65 * MIB, uuid, "label"))
                .isInstanceOf(HostException.class);
        Path link = directory().resolve("link");
        putSymbolicLink(link);
        assertThatThrownBy(() -> filesystems.make(link, 64 * MIB, uuid, "label"))
                .isInstanceOf(HostException.class);
        assertThatThrownBy(() -> filesystems.make(directory().resolve("no/disk"), 64 * MIB, uuid, "label"))
                .isInstanceOf(HostException.class);
    }

    @Test
    void aDiskOfAnImageHasAFileSystemOfItsOwn() {
        Filesystems filesystems = host().filesystems();
        Path image = directory().resolve("image");
        Path disk = directory().resolve("disk");
        UUID uuid = UUID.randomUUID();
        assertThatThrownBy(() -> filesystems.makeFrom(image, disk, 64 * MIB, uuid, "label"))
                .isInstanceOf(HostException.class);
        filesystems.make(image, 32 * MIB, UUID.randomUUID(), "image");
        assertThatThrownBy(() -> filesystems.makeFrom(image, disk, 16 * MIB, uuid, "label"))
                .isInstanceOf(HostException.class);
        assertThat(host().disks().find(PartialFile.of(disk))).isEmpty();
        filesystems.makeFrom(image, disk, 64 * MIB, uuid, "label");
        filesystems.makeFrom(image, disk, 64 * MIB, uuid, "label");
        assertThatThrownBy(() -> filesystems.makeFrom(image, disk, 65 * MIB, uuid, "label"))
                .isInstanceOf(HostException.class);
        Path other = directory().resolve("other");
        host().files().writeAtomically(image, bytes("text"), 0600, 0);
        filesystems.makeFrom(image, other, 4, uuid, "label");
        assertThat(host().files().readText(other)).contains("text");
    }

    @Test
    void aFileSystemGetsAnIdOfItsOwn() {
        Path disk = directory().resolve("disk");
        Path copy = directory().resolve("copy");
        Filesystems filesystems = host().filesystems();
        filesystems.make(disk, 64 * MIB, UUID.randomUUID(), "label");
        host().disks().cloneImage(disk, copy, 64 * MIB);
        assertThat(filesystems.identify(copy, UUID.randomUUID(), "other")).isTrue();
        assertThat(filesystems.identify(copy, UUID.randomUUID(), "")).isTrue();
        assertThat(host().disks().find(copy).orElseThrow().sizeBytes()).isEqualTo(64 * MIB);
        Path text = directory().resolve("text");
        host().files().writeAtomically(text, bytes("text"), 0600, 0);
        assertThat(filesystems.identify(text, UUID.randomUUID(), "label")).isFalse();
        assertThat(host().files().readText(text)).contains("text");
        assertThatThrownBy(() -> filesystems.identify(directory().resolve("no"), UUID.randomUUID(), "label"))
                .isInstanceOf(HostException.class);
    }

    @Test
    void theHeadOfALogIsGivenBackAndItsLengthStays() {
        Path log = directory().resolve("console.log");
        host().disks().punchHead(log, 4096);
        host().files().writeAtomically(log, new byte[40_000], 0600, 0);
        long before = host().disks().find(log).orElseThrow().allocatedBytes();
        host().disks().punchHead(log, 4096);
        host().disks().punchHead(log, 4096);
        DiskFacts after = host().disks().find(log).orElseThrow();
        assertThat(after.sizeBytes()).isEqualTo(40_000);
        assertThat(before - after.allocatedBytes()).isEqualTo(32_768);
    }

    @Test
    void aCgroupIsMadeWithItsParentsAndRemovedWithThem() {
        Cgroups cgroups = host().cgroups();
        String one = "sistemo/" + installation() + "/one";
        String two = "sistemo/" + installation() + "/two";
        assertThat(cgroups.exists(one)).isFalse();
        assertThat(cgroups.isWhole(one)).isFalse();
        assertThat(cgroups.members(one)).isEmpty();
        cgroups.create(one, LIMITS);
        cgroups.create(one, LIMITS);
        cgroups.create(two, LIMITS);
        assertThat(cgroups.exists(one)).isTrue();
        assertThat(cgroups.isWhole(one)).isTrue();
        assertThat(cgroups.isWhole("sistemo/" + installation()))
                .as("a parent, which limits nothing")
                .isFalse();
        assertThat(cgroups.members(one)).isEmpty();
        assertThat(cgroups.list("sistemo/" + installation())).containsExactly("one", "two");
        cgroups.killAndRemove(one);
        cgroups.killAndRemove(one);
        assertThat(cgroups.exists(one)).isFalse();
        assertThat(cgroups.exists(two)).isTrue();
        cgroups.killAndRemove(two);
        assertThat(cgroups.exists("sistemo/" + installation())).isFalse();
        assertThat(cgroups.list("sistemo/" + installation())).isEmpty();
    }

    @Test
    void aSettingIsReadAndWritten() {
        Sysctls sysctls = host().sysctls();
        sysctls.write("net.ipv4.ip_forward", "1");
        sysctls.write("net.ipv4.ip_forward", "1");
        assertThat(sysctls.read("net.ipv4.ip_forward")).isEqualTo(Optional.of("1"));
        assertThat(sysctls.read("net.ipv6.conf.nosuchlink.disable_ipv6")).isEmpty();
        assertThatThrownBy(() -> sysctls.write("net.ipv6.conf.nosuchlink.disable_ipv6", "1"))
                .isInstanceOf(HostException.class);
        host().links().apply(Optional.empty(), List.of(new LinkCommand.AddBridge("contract9", "sistemo:x")));
        sysctls.write("net.ipv4.conf.contract9.route_localnet", "1");
        assertThat(sysctls.read("net.ipv4.conf.contract9.route_localnet")).contains("1");
        host().links().delete(Optional.empty(), "contract9");
        assertThat(sysctls.read("net.ipv4.conf.contract9.route_localnet")).isEmpty();
        host().links().apply(Optional.empty(), List.of(new LinkCommand.AddBridge("contract9", "sistemo:x")));
        assertThat(sysctls.read("net.ipv4.conf.contract9.route_localnet")).contains("0");
        host().links().delete(Optional.empty(), "contract9");
    }

    @Test
    void theBootAndTheRoomAreKnown() {
        assertThat(host().bootId()).isEqualTo(host().bootId());
        assertThat(host().bootId().value()).isNotBlank();
        assertThat(host().freeBytes(directory())).isPositive();
        assertThatThrownBy(() -> host().freeBytes(directory().resolve("no"))).isInstanceOf(HostException.class);
    }
}
