-- Version 5: forwards, ports of the host that lead to ports of machines.
CREATE TABLE forward (
    protocol     TEXT    NOT NULL CHECK (protocol IN ('tcp', 'udp')),
    host_port    INTEGER NOT NULL CHECK (host_port BETWEEN 1 AND 65535),
    -- The host's IPv4 address as an unsigned number; 0 for each of them.
    address      INTEGER NOT NULL CHECK (address BETWEEN 0 AND 4294967295),
    machine_id   TEXT    NOT NULL REFERENCES machine (id),
    machine_port INTEGER NOT NULL CHECK (machine_port BETWEEN 1 AND 65535),
    -- The operation that adds or removes it, until that is applied.
    operation    TEXT,
    change       TEXT    CHECK (change IN ('add', 'remove')),
    PRIMARY KEY (protocol, host_port, address),
    CHECK ((operation IS NULL) = (change IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX forward_machine ON forward (machine_id);
CREATE INDEX forward_operation ON forward (operation) WHERE operation IS NOT NULL;
-- One at every address excludes those of its port at single addresses, and they exclude it.
CREATE TRIGGER forward_everywhere BEFORE INSERT ON forward
WHEN EXISTS (SELECT 1 FROM forward WHERE protocol = NEW.protocol AND host_port = NEW.host_port
    AND (address = 0 OR NEW.address = 0))
BEGIN SELECT RAISE(ABORT, 'another forward has that port'); END;
