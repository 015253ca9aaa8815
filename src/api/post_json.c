/* The Status entity for a viewer: the shared bytes of each post, the author's account, and what
 * differs from viewer to viewer. Called by every route that answers with posts. */
#include "api/post_json.h"
#include "api/account_json.h"
#include "api/post_gather.h"
#include "social/mark.h"
#include "social/post_show.h"
#include "social/quoting.h"

static void put_count(struct buf *b, struct str key, int64_t n)
{
        buf_add(b, key);
        buf_add_i64(b, n > 0 ? n : 0);
}

static void put_bool(struct buf *b, struct str key, bool v)
{
        buf_add(b, key);
        buf_add(b, v ? S("true") : S("false"));
}

/* An author's own quiet post makes no alerts, as a thread they muted. */
static bool is_muted(const struct api_posts *p, const struct post_entry *e)
{
        const struct post_head *h = &e->r.head;
        bool quiet = e->switches && e->switches->alerts != ALERTS_NORMAL &&
                     h->account == p->by->account && h->thread == h->id;
        return quiet || (e->marks >> MARK_THREAD_MUTE & 1);
}

/* What is the viewer's own; a wrapper carries the marks of what it brings. */
static void put_own(struct buf *b, const struct api_posts *p, const struct post_entry *e,
                    const struct post_entry *what)
{
        unsigned marks = what->marks;
        const struct post_head *h = &e->r.head;
        put_bool(b, S(",\"favourited\":"), marks >> MARK_FAVOURITE & 1);
        put_bool(b, S(",\"reblogged\":"), marks >> MARK_BOOST & 1);
        put_bool(b, S(",\"bookmarked\":"), marks >> MARK_BOOKMARK & 1);
        put_bool(b, S(",\"muted\":"), is_muted(p, what));
        if (h->account == p->by->account && !h->boost_of && h->audience <= AUDIENCE_FOLLOWERS)
                put_bool(b, S(",\"pinned\":"), marks >> MARK_PIN & 1);
        struct json j;
        buf_add(b, S(",\"filtered\":"));
        json_open(&j, b);
        api_filter_results(&j, NULL, what->hits.v, what->hits.n);
        if (h->account != p->by->account ||
            (h->audience != AUDIENCE_CIRCLE && h->audience != AUDIENCE_SELF))
                return;
        buf_add(b, S(",\"tidings\":{\"audience\":\""));
        if (h->audience == AUDIENCE_SELF) {
                buf_add(b, S("self"));
        } else {
                buf_add(b, S("list:"));
                buf_add_i64(b, h->audience_list);
        }
        buf_add(b, S("\"}"));
}

/* Ends "quote_approval". A wrapper stands for what it brings. */
static void put_may_quote(struct buf *b, const struct api_posts *p, const struct post_entry *what)
{
        const struct post_head *h = &what->r.head;
        static const char *const words[] = {[PERMISSION_NO] = "denied",
                                            [PERMISSION_ASK] = "manual",
                                            [PERMISSION_YES] = "automatic"};
        enum permission may = quoting_may(p->by->account, h->account, h->audience, h->quote_policy,
                                          p->authors[what->author].followed);
        buf_add(b, S(",\"current_user\":\""));
        buf_add(b, str_of(words[may]));
        buf_add(b, S("\"}"));
}

/* Beside "account"; only where there are any. */
static void put_co_authors(struct buf *b, const struct post_entry *e)
{
        buf_add(b, S(",\"co_authors\":["));
        bool first = true;
        for (size_t i = 0; i < e->n_beside; i++) {
                if (!e->beside[i].n)
                        continue; /* gone meanwhile */
                if (!first)
                        buf_add_char(b, ',');
                first = false;
                buf_add(b, e->beside[i]);
        }
        buf_add_char(b, ']');
}

static void put_status(struct buf *b, const struct api_posts *p, const struct post_entry *e,
                       int depth);

static void put_quote(struct buf *b, const struct api_posts *p, const struct post_entry *e,
                      int depth)
{
        static const char *const states[] = {
                [QUOTE_NONE] = "pending",      [QUOTE_PENDING] = "pending",
                [QUOTE_ACCEPTED] = "accepted", [QUOTE_REJECTED] = "rejected",
                [QUOTE_REVOKED] = "revoked",
        };
        const struct post_head *h = &e->r.head;
        buf_add(b, S(",\"quote\":"));
        if (!h->quote_of) {
                buf_add(b, S("null"));
                return;
        }
        const struct post_entry *q =
                h->quote_state == QUOTE_ACCEPTED ? api_posts_find(p, h->quote_of) : NULL;
        bool gone = h->quote_state == QUOTE_ACCEPTED && !q;
        buf_add(b, S("{\"state\":\""));
        buf_add(b, gone ? S("unauthorized") : str_of(states[h->quote_state]));
        if (depth > 1) {
                buf_add(b, S("\",\"quoted_status_id\":"));
                if (q) {
                        buf_add_char(b, '"');
                        buf_add_i64(b, h->quote_of);
                        buf_add_char(b, '"');
                }
        } else {
                buf_add(b, S("\",\"quoted_status\":"));
                if (q)
                        put_status(b, p, q, depth + 2);
        }
        buf_add(b, q ? S("}") : S("null}"));
}

static void put_reblog(struct buf *b, const struct api_posts *p, const struct post_entry *inner)
{
        buf_add(b, S(",\"reblog\":"));
        if (inner)
                put_status(b, p, inner, 1);
        else
                buf_add(b, S("null"));
}

/* depth 0: the post itself, 1: a boosted one, 2 and more: a quoted one, which names its own quote
 * by id only. */
static void put_status(struct buf *b, const struct api_posts *p, const struct post_entry *e,
                       int depth)
{
        const struct post_entry *inner = depth ? NULL : api_posts_find(p, e->r.head.boost_of),
                                *what = inner ? inner : e;
        const struct post_author *author = &p->authors[what->author];
        const struct switches *own = what->r.head.id == what->r.head.thread ? what->switches : NULL;
        struct post_counts n =
                post_counts(p->by, author->id, own ? own->counts_others : author->shows,
                            !own || own->counts_me, what->r.head.counts);
        enum err fault = api_post_append(p->cx, &e->r, b);
        if (fault) {
                *p->fault = *p->fault ? *p->fault : fault;
                return;
        }
        put_may_quote(b, p, what);
        buf_add(b, S(",\"account\":"));
        buf_add(b, p->authors[e->author].bytes);
        if (e->n_beside)
                put_co_authors(b, e);
        put_count(b, S(",\"replies_count\":"), n.replies);
        put_count(b, S(",\"reblogs_count\":"), n.boosts);
        put_count(b, S(",\"favourites_count\":"), n.favourites);
        put_count(b, S(",\"quotes_count\":"), n.quotes);
        buf_add(b, S(",\"poll\":"));
        if (e->poll) {
                struct json j;
                json_open(&j, b);
                fault = api_poll_json(&j, NULL, p->cx, e->poll, p->by->account != 0);
                *p->fault = *p->fault ? *p->fault : fault;
        } else {
                buf_add(b, S("null"));
        }
        put_quote(b, p, e, depth);
        if (p->by->account)
                put_own(b, p, e, what);
        put_reblog(b, p, inner);
        buf_add_char(b, '}');
}

/* A post whose author's account, or whose boosted post, went meanwhile is left out. */
static bool whole(const struct api_posts *p, const struct post_entry *e)
{
        if (!e || !p->authors[e->author].bytes.n)
                return false;
        const struct post_entry *inner = api_posts_find(p, e->r.head.boost_of);
        return !e->r.head.boost_of || (inner && p->authors[inner->author].bytes.n);
}

static void put_value(struct json *j, const char *key, const struct api_posts *p,
                      const struct post_entry *e)
{
        json_raw(j, key, S("")); /* the comma and the key */
        put_status(j->out, p, e, 0);
}

/* Room for the whole page at once: growing step by step would copy it several times. */
static void reserve(struct buf *b, const struct api_posts *p)
{
        enum { REST = 400 };
        size_t n = 0;
        for (size_t i = 0; i < p->n; i++)
                n += p->v[i].r.head.bytes + p->authors[p->v[i].author].bytes.n + REST;
        buf_room(b, n);
}

/* What hides a post hides its boosts. */
static bool hidden(const struct api_posts *p, const struct post_entry *e, unsigned context)
{
        const struct post_entry *inner = api_posts_find(p, e->r.head.boost_of);
        return filter_hits_hide(inner ? &inner->hits : &e->hits, context);
}

enum err api_posts_json(struct json *j, const char *key, struct cx *cx, const struct viewer *by,
                        const int64_t *ids, size_t n)
{
        return api_posts_json_in(j, key, cx, by, 0, ids, n);
}

enum err api_posts_json_in(struct json *j, const char *key, struct cx *cx, const struct viewer *by,
                           unsigned context, const int64_t *ids, size_t n)
{
        struct api_posts p;
        TRY(api_posts_gather(&p, cx, by, ids, n));
        reserve(j->out, &p);
        json_array(j, key);
        for (size_t i = 0; i < n; i++) {
                const struct post_entry *x = api_posts_find(&p, ids[i]);
                if (whole(&p, x) && !hidden(&p, x, context))
                        put_value(j, NULL, &p, x);
        }
        json_end(j);
        return *p.fault;
}

enum err api_post_json(struct json *j, const char *key, struct cx *cx, const struct viewer *by,
                       int64_t id)
{
        struct api_posts p;
        size_t n;
        TRY(post_visible(cx, by, &id, 1, &id, &n));
        if (!n)
                return ERR_MISSING;
        TRY(api_posts_gather(&p, cx, by, &id, 1));
        const struct post_entry *x = api_posts_find(&p, id);
        if (!whole(&p, x))
                return ERR_MISSING;
        put_value(j, key, &p, x);
        return *p.fault;
}

enum err api_post_answer(struct req *rq, int64_t id)
{
        return api_post_json(reply_json(rq, 200), NULL, rq->cx, rq->viewer, id);
}

/* So that writing later cannot fail. */
static enum err keep_bytes(struct api_posts *p)
{
        struct buf b = {0};
        enum err e = OK;
        for (size_t i = 0; i < p->n && !e; i++) {
                buf_clear(&b);
                e = api_post_append(p->cx, &p->v[i].r, &b);
                p->v[i].r.bytes = str_dup(p->cx->arena, buf_str(&b));
                memset(p->v[i].r.head.eye_at, 0, sizeof p->v[i].r.head.eye_at);
        }
        buf_free(&b);
        return e;
}

enum err api_posts_load(struct cx *cx, const struct viewer *by, const int64_t *ids, size_t n,
                        struct api_posts **ret)
{
        struct api_posts *p = make(cx->arena, struct api_posts);
        int64_t *seen = make_n(cx->arena, n, int64_t);
        size_t k = 0;
        if (n)
                TRY(post_visible(cx, by, ids, n, seen, &k));
        TRY(api_posts_gather(p, cx, by, seen, k));
        *ret = p;
        return keep_bytes(p);
}

bool api_posts_has(const struct api_posts *p, int64_t id)
{
        return whole(p, api_posts_find(p, id));
}

bool api_posts_hidden(const struct api_posts *p, int64_t id, unsigned context)
{
        const struct post_entry *e = api_posts_find(p, id);
        return e && hidden(p, e, context);
}

bool api_posts_write(struct json *j, const char *key, const struct api_posts *p, int64_t id)
{
        const struct post_entry *e = api_posts_find(p, id);
        if (!whole(p, e)) {
                json_null(j, key);
                return false;
        }
        put_value(j, key, p, e);
        return true;
}
