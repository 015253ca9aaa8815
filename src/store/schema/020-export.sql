-- Exports and imports of an account.

-- A copy of everything that somebody asked for. Its file is DATA/downloads/export-ID while ready_at is set.
CREATE TABLE export (
        id BIGINT PRIMARY KEY,
        account BIGINT NOT NULL REFERENCES login(account) ON DELETE CASCADE,
        asked_at BIGINT NOT NULL,
        ready_at BIGINT, bytes BIGINT NOT NULL DEFAULT 0,
        failed SMALLINT NOT NULL DEFAULT 0
);
CREATE INDEX export_of_account ON export(account, id);
