-- Version 3: machines that are looked after. A machine that waits to be started again is one that should run and has a time.
ALTER TABLE machine ADD COLUMN restart_policy TEXT NOT NULL DEFAULT 'no'
    CHECK (restart_policy IN ('no', 'on-failure', 'always'));
-- How often in a row it was started again, since it last ran for a while.
ALTER TABLE machine ADD COLUMN restart_attempts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE machine ADD COLUMN restart_at INTEGER;
-- 1 while its guest should stand still.
ALTER TABLE machine ADD COLUMN paused INTEGER NOT NULL DEFAULT 0;
-- What came of an operation, or why it was done.
ALTER TABLE operation ADD COLUMN message TEXT;
