-- Version 2: a machine's volumes have places. Place 0 is the disk that it boots, whatever the volume's role is elsewhere.
-- The others are data disks, in the order in which the guest finds them.
ALTER TABLE volume ADD COLUMN slot INTEGER;
UPDATE volume SET slot = 0 WHERE machine_id IS NOT NULL;
DROP INDEX volume_root;
CREATE UNIQUE INDEX volume_slot ON volume (machine_id, slot) WHERE machine_id IS NOT NULL;
