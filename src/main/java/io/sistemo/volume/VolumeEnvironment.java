package io.sistemo.volume;

import io.sistemo.host.Host;
import io.sistemo.operation.Operations;
import io.sistemo.store.DataDirectory;
import io.sistemo.store.Database;

/**
 * What the work on volumes needs.
 *
 * @param database where rows and claims are
 * @param operations what users watch
 * @param host where disks lie
 * @param holders the machines
 * @param settings from the configuration
 * @param directory where their files are
 */
public record VolumeEnvironment(
        Database database,
        Operations operations,
        Host host,
        VolumeHolders holders,
        VolumeSettings settings,
        DataDirectory directory) {}
