-- What moderators do, and what people are told of it.

ALTER TABLE account ADD COLUMN sensitized_at BIGINT; -- every photo of theirs is covered
ALTER TABLE emoji ADD COLUMN off SMALLINT NOT NULL DEFAULT 0; -- neither found in texts nor offered

-- Each act of a moderator, for good. What it was about is named as it was called then.
CREATE TABLE audit (
        id BIGINT PRIMARY KEY,
        moderator BIGINT,                        -- NULL: the command line
        act TEXT NOT NULL,
        target BIGINT,                           -- the account it was done to
        what TEXT NOT NULL DEFAULT ''
);
CREATE INDEX audit_of_target ON audit(target, id) WHERE target IS NOT NULL;
CREATE INDEX audit_of_moderator ON audit(moderator, id) WHERE moderator IS NOT NULL;

-- What somebody here was told, and what they answered.
CREATE TABLE warning (
        id BIGINT PRIMARY KEY,
        account BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        moderator BIGINT,
        act SMALLINT NOT NULL,                   -- enum moderation_act
        text TEXT NOT NULL DEFAULT '',
        posts TEXT NOT NULL DEFAULT '[]',        -- ids, JSON
        report BIGINT,
        created_at BIGINT NOT NULL,
        appeal TEXT NOT NULL DEFAULT '',
        appeal_state SMALLINT NOT NULL DEFAULT 0, -- enum appeal_state
        appealed_at BIGINT
);
CREATE INDEX warning_of_account ON warning(account, id);
CREATE INDEX warning_appealed ON warning(id) WHERE appeal_state = 1;

ALTER TABLE report ADD COLUMN kind TEXT NOT NULL DEFAULT ''; -- of the pages' form, where apps know "other"
ALTER TABLE report ADD COLUMN first SMALLINT NOT NULL DEFAULT 0; -- by those whose hard news it is about
CREATE INDEX report_first ON report(id) WHERE first = 1 AND resolved_at IS NULL;
CREATE TABLE report_note (
        id BIGINT PRIMARY KEY,
        report BIGINT NOT NULL REFERENCES report(id) ON DELETE CASCADE,
        account BIGINT,
        text TEXT NOT NULL
);
CREATE INDEX report_note_of ON report_note(report, id);

-- Follows that ended because a server was refused or somebody elsewhere was suspended: one row a person here and cause.
CREATE TABLE severance (
        id BIGINT PRIMARY KEY,
        account BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        kind SMALLINT NOT NULL,                  -- enum severance_kind
        target TEXT NOT NULL,                    -- the server, or the account's address
        cause BIGINT NOT NULL,                   -- one cause adds to one row, however often its job runs
        followers BIGINT NOT NULL DEFAULT 0, following BIGINT NOT NULL DEFAULT 0,
        told SMALLINT NOT NULL DEFAULT 0,
        created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX severance_once ON severance(account, cause);
CREATE INDEX severance_untold ON severance(cause, id) WHERE told = 0;
CREATE TABLE severed (                           -- whom they were, so that they can be followed anew
        severance BIGINT NOT NULL REFERENCES severance(id) ON DELETE CASCADE,
        follower SMALLINT NOT NULL,              -- 1: followed the person here
        name TEXT NOT NULL,
        PRIMARY KEY (severance, follower, name)
) WITHOUT ROWID;

-- Who may not make an account, or not come here at all.
CREATE TABLE email_domain_block (
        id BIGINT PRIMARY KEY, domain TEXT NOT NULL, created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX email_domain_block_once ON email_domain_block(domain);
CREATE TABLE ip_block (
        id BIGINT PRIMARY KEY,
        network TEXT NOT NULL,                   -- 192.0.2.0/24
        severity SMALLINT NOT NULL,              -- enum ip_severity
        comment TEXT NOT NULL DEFAULT '',
        expires_at BIGINT, created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX ip_block_once ON ip_block(network);
CREATE INDEX ip_block_severity ON ip_block(severity);
CREATE TABLE email_hash_block (
        id BIGINT PRIMARY KEY, hash TEXT NOT NULL -- SHA-256 of the address without dots and "+..."
);
CREATE UNIQUE INDEX email_hash_block_once ON email_hash_block(hash);

CREATE INDEX account_silenced ON account(id) WHERE silenced_at IS NOT NULL;
CREATE INDEX account_suspended ON account(id) WHERE suspended_at IS NOT NULL;
CREATE INDEX account_elsewhere ON account(id) WHERE domain <> '';
CREATE INDEX server_policy_list ON server_policy(severity, id);
