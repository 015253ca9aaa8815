-- Web push subscriptions (RFC 8030) and what waits to be pushed.

-- One a token, and gone with it. `bearer` is the token itself, kept only of those that ask to be woken: apps tell by it
-- whose notification came, so that it must stand in the sealed message.
DROP TABLE push; -- nothing ever wrote to the first one
CREATE TABLE push (
        token BIGINT PRIMARY KEY REFERENCES token(id) ON DELETE CASCADE,
        id BIGINT NOT NULL,                      -- on the wire: apps read it into 32 bits
        account BIGINT NOT NULL REFERENCES login(account) ON DELETE CASCADE,
        endpoint TEXT NOT NULL, host TEXT NOT NULL,
        point BYTEA NOT NULL, auth BYTEA NOT NULL, -- of the receiver (RFC 8291)
        standard SMALLINT NOT NULL,              -- 1: RFC 8291; 0: the draft before it
        bearer TEXT NOT NULL,
        kinds BIGINT NOT NULL,                   -- bits of enum notification_kind
        policy SMALLINT NOT NULL,                -- enum push_policy
        refused SMALLINT NOT NULL DEFAULT 0,     -- messages in a row that its service would not take
        created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX push_by_id ON push(id);
CREATE INDEX push_of_account ON push(account, token);

-- Push services that fail, and until when they are left alone.
CREATE TABLE push_host (
        host TEXT PRIMARY KEY,
        failures BIGINT NOT NULL, until BIGINT NOT NULL
);
CREATE INDEX push_host_until ON push_host(until);

ALTER TABLE login ADD COLUMN push_kinds BIGINT NOT NULL DEFAULT 0;  -- what any of their devices is woken for
ALTER TABLE login ADD COLUMN push_policy SMALLINT NOT NULL DEFAULT 1; -- of a new device that names none: people they follow
