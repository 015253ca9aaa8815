-- What is on its way to other servers.

-- An activity: its bytes once, however many servers get it. A job makes it, collects who gets it (`cursor` says how far
-- that came, so that a stop in the middle loses nothing), then declares it ready.
CREATE TABLE parcel (
        id BIGINT PRIMARY KEY,                   -- the order in which one server hears of one person
        job BIGINT NOT NULL, part BIGINT NOT NULL, -- which job made it: one that runs twice makes one
        account BIGINT NOT NULL,                 -- who signs; 0: the server's own actor
        body TEXT NOT NULL,
        cursor BIGINT NOT NULL DEFAULT 0,
        ready SMALLINT NOT NULL DEFAULT 0,
        created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX parcel_once ON parcel(job, part);
CREATE INDEX parcel_age ON parcel(created_at);

-- A row an inbox; gone when it was taken or given up.
CREATE TABLE delivery (
        host TEXT NOT NULL,                      -- host[:port] of the inbox
        parcel BIGINT NOT NULL REFERENCES parcel(id) ON DELETE CASCADE,
        inbox TEXT NOT NULL,
        PRIMARY KEY (host, parcel, inbox)
) WITHOUT ROWID;
CREATE INDEX delivery_of_parcel ON delivery(parcel);

-- How other servers take what we send.
CREATE TABLE far_server (
        host TEXT PRIMARY KEY,
        due_at BIGINT,                           -- when the next delivery is tried; NULL: nothing waits
        failures BIGINT NOT NULL DEFAULT 0,      -- in a row
        failing_since BIGINT NOT NULL DEFAULT 0,
        pause_until BIGINT NOT NULL DEFAULT 0,
        dead SMALLINT NOT NULL DEFAULT 0,        -- given up until it is heard of again
        scheme SMALLINT NOT NULL DEFAULT 0,      -- enum sign_scheme: the form of signature it takes
        used_at BIGINT NOT NULL
);
CREATE INDEX far_server_due ON far_server(due_at) WHERE due_at IS NOT NULL;
CREATE INDEX far_server_failing ON far_server(failing_since) WHERE failing_since > 0;
CREATE INDEX far_server_age ON far_server(used_at);
