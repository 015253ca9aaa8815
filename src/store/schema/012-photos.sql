-- Albums, veils and what photos of a post carry.
ALTER TABLE media ADD COLUMN veil SMALLINT NOT NULL DEFAULT 0;       -- enum veil: none, for everybody, for people who do not follow
ALTER TABLE media ADD COLUMN veil_words TEXT NOT NULL DEFAULT '';    -- the author's sentence on it
ALTER TABLE media ADD COLUMN veil_folds SMALLINT NOT NULL DEFAULT 0; -- other servers and apps fold the post under the words
ALTER TABLE media ADD COLUMN caption TEXT NOT NULL DEFAULT '';       -- words under it
ALTER TABLE media ADD COLUMN stays SMALLINT NOT NULL DEFAULT 0;      -- only what is shown is offered, not the whole file
ALTER TABLE login ADD COLUMN open_veils SMALLINT NOT NULL DEFAULT 0; -- those by people one follows are opened at once
ALTER TABLE login ADD COLUMN photos_stay SMALLINT NOT NULL DEFAULT 0; -- what new photos begin with
ALTER TABLE account ADD COLUMN gallery SMALLINT NOT NULL DEFAULT 0;  -- the profile's first page shows photos

-- Photos of one's own posts, in one's own order. Who may see which is asked of their posts.
CREATE TABLE album (
        id BIGINT PRIMARY KEY,
        account BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        title TEXT NOT NULL,
        words TEXT NOT NULL DEFAULT '',
        place BIGINT NOT NULL,                   -- among the albums of the account
        cover BIGINT REFERENCES media(id) ON DELETE SET NULL, -- NULL: the first that may be seen
        created_at BIGINT NOT NULL
);
CREATE INDEX album_by_account ON album(account, place);
CREATE INDEX album_by_cover ON album(cover) WHERE cover IS NOT NULL;
CREATE TABLE album_photo (
        album BIGINT NOT NULL REFERENCES album(id) ON DELETE CASCADE,
        media BIGINT NOT NULL REFERENCES media(id) ON DELETE CASCADE,
        place BIGINT NOT NULL,
        PRIMARY KEY (album, media)
) WITHOUT ROWID;
CREATE INDEX album_photo_order ON album_photo(album, place);
CREATE INDEX album_photo_of ON album_photo(media);
