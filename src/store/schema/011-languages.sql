-- The few followers who read some languages only, so that a post finds them without looking at all the others.
CREATE INDEX follow_spoken ON follow(target, id) WHERE languages IS NOT NULL;
