/* Putting deliveries down: the activity once, then a row an inbox in batches, so that an author
 * with followers on 20,000 servers costs no other write more than a few milliseconds. Called by the
 * delivery jobs. Who follows is read and written by one statement a batch; nothing is kept in
 * memory. */
#include "fedi/deliver.h"
#include "social/ids.h"

/* "host[:port]" of an address, in either engine. */
#define HOST_SQLITE                                                                                \
        "lower(substr(substr(x.inbox, instr(x.inbox, '//') + 2), 1,"                               \
        " instr(substr(x.inbox, instr(x.inbox, '//') + 2) || '/', '/') - 1))"
#define HOST_PG "lower(split_part(split_part(x.inbox, '//', 2), '/', 1))"

static const struct stmt PARCEL_ADD = {
        .name = "parcel_add",
        .text = "INSERT INTO parcel (id, job, part, account, body, created_at, sync)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
        .in = "iiiisii",
};

static const struct stmt PARCEL_FIND = {
        .name = "parcel_find",
        .text = "SELECT id, cursor, ready FROM parcel WHERE job = $1 AND part = $2",
        .in = "ii",
        .out = "iii",
};

static const struct stmt PARCEL_MOVE = {
        .name = "parcel_move",
        .text = "UPDATE parcel SET cursor = $2, ready = $3 WHERE id = $1",
        .in = "iii",
};

/* The next followers, up to which relation. */
static const struct stmt FOLLOWERS_UP_TO = {
        .name = "deliver_followers_up_to",
        .text = "SELECT max(id), count(*) FROM (SELECT id FROM follow WHERE target = $1 AND state "
                "= 1"
                " AND id > $2 ORDER BY id LIMIT $3) AS f",
        .in = "iii",
        .out = "Ii",
};

/* Servers that were given up get nothing of what goes to many. */
#define FOLLOWERS_TEXT(host)                                                                       \
        "INSERT INTO delivery (host, parcel, inbox) SELECT " host ", $1, x.inbox FROM"             \
        " (SELECT DISTINCT COALESCE(a.shared_inbox, a.inbox) AS inbox FROM follow f"               \
        " JOIN account a ON a.id = f.account WHERE f.target = $2 AND f.state = 1"                  \
        " AND f.id > $3 AND f.id <= $4 AND a.domain <> '' AND a.inbox IS NOT NULL"                 \
        " AND a.suspended_at IS NULL) AS x"                                                        \
        " WHERE NOT EXISTS (SELECT 1 FROM far_server s WHERE s.host = " host " AND s.dead = 1)"    \
        " ON CONFLICT DO NOTHING"
static const struct stmt DELIVER_FOLLOWERS = {
        .name = "deliver_followers",
        .text = FOLLOWERS_TEXT(HOST_SQLITE),
        .text_pg = FOLLOWERS_TEXT(HOST_PG),
        .in = "iiii",
};

/* Everybody who is known: the next accounts by id, up to which one. */
static const struct stmt EVERYBODY_UP_TO = {
        .name = "deliver_everybody_up_to",
        .text = "SELECT max(id), count(*) FROM (SELECT id FROM account WHERE id > $1"
                " ORDER BY id LIMIT $2) AS a",
        .in = "ii",
        .out = "Ii",
};
#define EVERYBODY_TEXT(host)                                                                       \
        "INSERT INTO delivery (host, parcel, inbox) SELECT " host ", $1, x.inbox FROM"             \
        " (SELECT DISTINCT COALESCE(a.shared_inbox, a.inbox) AS inbox FROM account a"              \
        " WHERE a.id > $2 AND a.id <= $3 AND a.domain <> '' AND a.inbox IS NOT NULL) AS x"         \
        " WHERE NOT EXISTS (SELECT 1 FROM far_server s WHERE s.host = " host " AND s.dead = 1)"    \
        " ON CONFLICT DO NOTHING"
static const struct stmt DELIVER_EVERYBODY = {
        .name = "deliver_everybody",
        .text = EVERYBODY_TEXT(HOST_SQLITE),
        .text_pg = EVERYBODY_TEXT(HOST_PG),
        .in = "iii",
};

#define PEOPLE_TEXT(ids, host)                                                                     \
        "INSERT INTO delivery (host, parcel, inbox) SELECT " host ", $2, x.inbox FROM"             \
        " (SELECT DISTINCT CASE WHEN $3 = 1 THEN a.inbox"                                          \
        " ELSE COALESCE(a.shared_inbox, a.inbox) END AS inbox FROM " ids                           \
        " CROSS JOIN account a WHERE a.id = ids.value AND a.domain <> '' AND a.inbox IS NOT NULL"  \
        " AND a.suspended_at IS NULL) AS x WHERE x.inbox <> '' ON CONFLICT DO NOTHING"
static const struct stmt DELIVER_PEOPLE = {
        .name = "deliver_people",
        .text = PEOPLE_TEXT(IDS_SQLITE, HOST_SQLITE),
        .text_pg = PEOPLE_TEXT(IDS_PG, HOST_PG),
        .in = "sii",
};

/* The hosts of a parcel have something due now, or when their pause is over. */
static const struct stmt DELIVER_WAKE = {
        .name = "deliver_wake",
        .text = "INSERT INTO far_server (host, due_at, used_at)"
                " SELECT DISTINCT d.host, $2, $2 FROM delivery d WHERE d.parcel = $1"
                " ON CONFLICT (host) DO UPDATE SET used_at = excluded.used_at,"
                " due_at = CASE WHEN far_server.pause_until > excluded.used_at"
                " THEN far_server.pause_until ELSE excluded.used_at END"
                " WHERE far_server.due_at IS NULL",
        .text_pg = "INSERT INTO far_server (host, due_at, used_at)"
                   " SELECT DISTINCT d.host, CAST($2 AS BIGINT), CAST($2 AS BIGINT) FROM delivery d"
                   " WHERE d.parcel = $1"
                   " ON CONFLICT (host) DO UPDATE SET used_at = excluded.used_at,"
                   " due_at = CASE WHEN far_server.pause_until > excluded.used_at"
                   " THEN far_server.pause_until ELSE excluded.used_at END"
                   " WHERE far_server.due_at IS NULL",
        .in = "ii",
};

enum stage { COLLECTING, READY };

/* Where a job stands with one parcel. */
struct sending {
        struct job *job;
        int part;
        int64_t signer;
        struct str body;
        const struct deliver_to *to;
        int64_t parcel, cursor;
        enum stage stage;
};

static enum err make_ready(struct cx *cx, struct sending *s)
{
        TRY(db_run(cx->db, &PARCEL_MOVE, BIND(V(s->parcel), V(s->cursor), V(1)), NULL));
        s->stage = READY;
        return db_run(cx->db, &DELIVER_WAKE, BIND(V(s->parcel), V(cx_now(cx))), NULL);
}

static enum err add_people(struct cx *cx, const struct sending *s)
{
        const struct deliver_to *to = s->to;
        if (!to->n_people)
                return OK;
        struct str ids = ids_json(cx->arena, to->people, to->n_people);
        return db_run(cx->db, &DELIVER_PEOPLE, BIND(V(ids), V(s->parcel), V(to->in_person)), NULL);
}

static enum err begin(struct cx *cx, void *arg)
{
        struct sending *s = arg;
        struct row r;
        bool found;
        TRY(db_find(cx->db, &PARCEL_FIND, NULL, BIND(V(s->job->id), V(s->part)), &r, &found));
        if (found) {
                s->parcel = row_int(&r);
                s->cursor = row_int(&r);
                s->stage = row_int(&r) ? READY : COLLECTING;
                return row_end(&r);
        }
        s->parcel = cx_id(cx);
        TRY(db_run(cx->db, &PARCEL_ADD,
                   BIND(V(s->parcel), V(s->job->id), V(s->part), V(s->signer), V(s->body),
                        V(cx_now(cx)), V(s->to->sync)),
                   NULL));
        TRY(add_people(cx, s));
        return s->to->followers_of || s->to->everybody ? OK : make_ready(cx, s);
}

static enum err up_to(struct cx *cx, const struct sending *s, int64_t *last, int64_t *n)
{
        struct row r;
        if (s->to->everybody)
                TRY(db_one(cx->db, &EVERYBODY_UP_TO, NULL, BIND(V(s->cursor), V(DELIVER_BATCH)),
                           &r));
        else
                TRY(db_one(cx->db, &FOLLOWERS_UP_TO, NULL,
                           BIND(V(s->to->followers_of), V(s->cursor), V(DELIVER_BATCH)), &r));
        *last = row_int(&r);
        *n = row_int(&r);
        return row_end(&r);
}

static enum err collect(struct cx *cx, void *arg)
{
        struct sending *s = arg;
        int64_t last, n;
        TRY(up_to(cx, s, &last, &n));
        if (!n)
                return make_ready(cx, s);
        if (s->to->everybody)
                TRY(db_run(cx->db, &DELIVER_EVERYBODY, BIND(V(s->parcel), V(s->cursor), V(last)),
                           NULL));
        else
                TRY(db_run(cx->db, &DELIVER_FOLLOWERS,
                           BIND(V(s->parcel), V(s->to->followers_of), V(s->cursor), V(last)),
                           NULL));
        s->cursor = last;
        if (n < DELIVER_BATCH)
                return make_ready(cx, s);
        return db_run(cx->db, &PARCEL_MOVE, BIND(V(s->parcel), V(s->cursor), V(0)), NULL);
}

enum err deliver_send(struct job *job, int part, int64_t signer, struct str body,
                      const struct deliver_to *to)
{
        struct sending s = {.job = job, .part = part, .signer = signer, .body = body, .to = to};
        TRY(cx_write(job->cx, begin, &s));
        while (s.stage == COLLECTING) {
                if (job_must_stop(job))
                        return ERR_BUSY;
                struct sending before = s;
                enum err e = cx_write(job->cx, collect, &s);
                if (e) {
                        s = before;
                        return e;
                }
        }
        return OK;
}

const struct stmt_list DELIVER_STATEMENTS = {
        (const struct stmt *const[]){&PARCEL_ADD, &PARCEL_FIND, &PARCEL_MOVE, &FOLLOWERS_UP_TO,
                                     &DELIVER_FOLLOWERS, &EVERYBODY_UP_TO, &DELIVER_EVERYBODY,
                                     &DELIVER_PEOPLE, &DELIVER_WAKE},
        9,
};
