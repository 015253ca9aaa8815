-- Comments that wait, letters, and who answers for them.

-- A comment that did not appear at once. It stays, whatever is decided, so that each act can be undone.
CREATE TABLE comment (
        post BIGINT PRIMARY KEY REFERENCES post(id) ON DELETE CASCADE,
        thread BIGINT NOT NULL,                  -- the root
        owner BIGINT NOT NULL,                   -- the root's author
        account BIGINT NOT NULL,                 -- who wrote it
        pile SMALLINT NOT NULL,                  -- enum pile
        state SMALLINT NOT NULL,                 -- as post.state
        under BIGINT REFERENCES post(id) ON DELETE SET NULL, -- not looked at by itself: hidden with this comment, which it answers
        hidden SMALLINT NOT NULL DEFAULT 0,      -- it was shown before, so its writer is told nothing
        held_at BIGINT NOT NULL
);
CREATE INDEX comment_waiting ON comment(owner, pile, post) WHERE state = 1 AND under IS NULL;
CREATE INDEX comment_waiting_thread ON comment(thread, pile, post) WHERE state = 1 AND under IS NULL;
CREATE INDEX comment_of_thread ON comment(thread, state, post);
CREATE INDEX comment_of_account ON comment(account, post);
CREATE INDEX comment_under ON comment(under) WHERE under IS NOT NULL;

-- What was done with a comment or letter, by whom: it can be listed and undone.
CREATE TABLE comment_act (
        id BIGINT PRIMARY KEY,
        batch BIGINT NOT NULL,                   -- the first act of one press of a button
        thread BIGINT NOT NULL,
        post BIGINT REFERENCES post(id) ON DELETE CASCADE, -- or
        letter BIGINT,
        actor BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        role SMALLINT NOT NULL,                  -- enum hand_role
        act SMALLINT NOT NULL,                   -- enum comment_verb
        was SMALLINT NOT NULL, became SMALLINT NOT NULL, -- enum comment_state
        undone_at BIGINT NOT NULL DEFAULT 0,
        at BIGINT NOT NULL
);
CREATE INDEX comment_act_of_thread ON comment_act(thread, actor, id);
CREATE INDEX comment_act_of_actor ON comment_act(actor, id);
CREATE INDEX comment_act_of_batch ON comment_act(batch, id);
CREATE INDEX comment_act_of_post ON comment_act(post, id) WHERE post IS NOT NULL;

-- Comments whose writers do not want them in print.
CREATE TABLE not_in_print (
        post BIGINT PRIMARY KEY REFERENCES post(id) ON DELETE CASCADE
);

-- Private words to the authors of a post. Their sender sees "Sent" and nothing more.
CREATE TABLE letter (
        id BIGINT PRIMARY KEY,
        thread BIGINT NOT NULL REFERENCES post(id) ON DELETE CASCADE,
        owner BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        sender BIGINT REFERENCES account(id) ON DELETE SET NULL, -- NULL: a visitor, or gone
        name TEXT NOT NULL,                      -- as the sender was called then
        email TEXT NOT NULL DEFAULT '',          -- of a visitor
        text TEXT NOT NULL,
        state SMALLINT NOT NULL DEFAULT 0,       -- enum letter_state
        thanked_at BIGINT NOT NULL DEFAULT 0,
        created_at BIGINT NOT NULL
);
CREATE INDEX letter_waiting ON letter(owner, id) WHERE state = 0;
CREATE INDEX letter_of_owner ON letter(owner, state, id);
CREATE INDEX letter_of_thread ON letter(thread, state, id);
CREATE INDEX letter_of_sender ON letter(sender, id) WHERE sender IS NOT NULL;

-- Letters an address sent in the last day: its hash alone.
CREATE TABLE letter_try (
        hash BYTEA NOT NULL, id BIGINT NOT NULL, at BIGINT NOT NULL,
        PRIMARY KEY (hash, id)
) WITHOUT ROWID;
CREATE INDEX letter_try_age ON letter_try(at);

-- Whom an author thanked, for the author alone.
CREATE TABLE thanked (
        thread BIGINT NOT NULL REFERENCES post(id) ON DELETE CASCADE,
        account BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        at BIGINT NOT NULL,
        PRIMARY KEY (thread, account)
) WITHOUT ROWID;
CREATE INDEX thanked_of_account ON thanked(account);

-- Words an author would rather not read.
CREATE TABLE rather_not (
        account BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        id BIGINT NOT NULL,
        words TEXT NOT NULL,
        PRIMARY KEY (account, id)
) WITHOUT ROWID;

-- Where somebody stopped reading in the quiet inbox, and how they like to read it.
CREATE TABLE quiet_place (
        account BIGINT PRIMARY KEY REFERENCES account(id) ON DELETE CASCADE,
        place TEXT NOT NULL DEFAULT '',          -- the address of the page
        visited SMALLINT NOT NULL DEFAULT 0,     -- has read the first note
        numbers SMALLINT NOT NULL DEFAULT 0
);

ALTER TABLE login ADD COLUMN apps_show SMALLINT NOT NULL DEFAULT 1; -- answering or favouriting in an app shows a comment
ALTER TABLE login ADD COLUMN visitor_letters SMALLINT NOT NULL DEFAULT 0;
