-- Remembered days, memorial accounts and their stewards.

-- A day somebody asked to be reminded of, every year: nothing old is shown without a row here.
CREATE TABLE remembered_day (
        id BIGINT PRIMARY KEY,
        account BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE, -- who asked
        subject BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE, -- whose profile or journal it stands on
        name TEXT NOT NULL,                      -- "Ada's birthday"
        words TEXT NOT NULL DEFAULT '',
        length SMALLINT NOT NULL,                -- enum day_length
        month SMALLINT NOT NULL,                 -- 1 to 12; of a season the first of its three
        day SMALLINT NOT NULL,                   -- 1 to 31; 1 unless it is a day
        south SMALLINT NOT NULL DEFAULT 0,       -- seasons as south of the equator
        post BIGINT REFERENCES post(id) ON DELETE SET NULL,
        note SMALLINT NOT NULL DEFAULT 0,        -- a line for who asked
        pinned SMALLINT NOT NULL DEFAULT 0,      -- stands on top of the profile or journal meanwhile
        mail SMALLINT NOT NULL DEFAULT 0,        -- to those who asked for it
        is_on SMALLINT NOT NULL DEFAULT 1,
        came_at BIGINT NOT NULL DEFAULT 0,       -- when it began last
        ends_at BIGINT NOT NULL DEFAULT 0,       -- when that is over
        waits SMALLINT NOT NULL DEFAULT 0,       -- it came in quiet time, and nothing has been chosen
        put_away SMALLINT NOT NULL DEFAULT 0,    -- its note was, for this time
        created_at BIGINT NOT NULL
);
CREATE INDEX remembered_day_of_account ON remembered_day(account, id);
CREATE INDEX remembered_day_of_subject ON remembered_day(subject, id);
CREATE INDEX remembered_day_shown ON remembered_day(subject, ends_at) WHERE ends_at > 0;
CREATE INDEX remembered_day_of_post ON remembered_day(post) WHERE post IS NOT NULL;

-- Who asked for a mail on the days of a profile or journal: a member, or a reader by mail.
CREATE TABLE day_asked (
        id BIGINT PRIMARY KEY,
        subject BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        account BIGINT REFERENCES account(id) ON DELETE CASCADE, -- or
        reader BIGINT REFERENCES mail_follower(id) ON DELETE CASCADE,
        secret TEXT NOT NULL                     -- of the address that stops it
);
CREATE UNIQUE INDEX day_asked_by_account ON day_asked(subject, account) WHERE account IS NOT NULL;
CREATE UNIQUE INDEX day_asked_by_reader ON day_asked(reader) WHERE reader IS NOT NULL;
CREATE UNIQUE INDEX day_asked_by_secret ON day_asked(secret);
CREATE INDEX day_asked_of_subject ON day_asked(subject, id);
CREATE INDEX day_asked_of_account ON day_asked(account) WHERE account IS NOT NULL;

-- The account of somebody who has died, from the first word of it on.
CREATE TABLE memorial (
        id BIGINT PRIMARY KEY,
        account BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        state SMALLINT NOT NULL DEFAULT 0,       -- enum memorial_state
        first_by BIGINT NOT NULL DEFAULT 0,      -- administrators who confirmed
        first_at BIGINT NOT NULL DEFAULT 0,
        second_by BIGINT NOT NULL DEFAULT 0,
        begins_at BIGINT NOT NULL DEFAULT 0,     -- unless its owner is seen before
        began_at BIGINT NOT NULL DEFAULT 0,
        ended_at BIGINT NOT NULL DEFAULT 0,
        ended_by BIGINT NOT NULL DEFAULT 0,      -- an administrator; 0: its owner was seen
        banner TEXT NOT NULL DEFAULT '',         -- the chosen words; '': "In memory of" and the name
        words TEXT NOT NULL DEFAULT '',          -- pinned beneath it
        removal TEXT NOT NULL DEFAULT '',        -- why a steward asks that the account be removed
        removal_by BIGINT NOT NULL DEFAULT 0,
        removal_at BIGINT NOT NULL DEFAULT 0,
        created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX memorial_of_account ON memorial(account) WHERE state < 3;
CREATE INDEX memorial_any ON memorial(account, id);
CREATE INDEX memorial_of_state ON memorial(state, id);

-- What people told the administrators.
CREATE TABLE memorial_report (
        id BIGINT PRIMARY KEY,
        memorial BIGINT NOT NULL REFERENCES memorial(id) ON DELETE CASCADE,
        account BIGINT REFERENCES account(id) ON DELETE SET NULL, -- NULL: a visitor, or gone
        name TEXT NOT NULL DEFAULT '',           -- of a visitor
        email TEXT NOT NULL DEFAULT '',
        words TEXT NOT NULL,
        link TEXT NOT NULL DEFAULT '',
        created_at BIGINT NOT NULL
);
CREATE INDEX memorial_report_of ON memorial_report(memorial, id);
CREATE INDEX memorial_report_by ON memorial_report(account) WHERE account IS NOT NULL;

-- What a member would have stand on their profile then.
CREATE TABLE memorial_wish (
        account BIGINT PRIMARY KEY REFERENCES account(id) ON DELETE CASCADE,
        banner TEXT NOT NULL
);

-- Who was named to look after the account then.
CREATE TABLE steward (
        id BIGINT PRIMARY KEY,
        account BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        steward BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        named_by BIGINT NOT NULL,                -- the account itself, or an administrator afterwards
        state SMALLINT NOT NULL DEFAULT 0,       -- enum steward_state
        ended_at BIGINT NOT NULL DEFAULT 0,
        ended_by BIGINT NOT NULL DEFAULT 0,
        created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX steward_of_account ON steward(account, steward) WHERE state < 2;
CREATE INDEX steward_any ON steward(account, state, id);
CREATE INDEX steward_of_steward ON steward(steward, state, id);

-- What stewards did: it can be listed and undone.
CREATE TABLE steward_act (
        id BIGINT PRIMARY KEY,
        memorial BIGINT NOT NULL REFERENCES memorial(id) ON DELETE CASCADE,
        actor BIGINT NOT NULL,
        act SMALLINT NOT NULL,                   -- enum steward_verb
        subject BIGINT NOT NULL DEFAULT 0,       -- the follower or tribute it was about
        was TEXT NOT NULL DEFAULT '',            -- as JSON
        became TEXT NOT NULL DEFAULT '',
        at BIGINT NOT NULL,
        undone_at BIGINT NOT NULL DEFAULT 0,
        undone_by BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX steward_act_of_memorial ON steward_act(memorial, id);

-- Pictures a steward replaced, kept so that they can come back. The id is that of the act.
CREATE TABLE steward_file (
        id BIGINT PRIMARY KEY REFERENCES steward_act(id) ON DELETE CASCADE,
        name TEXT, still TEXT, portrait TEXT, type TEXT,
        words TEXT NOT NULL DEFAULT ''           -- what it shows
);

-- Words of remembrance for a memorial account; a steward says which of them are shown.
CREATE TABLE tribute (
        id BIGINT PRIMARY KEY,
        account BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        writer BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        words TEXT NOT NULL,
        state SMALLINT NOT NULL DEFAULT 0,       -- enum tribute_state
        created_at BIGINT NOT NULL
);
CREATE INDEX tribute_of_account ON tribute(account, state, id);
CREATE INDEX tribute_of_writer ON tribute(writer, account);

ALTER TABLE login ADD COLUMN memorial_at BIGINT NOT NULL DEFAULT 0; -- when it becomes, or became, a memorial; 0: nobody says so
ALTER TABLE login ADD COLUMN remembers SMALLINT NOT NULL DEFAULT 0; -- a day they asked to be reminded of has come
ALTER TABLE hand ADD COLUMN since BIGINT NOT NULL DEFAULT 0; -- a steward: only what was held from then on
ALTER TABLE way ADD COLUMN memorial BIGINT REFERENCES account(id) ON DELETE CASCADE; -- instead of a post or journal
CREATE INDEX way_of_memorial ON way(memorial, position) WHERE memorial IS NOT NULL;
