package io.sistemo.network;

import io.sistemo.host.Host;
import io.sistemo.operation.Operations;
import io.sistemo.store.Database;

/**
 * What the work on networks needs.
 *
 * @param database where rows and claims are
 * @param operations what users watch
 * @param host where bridges are
 * @param upkeep makes the host's network as the rows say
 * @param use the machines
 */
public record NetworkEnvironment(
        Database database, Operations operations, Host host, NetworkUpkeep upkeep, NetworkUse use) {}
