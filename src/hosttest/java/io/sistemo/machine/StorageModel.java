package io.sistemo.machine;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/** What volumes and machines should be, in a few maps: the rules of users' reference without any of the program. */
final class StorageModel {
    /** A volume: its size, what was written to it, and whether a system is on it. */
    static final class Disk {
        int sizeMib;
        long mark;
        final boolean root;

        Disk(int sizeMib, long mark, boolean root) {
            this.sizeMib = sizeMib;
            this.mark = mark;
            this.root = root;
        }
    }

    /** A machine: whether it runs, and its disks by their places, the one that it boots at 0. */
    static final class Box {
        boolean running = true;
        final SortedMap<Integer, String> disks = new TreeMap<>();

        Box(String root) {
            disks.put(0, root);
        }
    }

    final Map<String, Disk> disks = new TreeMap<>();
    final Map<String, Box> machines = new TreeMap<>();

    Optional<String> holder(String disk) {
        return machines.entrySet().stream()
                .filter(entry -> entry.getValue().disks.containsValue(disk))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** Whether nothing writes to a disk now. */
    boolean atRest(String disk) {
        return machines.values().stream().noneMatch(box -> box.running && box.disks.containsValue(disk));
    }

    boolean create(String name, int sizeMib) {
        if (disks.containsKey(name)) {
            return false;
        }
        disks.put(name, new Disk(sizeMib, 0, false));
        return true;
    }

    boolean resize(String name, int sizeMib) {
        Disk disk = disks.get(name);
        if (disk == null || !atRest(name) || sizeMib < disk.sizeMib) {
            return false;
        }
        disk.sizeMib = sizeMib;
        return true;
    }

    boolean delete(String name) {
        if (!disks.containsKey(name) || holder(name).isPresent()) {
            return false;
        }
        disks.remove(name);
        return true;
    }

    boolean copy(String from, String to) {
        Disk disk = disks.get(from);
        if (disk == null || !atRest(from) || disks.containsKey(to)) {
            return false;
        }
        disks.put(to, new Disk(disk.sizeMib, disk.mark, disk.root));
        return true;
    }

    boolean deploy(String machine, int sizeMib) {
        if (machines.containsKey(machine) || disks.containsKey(machine + "-root")) {
            return false;
        }
        disks.put(machine + "-root", new Disk(sizeMib, 0, true));
        machines.put(machine, new Box(machine + "-root"));
        return true;
    }

    boolean deployOn(String machine, String disk) {
        if (machines.containsKey(machine)
                || !disks.containsKey(disk)
                || !disks.get(disk).root
                || holder(disk).isPresent()) {
            return false;
        }
        machines.put(machine, new Box(disk));
        return true;
    }

    boolean run(String machine, boolean running) {
        Box box = machines.get(machine);
        if (box == null) {
            return false;
        }
        box.running = running;
        return true;
    }

    boolean remove(String machine, boolean preserve) {
        Box box = machines.remove(machine);
        if (box == null) {
            return false;
        }
        if (!preserve) {
            disks.remove(box.disks.get(0));
        }
        return true;
    }

    boolean attach(String machine, String disk, int places) {
        Box box = machines.get(machine);
        if (box == null
                || box.running
                || !disks.containsKey(disk)
                || holder(disk).isPresent()
                || box.disks.size() > places) {
            return false;
        }
        int place = box.disks.lastKey() + 1;
        if (place > places) {
            place = 1;
            while (box.disks.containsKey(place)) {
                place++;
            }
        }
        box.disks.put(place, disk);
        return true;
    }

    boolean detach(String machine, String disk) {
        Box box = machines.get(machine);
        if (box == null || box.running || disk.equals(box.disks.get(0))) {
            return false;
        }
        return box.disks.values().remove(disk);
    }

    /** Writes to a disk that nothing else writes to, and tells what. */
    OptionalLong write(String name, Random random) {
        Disk disk = disks.get(name);
        if (disk == null || !atRest(name)) {
            return OptionalLong.empty();
        }
        disk.mark = random.nextLong();
        return OptionalLong.of(disk.mark);
    }
}
