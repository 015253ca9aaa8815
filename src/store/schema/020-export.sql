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

-- Lists that somebody brings from elsewhere: taken in row by row by a job; what could not be is kept for them to see.
CREATE TABLE import (
        id BIGINT PRIMARY KEY,
        account BIGINT NOT NULL REFERENCES login(account) ON DELETE CASCADE,
        kind SMALLINT NOT NULL,                  -- enum import_kind
        overwrite SMALLINT NOT NULL,             -- what the file does not name is dropped at the end
        rows BIGINT NOT NULL,
        asked_at BIGINT NOT NULL, ended_at BIGINT
);
CREATE INDEX import_of_account ON import(account, id);
CREATE TABLE import_row (
        import BIGINT NOT NULL REFERENCES import(id) ON DELETE CASCADE,
        place BIGINT NOT NULL,
        fields TEXT NOT NULL,                    -- as they came, JSON
        state SMALLINT NOT NULL DEFAULT 0,       -- 0 waits, 1 taken, 2 not taken
        key TEXT, list BIGINT,                   -- what it turned out to be
        PRIMARY KEY (import, place)
) WITHOUT ROWID;
CREATE INDEX import_row_state ON import_row(import, state, place);
CREATE INDEX import_row_key ON import_row(import, key);
