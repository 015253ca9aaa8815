/* Quiet time: beginning, ending, and what waited meanwhile with a choice for each. Called by the
 * pages; what is held is decided in quiet.c. */
#include "lib/text/json.h"
#include "lib/text/unicode.h"
#include "social/digest.h"
#include "social/ids.h"
#include "social/quiet.h"
#include "social/scheduled.h"

enum { DAY_MS = 86400000 };

static const struct stmt QUIET_BEGIN = {
        .name = "quiet_begin",
        .text = "UPDATE login SET quiet_from = CASE WHEN quiet_from = 0 OR (quiet_until > 0 AND "
                "quiet_until <= $2) THEN $2 ELSE quiet_from END, quiet_until = $3, quiet_line = $4 "
                "WHERE account = $1",
        .in = "iiis",
};
static const struct stmt QUIET_END = {
        .name = "quiet_end",
        .text = "UPDATE login SET quiet_until = $2 WHERE account = $1 AND quiet_from > 0 AND "
                "(quiet_until = 0 OR quiet_until > $2)",
        .in = "ii",
};
static const struct stmt QUIET_DONE = {
        .name = "quiet_done",
        .text = "UPDATE login SET quiet_from = 0, quiet_until = 0, quiet_line = '' WHERE account = "
                "$1",
        .in = "i",
};
/* The kinds as bits ($2). */
static const struct stmt QUIET_BRING_IN = {
        .name = "quiet_bring_in",
        .text = "UPDATE notification SET filtered = $3 WHERE account = $1 AND filtered = 4 AND "
                "($2 >> kind) & 1 = 1",
        .in = "iii",
};
static const struct stmt QUIET_REQUESTS = {
        .name = "quiet_requests",
        .text = "DELETE FROM notification_request WHERE account = $1 AND NOT EXISTS (SELECT 1 FROM "
                "notification n WHERE n.sender = notification_request.sender AND n.account = $1 "
                "AND n.filtered > 0)",
        .in = "i",
};

_Static_assert(WAIT_QUIET == 4, "the statement above carries it as a number");

#define BIT(kind) (INT64_C(1) << NOTIFICATION_##kind)
static const int64_t kinds_of[WAITED_KINDS_] = {
        [WAITED_FOLLOWS] = BIT(FOLLOW) | BIT(FOLLOW_REQUEST),
        [WAITED_MENTIONS] = BIT(MENTION),
};

enum err quiet_begin(struct cx *cx, int64_t account, int64_t until, struct str line)
{
        struct str clean;
        int64_t now = cx_now(cx);
        if (until && until <= now)
                return fail_field(cx, "until", ERR_INPUT, "That day is over. Choose a later one.");
        if (until > now + (int64_t)QUIET_DAYS_MAX * DAY_MS)
                return fail_field(cx, "until", ERR_INPUT,
                                  "Choose a day within a year, or “until I end it”.");
        line = str_trim(line.p ? line : S(""));
        if (!text_clean(cx->arena, line, &clean) || utf8_count(clean) > QUIET_LINE_MAX)
                return fail_field(cx, "line", ERR_INPUT,
                                  "The line can be up to %d characters long.", QUIET_LINE_MAX);
        TRY(db_run(cx->db, &QUIET_BEGIN, BIND(V(account), V(now), V(until), V(clean)), NULL));
        cx_event(cx, EVENT_LOGIN_CHANGED, account, 0);
        cx_event(cx, EVENT_ACCOUNT_CHANGED, account, 0);
        return OK;
}

enum err quiet_end(struct cx *cx, int64_t account)
{
        TRY(db_run(cx->db, &QUIET_END, BIND(V(account), V(cx_now(cx))), NULL));
        cx_event(cx, EVENT_LOGIN_CHANGED, account, 0);
        cx_event(cx, EVENT_ACCOUNT_CHANGED, account, 0);
        return OK;
}

enum err quiet_done(struct cx *cx, int64_t account)
{
        struct quiet_time q;
        TRY(quiet_get(cx, account, &q));
        if (q.on)
                return fail(cx, ERR_CONFLICT, "Quiet time is still on.");
        TRY(db_run(cx->db, &QUIET_DONE, BIND(V(account)), NULL));
        cx_event(cx, EVENT_LOGIN_CHANGED, account, 0);
        return OK;
}

/* Who is named: not for what the owner rests from. */
static void names(const struct notification *v, size_t n, enum waited_kind kind, struct waited *w)
{
        for (size_t i = 0; i < n && w->n_who[kind] < WAITED_NAMES; i++)
                if (kinds_of[kind] >> v[i].kind & 1 &&
                    ids_find(w->who[kind], w->n_who[kind], v[i].sender) == w->n_who[kind])
                        w->who[kind][w->n_who[kind]++] = v[i].sender;
}

enum err quiet_waited(struct cx *cx, int64_t account, struct waited *w)
{
        enum { LOOKED_AT = 1000 };
        const struct viewer by = {.account = account, .has_filters = true, .sifts = true};
        struct notification *v;
        size_t n;
        struct scheduled *late = make_n(cx->arena, WAITED_POSTS, struct scheduled);
        *w = (struct waited){.posts = make_n(cx->arena, WAITED_POSTS, struct waited_post)};
        TRY(notification_waiting(cx, &by, WAIT_QUIET, LOOKED_AT, &v, &n));
        for (int k = 0; k < WAITED_KINDS_; k++)
                names(v, n, (enum waited_kind)k, w);
        TRY(digest_waits(cx, account, &w->digest));
        TRY(scheduled_overdue(cx, account, WAITED_POSTS, late, &w->n_posts));
        for (size_t i = 0; i < w->n_posts; i++) {
                const struct json_value *j;
                TRY(json_read(cx->arena, late[i].params, NULL, &j, NULL));
                w->posts[i] =
                        (struct waited_post){late[i].id, late[i].at, json_get_text(j, "text")};
        }
        return OK;
}

enum err quiet_choose(struct cx *cx, int64_t account, enum waited_kind kind, bool bring_in)
{
        TRY(db_run(cx->db, &QUIET_BRING_IN,
                   BIND(V(account), V(kinds_of[kind]), V(bring_in ? WAIT_NOT : WAIT_REQUEST)),
                   NULL));
        return db_run(cx->db, &QUIET_REQUESTS, BIND(V(account)), NULL);
}

enum err quiet_choose_post(struct cx *cx, int64_t account, int64_t scheduled, bool send)
{
        const struct viewer by = {.account = account};
        struct scheduled *s;
        TRY(scheduled_get(cx, &by, scheduled, &s));
        if (s->at > cx_now(cx))
                return ERR_MISSING;
        return send ? scheduled_release(cx, &by, scheduled) : scheduled_delete(cx, &by, scheduled);
}

const struct stmt_list QUIET_TIME_STATEMENTS = {
        (const struct stmt *const[]){&QUIET_BEGIN, &QUIET_END, &QUIET_DONE, &QUIET_BRING_IN,
                                     &QUIET_REQUESTS},
        5,
};
