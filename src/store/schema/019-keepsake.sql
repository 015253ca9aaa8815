-- Keepsakes: books and archives that were asked for, until their week is over.
CREATE TABLE keepsake (
        id BIGINT PRIMARY KEY,
        account BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE, -- who asked for it
        subject BIGINT NOT NULL,                 -- whose posts: their own account, a journal, somebody who died. It may go first
        kind SMALLINT NOT NULL,                  -- enum keepsake_kind: their own, a journal's, a memorial's
        state SMALLINT NOT NULL DEFAULT 0,       -- enum keepsake_state: waits, ready, could not be made
        form SMALLINT NOT NULL, paper SMALLINT NOT NULL,
        newest_first SMALLINT NOT NULL,
        parts BIGINT NOT NULL,                   -- bits, enum keepsake_part
        from_at BIGINT NOT NULL, until_at BIGINT NOT NULL, -- 0: from the first, to the last
        title TEXT NOT NULL, words TEXT NOT NULL, memory TEXT NOT NULL,
        secret TEXT NOT NULL,                    -- of the link; it leads to a file that lies beside this very row
        file TEXT,
        bytes BIGINT NOT NULL DEFAULT 0,
        fault TEXT NOT NULL DEFAULT '',          -- why it could not be made
        created_at BIGINT NOT NULL, ends_at BIGINT NOT NULL
);
CREATE INDEX keepsake_of_account ON keepsake(account, id);
CREATE INDEX keepsake_end ON keepsake(ends_at);
