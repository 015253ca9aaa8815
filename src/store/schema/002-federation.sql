-- What receiving from other servers needs to remember.

-- Activities taken in, by actor and id, so that one that comes again has no effect. Kept 30 days.
CREATE TABLE activity_seen (
        hash BYTEA PRIMARY KEY,                  -- the first 16 bytes of SHA-256(actor, id)
        at BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX activity_seen_age ON activity_seen(at);

-- What the moderators decided about other servers; a row also covers the names below its own.
CREATE TABLE server_policy (
        domain TEXT PRIMARY KEY,
        id BIGINT NOT NULL,
        severity SMALLINT NOT NULL,              -- enum server_severity: none, limited, refused
        allowed SMALLINT NOT NULL DEFAULT 0,     -- counts where only listed servers are spoken with
        no_media SMALLINT NOT NULL DEFAULT 0,    -- pictures and files from there are not shown
        no_reports SMALLINT NOT NULL DEFAULT 0,
        obfuscate SMALLINT NOT NULL DEFAULT 0,   -- the name is shown with stars
        public_comment TEXT NOT NULL DEFAULT '', private_comment TEXT NOT NULL DEFAULT '',
        created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX server_policy_by_id ON server_policy(id);

-- What only accounts elsewhere have.
CREATE TABLE account_far (
        account BIGINT PRIMARY KEY REFERENCES account(id) ON DELETE CASCADE,
        moved_at BIGINT NOT NULL DEFAULT 0,      -- the last Move that was believed
        tried_at BIGINT NOT NULL DEFAULT 0,      -- the last refresh, also one that failed
        featured_at BIGINT NOT NULL DEFAULT 0    -- when its pinned posts were read last
);

-- What only posts elsewhere have.
CREATE TABLE post_far (
        post BIGINT PRIMARY KEY REFERENCES post(id) ON DELETE CASCADE,
        replies_uri TEXT, context_uri TEXT,
        reply_uri TEXT,                          -- answers this, which is not here yet
        quote_uri TEXT, quote_approval TEXT,
        policy TEXT,                             -- its interaction policy, JSON
        fetched_at BIGINT NOT NULL,
        replies_at BIGINT NOT NULL DEFAULT 0     -- when its replies were read last
);
CREATE INDEX post_far_by_reply ON post_far(reply_uri) WHERE reply_uri IS NOT NULL;
CREATE INDEX post_far_by_quote ON post_far(quote_uri) WHERE quote_uri IS NOT NULL;
CREATE INDEX post_far_by_approval ON post_far(quote_approval) WHERE quote_approval IS NOT NULL;

-- Approvals that authors here gave to quotes of their posts; the id is part of the approval's address.
CREATE TABLE quote_stamp (
        id BIGINT PRIMARY KEY,
        post BIGINT NOT NULL REFERENCES post(id) ON DELETE CASCADE, -- ours
        quote_uri TEXT NOT NULL,
        account BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE, -- who quotes
        created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX quote_stamp_once ON quote_stamp(post, quote_uri);
CREATE INDEX quote_stamp_of_account ON quote_stamp(account);
CREATE INDEX quote_stamp_by_quote ON quote_stamp(quote_uri);

-- Copies of pictures and files of others, so that they can be thrown away again when they are old.
CREATE TABLE far_file (
        kind SMALLINT NOT NULL,                  -- enum far_kind: media, avatar, header, emoji
        owner BIGINT NOT NULL,                   -- row of that kind
        bytes BIGINT NOT NULL,
        taken_at BIGINT NOT NULL,
        PRIMARY KEY (kind, owner)
) WITHOUT ROWID;
CREATE INDEX far_file_age ON far_file(taken_at);

-- Addresses that could not be fetched, and until when nobody tries again.
CREATE TABLE far_miss (
        hash BYTEA PRIMARY KEY,
        until BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX far_miss_age ON far_miss(until);
