-- Who elsewhere was sent what is for an audience: whoever leaves it is asked for their copies.
CREATE TABLE sent (
        account BIGINT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
        post BIGINT NOT NULL REFERENCES post(id) ON DELETE CASCADE,
        PRIMARY KEY (account, post)
) WITHOUT ROWID;
CREATE INDEX sent_post ON sent(post, account);
INSERT INTO sent (account, post)
        SELECT m.account, p.id FROM post p JOIN list_member m ON m.list = p.audience_list JOIN account a ON a.id = m.account
        WHERE p.audience = 3 AND p.local = 1 AND p.local_only = 0 AND a.domain <> '';
