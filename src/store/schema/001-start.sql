-- The tables of Tidings. One text for SQLite and PostgreSQL: "--sqlite " and "--pg " lines are for one engine alone.
-- Times are milliseconds since 1970; ids carry their time in the upper 48 bits; flags are 0 or 1.

-- People here (domain ''), people elsewhere and journals.
CREATE TABLE account (
        id BIGINT PRIMARY KEY,
        username TEXT NOT NULL,
        username_fold TEXT NOT NULL,             -- lower case, for looking up
        domain TEXT NOT NULL DEFAULT '',         -- '' is here; else lower-case ASCII
        kind SMALLINT NOT NULL DEFAULT 0,        -- enum account_kind
        uri TEXT,                                -- ActivityPub id; NULL here (made from the settings)
        url TEXT,
        inbox TEXT, shared_inbox TEXT, outbox TEXT, followers_uri TEXT, following_uri TEXT, featured_uri TEXT,
        display_name TEXT NOT NULL DEFAULT '',
        note TEXT NOT NULL DEFAULT '',           -- as written (people here)
        note_html TEXT NOT NULL DEFAULT '',      -- sanitised or rendered
        fields TEXT NOT NULL DEFAULT '[]',       -- [{"name","value","html","verified_at"}]
        avatar TEXT, avatar_type TEXT, avatar_static TEXT, avatar_portrait TEXT, avatar_description TEXT NOT NULL DEFAULT '', avatar_remote TEXT,
        header TEXT, header_type TEXT, header_static TEXT, header_description TEXT NOT NULL DEFAULT '', header_remote TEXT,
        locked SMALLINT NOT NULL DEFAULT 0,
        discoverable SMALLINT NOT NULL DEFAULT 0,
        indexable SMALLINT NOT NULL DEFAULT 0,
        hide_collections SMALLINT NOT NULL DEFAULT 0,
        memorial SMALLINT NOT NULL DEFAULT 0,
        public_key TEXT, private_key TEXT, key_id TEXT,
        posts_count BIGINT NOT NULL DEFAULT 0,
        followers_count BIGINT NOT NULL DEFAULT 0,
        following_count BIGINT NOT NULL DEFAULT 0,
        last_post_at BIGINT NOT NULL DEFAULT 0,
        moved_to BIGINT REFERENCES account(id),
        also_known_as TEXT NOT NULL DEFAULT '[]',
        suspended_at BIGINT, silenced_at BIGINT,
        created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, fetched_at BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX account_by_name ON account(username_fold, domain);
CREATE UNIQUE INDEX account_by_uri ON account(uri) WHERE uri IS NOT NULL;
CREATE INDEX account_local ON account(id) WHERE domain = '';
CREATE INDEX account_discoverable ON account(last_post_at, id) WHERE discoverable = 1;
CREATE INDEX account_by_domain ON account(domain, id) WHERE domain <> '';
CREATE INDEX account_moved ON account(moved_to) WHERE moved_to IS NOT NULL;

-- What only people here have.
CREATE TABLE login (
        account BIGINT PRIMARY KEY REFERENCES account(id) ON DELETE CASCADE,
        email TEXT NOT NULL,
        email_fold TEXT NOT NULL,
        password TEXT NOT NULL,                  -- argon2id; '' means no password can fit
        role SMALLINT NOT NULL DEFAULT 0,        -- enum role
        confirmed_at BIGINT, approved SMALLINT NOT NULL DEFAULT 1, disabled SMALLINT NOT NULL DEFAULT 0,
        reason TEXT NOT NULL DEFAULT '',         -- what somebody wrote when asking to join
        invite BIGINT,
        locale TEXT NOT NULL DEFAULT 'en',
        zone TEXT NOT NULL DEFAULT '',           -- IANA name; '' is the server's
        visibility SMALLINT NOT NULL DEFAULT 1,  -- default audience of new posts (quiet public)
        sensitive SMALLINT NOT NULL DEFAULT 0,
        language TEXT,
        quote_policy SMALLINT NOT NULL DEFAULT 1, -- enum quote_policy (followers)
        show_counts SMALLINT NOT NULL DEFAULT 0, -- to others
        need_alt SMALLINT NOT NULL DEFAULT 1,    -- web: do not post photos without a description
        theme TEXT NOT NULL DEFAULT '', text_size TEXT NOT NULL DEFAULT '',
        show_media TEXT NOT NULL DEFAULT 'default', expand_notes SMALLINT NOT NULL DEFAULT 0,
        has_filters SMALLINT NOT NULL DEFAULT 0, -- so that a page without filters asks for none
        policy TEXT NOT NULL DEFAULT '{}',       -- notification policy
        seen_at BIGINT NOT NULL DEFAULT 0,       -- last day of use
        home_from BIGINT NOT NULL DEFAULT 0,     -- 0: no home rows are kept for this reader
        created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX login_by_email ON login(email_fold);
CREATE INDEX login_waiting ON login(account) WHERE approved = 0;

CREATE TABLE session (
        id BIGINT PRIMARY KEY,
        hash BYTEA NOT NULL,                     -- SHA-256 of the cookie
        account BIGINT NOT NULL REFERENCES login(account) ON DELETE CASCADE,
        agent TEXT NOT NULL DEFAULT '', address TEXT NOT NULL DEFAULT '',
        created_at BIGINT NOT NULL, used_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX session_by_hash ON session(hash);
CREATE INDEX session_by_account ON session(account, id);

-- Links that do one thing once: setting a new password, confirming an address.
CREATE TABLE single_use (
        hash BYTEA PRIMARY KEY,
        purpose TEXT NOT NULL,
        account BIGINT REFERENCES login(account) ON DELETE CASCADE,
        detail TEXT NOT NULL DEFAULT '',
        expires_at BIGINT NOT NULL
);
CREATE INDEX single_use_expiry ON single_use(expires_at);
CREATE INDEX single_use_by_account ON single_use(account);

-- Tries of a password, by SHA-256 of the address or of the name, so that guessing is slow whichever process it asks.
CREATE TABLE login_try (
        key BYTEA PRIMARY KEY,
        since BIGINT NOT NULL, count BIGINT NOT NULL
);
CREATE INDEX login_try_age ON login_try(since);

CREATE TABLE invite (
        id BIGINT PRIMARY KEY,
        code TEXT NOT NULL,
        creator BIGINT REFERENCES account(id),   -- NULL: the command line
        role SMALLINT NOT NULL DEFAULT 0,
        uses_max BIGINT NOT NULL DEFAULT 1,      -- 0: any number
        uses BIGINT NOT NULL DEFAULT 0,
        expires_at BIGINT,
        autofollow SMALLINT NOT NULL DEFAULT 0,  -- the new person and the creator follow each other
        created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX invite_by_code ON invite(code);
CREATE INDEX invite_by_creator ON invite(creator, id);

CREATE TABLE app (
        id BIGINT PRIMARY KEY,
        client_id TEXT NOT NULL,
        secret_hash BYTEA NOT NULL,
        name TEXT NOT NULL, website TEXT,
        redirect_uris TEXT NOT NULL,             -- one a line
        scopes BIGINT NOT NULL, scopes_text TEXT NOT NULL,
        created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX app_by_client ON app(client_id);

CREATE TABLE grant_code (
        hash BYTEA PRIMARY KEY,
        app BIGINT NOT NULL REFERENCES app(id) ON DELETE CASCADE,
        account BIGINT NOT NULL REFERENCES login(account) ON DELETE CASCADE,
        redirect_uri TEXT NOT NULL, scopes BIGINT NOT NULL, scopes_text TEXT NOT NULL,
        challenge TEXT,                          -- PKCE S256
        token BIGINT,                            -- what it was exchanged for; a second use revokes that
        created_at BIGINT NOT NULL
);
CREATE INDEX grant_code_age ON grant_code(created_at);
CREATE INDEX grant_code_by_app ON grant_code(app);
CREATE INDEX grant_code_by_account ON grant_code(account);

CREATE TABLE token (
        id BIGINT PRIMARY KEY,
        hash BYTEA NOT NULL,                     -- SHA-256 of the bearer token
        app BIGINT NOT NULL REFERENCES app(id) ON DELETE CASCADE,
        account BIGINT REFERENCES login(account) ON DELETE CASCADE, -- NULL: the app itself
        scopes BIGINT NOT NULL, scopes_text TEXT NOT NULL,
        created_at BIGINT NOT NULL, used_at BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX token_by_hash ON token(hash);
CREATE INDEX token_by_account ON token(account, id);
CREATE INDEX token_by_app ON token(app);

-- Who follows whom; asked (state 0) or accepted (state 1). `id` is the cursor of lists.
CREATE TABLE follow (
        account BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        target BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        id BIGINT NOT NULL,
        state SMALLINT NOT NULL,
        boosts SMALLINT NOT NULL DEFAULT 1, notify SMALLINT NOT NULL DEFAULT 0, languages TEXT,
        uri TEXT,                                -- of the Follow activity, for Undo and Accept
        created_at BIGINT NOT NULL,
        PRIMARY KEY (account, target)
) WITHOUT ROWID;
CREATE INDEX follow_of_target ON follow(target, state, id, languages);
CREATE INDEX follow_notify ON follow(target, id) WHERE notify = 1;
CREATE INDEX follow_of_account ON follow(account, state, id);

CREATE TABLE block (
        account BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        target BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        id BIGINT NOT NULL, uri TEXT, created_at BIGINT NOT NULL,
        PRIMARY KEY (account, target)
) WITHOUT ROWID;
CREATE INDEX block_list ON block(account, id);
CREATE INDEX block_of_target ON block(target, account);

CREATE TABLE mute (
        account BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        target BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        id BIGINT NOT NULL, notifications SMALLINT NOT NULL DEFAULT 1, expires_at BIGINT, created_at BIGINT NOT NULL,
        PRIMARY KEY (account, target)
) WITHOUT ROWID;
CREATE INDEX mute_list ON mute(account, id);
CREATE INDEX mute_expiry ON mute(expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX mute_of_target ON mute(target);

CREATE TABLE domain_block (
        account BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        domain TEXT NOT NULL, id BIGINT NOT NULL, created_at BIGINT NOT NULL,
        PRIMARY KEY (account, domain)
) WITHOUT ROWID;
CREATE INDEX domain_block_list ON domain_block(account, id);

CREATE TABLE account_note (
        account BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        target BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        text TEXT NOT NULL,
        PRIMARY KEY (account, target)
) WITHOUT ROWID;
CREATE INDEX account_note_of_target ON account_note(target);

CREATE TABLE endorsement (
        account BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        target BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        id BIGINT NOT NULL,
        PRIMARY KEY (account, target)
) WITHOUT ROWID;
CREATE INDEX endorsement_list ON endorsement(account, id);
CREATE INDEX endorsement_of_target ON endorsement(target);

-- Lists one reads by, and audiences one writes to.
CREATE TABLE list (
        id BIGINT PRIMARY KEY,
        account BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        title TEXT NOT NULL,
        audience SMALLINT NOT NULL DEFAULT 0,    -- 1: may be chosen as the audience of a post
        replies_policy SMALLINT NOT NULL DEFAULT 1, -- 0 followed, 1 list, 2 none
        exclusive SMALLINT NOT NULL DEFAULT 0,
        created_at BIGINT NOT NULL
);
CREATE INDEX list_by_account ON list(account, id);
CREATE TABLE list_member (
        list BIGINT NOT NULL REFERENCES list(id) ON DELETE CASCADE,
        account BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        id BIGINT NOT NULL,
        PRIMARY KEY (list, account)
) WITHOUT ROWID;
CREATE INDEX list_member_order ON list_member(list, id);
CREATE INDEX list_member_of ON list_member(account, list);

-- Posts, comments and boosts (boost_of set; the wrapper has no words of its own).
CREATE TABLE post (
        id BIGINT PRIMARY KEY,
        account BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        uri TEXT, url TEXT,                      -- NULL here (made from the settings)
        local SMALLINT NOT NULL DEFAULT 1,
        audience SMALLINT NOT NULL,              -- enum audience
        audience_list BIGINT REFERENCES list(id) ON DELETE SET NULL,
        local_only SMALLINT NOT NULL DEFAULT 0,
        state SMALLINT NOT NULL DEFAULT 0,       -- enum comment_state: shown, held, kept, declined
        text TEXT NOT NULL DEFAULT '',           -- as written (here)
        content TEXT NOT NULL DEFAULT '',        -- HTML, rendered or sanitised
        spoiler TEXT NOT NULL DEFAULT '',
        sensitive SMALLINT NOT NULL DEFAULT 0,
        language TEXT,
        reply_to BIGINT, reply_account BIGINT,   -- set NULL by the rules when that post goes
        thread BIGINT NOT NULL,                  -- the root's id, its own for a root
        boost_of BIGINT REFERENCES post(id) ON DELETE CASCADE,
        quote_of BIGINT, quote_state SMALLINT NOT NULL DEFAULT 0,
        quote_policy SMALLINT NOT NULL DEFAULT 2, -- enum quote_policy
        app BIGINT REFERENCES app(id) ON DELETE SET NULL,
        has SMALLINT NOT NULL DEFAULT 0,         -- bits: 1 media, 2 poll, 4 mentions, 8 tags, 16 emoji, 32 card
        replies_count BIGINT NOT NULL DEFAULT 0,
        boosts_count BIGINT NOT NULL DEFAULT 0,
        favourites_count BIGINT NOT NULL DEFAULT 0,
        quotes_count BIGINT NOT NULL DEFAULT 0,
        created_at BIGINT NOT NULL, edited_at BIGINT
);
CREATE UNIQUE INDEX post_by_uri ON post(uri) WHERE uri IS NOT NULL;
CREATE INDEX post_by_account ON post(account, id);
CREATE INDEX post_by_account_media ON post(account, id) WHERE has % 2 = 1;
CREATE INDEX post_public ON post(id) WHERE audience = 0 AND boost_of IS NULL;
CREATE INDEX post_public_local ON post(id) WHERE audience = 0 AND boost_of IS NULL AND local = 1;
CREATE INDEX post_by_thread ON post(thread, id) WHERE boost_of IS NULL;
CREATE INDEX post_by_reply ON post(reply_to, id) WHERE reply_to IS NOT NULL;
CREATE UNIQUE INDEX post_boost ON post(boost_of, account) WHERE boost_of IS NOT NULL;
CREATE INDEX post_by_quote ON post(quote_of, id) WHERE quote_of IS NOT NULL;
CREATE INDEX post_by_app ON post(app) WHERE app IS NOT NULL;
CREATE INDEX post_by_audience_list ON post(audience_list) WHERE audience_list IS NOT NULL;

CREATE TABLE post_edit (
        post BIGINT NOT NULL REFERENCES post(id) ON DELETE CASCADE,
        created_at BIGINT NOT NULL,
        content TEXT NOT NULL, spoiler TEXT NOT NULL, sensitive SMALLINT NOT NULL,
        media TEXT NOT NULL DEFAULT '[]',        -- attachments as they were, JSON
        poll TEXT,                               -- option titles, JSON
        PRIMARY KEY (post, created_at)
) WITHOUT ROWID;

CREATE TABLE tombstone (                         -- what was deleted here, so that it answers 410 and never returns
        uri TEXT PRIMARY KEY, at BIGINT NOT NULL
);
CREATE INDEX tombstone_age ON tombstone(at);

CREATE TABLE mention (
        post BIGINT NOT NULL REFERENCES post(id) ON DELETE CASCADE,
        account BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        silent SMALLINT NOT NULL DEFAULT 0,
        PRIMARY KEY (post, account)
) WITHOUT ROWID;
CREATE INDEX mention_of_account ON mention(account, post);

CREATE TABLE tag (
        id BIGINT PRIMARY KEY,
        name TEXT NOT NULL,                      -- folded
        display TEXT NOT NULL,                   -- as first written
        used_at BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX tag_by_name ON tag(name);
CREATE TABLE post_tag (
        tag BIGINT NOT NULL REFERENCES tag(id) ON DELETE CASCADE,
        post BIGINT NOT NULL REFERENCES post(id) ON DELETE CASCADE,
        PRIMARY KEY (tag, post)
) WITHOUT ROWID;
CREATE INDEX post_tag_of_post ON post_tag(post, tag);
CREATE TABLE tag_follow (
        account BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        tag BIGINT NOT NULL REFERENCES tag(id) ON DELETE CASCADE,
        id BIGINT NOT NULL,
        PRIMARY KEY (account, tag)
) WITHOUT ROWID;
CREATE INDEX tag_follow_list ON tag_follow(account, id);
CREATE INDEX tag_follow_of_tag ON tag_follow(tag, account);
CREATE TABLE tag_feature (
        id BIGINT PRIMARY KEY,
        account BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        tag BIGINT NOT NULL REFERENCES tag(id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX tag_feature_once ON tag_feature(account, tag);
CREATE INDEX tag_feature_of_tag ON tag_feature(tag);

-- What one person did with one post: one probe a post tells all of it.
CREATE TABLE mark (
        account BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        post BIGINT NOT NULL REFERENCES post(id) ON DELETE CASCADE,
        kind SMALLINT NOT NULL,                  -- enum mark: favourite, bookmark, boost, pin, thread mute
        id BIGINT NOT NULL,                      -- cursor of lists; the wrapper's id for a boost
        uri TEXT,
        PRIMARY KEY (account, post, kind)
) WITHOUT ROWID;
CREATE INDEX mark_list ON mark(account, kind, id);
CREATE INDEX mark_of_post ON mark(post, kind, id);

CREATE TABLE media (
        id BIGINT PRIMARY KEY,
        account BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        post BIGINT REFERENCES post(id) ON DELETE SET NULL,
        position SMALLINT NOT NULL DEFAULT 0,
        kind SMALLINT NOT NULL,                  -- enum media_kind: unknown, image, gifv, video, audio
        state SMALLINT NOT NULL DEFAULT 0,       -- 0 ready, 1 in work, 2 failed
        type TEXT NOT NULL DEFAULT '',
        file TEXT, preview TEXT, still TEXT,     -- names in the media store; random, never the client's
        preview_type TEXT NOT NULL DEFAULT '',
        bytes BIGINT NOT NULL DEFAULT 0,
        width BIGINT NOT NULL DEFAULT 0, height BIGINT NOT NULL DEFAULT 0,
        preview_width BIGINT NOT NULL DEFAULT 0, preview_height BIGINT NOT NULL DEFAULT 0,
        focus_x DOUBLE PRECISION NOT NULL DEFAULT 0, focus_y DOUBLE PRECISION NOT NULL DEFAULT 0,
        blurhash TEXT, description TEXT,
        animated SMALLINT NOT NULL DEFAULT 0,
        remote_url TEXT,
        created_at BIGINT NOT NULL
);
CREATE INDEX media_of_post ON media(post, position) WHERE post IS NOT NULL;
CREATE INDEX media_of_account ON media(account, id);
CREATE INDEX media_loose ON media(id) WHERE post IS NULL;
CREATE UNIQUE INDEX media_by_file ON media(file) WHERE file IS NOT NULL;
-- Files whose row is gone and that are still to be removed from disk (only after the commit that dropped the row).
CREATE TABLE media_trash (
        file TEXT PRIMARY KEY, at BIGINT NOT NULL
);

CREATE TABLE poll (
        post BIGINT PRIMARY KEY REFERENCES post(id) ON DELETE CASCADE,
        id BIGINT NOT NULL,
        expires_at BIGINT,
        multiple SMALLINT NOT NULL, hide_totals SMALLINT NOT NULL DEFAULT 0,
        voters_count BIGINT NOT NULL DEFAULT 0,
        told SMALLINT NOT NULL DEFAULT 0         -- the notice of its end went out
);
CREATE UNIQUE INDEX poll_by_id ON poll(id);
CREATE TABLE poll_option (
        poll BIGINT NOT NULL REFERENCES poll(post) ON DELETE CASCADE,
        position SMALLINT NOT NULL,
        title TEXT NOT NULL, votes BIGINT NOT NULL DEFAULT 0,
        PRIMARY KEY (poll, position)
) WITHOUT ROWID;
CREATE TABLE poll_vote (
        poll BIGINT NOT NULL REFERENCES poll(post) ON DELETE CASCADE,
        account BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        position SMALLINT NOT NULL, uri TEXT,
        PRIMARY KEY (poll, account, position)
) WITHOUT ROWID;
CREATE INDEX poll_vote_of_account ON poll_vote(account);

-- Kept home timelines: a row an entry, for readers seen in the last 30 days.
CREATE TABLE home (
        owner BIGINT NOT NULL,
        entry BIGINT NOT NULL,                   -- the post, or the boost's wrapper
        author BIGINT NOT NULL,                  -- who brought it in (author or booster)
        post BIGINT NOT NULL,                    -- what is shown (the boosted post, or the entry itself)
        PRIMARY KEY (owner, entry)
) WITHOUT ROWID;
-- No index beside the key: every post writes a row a reader, and what is rare (hiding somebody, a deleted post) can look
-- through one reader's 800 rows.

CREATE TABLE notification (
        id BIGINT PRIMARY KEY,
        account BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        kind SMALLINT NOT NULL,                  -- enum notification_kind
        sender BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        post BIGINT REFERENCES post(id) ON DELETE CASCADE,
        report BIGINT,
        group_key TEXT NOT NULL,
        filtered SMALLINT NOT NULL DEFAULT 0     -- waits among the requests
);
CREATE INDEX notification_of_account ON notification(account, filtered, id);
CREATE INDEX notification_group ON notification(account, group_key, id);
CREATE UNIQUE INDEX notification_once ON notification(account, kind, sender, post) WHERE post IS NOT NULL;
CREATE INDEX notification_by_sender ON notification(sender, account);
CREATE INDEX notification_by_post ON notification(post) WHERE post IS NOT NULL;
CREATE TABLE notification_request (              -- strangers whose notifications wait, one row a sender
        account BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        sender BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        id BIGINT NOT NULL, last_post BIGINT, notifications BIGINT NOT NULL DEFAULT 0,
        dismissed SMALLINT NOT NULL DEFAULT 0, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL,
        PRIMARY KEY (account, sender)
) WITHOUT ROWID;
CREATE UNIQUE INDEX notification_request_by_id ON notification_request(id);
CREATE INDEX notification_request_list ON notification_request(account, dismissed, id);
CREATE INDEX notification_request_of_sender ON notification_request(sender);
CREATE TABLE notification_permission (           -- senders let through for good
        account BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        sender BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        PRIMARY KEY (account, sender)
) WITHOUT ROWID;
CREATE INDEX notification_permission_of_sender ON notification_permission(sender);

-- Private mentions, one row a person and thread.
CREATE TABLE conversation (
        id BIGINT PRIMARY KEY,
        account BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        thread BIGINT NOT NULL,
        last_post BIGINT REFERENCES post(id) ON DELETE SET NULL,
        order_id BIGINT NOT NULL,                -- cursor: the last post's id
        unread SMALLINT NOT NULL DEFAULT 1,
        members TEXT NOT NULL                    -- ids of the others, JSON
);
CREATE UNIQUE INDEX conversation_once ON conversation(account, thread);
CREATE INDEX conversation_list ON conversation(account, order_id);
CREATE INDEX conversation_by_post ON conversation(last_post);

CREATE TABLE filter (
        id BIGINT PRIMARY KEY,
        account BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        title TEXT NOT NULL, contexts SMALLINT NOT NULL, action SMALLINT NOT NULL, expires_at BIGINT
);
CREATE INDEX filter_by_account ON filter(account, id);
CREATE TABLE filter_keyword (
        id BIGINT PRIMARY KEY,
        filter BIGINT NOT NULL REFERENCES filter(id) ON DELETE CASCADE,
        keyword TEXT NOT NULL, whole_word SMALLINT NOT NULL
);
CREATE INDEX filter_keyword_of ON filter_keyword(filter, id);
CREATE TABLE filter_status (
        id BIGINT PRIMARY KEY,
        filter BIGINT NOT NULL REFERENCES filter(id) ON DELETE CASCADE,
        post BIGINT NOT NULL REFERENCES post(id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX filter_status_once ON filter_status(filter, post);
CREATE INDEX filter_status_of_post ON filter_status(post);

CREATE TABLE marker (
        account BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        timeline TEXT NOT NULL, last_read BIGINT NOT NULL, version BIGINT NOT NULL, updated_at BIGINT NOT NULL,
        PRIMARY KEY (account, timeline)
) WITHOUT ROWID;

CREATE TABLE idempotency (
        account BIGINT NOT NULL, key TEXT NOT NULL, post BIGINT NOT NULL, at BIGINT NOT NULL,
        PRIMARY KEY (account, key)
) WITHOUT ROWID;
CREATE INDEX idempotency_age ON idempotency(at);

CREATE TABLE scheduled (
        id BIGINT PRIMARY KEY,
        account BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        at BIGINT NOT NULL, params TEXT NOT NULL
);
CREATE INDEX scheduled_by_account ON scheduled(account, id);
CREATE INDEX scheduled_due ON scheduled(at);

CREATE TABLE draft (                             -- of the web composer
        id BIGINT PRIMARY KEY,
        account BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        params TEXT NOT NULL, updated_at BIGINT NOT NULL
);
CREATE INDEX draft_by_account ON draft(account, id);

CREATE TABLE report (
        id BIGINT PRIMARY KEY,
        account BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        target BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        posts TEXT NOT NULL DEFAULT '[]', rules TEXT NOT NULL DEFAULT '[]',
        category TEXT NOT NULL, comment TEXT NOT NULL, forwarded SMALLINT NOT NULL DEFAULT 0,
        assigned BIGINT, resolved_at BIGINT, resolved_by BIGINT, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL
);
CREATE INDEX report_open ON report(id) WHERE resolved_at IS NULL;
CREATE INDEX report_of_target ON report(target, id);
CREATE INDEX report_of_account ON report(account, id);

CREATE TABLE rule (
        id BIGINT PRIMARY KEY, position BIGINT NOT NULL, text TEXT NOT NULL, hint TEXT NOT NULL DEFAULT ''
);
CREATE TABLE announcement (
        id BIGINT PRIMARY KEY, text TEXT NOT NULL, starts_at BIGINT, ends_at BIGINT, all_day SMALLINT NOT NULL DEFAULT 0,
        published_at BIGINT, updated_at BIGINT NOT NULL
);
CREATE TABLE announcement_read (
        account BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        announcement BIGINT NOT NULL REFERENCES announcement(id) ON DELETE CASCADE,
        PRIMARY KEY (account, announcement)
) WITHOUT ROWID;
CREATE INDEX announcement_read_of ON announcement_read(announcement);
CREATE TABLE announcement_reaction (
        announcement BIGINT NOT NULL REFERENCES announcement(id) ON DELETE CASCADE,
        name TEXT NOT NULL,
        account BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        PRIMARY KEY (announcement, name, account)
) WITHOUT ROWID;
CREATE INDEX announcement_reaction_of ON announcement_reaction(account);

CREATE TABLE emoji (
        id BIGINT PRIMARY KEY, shortcode TEXT NOT NULL, domain TEXT NOT NULL DEFAULT '',
        file TEXT, still TEXT, type TEXT NOT NULL DEFAULT '', remote_url TEXT, category TEXT,
        visible SMALLINT NOT NULL DEFAULT 1, updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX emoji_by_name ON emoji(domain, shortcode);

CREATE TABLE push (
        token BIGINT PRIMARY KEY REFERENCES token(id) ON DELETE CASCADE,
        id BIGINT NOT NULL,
        account BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        endpoint TEXT NOT NULL, p256dh TEXT NOT NULL, auth TEXT NOT NULL, standard SMALLINT NOT NULL DEFAULT 0,
        alerts BIGINT NOT NULL DEFAULT 0, policy TEXT NOT NULL DEFAULT 'all', created_at BIGINT NOT NULL
);
CREATE INDEX push_of_account ON push(account);

CREATE TABLE secret (                            -- signing keys and the like
        name TEXT PRIMARY KEY, value TEXT NOT NULL
);

-- What must happen later; written with its cause, leased, safe to run twice.
CREATE TABLE job (
        id BIGINT PRIMARY KEY,
        kind TEXT NOT NULL, payload TEXT NOT NULL,
        unique_key TEXT,
        run_at BIGINT NOT NULL, attempts BIGINT NOT NULL DEFAULT 0, leased_until BIGINT NOT NULL DEFAULT 0,
        last_error TEXT, dead SMALLINT NOT NULL DEFAULT 0, created_at BIGINT NOT NULL
);
CREATE INDEX job_due ON job(kind, run_at, id) WHERE dead = 0; -- by kind: one with a long queue delays no other
CREATE INDEX job_dead ON job(id) WHERE dead = 1;
CREATE UNIQUE INDEX job_once ON job(kind, unique_key) WHERE unique_key IS NOT NULL;

-- Search. Rows are written by social/search.c only; order by rowid, never by rank. DELETE by rowid works on both engines.
--sqlite CREATE VIRTUAL TABLE post_search USING fts5(text, tokenize='unicode61 remove_diacritics 2');
--sqlite CREATE VIRTUAL TABLE account_search USING fts5(text, prefix='2 3', tokenize='unicode61 remove_diacritics 2');
--pg CREATE TABLE post_search (rowid BIGINT PRIMARY KEY, text TEXT NOT NULL);
--pg CREATE INDEX post_search_words ON post_search USING gin (to_tsvector('simple', text));
--pg CREATE TABLE account_search (rowid BIGINT PRIMARY KEY, text TEXT NOT NULL);
--pg CREATE INDEX account_search_words ON account_search USING gin (to_tsvector('simple', text));
