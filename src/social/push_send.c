/* Rows around sending a push: see push_send.h. Whether a notification is still one is asked again
 * when it leaves: it may have waited for a service that failed. */
#include "social/push_send.h"
#include "store/job.h"

enum { FORGET_MS = 24 * 3600 * 1000, TIDY_MOST = 1000 };

/* Shown to its owner just now, by somebody who may still speak to them. */
static const struct stmt PUSH_PARCEL = {
        .name = "push_parcel",
        .text = "SELECT p.account, p.endpoint, p.host, p.point, p.auth, p.standard, p.bearer, "
                "n.kind, n.sender, n.post, n.report, l.locale, l.has_filters, l.sifts, l.role, "
                "COALESCE(h.until, 0), COALESCE(h.failures, 0) "
                "FROM push p JOIN login l ON l.account = p.account JOIN account o ON o.id = "
                "p.account JOIN notification n ON n.id = $2 AND n.account = p.account JOIN account "
                "s ON s.id = n.sender LEFT JOIN push_host h ON h.host = p.host "
                "WHERE p.token = $1 AND n.filtered = 0 AND l.disabled = 0 AND o.suspended_at IS "
                "NULL AND s.suspended_at IS NULL "
                "AND NOT EXISTS (SELECT 1 FROM block b WHERE b.account = p.account AND b.target = "
                "n.sender) AND NOT EXISTS (SELECT 1 FROM mute m WHERE m.account = p.account AND "
                "m.target = n.sender AND m.notifications = 1 AND (m.expires_at IS NULL OR "
                "m.expires_at > $3))",
        .in = "iii",
        .out = "issbbisiiIIsiiiii",
};
static const struct stmt PUSH_HOST_CLAIM = {
        .name = "push_host_claim",
        .text = "UPDATE push_host SET until = $2 WHERE host = $1 AND until <= $3",
        .in = "sii",
};
static const struct stmt PUSH_HOST_GOOD = {
        .name = "push_host_good",
        .text = "DELETE FROM push_host WHERE host = $1",
        .in = "s",
};
static const struct stmt PUSH_HOST_BAD = {
        .name = "push_host_bad",
        .text = "INSERT INTO push_host (host, failures, until) VALUES ($1, 1, $2) ON CONFLICT "
                "(host) DO UPDATE SET failures = push_host.failures + 1, until = excluded.until",
        .in = "si",
};
static const struct stmt PUSH_HOST_TIDY = {
        .name = "push_host_tidy",
        .text = "DELETE FROM push_host WHERE host IN (SELECT host FROM push_host WHERE until < $1 "
                "LIMIT $2)",
        .in = "ii",
};
static const struct stmt PUSH_TAKEN = {
        .name = "push_taken",
        .text = "UPDATE push SET refused = 0 WHERE token = $1 AND refused > 0",
        .in = "i",
};
static const struct stmt PUSH_REFUSED = {
        .name = "push_refused",
        .text = "UPDATE push SET refused = refused + 1 WHERE token = $1 RETURNING refused",
        .in = "i",
        .out = "i",
};

enum err push_parcel_get(struct cx *cx, int64_t token, int64_t notification,
                         struct push_parcel *ret, bool *found)
{
        struct push_parcel p = {.to.token = token, .notification.id = notification};
        struct row r;
        TRY(db_find(cx->db, &PUSH_PARCEL, cx->arena, BIND(V(token), V(notification), V(cx_now(cx))),
                    &r, found));
        if (!*found)
                return OK;
        p.to.account = p.notification.account = p.owner.account = row_int(&r);
        p.to.endpoint = row_str(&r);
        p.to.host = row_str(&r);
        p.to.point = row_bytes(&r);
        p.to.auth = row_bytes(&r);
        p.to.standard = row_int(&r) != 0;
        p.to.bearer = row_str(&r);
        p.notification.kind = (enum notification_kind)row_int(&r);
        p.notification.sender = row_int(&r);
        p.notification.post = row_int(&r);
        p.notification.report = row_int(&r);
        p.locale = p.owner.locale = row_str(&r);
        p.owner.has_filters = row_int(&r) != 0;
        p.owner.sifts = row_int(&r) != 0;
        p.owner.role = (enum role)row_int(&r);
        p.host_until = row_int(&r);
        p.host_failures = row_int(&r);
        *ret = p;
        return row_end(&r);
}

enum err push_host_claim(struct cx *cx, struct str host, bool *yes)
{
        int64_t changed, now = cx_now(cx);
        TRY(db_run(cx->db, &PUSH_HOST_CLAIM, BIND(V(host), V(now + PUSH_PROBE_MS), V(now)),
                   &changed));
        *yes = changed > 0;
        return OK;
}

enum err push_taken(struct cx *cx, const struct push_parcel *p)
{
        if (p->host_failures)
                TRY(db_run(cx->db, &PUSH_HOST_GOOD, BIND(V(p->to.host)), NULL));
        return db_run(cx->db, &PUSH_TAKEN, BIND(V(p->to.token)), NULL);
}

enum err push_refused(struct cx *cx, const struct push_parcel *p)
{
        struct row r;
        bool found;
        int64_t times = 0;
        TRY(db_find(cx->db, &PUSH_REFUSED, NULL, BIND(V(p->to.token)), &r, &found));
        if (found) {
                times = row_int(&r);
                TRY(row_end(&r));
        }
        return times < PUSH_REFUSALS_MOST ? OK : push_end(cx, p->to.account, p->to.token);
}

enum err push_put_off(struct cx *cx, const struct push_again *a, int64_t until)
{
        if (until > a->born + PUSH_GIVE_UP_MS)
                return OK;
        struct str payload = str_fmt(
                cx->arena, "{\"token\":\"%lld\",\"notification\":\"%lld\",\"born\":\"%lld\"}",
                (long long)a->token, (long long)a->notification, (long long)a->born);
        return job_add(cx, "push", payload, STR_NONE, until);
}

enum err push_failed(struct cx *cx, const struct push_again *a, const struct push_parcel *p)
{
        int64_t pause = PUSH_FIRST_PAUSE_MS;
        for (int64_t i = 0; i < p->host_failures && pause < PUSH_LAST_PAUSE_MS; i++)
                pause *= 2;
        if (pause > PUSH_LAST_PAUSE_MS)
                pause = PUSH_LAST_PAUSE_MS;
        TRY(db_run(cx->db, &PUSH_HOST_BAD, BIND(V(p->to.host), V(cx_now(cx) + pause)), NULL));
        return push_put_off(cx, a, cx_now(cx) + pause);
}

enum err push_tidy(struct cx *cx)
{
        return db_run(cx->db, &PUSH_HOST_TIDY, BIND(V(cx_now(cx) - FORGET_MS), V(TIDY_MOST)), NULL);
}

static const struct stmt *const statements[] = {
        &PUSH_PARCEL,    &PUSH_HOST_CLAIM, &PUSH_HOST_GOOD, &PUSH_HOST_BAD,
        &PUSH_HOST_TIDY, &PUSH_TAKEN,      &PUSH_REFUSED,
};
const struct stmt_list PUSH_SEND_STATEMENTS = {statements, countof(statements)};
