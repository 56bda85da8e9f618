package io.sistemo.host;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Control groups, named by a relative path like {@code sistemo/INSTALLATION/MACHINE}. The tree of version 2 gives identity and
 * the kill; limits are set there too, or in the controllers of version 1 where version 2 lacks them. One path stands for the
 * directory in every hierarchy that is used.
 */
public interface Cgroups {
    /** Whether any hierarchy has it. */
    boolean exists(String path);

    /** Whether {@link #create} has done all of its work: the last of the limits is set. */
    boolean isWhole(String path);

    /** Makes it in every hierarchy with its parents and sets the limits, also on one that is there. */
    void create(String path, CgroupLimits limits);

    /** Process ids in it; none when it is absent. */
    List<Long> members(String path);

    /**
     * Kills all processes in it and waits until they are gone; it stays. An absent one is success.
     *
     * @throws HostException when a process is still there after ten seconds
     */
    void kill(String path);

    /**
     * Kills all processes in it, waits until they are gone, and removes it from every hierarchy, and the parents that are
     * then empty.
     *
     * @throws HostException when a process is still there after ten seconds
     */
    void killAndRemove(String path);

    /** Processor time that its processes have used, in nanoseconds; empty when it is absent. One read of one file. */
    OptionalLong cpuNanoseconds(String path);

    /** What its processes use; empty when it is absent. */
    Optional<CgroupUsage> usage(String path);

    /** Names directly under a path, sorted; none when it is absent. */
    List<String> list(String parentPath);

    /** The directories that a process has to join, that of version 2 first. Pure: they need not exist. */
    List<Path> directories(String path);
}
