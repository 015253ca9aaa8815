/* Quotes: see quote.h. Called by fedi for posts and requests of other servers. */
#include "social/quote.h"
#include "social/follow.h"
#include "social/notification.h"

static const struct stmt SET = {
        .name = "quote_set",
        .text = "UPDATE post SET quote_of = $2, quote_state = $3 WHERE id = $1",
        .in = "iIi",
};
static const struct stmt COUNT = {
        .name = "quote_count",
        .text = "UPDATE post SET quotes_count = CASE WHEN quotes_count + $2 < 0 THEN 0 ELSE"
                " quotes_count + $2 END WHERE id = $1",
        .in = "ii",
};
static const struct stmt WAITING = {
        .name = "quote_waiting",
        .text = "SELECT f.post FROM post_far f JOIN post p ON p.id = f.post"
                " WHERE f.quote_uri = $1 AND p.quote_state <> 2 LIMIT 100",
        .in = "s",
        .out = "i",
};
static const struct stmt STAMP_ADD = {
        .name = "quote_stamp_add",
        .text = "INSERT INTO quote_stamp (id, post, quote_uri, account, created_at)"
                " VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        .in = "iisii",
};
static const struct stmt STAMP_FIND = {
        .name = "quote_stamp_find",
        .text = "SELECT id FROM quote_stamp WHERE post = $1 AND quote_uri = $2",
        .in = "is",
        .out = "i",
};
static const struct stmt STAMP_GET = {
        .name = "quote_stamp_get",
        .text = "SELECT id, post, account, quote_uri FROM quote_stamp WHERE id = $1",
        .in = "i",
        .out = "iiis",
};

enum err quote_shown(struct cx *cx, const struct post *quoted, int64_t by, int64_t post)
{
        TRY(db_run(cx->db, &COUNT, BIND(V(quoted->id), V(1)), NULL));
        cx_event(cx, EVENT_POST_CHANGED, 0, quoted->id);
        return notification_add(cx, quoted->account, NOTIFICATION_QUOTE, by, post);
}

enum err quote_unshown(struct cx *cx, int64_t quoted)
{
        TRY(db_run(cx->db, &COUNT, BIND(V(quoted), V(-1)), NULL));
        cx_event(cx, EVENT_POST_CHANGED, 0, quoted);
        return OK;
}

enum err quote_set(struct cx *cx, int64_t post, int64_t quoted, enum quote_state state)
{
        struct post *p, *q;
        TRY(post_load(cx, post, &p));
        if (p->quote_of == quoted && p->quote_state == state)
                return OK;
        if (p->quote_of && p->quote_state == QUOTE_ACCEPTED)
                TRY(quote_unshown(cx, p->quote_of));
        TRY(db_run(cx->db, &SET, BIND(V(post), V_ID(quoted), V(state)), NULL));
        cx_event(cx, EVENT_POST_EDITED, p->account, post);
        if (!quoted || state != QUOTE_ACCEPTED)
                return OK;
        TRY(post_load(cx, quoted, &q));
        return quote_shown(cx, q, p->account, post);
}

enum err quote_waiting(struct cx *cx, struct str quoted_uri, int64_t *ret, size_t most, size_t *n)
{
        return db_ints(cx->db, &WAITING, BIND(V(quoted_uri)), ret, most, n);
}

/* Whoever was blocked, and posts that not everybody may see, are quoted by nobody but their
 * author. */
enum err quote_allowed(struct cx *cx, const struct post *quoted, int64_t account, bool *ret)
{
        const struct viewer by = {.account = account};
        struct post *seen;
        *ret = quoted->account == account;
        if (*ret || quoted->audience > AUDIENCE_QUIET || quoted->local_only)
                return OK;
        enum err e = post_get(cx, &by, quoted->id, &seen);
        if (e)
                return e == ERR_MISSING ? OK : e;
        *ret = quoted->quote_policy == QUOTE_PUBLIC;
        return quoted->quote_policy == QUOTE_FOLLOWERS
                       ? follow_exists(cx, account, quoted->account, ret)
                       : OK;
}

enum err quote_stamp_find(struct cx *cx, int64_t quoted, struct str quote_uri, int64_t *id)
{
        return db_find_int(cx->db, &STAMP_FIND, BIND(V(quoted), V(quote_uri)), id);
}

enum err quote_stamp_give(struct cx *cx, const struct post *quoted, int64_t account,
                          struct str quote_uri, int64_t *id)
{
        TRY(db_run(cx->db, &STAMP_ADD,
                   BIND(V(cx_id(cx)), V(quoted->id), V(quote_uri), V(account), V(cx_now(cx))),
                   NULL));
        return quote_stamp_find(cx, quoted->id, quote_uri, id);
}

enum err quote_stamp_get(struct cx *cx, int64_t id, struct quote_stamp *ret)
{
        struct row r;
        TRY(db_one(cx->db, &STAMP_GET, cx->arena, BIND(V(id)), &r));
        ret->id = row_int(&r);
        ret->post = row_int(&r);
        ret->account = row_int(&r);
        ret->quote_uri = row_str(&r);
        return row_end(&r);
}

struct str quote_stamp_uri(struct cx *cx, struct str author, int64_t id)
{
        return str_fmt(cx->arena, "%.*s/users/%.*s/quotes/%lld", STR_ARG(cx->settings->url),
                       STR_ARG(author), (long long)id);
}

static const struct stmt *const statements[] = {&SET,       &COUNT,      &WAITING,
                                                &STAMP_ADD, &STAMP_FIND, &STAMP_GET};
const struct stmt_list QUOTE_STATEMENTS = {statements, countof(statements)};
