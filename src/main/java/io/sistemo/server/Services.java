package io.sistemo.server;

import io.sistemo.guest.Guests;
import io.sistemo.image.ImageService;
import io.sistemo.machine.MachineService;
import io.sistemo.network.NetworkService;
import io.sistemo.operation.OperationService;
import io.sistemo.volume.VolumeService;

/**
 * What the routes speak to.
 *
 * @param machines machines
 * @param volumes volumes
 * @param networks networks
 * @param images images
 * @param operations operations and the audit log
 * @param guests running guests
 * @param daemon the daemon itself
 */
public record Services(
        MachineService machines,
        VolumeService volumes,
        NetworkService networks,
        ImageService images,
        OperationService operations,
        Guests guests,
        DaemonFacts daemon) {}
