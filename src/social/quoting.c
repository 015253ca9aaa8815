/* Quoting by people here: see quoting.h. Called by post_publish, post_delete and the API. A quote
 * of a post from here is approved at once by its author's policy, with a stamp that other servers
 * can fetch; one from elsewhere waits for its author's server. */
#include "social/quoting.h"
#include "social/account_far.h"
#include "social/ids.h"
#include "social/mark.h"
#include "social/outbox.h"
#include "social/outbox_quote.h"
#include "social/page_run.h"
#include "social/permission.h"
#include "social/post_parts.h"
#include "store/cache.h"

#define QUOTES_TEXT(order)                                                                         \
        "SELECT p.id, p.id, CASE WHEN " SHOWN_TO(                                                  \
                "$3") " THEN 1 ELSE 0 END FROM post p" POST_JOINS                                  \
                      " WHERE p.quote_of = $4 AND p.quote_state = 2 AND p.id > $1 AND p.id < $2"   \
                      " ORDER BY p.id " order " LIMIT 2000"
static const struct stmt QUOTES = {
        .name = "quoting_list", .text = QUOTES_TEXT("DESC"), .in = "iiii", .out = "iii"};
static const struct stmt QUOTES_UP = {
        .name = "quoting_list_up", .text = QUOTES_TEXT("ASC"), .in = "iiii", .out = "iii"};
static const struct stmt STAMP_DROP = {
        .name = "quoting_stamp_drop",
        .text = "DELETE FROM quote_stamp WHERE post = $1 AND quote_uri = $2 RETURNING id",
        .in = "is",
        .out = "i",
};
static const struct stmt POLICY_SET = {
        .name = "quoting_policy_set",
        .text = "UPDATE post SET quote_policy = $2 WHERE id = $1",
        .in = "ii",
};
#define FOLLOWED_TEXT(ids)                                                                         \
        "SELECT f.target FROM " ids                                                                \
        " CROSS JOIN follow f WHERE f.account = $2 AND f.target = ids.value AND f.state = 1"
static const struct stmt FOLLOWED = {
        .name = "quoting_followed",
        .text = FOLLOWED_TEXT(IDS_SQLITE),
        .text_pg = FOLLOWED_TEXT(IDS_PG),
        .in = "si",
        .out = "i",
};
_Static_assert(QUOTE_ACCEPTED == 2, "the statements above carry the state as a number");

/* ---- quoting ---- */

/* Followers-only posts are quoted by their author alone, and no further than they reach. */
static enum err judge(struct cx *cx, const struct viewer *by, const struct post *quoted,
                      struct post *p)
{
        enum permission may;
        bool allowed;
        p->quote_state = QUOTE_ACCEPTED;
        if (quoted->account == by->account) {
                if (quoted->audience > AUDIENCE_FOLLOWERS)
                        return fail(cx, ERR_DENIED, "This action is not allowed");
                if (quoted->audience == AUDIENCE_FOLLOWERS && p->audience < AUDIENCE_FOLLOWERS)
                        p->audience = AUDIENCE_FOLLOWERS;
                return OK;
        }
        if (quoted->local) {
                TRY(quote_allowed(cx, quoted, by->account, &allowed));
                return allowed ? OK : fail(cx, ERR_DENIED, "This action is not allowed");
        }
        p->quote_state = QUOTE_PENDING;
        TRY(permission_of(cx, quoted, "canQuote", by->account, &may));
        bool open = quoted->audience <= AUDIENCE_QUIET && may != PERMISSION_NO;
        return open ? OK : fail(cx, ERR_DENIED, "This action is not allowed");
}

enum err quoting_check(struct cx *cx, const struct viewer *by, int64_t id, struct post *p)
{
        struct post *quoted;
        if (!id)
                return OK;
        TRY(post_get(cx, by, id, &quoted));
        if (quoted->boost_of)
                TRY(post_get(cx, by, quoted->boost_of, &quoted));
        TRY(judge(cx, by, quoted, p));
        p->quote_of = quoted->id;
        p->local_only = p->local_only || quoted->local_only;
        return OK;
}

enum err quoting_stored(struct cx *cx, const struct post *p)
{
        struct post *quoted;
        int64_t stamp;
        if (!p->quote_of || p->quote_state != QUOTE_ACCEPTED)
                return OK;
        TRY(post_load(cx, p->quote_of, &quoted));
        if (quoted->account != p->account)
                TRY(quote_stamp_give(cx, quoted, p->account, p->uri, &stamp));
        return quote_shown(cx, quoted, p->account, p->id);
}

enum err quoting_ends(struct cx *cx, const struct post *p)
{
        return p->quote_of && p->quote_state == QUOTE_ACCEPTED ? quote_unshown(cx, p->quote_of)
                                                               : OK;
}

bool quoting_wants_follow(int64_t me, int64_t author, enum audience audience,
                          enum quote_policy policy)
{
        return me && me != author && audience <= AUDIENCE_QUIET &&
               (policy == QUOTE_FOLLOWERS || policy == QUOTE_ASKS_FOLLOWERS ||
                policy == QUOTE_FOLLOWERS_ASKS_ALL);
}

enum permission quoting_may(int64_t me, int64_t author, enum audience audience,
                            enum quote_policy policy, bool follows)
{
        if (me && me == author)
                return audience <= AUDIENCE_FOLLOWERS ? PERMISSION_YES : PERMISSION_NO;
        if (!me || audience > AUDIENCE_QUIET)
                return PERMISSION_NO;
        switch (policy) {
        case QUOTE_PUBLIC:
                return PERMISSION_YES;
        case QUOTE_FOLLOWERS:
                return follows ? PERMISSION_YES : PERMISSION_NO;
        case QUOTE_NOBODY:
                return PERMISSION_NO;
        case QUOTE_ASKS_ALL:
                return PERMISSION_ASK;
        case QUOTE_ASKS_FOLLOWERS:
                return follows ? PERMISSION_ASK : PERMISSION_NO;
        case QUOTE_FOLLOWERS_ASKS_ALL:
                return follows ? PERMISSION_YES : PERMISSION_ASK;
        }
        return PERMISSION_NO;
}

/* ---- the author's side ---- */

enum err quoting_list(struct cx *cx, const struct viewer *by, int64_t post, struct page *page,
                      int64_t **ids, size_t *n)
{
        static const struct page_query q = {&QUOTES, &QUOTES_UP};
        struct post *p;
        bool shows;
        *ids = NULL;
        *n = 0;
        TRY(post_get(cx, by, post, &p));
        TRY(mark_shows_makers(cx, by, p, &shows));
        return shows ? page_run(cx, &q, page, BIND(V(by->account), V(p->id)), ids, n) : OK;
}

enum err quoting_told(struct cx *cx, const struct post *quote)
{
        int64_t *to;
        size_t n;
        if (!quote->local)
                return OK;
        TRY(post_people_far(cx, quote, &to, &n));
        return outbox_post(cx, OUTBOX_UPDATE, quote, to, n);
}

/* What quotes it from here leaves it out from now on; from elsewhere, its server is told. */
static enum err tell(struct cx *cx, const struct post *quoted, const struct post *quote,
                     int64_t stamp)
{
        TRY(quoting_told(cx, quote));
        if (!stamp)
                return OK;
        struct str uri = quote_stamp_uri(cx, quoted->author, stamp);
        TRY(tombstone_add(cx, uri, true));
        return outbox_quote_revoked(cx, quoted->account, quote->local ? 0 : quote->account, uri);
}

enum err quoting_revoke(struct cx *cx, const struct viewer *by, int64_t post, int64_t quoting)
{
        struct post *quoted, *quote;
        struct row r;
        bool found;
        int64_t stamp = 0;
        TRY(post_load(cx, post, &quoted));
        TRY(post_load(cx, quoting, &quote));
        if (!by->account || quoted->account != by->account || quote->quote_of != quoted->id)
                return ERR_MISSING;
        if (quote->quote_state == QUOTE_REVOKED)
                return OK;
        TRY(db_find(cx->db, &STAMP_DROP, NULL, BIND(V(quoted->id), V(quote->uri)), &r, &found));
        if (found) {
                stamp = row_int(&r);
                TRY(row_end(&r));
        }
        TRY(quote_set(cx, quote->id, quoted->id, QUOTE_REVOKED));
        return tell(cx, quoted, quote, stamp);
}

bool quoting_policy_read(struct str name, enum quote_policy *ret)
{
        static const char *const names[] = {[QUOTE_PUBLIC] = "public",
                                            [QUOTE_FOLLOWERS] = "followers",
                                            [QUOTE_NOBODY] = "nobody"};
        for (size_t i = 0; i < countof(names); i++)
                if (str_eq(name, str_of(names[i]))) {
                        *ret = (enum quote_policy)i;
                        return true;
                }
        return false;
}

enum err quoting_policy_set(struct cx *cx, const struct viewer *by, int64_t post,
                            enum quote_policy policy)
{
        struct post *p;
        int64_t *to;
        size_t n;
        TRY(post_load(cx, post, &p));
        if (!by->account || p->account != by->account || p->boost_of)
                return ERR_MISSING;
        if (p->quote_policy == policy)
                return OK;
        TRY(db_run(cx->db, &POLICY_SET, BIND(V(post), V(policy)), NULL));
        cx_event(cx, EVENT_POST_CHANGED, 0, post);
        TRY(post_people_far(cx, p, &to, &n));
        return outbox_post(cx, OUTBOX_UPDATE, p, to, n);
}

/* ---- for a page ---- */

/* What a reader's pages asked before, by author: CACHE_VIEWER, dropped when a relation of theirs
 * changes. */
struct seen {
        int64_t author, followed;
};
enum { SEEN_MOST = 512 }; /* a few pages of authors; then it begins anew */

static const struct seen *find_seen(const struct seen *v, size_t n, int64_t author)
{
        for (size_t i = 0; i < n; i++)
                if (v[i].author == author)
                        return &v[i];
        return NULL;
}

static bool all_seen(const struct buf *b, const int64_t *authors, size_t n, bool *ret)
{
        const struct seen *known = (const struct seen *)(const void *)b->p;
        size_t n_known = b->n / sizeof *known;
        for (size_t i = 0; i < n; i++) {
                const struct seen *s = find_seen(known, n_known, authors[i]);
                if (!s)
                        return false;
                ret[i] = s->followed != 0;
        }
        return true;
}

static void remember(struct cx *cx, int64_t me, struct buf *b, const int64_t *authors, size_t n,
                     const bool *followed)
{
        size_t n_known = b->n / sizeof(struct seen);
        if (n_known + n > SEEN_MOST)
                n_known = b->n = 0;
        for (size_t i = 0; i < n; i++) {
                const struct seen s = {authors[i], followed[i]};
                if (!find_seen((const struct seen *)(const void *)b->p, n_known, authors[i]))
                        buf_add(b, (struct str){(const char *)&s, sizeof s});
        }
        cache_put(cx->instance->cache, CACHE_VIEWER, me, "", 0, buf_str(b), cx->snapshot);
}

static enum err ask_followed(struct cx *cx, int64_t me, const int64_t *authors, size_t n, bool *ret)
{
        struct row r;
        memset(ret, 0, n * sizeof *ret);
        TRY(db_all(cx->db, &FOLLOWED, NULL, BIND(V(ids_json(cx->arena, authors, n)), V(me)), &r));
        while (row_next(&r)) {
                size_t at = ids_find(authors, n, row_int(&r));
                if (at < n)
                        ret[at] = true;
        }
        return row_end(&r);
}

enum err quoting_followed(struct cx *cx, int64_t me, const int64_t *authors, size_t n, bool *ret)
{
        struct buf b = {0};
        memset(ret, 0, n * sizeof *ret);
        if (!me || !n)
                return OK;
        if (cx->events || !cx->instance->cache) /* the writer's transaction may have changed it */
                return ask_followed(cx, me, authors, n, ret);
        cache_get(cx->instance->cache, CACHE_VIEWER, me, NULL, 0, &b);
        enum err e = OK;
        if (!all_seen(&b, authors, n, ret)) {
                e = ask_followed(cx, me, authors, n, ret);
                if (!e)
                        remember(cx, me, &b, authors, n, ret);
        }
        buf_free(&b);
        return e;
}

static const struct stmt *const statements[] = {&QUOTES, &QUOTES_UP, &STAMP_DROP, &POLICY_SET,
                                                &FOLLOWED};
const struct stmt_list QUOTING_STATEMENTS = {statements, countof(statements)};
