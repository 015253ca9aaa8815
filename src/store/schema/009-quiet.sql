-- Quiet time, digests and keepers.

ALTER TABLE login ADD COLUMN digest_hour SMALLINT NOT NULL DEFAULT 19;  -- on the person's own clock
ALTER TABLE login ADD COLUMN digest_mail SMALLINT NOT NULL DEFAULT 0;   -- the note also comes by mail
ALTER TABLE login ADD COLUMN digest_ready BIGINT NOT NULL DEFAULT 0;    -- since when a digest lies ready; 0: none does
ALTER TABLE login ADD COLUMN digest_last BIGINT NOT NULL DEFAULT 0;     -- the one opened last
ALTER TABLE login ADD COLUMN quiet_from BIGINT NOT NULL DEFAULT 0;      -- quiet time began then; 0: never, or all that waited was looked at
ALTER TABLE login ADD COLUMN quiet_until BIGINT NOT NULL DEFAULT 0;     -- and ends, or ended, then; 0: when it is ended
ALTER TABLE login ADD COLUMN quiet_line TEXT NOT NULL DEFAULT '';       -- what the profile says meanwhile; '': nothing

-- notification.filtered beyond 1: 2 waits for the digest, 3 until the digest is opened, 4 for the end of quiet time.
ALTER TABLE notification ADD COLUMN digest BIGINT;                      -- the digest that brought it
CREATE INDEX notification_of_digest ON notification(account, digest, id) WHERE digest IS NOT NULL;

-- Whom an author trusts with held comments for a while. Its rows of hand stand for it while it lasts.
CREATE TABLE keeper (
        id BIGINT PRIMARY KEY,
        author BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        keeper BIGINT REFERENCES account(id) ON DELETE CASCADE, -- NULL: whoever comes by the invitation
        invite BIGINT REFERENCES invite(id) ON DELETE SET NULL,
        scope SMALLINT NOT NULL,                 -- enum keeper_scope
        target BIGINT NOT NULL DEFAULT 0,        -- the post, or the journal's account
        letters SMALLINT NOT NULL DEFAULT 0,     -- may read letters
        help SMALLINT NOT NULL DEFAULT 0,        -- may edit ways to help
        state SMALLINT NOT NULL DEFAULT 0,       -- enum keeper_state
        ends_at BIGINT NOT NULL,
        ended_at BIGINT NOT NULL DEFAULT 0, ended_by BIGINT NOT NULL DEFAULT 0, -- 0: its day came
        created_at BIGINT NOT NULL
);
CREATE INDEX keeper_of_author ON keeper(author, state, id);
CREATE INDEX keeper_of_keeper ON keeper(keeper, state, id) WHERE keeper IS NOT NULL;
CREATE INDEX keeper_of_target ON keeper(target, state) WHERE target > 0;
CREATE UNIQUE INDEX keeper_by_invite ON keeper(invite) WHERE invite IS NOT NULL;
ALTER TABLE login ADD COLUMN keepers SMALLINT NOT NULL DEFAULT 0; -- somebody keeps all they write: new posts get a hand

-- What stands before the words of an earlier post, since there is later news; and that search leaves it out.
CREATE TABLE later (
        post BIGINT PRIMARY KEY REFERENCES post(id) ON DELETE CASCADE,
        act BIGINT NOT NULL,                     -- of earlier_act: the last that touched it
        words TEXT NOT NULL DEFAULT '',          -- '': no line
        news BIGINT REFERENCES post(id) ON DELETE SET NULL, -- where the line leads
        unsearched SMALLINT NOT NULL DEFAULT 0,
        far SMALLINT NOT NULL DEFAULT 0,         -- copies on other servers were changed too
        at BIGINT NOT NULL
);
CREATE INDEX later_of_news ON later(news) WHERE news IS NOT NULL;
-- One press of the button on the page "Earlier posts", and how each post was before it.
CREATE TABLE earlier_act (
        id BIGINT PRIMARY KEY,
        account BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE, -- whose posts: a person or a journal
        news BIGINT REFERENCES post(id) ON DELETE SET NULL,
        what SMALLINT NOT NULL,                  -- bits, enum earlier_what
        far SMALLINT NOT NULL,
        words TEXT NOT NULL,
        at BIGINT NOT NULL, undone_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX earlier_act_of_account ON earlier_act(account, id);
CREATE INDEX earlier_act_of_news ON earlier_act(news) WHERE news IS NOT NULL;
CREATE TABLE earlier_item (
        act BIGINT NOT NULL REFERENCES earlier_act(id) ON DELETE CASCADE,
        post BIGINT NOT NULL REFERENCES post(id) ON DELETE CASCADE,
        done SMALLINT NOT NULL,                  -- bits: what of the act changed anything
        closes_at BIGINT NOT NULL, pinned SMALLINT NOT NULL,
        audience SMALLINT NOT NULL, audience_list BIGINT,
        had SMALLINT NOT NULL,                   -- a row of later, like this:
        act_before BIGINT NOT NULL, words TEXT NOT NULL, news BIGINT, unsearched SMALLINT NOT NULL, far SMALLINT NOT NULL,
        PRIMARY KEY (act, post)
) WITHOUT ROWID;
CREATE INDEX earlier_item_of_post ON earlier_item(post);
