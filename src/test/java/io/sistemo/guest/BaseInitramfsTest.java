package io.sistemo.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sistemo.host.LinuxPrograms;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BaseInitramfsTest {
    private static final String RELEASE = "6.0.0-test";
    private static final String LOADER = "/lib64/ld-linux-x86-64.so.2";

    @TempDir
    Path directory;

    private Path tree;
    private Path target;

    @BeforeEach
    void makeTree() throws Exception {
        tree = directory.resolve("tree");
        target = directory.resolve("initramfs.cpio.zst");
        // Merged, as on an installed system, with an absolute link among the relative ones.
        for (String name : List.of("bin", "sbin", "lib")) {
            Files.createDirectories(tree.resolve("usr/" + name));
            Files.createSymbolicLink(tree.resolve(name), Path.of(name.equals("lib") ? "/usr/lib" : "usr/" + name));
        }
        put("usr/bin/busybox", TestElf.program("", List.of()));
        put("usr/sbin/dropbear", TestElf.program(LOADER, List.of("liba.so.1", "libc.so.6")));
        put("usr/sbin/resize2fs", TestElf.program(LOADER, List.of("libc.so.6")));
        put("usr/lib/x86_64-linux-gnu/liba.so.1.2", TestElf.program("", List.of("libb.so.3", "libc.so.6")));
        Files.createSymbolicLink(tree.resolve("usr/lib/x86_64-linux-gnu/liba.so.1"), Path.of("liba.so.1.2"));
        put("usr/lib/x86_64-linux-gnu/libb.so.3", TestElf.program("", List.of("liba.so.1")));
        put("usr/lib/x86_64-linux-gnu/libc.so.6", TestElf.program("", List.of("ld-linux-x86-64.so.2")));
        put("usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2", TestElf.program("", List.of()));
        String modules = "usr/lib/modules/" + RELEASE + "/kernel/drivers/";
        put(modules + "block/virtio_blk.ko", TestElf.module("virtio,virtio_ring"));
        put(modules + "virtio/virtio_ring.ko", TestElf.module(""));
        put(modules + "virtio/virtio.ko", TestElf.module("virtio-ring"));
        put(modules + "virtio/virtio_pci.ko", TestElf.module("virtio_pci_modern_dev,virtio"));
        put(modules + "virtio/virtio_pci_modern_dev.ko", TestElf.module(""));
        put(modules + "other/unwanted.ko", TestElf.module(""));
    }

    @Test
    void holdsTheProgramsTheirLibrariesAndTheModules() throws Exception {
        BaseInitramfs.build(tree, RELEASE, target, new LinuxPrograms());

        Path root = unpacked();
        Path own = root.resolve("sistemo/root");
        assertThat(own.resolve("bin").toFile().list())
                .contains("busybox", "dropbear", "resize2fs", "session", "power-off")
                .doesNotContain("sftp-server");
        assertThat(own.resolve("lib").toFile().list())
                .containsExactlyInAnyOrder("liba.so.1", "libb.so.3", "libc.so.6", "ld.so");
        assertThat(Files.readSymbolicLink(own.resolve("lib/ld.so"))).hasToString(".." + LOADER);
        assertThat(own.resolve("lib64/ld-linux-x86-64.so.2")).isRegularFile();
        assertThat(Files.readSymbolicLink(root.resolve("bin"))).hasToString("sistemo/root/bin");
        assertThat(root.resolve("init")).isExecutable();
        assertThat(Files.readAllLines(root.resolve("modules/order")))
                .containsExactly("virtio_ring.ko", "virtio.ko", "virtio_blk.ko");
        assertThat(Files.readAllLines(root.resolve("modules/order-pci")))
                .containsExactly("virtio_pci_modern_dev.ko", "virtio_pci.ko");
        assertThat(directory.toFile().list()).containsExactlyInAnyOrder("tree", "initramfs.cpio.zst", "unpacked");
    }

    @Test
    void isTheSameForTheSameTree() throws Exception {
        BaseInitramfs.build(tree, RELEASE, target, new LinuxPrograms());
        byte[] first = Files.readAllBytes(target);
        BaseInitramfs.build(tree, RELEASE, target, new LinuxPrograms());

        assertThat(target).hasBinaryContent(first);
    }

    @Test
    void unpacksPackedModules() throws Exception {
        Path block = tree.resolve("usr/lib/modules/" + RELEASE + "/kernel/drivers/block/virtio_blk.ko");
        Path ring = tree.resolve("usr/lib/modules/" + RELEASE + "/kernel/drivers/virtio/virtio_ring.ko");
        byte[] plain = Files.readAllBytes(block);
        Tool.run(new byte[0], "xz", block.toString());
        Tool.run(new byte[0], "zstd", "-q", "--rm", ring.toString());

        BaseInitramfs.build(tree, RELEASE, target, new LinuxPrograms());

        Path modules = unpacked().resolve("modules");
        assertThat(modules.resolve("virtio_blk.ko")).hasBinaryContent(plain);
        assertThat(Files.readAllLines(modules.resolve("order")))
                .containsExactly("virtio_ring.ko", "virtio.ko", "virtio_blk.ko");
    }

    @Test
    void hashChangesWithWhatGoesInAndWithNothingElse() throws Exception {
        String before = BaseInitramfs.inputsHash(tree, RELEASE);
        put("usr/share/doc/other", new byte[5]);
        assertThat(BaseInitramfs.inputsHash(tree, RELEASE)).isEqualTo(before);

        put("usr/lib/x86_64-linux-gnu/libb.so.3", TestElf.program("", List.of()));
        String withLibrary = BaseInitramfs.inputsHash(tree, RELEASE);
        put("usr/lib/modules/" + RELEASE + "/kernel/drivers/virtio/virtio_ring.ko", TestElf.module("a_longer_name"));

        assertThat(withLibrary).isNotEqualTo(before);
        assertThat(BaseInitramfs.inputsHash(tree, RELEASE)).isNotEqualTo(before).isNotEqualTo(withLibrary);
    }

    @Test
    void namesWhatTheTreeLacks() throws Exception {
        Path library = tree.resolve("usr/lib/x86_64-linux-gnu/libb.so.3");
        byte[] content = Files.readAllBytes(library);
        Files.delete(library);
        refuses(RELEASE, "no library libb.so.3");
        Files.write(library, new byte[10]);
        refuses(RELEASE, "not a 64-bit little-endian ELF file");
        Files.write(library, content);
        refuses("6.1.0-other", "no modules of the kernel 6.1.0-other");
        Files.delete(tree.resolve("usr/bin/busybox"));
        refuses(RELEASE, "no bin/busybox (of busybox-static)");
        assertThat(directory.toFile().list()).containsExactly("tree");
    }

    private void refuses(String release, String reason) {
        assertThatThrownBy(() -> BaseInitramfs.build(tree, release, target, new LinuxPrograms()))
                .hasMessageContaining(reason);
    }

    private void put(String path, byte[] content) throws Exception {
        Path file = tree.resolve(path);
        Files.createDirectories(file.getParent());
        Files.write(file, content);
    }

    private Path unpacked() throws Exception {
        Path plain = directory.resolve("initramfs.cpio");
        Tool.run(new byte[0], "zstd", "-q", "-d", target.toString(), "-o", plain.toString());
        Path root = Files.createDirectory(directory.resolve("unpacked"));
        // The console's device can only be made by root; everything else must come out.
        Tool.run(Files.readAllBytes(plain), "cpio", "-id", "--quiet", "-D", root.toString(), "-f", "dev/console");
        Files.delete(plain);
        return root;
    }
}
