-- Version 4: networks that users make and remove.
-- 1 once a user's delete, or the rollback of the create that made it, has released it.
ALTER TABLE network ADD COLUMN doomed INTEGER NOT NULL DEFAULT 0;
-- The lowest address that was never leased; NULL while none was.
ALTER TABLE network ADD COLUMN next_address INTEGER;
CREATE UNIQUE INDEX network_subnet ON network (subnet);
CREATE INDEX machine_network ON machine (network);
-- Addresses below next_address that nobody has, so that to find one costs the same however many are leased.
CREATE TABLE free_address (
    network TEXT    NOT NULL REFERENCES network (name),
    address INTEGER NOT NULL,
    PRIMARY KEY (network, address)
) STRICT, WITHOUT ROWID;
UPDATE network SET next_address = (SELECT max(address) + 1 FROM lease WHERE network = name);
-- The third of the addresses of 'A.B.C.D/N' is the first that is a machine's.
INSERT INTO free_address (network, address)
    WITH RECURSIVE
        first (name, rest, at, value) AS (
            SELECT name, replace(subnet, '/', '.') || '.', 0, 0 FROM network WHERE next_address IS NOT NULL
            UNION ALL
            SELECT name, substr(rest, instr(rest, '.') + 1), at + 1,
                value * 256 + CAST(substr(rest, 1, instr(rest, '.') - 1) AS INTEGER) FROM first WHERE at < 4),
        below (name, address, next) AS (
            SELECT network.name, value + 2, next_address FROM first JOIN network USING (name) WHERE at = 4
            UNION ALL
            SELECT name, address + 1, next FROM below WHERE address + 1 < next)
    SELECT name, address FROM below
    WHERE NOT EXISTS (SELECT 1 FROM lease WHERE lease.network = below.name AND lease.address = below.address);
