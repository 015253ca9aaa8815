-- What an author sets for a post beyond the usual. A post without a row is an everyday one; whoever reads posts in bulk
-- asks for rows only when post.has carries POST_HAS_SWITCHES (which its comments carry too).
CREATE TABLE switches (
        post BIGINT PRIMARY KEY REFERENCES post(id) ON DELETE CASCADE,
        preset BIGINT NOT NULL DEFAULT 0,        -- 0 everyday, 1 good news, 2 hard news, 3 custom; for the author's eyes alone
        comments SMALLINT NOT NULL DEFAULT 0,    -- enum who_comments
        review SMALLINT NOT NULL DEFAULT 0,      -- comments wait until an author shows them
        alerts SMALLINT NOT NULL DEFAULT 0,      -- enum alerts
        close_through SMALLINT NOT NULL DEFAULT 0, -- members of Close raise alerts all the same
        counts_others SMALLINT NOT NULL DEFAULT 0, counts_me SMALLINT NOT NULL DEFAULT 1,
        boosts SMALLINT NOT NULL DEFAULT 1,
        embeds SMALLINT NOT NULL DEFAULT 0, indexing SMALLINT NOT NULL DEFAULT 0,
        wish SMALLINT NOT NULL DEFAULT 0,        -- enum wish
        closes_at BIGINT NOT NULL DEFAULT 0,     -- comments close then; 0: never
        letters SMALLINT NOT NULL DEFAULT 1,
        thinking SMALLINT NOT NULL DEFAULT 0,    -- the favourite is called "Thinking of you"
        careful SMALLINT NOT NULL DEFAULT 0,     -- strangers' links are plain text, young accounts are looked at first
        reminders SMALLINT NOT NULL DEFAULT 1,   -- readers may be reminded to write
        thanks BIGINT REFERENCES post(id) ON DELETE SET NULL -- the comment pinned beneath it
);
CREATE INDEX switches_closing ON switches(closes_at) WHERE closes_at > 0;
CREATE INDEX switches_thanks ON switches(thanks) WHERE thanks IS NOT NULL;

-- A person's own bundles; their ids count on from the built-in ones.
CREATE TABLE preset (
        id BIGINT PRIMARY KEY,
        account BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        name TEXT NOT NULL,
        visibility SMALLINT,                     -- enum audience; NULL: the account's default
        quote_policy SMALLINT NOT NULL,
        pause BIGINT NOT NULL DEFAULT 0,         -- seconds a post waits before it leaves
        closes_in BIGINT NOT NULL DEFAULT 0,     -- days until comments close; 0: never
        switches TEXT NOT NULL                   -- JSON, see social/switches.h
);
CREATE INDEX preset_by_account ON preset(account, id);
ALTER TABLE login ADD COLUMN preset BIGINT NOT NULL DEFAULT 0; -- for apps and as the composer's first
-- *Close* exists from the start; its id is the account's own.
INSERT INTO list (id, account, title, audience, replies_policy, exclusive, created_at)
        SELECT account, account, 'Close', 1, 1, 0, created_at FROM login;
ALTER TABLE login ADD COLUMN embeds SMALLINT NOT NULL DEFAULT 0; -- other sites may show everyday posts in a frame

-- Posts in their sending pause: not posts yet. What was sent keeps its row for a while, so that the page of the pause
-- leads on to the post.
CREATE TABLE waiting (
        id BIGINT PRIMARY KEY,
        account BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        key TEXT NOT NULL,                       -- of the form: pressing Send twice is one post
        at BIGINT NOT NULL,                      -- when it leaves
        params TEXT NOT NULL,                    -- as in table scheduled
        post BIGINT REFERENCES post(id) ON DELETE SET NULL, -- what it became
        created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX waiting_key ON waiting(account, key);
CREATE INDEX waiting_by_account ON waiting(account, id);
CREATE INDEX waiting_of_post ON waiting(post) WHERE post IS NOT NULL;

-- Who sorts the comments of a post: its authors, and keepers while they are. The author alone needs no row.
CREATE TABLE hand (
        post BIGINT NOT NULL REFERENCES post(id) ON DELETE CASCADE, -- the thread's root
        account BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        role SMALLINT NOT NULL,                  -- enum hand_role
        letters SMALLINT NOT NULL DEFAULT 0,     -- a keeper who may read letters
        PRIMARY KEY (post, account)
) WITHOUT ROWID;
CREATE INDEX hand_of_account ON hand(account, post);

-- Who was asked to be a second author and has not answered.
CREATE TABLE coauthor_ask (
        post BIGINT NOT NULL REFERENCES post(id) ON DELETE CASCADE,
        account BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        asked_at BIGINT NOT NULL,
        sees SMALLINT NOT NULL DEFAULT 0,        -- being asked lets them see the post
        PRIMARY KEY (post, account)
) WITHOUT ROWID;
CREATE INDEX coauthor_ask_of_account ON coauthor_ask(account, post);
-- Whom an author asked or has, so that Settings can list them.
CREATE TABLE coauthor_by (
        author BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        post BIGINT NOT NULL REFERENCES post(id) ON DELETE CASCADE,
        account BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        PRIMARY KEY (author, post, account)
) WITHOUT ROWID;
CREATE INDEX coauthor_by_post ON coauthor_by(post);
CREATE INDEX coauthor_by_account ON coauthor_by(account);
