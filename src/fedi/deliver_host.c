/* What waits for which server, and how servers took what they got. Called by the engine
 * (deliver_run.c), and by the hourly tidying. */
#include "fedi/deliver.h"
#include "fedi/inbox_job.h"

static const struct stmt HOSTS_DUE = {
        .name = "deliver_due",
        .text = "SELECT host, failures, failing_since, scheme, dead FROM far_server"
                " WHERE due_at <= $1 ORDER BY due_at LIMIT $2",
        .in = "ii",
        .out = "siiii",
};
static const struct stmt HOSTS_NEXT = {
        .name = "deliver_next_due",
        .text = "SELECT due_at FROM far_server WHERE due_at IS NOT NULL ORDER BY due_at LIMIT 1",
        .out = "i",
        .scans = true, /* the first row of a partial index */
};
static const struct stmt HOST_ROWS = {
        .name = "deliver_rows",
        .text = "SELECT d.parcel, p.account, p.sync, d.inbox FROM delivery d JOIN parcel p ON p.id "
                "= "
                "d.parcel"
                " WHERE d.host = $1 AND (d.parcel, d.inbox) > ($2, $3) AND p.ready = 1"
                " ORDER BY d.parcel, d.inbox LIMIT $4",
        .in = "sisi",
        .out = "iiis",
};
static const struct stmt PARCEL_BODY = {
        .name = "parcel_body",
        .text = "SELECT body FROM parcel WHERE id = $1",
        .in = "i",
        .out = "s",
};
static const struct stmt DELIVERY_DROP = {
        .name = "deliver_done",
        .text = "DELETE FROM delivery WHERE host = $1 AND parcel = $2 AND inbox = $3",
        .in = "sis",
};
static const struct stmt INBOX_OWNER = {
        .name = "deliver_inbox_owner",
        .text = "SELECT id FROM account WHERE domain = $1 AND domain <> ''"
                " AND inbox = $2 LIMIT 1",
        .in = "ss",
        .out = "i",
};
static const struct stmt PARCEL_DONE = {
        .name = "parcel_done",
        .text = "DELETE FROM parcel WHERE id = $1 AND ready = 1"
                " AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.parcel = $1)",
        .in = "i",
};
static const struct stmt HOST_GOOD = {
        .name = "deliver_host_good",
        .text = "UPDATE far_server SET failures = 0, failing_since = 0, pause_until = 0, dead = 0,"
                " scheme = $2 WHERE host = $1",
        .in = "si",
};
static const struct stmt HOST_BAD = {
        .name = "deliver_host_bad",
        .text = "UPDATE far_server SET failures = failures + 1, pause_until = $2, due_at = $2,"
                " failing_since = CASE WHEN failing_since = 0 THEN $3 ELSE failing_since END,"
                " dead = $4 WHERE host = $1",
        .in = "siii",
};
static const struct stmt HOST_REST = {
        .name = "deliver_host_rest",
        .text = "UPDATE far_server SET due_at = CASE WHEN EXISTS (SELECT 1 FROM delivery d"
                " JOIN parcel p ON p.id = d.parcel WHERE d.host = $1 AND p.ready = 1)"
                " THEN CASE WHEN pause_until > $2 THEN pause_until ELSE $2 END END WHERE host = $1",
        .in = "si",
};
static const struct stmt HOST_ALIVE = {
        .name = "deliver_host_alive",
        .text = "UPDATE far_server SET failures = 0, failing_since = 0, pause_until = 0, dead = 0,"
                " due_at = CASE WHEN due_at IS NULL THEN NULL ELSE $2 END"
                " WHERE host = $1 AND failures > 0",
        .in = "si",
};
static const struct stmt HOST_DROP = {
        .name = "deliver_drop_some",
        .text = "DELETE FROM delivery WHERE host = $1 AND parcel <= (SELECT max(parcel) FROM"
                " (SELECT parcel FROM delivery WHERE host = $1 ORDER BY parcel LIMIT 500) AS x)",
        .in = "s",
};
static const struct stmt WAITING = {
        .name = "deliver_waiting",
        .text = "SELECT count(*) FROM (SELECT 1 FROM delivery LIMIT $1) AS x",
        .in = "i",
        .out = "i",
        .scans = true, /* a narrow index, up to the limit */
};
static const struct stmt FAILING = {
        .name = "deliver_failing",
        .text = "SELECT host FROM far_server WHERE failing_since > 0 AND due_at IS NOT NULL"
                " ORDER BY failing_since LIMIT 20",
        .out = "s",
        .scans = true, /* the first rows of a partial index */
};
static const struct stmt FAILING_COUNT = {
        .name = "deliver_failing_count",
        .text = "SELECT count(*), COALESCE(sum(dead), 0) FROM (SELECT dead FROM far_server"
                " WHERE failing_since > 0 LIMIT 10000) AS x",
        .out = "ii",
        .scans = true, /* a partial index, up to the limit */
};
static const struct stmt PARCELS_OLD = {
        .name = "parcel_tidy",
        .text = "DELETE FROM parcel WHERE id IN"
                " (SELECT id FROM parcel WHERE created_at < $1 ORDER BY created_at LIMIT 20)",
        .in = "i",
};
static const struct stmt HOSTS_OLD = {
        .name = "deliver_hosts_tidy",
        .text = "DELETE FROM far_server WHERE host IN (SELECT host FROM far_server"
                " WHERE used_at < $1 AND due_at IS NULL ORDER BY used_at LIMIT 1000)",
        .in = "i",
};

enum err deliver_due(struct cx *cx, int64_t limit, struct deliver_host **ret, size_t *n)
{
        struct deliver_host *v = make_n(cx->arena, (size_t)limit, struct deliver_host);
        struct row r;
        *n = 0;
        TRY(db_all(cx->db, &HOSTS_DUE, cx->arena, BIND(V(cx_now(cx)), V(limit)), &r));
        while (*n < (size_t)limit && row_next(&r)) {
                struct deliver_host *h = &v[(*n)++];
                h->host = row_str(&r);
                h->failures = row_int(&r);
                h->failing_since = row_int(&r);
                h->scheme = (int)row_int(&r);
                h->dead = row_int(&r) != 0;
        }
        *ret = v;
        return row_end(&r);
}

enum err deliver_next_due(struct cx *cx, int64_t *ret)
{
        struct row r;
        bool found;
        *ret = INT64_MAX;
        TRY(db_find(cx->db, &HOSTS_NEXT, NULL, NO_BIND, &r, &found));
        if (!found)
                return OK;
        *ret = row_int(&r);
        return row_end(&r);
}

enum err deliver_rows(struct cx *cx, struct str host, const struct deliver_row *after,
                      int64_t limit, struct deliver_row **ret, size_t *n)
{
        struct deliver_row *v = make_n(cx->arena, (size_t)limit, struct deliver_row);
        struct row r;
        *n = 0;
        TRY(db_all(cx->db, &HOST_ROWS, cx->arena,
                   BIND(V(host), V(after->parcel), V(after->inbox), V(limit)), &r));
        while (*n < (size_t)limit && row_next(&r)) {
                v[*n].parcel = row_int(&r);
                v[*n].account = row_int(&r);
                v[*n].sync = row_int(&r);
                v[(*n)++].inbox = row_str(&r);
        }
        *ret = v;
        return row_end(&r);
}

enum err deliver_body(struct cx *cx, int64_t parcel, struct str *ret)
{
        struct row r;
        TRY(db_one(cx->db, &PARCEL_BODY, cx->arena, BIND(V(parcel)), &r));
        *ret = row_str(&r);
        return row_end(&r);
}

enum err deliver_done(struct cx *cx, struct str host, int64_t parcel, struct str inbox)
{
        return db_run(cx->db, &DELIVERY_DROP, BIND(V(host), V(parcel), V(inbox)), NULL);
}

enum err deliver_gone(struct cx *cx, struct str host, struct str inbox)
{
        struct row r;
        bool found;
        TRY(db_find(cx->db, &INBOX_OWNER, NULL, BIND(V(host), V(inbox)), &r, &found));
        if (!found)
                return OK; /* a shared one: whoever lives there says goodbye in person */
        int64_t id = row_int(&r);
        TRY(row_end(&r));
        return far_account_job_add(cx, id, true);
}

enum err deliver_parcel_done(struct cx *cx, int64_t parcel)
{
        return db_run(cx->db, &PARCEL_DONE, BIND(V(parcel)), NULL);
}

enum err deliver_host_good(struct cx *cx, struct str host, int scheme)
{
        return db_run(cx->db, &HOST_GOOD, BIND(V(host), V(scheme)), NULL);
}

enum err deliver_host_bad(struct cx *cx, const struct deliver_host *h, int64_t pause_ms)
{
        int64_t now = cx_now(cx), pause = DELIVER_FIRST_PAUSE_MS;
        for (int64_t i = 0; i < h->failures && pause < DELIVER_LAST_PAUSE_MS; i++)
                pause *= 2;
        if (pause > DELIVER_LAST_PAUSE_MS)
                pause = DELIVER_LAST_PAUSE_MS;
        if (pause_ms > pause)
                pause = pause_ms;
        bool dead = h->failing_since && now - h->failing_since > DELIVER_GIVE_UP_MS;
        TRY(db_run(cx->db, &HOST_BAD,
                   BIND(V(h->host), V(dead ? now : now + pause), V(now), V(dead)), NULL));
        return dead ? deliver_drop_some(cx, h->host) : OK;
}

enum err deliver_host_rest(struct cx *cx, struct str host)
{
        return db_run(cx->db, &HOST_REST, BIND(V(host), V(cx_now(cx))), NULL);
}

enum err deliver_drop_some(struct cx *cx, struct str host)
{
        TRY(db_run(cx->db, &HOST_DROP, BIND(V(host)), NULL));
        return deliver_host_rest(cx, host);
}

enum err deliver_alive(struct cx *cx, struct str host)
{
        return db_run(cx->db, &HOST_ALIVE, BIND(V(host), V(cx_now(cx))), NULL);
}

static enum err count(struct cx *cx, int64_t limit, int64_t *ret)
{
        return db_int(cx->db, &WAITING, BIND(V(limit)), ret);
}

enum err deliver_count(struct cx *cx, struct deliver_counts *ret)
{
        struct row r;
        TRY(count(cx, DELIVER_WAITING_MOST + 1, &ret->waiting));
        TRY(db_one(cx->db, &FAILING_COUNT, NULL, NO_BIND, &r));
        ret->hosts_failing = row_int(&r);
        ret->hosts_dead = row_int(&r);
        return row_end(&r);
}

/* More waits than there is room for: the servers that failed longest lose what is oldest. */
static enum err shorten(struct cx *cx)
{
        enum { AT_ONCE = 20 };
        struct str_list hosts;
        int64_t waiting;
        TRY(count(cx, DELIVER_WAITING_MOST + 1, &waiting));
        if (waiting <= DELIVER_WAITING_MOST)
                return OK;
        TRY(db_texts(cx->db, &FAILING, cx->arena, NO_BIND, AT_ONCE, &hosts));
        for (size_t i = 0; i < hosts.n; i++)
                TRY(deliver_drop_some(cx, hosts.v[i]));
        return OK;
}

enum err deliver_tidy(struct cx *cx)
{
        int64_t month = INT64_C(30) * 24 * 3600 * 1000;
        TRY(shorten(cx));
        TRY(db_run(cx->db, &PARCELS_OLD, BIND(V(cx_now(cx) - DELIVER_GIVE_UP_MS)), NULL));
        return db_run(cx->db, &HOSTS_OLD, BIND(V(cx_now(cx) - month)), NULL);
}

const struct stmt_list DELIVER_HOST_STATEMENTS = {
        (const struct stmt *const[]){&HOSTS_DUE, &HOSTS_NEXT, &HOST_ROWS, &PARCEL_BODY,
                                     &DELIVERY_DROP, &INBOX_OWNER, &PARCEL_DONE, &HOST_GOOD,
                                     &HOST_BAD, &HOST_REST, &HOST_ALIVE, &HOST_DROP, &WAITING,
                                     &FAILING, &FAILING_COUNT, &PARCELS_OLD, &HOSTS_OLD},
        17,
};
