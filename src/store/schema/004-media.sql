-- Copies of files that live elsewhere, and what linked pages say about themselves.

-- The one that nobody looked at for longest goes first.
DROP INDEX far_file_age;
ALTER TABLE far_file ADD COLUMN used_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX far_file_use ON far_file(used_at);

-- Files that could not be had, and until when nobody asks again; each failure doubles the pause.
CREATE TABLE far_file_miss (
        hash BYTEA PRIMARY KEY,                  -- the first 16 bytes of SHA-256(address)
        tries BIGINT NOT NULL,
        until BIGINT NOT NULL,
        final SMALLINT NOT NULL                  -- it will hardly ever be there
) WITHOUT ROWID;
CREATE INDEX far_file_miss_age ON far_file_miss(until);

-- A page that posts link to, in its own words: a row an address, however many posts name it. With `post`, it is what that
-- post's own server said, which speaks for that post alone.
CREATE TABLE link_card (
        id BIGINT PRIMARY KEY,
        url TEXT NOT NULL,
        post BIGINT REFERENCES post(id) ON DELETE CASCADE,
        state SMALLINT NOT NULL DEFAULT 0,       -- enum link_state: wanted, shown, nothing to show
        title TEXT NOT NULL DEFAULT '', description TEXT NOT NULL DEFAULT '', language TEXT,
        author_name TEXT NOT NULL DEFAULT '', author_url TEXT NOT NULL DEFAULT '',
        provider_name TEXT NOT NULL DEFAULT '', provider_url TEXT NOT NULL DEFAULT '',
        published_at BIGINT,
        image_url TEXT, image_description TEXT NOT NULL DEFAULT '',
        width BIGINT NOT NULL DEFAULT 0, height BIGINT NOT NULL DEFAULT 0, blurhash TEXT,
        file TEXT, preview TEXT,                 -- the copy of the picture
        fetched_at BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX link_card_by_url ON link_card(url) WHERE post IS NULL;
CREATE UNIQUE INDEX link_card_of_post ON link_card(post) WHERE post IS NOT NULL;
CREATE INDEX link_card_age ON link_card(fetched_at);

CREATE TABLE post_link (
        post BIGINT PRIMARY KEY REFERENCES post(id) ON DELETE CASCADE,
        link BIGINT NOT NULL REFERENCES link_card(id) ON DELETE CASCADE
);
CREATE INDEX post_link_of ON post_link(link, post);
