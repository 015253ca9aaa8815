/* Mutes: I do not meet you, and you do not know. Called by the API and the profile page; the
 * tidying ends those for a while. */
#include "social/mute.h"
#include "social/home.h"
#include "social/notification.h"
#include "store/job.h"

static const struct stmt MUTE_PUT = {
        .name = "mute_put",
        .text = "INSERT INTO mute (account, target, id, notifications, expires_at, created_at)"
                " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (account, target) DO UPDATE SET"
                " notifications = $4, expires_at = $5",
        .in = "iiiiIi",
};

static const struct stmt MUTE_DROP = {
        .name = "mute_drop",
        .text = "DELETE FROM mute WHERE account = $1 AND target = $2",
        .in = "ii",
};

#define LIST(order)                                                                                \
        "SELECT m.id, m.target, m.expires_at FROM mute m JOIN account a ON a.id = m.target"        \
        " WHERE m.account = $3 AND m.id > $1 AND m.id < $2 AND (m.expires_at IS NULL OR "          \
        "m.expires_at > $5)"                                                                       \
        " AND a.suspended_at IS NULL ORDER BY m.id " order " LIMIT $4"
static const struct stmt MUTE_LIST = {
        .name = "mute_list", .text = LIST("DESC"), .in = "iiiii", .out = "iiI"};
static const struct stmt MUTE_LIST_UP = {
        .name = "mute_list_up", .text = LIST("ASC"), .in = "iiiii", .out = "iiI"};

static const struct stmt MUTE_OVER = {
        .name = "mute_over",
        .text = "SELECT account, target FROM mute WHERE expires_at <= $1 LIMIT 500",
        .in = "i",
        .out = "ii",
};

/* A year; longer is for good anyway, and sums stay far from the edge. */
enum { DURATION_MOST_S = 366 * 24 * 3600 };

enum err mute_start(struct cx *cx, int64_t account, int64_t target, bool notifications,
                    int64_t duration_s)
{
        if (account == target)
                return fail(cx, ERR_DENIED, "This action is not allowed");
        if (duration_s < 0)
                return fail_field(cx, "duration", ERR_INPUT,
                                  "Validation failed: Duration is invalid");
        TRY(account_must(cx, target));
        int64_t now = cx_now(cx);
        int64_t until = duration_s && duration_s <= DURATION_MOST_S ? now + duration_s * 1000 : 0;
        TRY(db_run(cx->db, &MUTE_PUT,
                   BIND(V(account), V(target), V(cx_id(cx)), V(notifications), V_ID(until), V(now)),
                   NULL));
        struct str key = str_fmt(cx->arena, "%lld %lld", (long long)account, (long long)target);
        if (until)
                TRY(job_add(cx, "mute_end", S("{}"), key, until));
        else
                TRY(job_cancel(cx, "mute_end", key));
        TRY(home_hide(cx, account, target));
        if (notifications)
                TRY(notification_remove_from(cx, account, target));
        cx_event(cx, EVENT_RELATION, account, target);
        return OK;
}

enum err mute_end(struct cx *cx, int64_t account, int64_t target)
{
        int64_t changed;
        TRY(db_run(cx->db, &MUTE_DROP, BIND(V(account), V(target)), &changed));
        if (!changed)
                return OK;
        cx_event(cx, EVENT_RELATION, account, target);
        return home_rebuild(cx, account);
}

enum err mute_list(struct cx *cx, int64_t account, struct page *p, int64_t **ids, int64_t **expires,
                   size_t *n)
{
        size_t room = (size_t)(p->limit > 0 ? p->limit : 1), k = 0;
        int64_t *v = make_n(cx->arena, room, int64_t), *until = make_n(cx->arena, room, int64_t);
        struct row r;
        TRY(db_all(cx->db, page_up(p) ? &MUTE_LIST_UP : &MUTE_LIST, cx->arena,
                   BIND(V(page_above(p)), V(page_below(p)), V(account), V((int64_t)room),
                        V(cx_now(cx))),
                   &r));
        while (k < room && row_next(&r)) {
                page_saw(p, row_int(&r));
                v[k] = row_int(&r);
                until[k++] = row_int(&r);
        }
        TRY(row_end(&r));
        p->more = k == room;
        if (page_up(p)) {
                PAGE_REVERSE(v, k);
                PAGE_REVERSE(until, k);
        }
        *ids = v;
        if (expires)
                *expires = until;
        *n = k;
        return OK;
}

enum err mute_tidy(struct cx *cx)
{
        enum { AT_ONCE = 500 };
        int64_t *who = make_n(cx->arena, AT_ONCE, int64_t),
                *whom = make_n(cx->arena, AT_ONCE, int64_t);
        size_t n = 0;
        struct row r;
        TRY(db_all(cx->db, &MUTE_OVER, cx->arena, BIND(V(cx_now(cx))), &r));
        while (n < AT_ONCE && row_next(&r)) {
                who[n] = row_int(&r);
                whom[n++] = row_int(&r);
        }
        TRY(row_end(&r));
        for (size_t i = 0; i < n; i++)
                TRY(mute_end(cx, who[i], whom[i]));
        return OK;
}

static const struct stmt *const statements[] = {&MUTE_PUT, &MUTE_DROP, &MUTE_LIST, &MUTE_LIST_UP,
                                                &MUTE_OVER};
const struct stmt_list MUTE_STATEMENTS = {statements, countof(statements)};
