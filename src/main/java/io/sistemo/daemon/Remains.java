package io.sistemo.daemon;

import io.sistemo.host.BootId;
import io.sistemo.host.ProcessIdentity;
import io.sistemo.image.StoredImage;
import io.sistemo.machine.MachineSidecar;
import io.sistemo.store.InstallationId;
import io.sistemo.volume.VolumeSidecar;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is known of an installation without its database.
 *
 * @param installation its id
 * @param bootId the boot that runs now
 * @param machines machines' sidecars
 * @param volumes the sidecars of volumes whose disks are there
 * @param images images that are there, by their names
 * @param vmms the VMMs that run, by machine id
 * @param jails ids of machines that have a jail
 * @param problems what could not be read or is not whole, a sentence each
 */
record Remains(
        InstallationId installation,
        BootId bootId,
        List<MachineSidecar> machines,
        List<VolumeSidecar> volumes,
        List<StoredImage> images,
        Map<String, ProcessIdentity> vmms,
        Set<String> jails,
        List<String> problems) {
    /** Copies. */
    Remains {
        machines = List.copyOf(machines);
        volumes = List.copyOf(volumes);
        images = List.copyOf(images);
        vmms = Map.copyOf(vmms);
        jails = Set.copyOf(jails);
        problems = List.copyOf(problems);
    }
}
