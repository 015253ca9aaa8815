-- Quiet time, digests and keepers.

ALTER TABLE login ADD COLUMN digest_hour SMALLINT NOT NULL DEFAULT 19;  -- on the person's own clock
ALTER TABLE login ADD COLUMN digest_mail SMALLINT NOT NULL DEFAULT 0;   -- the note also comes by mail
ALTER TABLE login ADD COLUMN digest_ready BIGINT NOT NULL DEFAULT 0;    -- since when a digest lies ready; 0: none does
ALTER TABLE login ADD COLUMN digest_last BIGINT NOT NULL DEFAULT 0;     -- the one opened last
ALTER TABLE login ADD COLUMN quiet_from BIGINT NOT NULL DEFAULT 0;      -- quiet time began then; 0: never, or all that waited was looked at
ALTER TABLE login ADD COLUMN quiet_until BIGINT NOT NULL DEFAULT 0;     -- and ends, or ended, then; 0: when it is ended
ALTER TABLE login ADD COLUMN quiet_line TEXT NOT NULL DEFAULT '';       -- what the profile says meanwhile; '': nothing

-- notification.filtered beyond 1: 2 waits for the digest, 3 until the digest is opened, 4 for the end of quiet time.
ALTER TABLE notification ADD COLUMN digest BIGINT;                      -- the digest that brought it
CREATE INDEX notification_of_digest ON notification(account, digest, id) WHERE digest IS NOT NULL;
