-- Version 1. Times are milliseconds since 1970; ids are text.
CREATE TABLE installation (
    id         TEXT    NOT NULL PRIMARY KEY,
    created_at INTEGER NOT NULL
) STRICT;

-- The audit log: an operation ends exactly once, in the transaction that changes state.
CREATE TABLE operation (
    sequence    INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    id          TEXT    NOT NULL UNIQUE,
    action      TEXT    NOT NULL,
    target_type TEXT    NOT NULL,
    target_id   TEXT    NOT NULL,
    target_name TEXT    NOT NULL,
    state       TEXT    NOT NULL CHECK (state IN ('running', 'succeeded', 'failed', 'cancelled')),
    error       TEXT,
    code        TEXT,
    started_at  INTEGER NOT NULL,
    ended_at    INTEGER,
    CHECK ((state = 'running') = (ended_at IS NULL))
) STRICT;
-- One thing has one operation at a time.
CREATE UNIQUE INDEX operation_running ON operation (target_type, target_id) WHERE state = 'running';

CREATE TABLE image (
    digest          TEXT    NOT NULL PRIMARY KEY,
    size_bytes      INTEGER NOT NULL,
    filesystem_uuid TEXT    NOT NULL,
    created_at      INTEGER NOT NULL
) STRICT;

CREATE TABLE image_tag (
    name   TEXT NOT NULL PRIMARY KEY,
    digest TEXT NOT NULL REFERENCES image (digest),
    -- Where it came from: a reference, or a path.
    source TEXT NOT NULL
) STRICT;

CREATE TABLE network (
    name       TEXT    NOT NULL PRIMARY KEY,
    bridge     TEXT    NOT NULL UNIQUE,
    subnet     TEXT    NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE machine (
    id              TEXT    NOT NULL PRIMARY KEY,
    name            TEXT    NOT NULL UNIQUE,
    -- Random bits of the id; names of links and namespaces are made of it.
    short_id        TEXT    NOT NULL UNIQUE,
    intent          TEXT    NOT NULL CHECK (intent IN ('running', 'restarting', 'stopped', 'gone')),
    -- 1 once it answered for the first time: from then on a crash never removes it.
    created         INTEGER NOT NULL,
    -- 1 once the VMM that now runs has answered.
    booted          INTEGER NOT NULL,
    failure         TEXT,
    image           TEXT    NOT NULL,
    image_digest    TEXT    NOT NULL,
    vcpus           INTEGER NOT NULL,
    memory_mib      INTEGER NOT NULL,
    storage_mib     INTEGER NOT NULL,
    network         TEXT    NOT NULL REFERENCES network (name),
    metadata        TEXT    NOT NULL,
    vmm_uid         INTEGER NOT NULL UNIQUE,
    host_key_seed   TEXT    NOT NULL,
    host_key_public TEXT    NOT NULL,
    created_at      INTEGER NOT NULL,
    changed_at      INTEGER NOT NULL
) STRICT;

CREATE TABLE volume (
    id              TEXT    NOT NULL PRIMARY KEY,
    name            TEXT    NOT NULL UNIQUE,
    role            TEXT    NOT NULL CHECK (role IN ('root', 'data')),
    size_mib        INTEGER NOT NULL,
    -- The machine that it is attached to; at most one, by construction.
    machine_id      TEXT    REFERENCES machine (id),
    -- What a root was cloned from.
    image_digest    TEXT,
    filesystem_uuid TEXT    NOT NULL,
    -- 1 once a user's delete, or the rollback of the create that made it, has released it.
    doomed          INTEGER NOT NULL,
    created_at      INTEGER NOT NULL,
    changed_at      INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX volume_root ON volume (machine_id) WHERE role = 'root';

CREATE TABLE lease (
    network    TEXT    NOT NULL REFERENCES network (name),
    -- The IPv4 address as an unsigned number.
    address    INTEGER NOT NULL,
    machine_id TEXT    NOT NULL UNIQUE REFERENCES machine (id),
    PRIMARY KEY (network, address)
) STRICT, WITHOUT ROWID;

-- One row for each host thing that an owner holds or is about to hold.
CREATE TABLE claim (
    id         INTEGER NOT NULL PRIMARY KEY,
    owner_type TEXT    NOT NULL,
    owner_id   TEXT    NOT NULL,
    kind       TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    state      TEXT    NOT NULL CHECK (state IN ('intended', 'held', 'releasing')),
    boot_id    TEXT    NOT NULL,
    origin     TEXT    NOT NULL CHECK (origin IN ('made', 'adopted')),
    operation  TEXT,
    detail     TEXT,
    UNIQUE (kind, name)
) STRICT;
CREATE INDEX claim_owner ON claim (owner_type, owner_id);
