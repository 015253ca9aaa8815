-- Journals: accounts without a login that several people write, and ways to help.

-- What a journal has beyond its account row.
CREATE TABLE journal (
        account BIGINT PRIMARY KEY REFERENCES account(id) ON DELETE CASCADE,
        reach SMALLINT NOT NULL,                 -- enum journal_reach
        state SMALLINT NOT NULL DEFAULT 0,       -- enum journal_state
        banner TEXT NOT NULL DEFAULT '',         -- the owners' words about the state
        memory TEXT NOT NULL DEFAULT '',         -- "in memory of" this name
        memory_from TEXT NOT NULL DEFAULT '', memory_to TEXT NOT NULL DEFAULT '', -- in the owners' words, of any precision
        signs SMALLINT NOT NULL DEFAULT 1,       -- posts end with their writer's name unless the writer says no
        preset BIGINT NOT NULL DEFAULT 0,        -- a built-in one
        comments_closed SMALLINT NOT NULL DEFAULT 0,
        hidden_at BIGINT,                        -- an owner hid it: then also account.suspended_at
        end_at BIGINT,                           -- it is deleted then unless an owner objects
        end_by BIGINT                            -- who asked
);
CREATE INDEX journal_ending ON journal(end_at) WHERE end_at IS NOT NULL;

CREATE TABLE journal_owner (
        journal BIGINT NOT NULL REFERENCES journal(account) ON DELETE CASCADE,
        account BIGINT NOT NULL REFERENCES login(account) ON DELETE CASCADE,
        state SMALLINT NOT NULL,                 -- 0 invited, 1 owner
        ends SMALLINT NOT NULL DEFAULT 0,        -- agrees that it is deleted
        by_account BIGINT,                       -- who invited
        since BIGINT NOT NULL,
        PRIMARY KEY (journal, account)
) WITHOUT ROWID;
CREATE INDEX journal_owner_of ON journal_owner(account, journal);

-- Who wrote a post of a journal.
CREATE TABLE journal_post (
        post BIGINT PRIMARY KEY REFERENCES post(id) ON DELETE CASCADE,
        writer BIGINT REFERENCES account(id) ON DELETE SET NULL,
        signature TEXT NOT NULL DEFAULT ''       -- HTML at the end of the words; '' for none
);
CREATE INDEX journal_post_by_writer ON journal_post(writer) WHERE writer IS NOT NULL;

-- People who read a journal by e-mail. The secret is part of every mail to them: it stops the mails and opens the posts.
CREATE TABLE mail_follower (
        id BIGINT PRIMARY KEY,
        journal BIGINT NOT NULL REFERENCES journal(account) ON DELETE CASCADE,
        name TEXT NOT NULL,                      -- what the owners see
        email TEXT NOT NULL, email_fold TEXT NOT NULL,
        state SMALLINT NOT NULL DEFAULT 0,       -- enum mail_follow_state: address unproven, waits for an owner, reads
        secret TEXT NOT NULL,
        asked_at BIGINT NOT NULL,
        asked BIGINT NOT NULL DEFAULT 1          -- confirmation mails of that day
);
CREATE UNIQUE INDEX mail_follower_once ON mail_follower(journal, email_fold);
CREATE INDEX mail_follower_list ON mail_follower(journal, state, id);
CREATE UNIQUE INDEX mail_follower_by_secret ON mail_follower(secret);
CREATE INDEX mail_follower_unproven ON mail_follower(asked_at) WHERE state = 0;
CREATE INDEX mail_follower_by_email ON mail_follower(email_fold, asked_at);

-- Ways to help, of a post or of a journal: links elsewhere, and where things stand.
CREATE TABLE way (
        id BIGINT PRIMARY KEY,
        post BIGINT REFERENCES post(id) ON DELETE CASCADE,
        journal BIGINT REFERENCES journal(account) ON DELETE CASCADE,
        position BIGINT NOT NULL,
        kind SMALLINT NOT NULL,                  -- enum way_kind
        state SMALLINT NOT NULL DEFAULT 0,       -- enum way_state
        label TEXT NOT NULL,
        link TEXT NOT NULL DEFAULT '',
        words TEXT NOT NULL DEFAULT ''
);
CREATE INDEX way_of_post ON way(post, position) WHERE post IS NOT NULL;
CREATE INDEX way_of_journal ON way(journal, position) WHERE journal IS NOT NULL;
