package io.sistemo.server;

import static io.sistemo.api.ErrorCode.IMPOSSIBLE;
import static io.sistemo.api.ErrorCode.IN_USE;
import static io.sistemo.api.ErrorCode.NAME_TAKEN;
import static io.sistemo.api.ErrorCode.WRONG_STATE;

import io.sistemo.api.Network;
import io.sistemo.api.NetworkList;
import io.sistemo.api.NetworkRequest;
import io.sistemo.api.Operation;
import io.sistemo.server.ApiDescription.Answer;
import java.util.List;
import java.util.Optional;

/** The part of {@link ApiDescription} that is about networks. */
final class NetworkDescription {
    private final ApiDescription api;

    NetworkDescription(ApiDescription api) {
        this.api = api;
    }

    void describe() {
        String networks = "/api/v1/networks";
        api.get(networks, "List networks", NetworkList.class);
        api.post(
                networks,
                "Make a network; machines of one network reach each other, those of different ones do not",
                NetworkRequest.class,
                Answer.of(201, "It is there.", Network.class),
                NAME_TAKEN,
                IN_USE,
                IMPOSSIBLE);
        api.get(networks + "/{id}", "Show a network", Network.class);
        api.change(
                "DELETE",
                networks + "/{id}",
                "Delete a network that no machine is on",
                Optional.empty(),
                List.of(),
                Answer.of(200, "It is gone.", Operation.class),
                IN_USE,
                WRONG_STATE,
                IMPOSSIBLE);
    }
}
