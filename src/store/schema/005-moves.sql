-- Leaving, moving, and what other servers are asked to agree to.

ALTER TABLE login ADD COLUMN leaving_at BIGINT;  -- when the account is deleted; NULL: it stays

-- People who were here. Their names are nobody else's ever after, and their addresses answer 410. The key signs what is
-- still on the way to servers that are down, and goes after 30 days.
CREATE TABLE account_gone (
        account BIGINT PRIMARY KEY,              -- the id it had
        username_fold TEXT NOT NULL,
        uri TEXT NOT NULL,
        private_key TEXT,
        at BIGINT NOT NULL
);
CREATE UNIQUE INDEX account_gone_by_name ON account_gone(username_fold);
CREATE INDEX account_gone_keys ON account_gone(at) WHERE private_key IS NOT NULL;

ALTER TABLE account_far ADD COLUMN moved_uri TEXT; -- where its server says that it went; NULL: nowhere

-- Whose followers on the receiving server are told along with it, as a digest (FEP-8fcf); 0: nobody's.
ALTER TABLE parcel ADD COLUMN sync BIGINT NOT NULL DEFAULT 0;

-- What authors elsewhere answered to posts, boosts and favourites from here that had to be asked for.
ALTER TABLE post_far ADD COLUMN approved_by TEXT;
CREATE TABLE asking (
        id BIGINT PRIMARY KEY,
        kind SMALLINT NOT NULL,                  -- enum asking_kind: reply, like, boost
        account BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE, -- here
        target BIGINT NOT NULL REFERENCES post(id) ON DELETE CASCADE,     -- elsewhere
        post BIGINT REFERENCES post(id) ON DELETE CASCADE, -- the reply or the boost; NULL for a favourite
        uri TEXT NOT NULL,                       -- of what waits, as the author elsewhere names it in an answer
        created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX asking_by_uri ON asking(uri);
CREATE INDEX asking_of_account ON asking(account);
CREATE INDEX asking_of_target ON asking(target);
CREATE INDEX asking_of_post ON asking(post) WHERE post IS NOT NULL;
