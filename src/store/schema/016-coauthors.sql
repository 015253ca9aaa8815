-- Co-authors beyond the page: their own profiles and homes, and the question as apps show it.
CREATE INDEX hand_beside ON hand(account, post) WHERE role = 2;
ALTER TABLE coauthor_ask ADD COLUMN said BIGINT; -- the private mention that asks; it goes with the question
