/* Marks: favourite, bookmark, pin, thread mute, and boosts. The mark's row decides; counts change
 * only when a row came or went, in the same transaction, so they stay right when sixteen requests
 * race. Called by the API, the pages and the federation side. */
#include "social/mark.h"
#include "social/approval.h"
#include "social/comment.h"
#include "social/ids.h"
#include "social/journal.h"
#include "social/notification.h"
#include "social/outbox.h"
#include "social/page_run.h"
#include "social/post_show.h"
#include "social/post_store.h"
#include "social/switches.h"

static const struct stmt MARK_ADD = {
        .name = "mark_add",
        .text = "INSERT INTO mark (account, post, kind, id, uri) VALUES ($1, $2, $3, $4, $5) ON "
                "CONFLICT DO NOTHING",
        .in = "iiiiS",
};
static const struct stmt MARK_REMOVE = {
        .name = "mark_remove",
        .text = "DELETE FROM mark WHERE account = $1 AND post = $2 AND kind = $3",
        .in = "iii",
};
static const struct stmt MARK_GET = {
        .name = "mark_get",
        .text = "SELECT id FROM mark WHERE account = $1 AND post = $2 AND kind = $3",
        .in = "iii",
        .out = "i",
};
static const struct stmt MARK_COUNT_FAVOURITE = {
        .name = "mark_count_favourite",
        .text = "UPDATE post SET favourites_count = favourites_count + 1 WHERE id = $1",
        .in = "i",
};
static const struct stmt MARK_UNCOUNT_FAVOURITE = {
        .name = "mark_uncount_favourite",
        .text = "UPDATE post SET favourites_count = favourites_count - 1 WHERE id = $1 AND "
                "favourites_count > 0",
        .in = "i",
};
static const struct stmt MARK_PINS = {
        .name = "mark_pins",
        .text = "SELECT COUNT(*) FROM mark WHERE account = $1 AND kind = 3",
        .in = "i",
        .out = "i",
};
static const struct stmt MARK_DEFAULT_AUDIENCE = {
        .name = "mark_default_audience",
        .text = "SELECT l.visibility, a.username FROM login l JOIN account a ON a.id = l.account "
                "WHERE l.account = $1",
        .in = "i",
        .out = "is",
};
#define MARK_LIST_TEXT(order)                                                                      \
        "SELECT k.id, k.post, CASE WHEN " SHOWN_TO("$3") " AND " WANTED_BY(                        \
                "$3") " THEN 1 ELSE 0 END "                                                        \
                      "FROM mark k JOIN post p ON p.id = k.post" POST_JOINS                        \
                      " WHERE k.account = $3 AND k.kind = $4 AND k.id > $1 AND k.id < $2 ORDER "   \
                      "BY k.id " order " LIMIT 2000"
static const struct stmt MARK_LIST = {
        .name = "mark_list",
        .text = MARK_LIST_TEXT("DESC"),
        .in = "iiii",
        .out = "iii",
};
static const struct stmt MARK_LIST_UP = {
        .name = "mark_list_up",
        .text = MARK_LIST_TEXT("ASC"),
        .in = "iiii",
        .out = "iii",
};
#define MARK_ACCOUNTS_TEXT(order)                                                                  \
        "SELECT k.id, k.account, CASE WHEN a.suspended_at IS NULL AND ($3 = 0 OR (NOT EXISTS "     \
        "(SELECT 1 FROM block b "                                                                  \
        "WHERE b.account = $3 AND b.target = a.id) AND NOT EXISTS (SELECT 1 FROM block c WHERE "   \
        "c.account = a.id "                                                                        \
        "AND c.target = $3))) THEN 1 ELSE 0 END FROM mark k JOIN account a ON a.id = k.account "   \
        "WHERE k.post = $4 AND k.kind = $5 AND k.id > $1 AND k.id < $2 ORDER BY k.id " order       \
        " LIMIT 2000"
static const struct stmt MARK_ACCOUNTS = {
        .name = "mark_accounts",
        .text = MARK_ACCOUNTS_TEXT("DESC"),
        .in = "iiiii",
        .out = "iii",
};
static const struct stmt MARK_ACCOUNTS_UP = {
        .name = "mark_accounts_up",
        .text = MARK_ACCOUNTS_TEXT("ASC"),
        .in = "iiiii",
        .out = "iii",
};
#define MARK_BITS_TEXT(ids)                                                                        \
        "SELECT k.post, k.kind FROM " ids                                                          \
        " CROSS JOIN mark k WHERE k.account = $2 AND k.post = ids.value"
static const struct stmt MARK_BITS = {
        .name = "mark_bits",
        .text = MARK_BITS_TEXT(IDS_SQLITE),
        .text_pg = MARK_BITS_TEXT(IDS_PG),
        .in = "si",
        .out = "ii",
};
static const struct stmt MARK_BITS_BETWEEN = {
        .name = "mark_bits_between",
        .text = "SELECT post, kind FROM mark WHERE account = $1 AND post >= $2 AND post <= $3 "
                "LIMIT $4",
        .in = "iiii",
        .out = "ii",
};

static enum err has_mark(struct cx *cx, int64_t account, int64_t post, enum mark kind, int64_t *id)
{
        return db_find_int(cx->db, &MARK_GET, BIND(V(account), V(post), V(kind)), id);
}

static enum err favourited(struct cx *cx, int64_t account, const struct post *p, int64_t mark)
{
        TRY(db_run(cx->db, &MARK_COUNT_FAVOURITE, BIND(V(p->id)), NULL));
        TRY(notification_add(cx, p->account, NOTIFICATION_FAVOURITE, account, p->id));
        cx_event(cx, EVENT_POST_CHANGED, 0, p->id);
        return mark ? outbox_mark(cx, OUTBOX_LIKE, account, p, mark, STR_NONE) : OK;
}

static enum err unfavourited(struct cx *cx, int64_t account, const struct post *p)
{
        TRY(db_run(cx->db, &MARK_UNCOUNT_FAVOURITE, BIND(V(p->id)), NULL));
        TRY(notification_remove(cx, p->account, NOTIFICATION_FAVOURITE, account, p->id));
        cx_event(cx, EVENT_POST_CHANGED, 0, p->id);
        return OK;
}

enum err mark_add(struct cx *cx, int64_t account, int64_t post, enum mark kind, struct str uri)
{
        struct post *p;
        int64_t changed;
        TRY(post_load(cx, post, &p));
        TRY(db_run(cx->db, &MARK_ADD, BIND(V(account), V(post), V(kind), V(cx_id(cx)), V(uri)),
                   &changed));
        return changed && kind == MARK_FAVOURITE ? favourited(cx, account, p, 0) : OK;
}

enum err mark_remove(struct cx *cx, int64_t account, int64_t post, enum mark kind)
{
        struct post *p;
        int64_t changed;
        TRY(post_load(cx, post, &p));
        TRY(db_run(cx->db, &MARK_REMOVE, BIND(V(account), V(post), V(kind)), &changed));
        return changed && kind == MARK_FAVOURITE ? unfavourited(cx, account, p) : OK;
}

static enum err check_pin(struct cx *cx, const struct viewer *by, const struct post *p)
{
        struct row r;
        if (p->account != by->account)
                return fail(cx, ERR_INPUT,
                            "Validation failed: Someone else's post cannot be pinned");
        if (p->boost_of)
                return fail(cx, ERR_INPUT, "Validation failed: A boost cannot be pinned");
        if (p->audience > AUDIENCE_FOLLOWERS || p->state != COMMENT_SHOWN)
                return fail(cx, ERR_INPUT,
                            "Validation failed: Posts that are only visible to mentioned users "
                            "cannot be pinned");
        TRY(db_one(cx->db, &MARK_PINS, NULL, BIND(V(by->account)), &r));
        int64_t n = row_int(&r);
        TRY(row_end(&r));
        if (n >= POST_PINS_MAX)
                return fail(
                        cx, ERR_INPUT,
                        "Validation failed: You have already pinned the maximum number of posts");
        return OK;
}

/* A thread mute hangs on the thread; the others on what a wrapper brings, but for pins, which
 * refuse wrappers. */
static enum err subject(struct cx *cx, const struct viewer *by, int64_t post, enum mark kind,
                        struct post **ret)
{
        TRY(post_get(cx, by, post, ret));
        if ((*ret)->boost_of && kind != MARK_PIN)
                TRY(post_get(cx, by, (*ret)->boost_of, ret));
        return OK;
}

static enum err put(struct cx *cx, const struct viewer *by, struct post *p, int64_t key,
                    enum mark kind)
{
        int64_t id = cx_id(cx), had;
        bool asks = false;
        TRY(has_mark(cx, by->account, key, kind, &had));
        if (had)
                return OK;
        if (kind == MARK_PIN)
                TRY(check_pin(cx, by, p));
        if (kind == MARK_FAVOURITE)
                TRY(approval_check(cx, p, "canLike", by->account, &asks));
        if (kind == MARK_FAVOURITE && p->state == COMMENT_HELD)
                TRY(comment_touched(cx, by->account, p));
        TRY(db_run(cx->db, &MARK_ADD, BIND(V(by->account), V(key), V(kind), V(id), V(STR_NONE)),
                   NULL));
        if (kind == MARK_PIN)
                return outbox_post(cx, OUTBOX_PIN, p, NULL, 0);
        if (kind != MARK_FAVOURITE)
                return OK;
        TRY(favourited(cx, by->account, p, asks ? 0 : id));
        return asks ? approval_ask_like(cx, by->account, p, id) : OK;
}

static enum err take(struct cx *cx, const struct viewer *by, const struct post *p, int64_t key,
                     enum mark kind)
{
        int64_t id;
        TRY(has_mark(cx, by->account, key, kind, &id));
        if (!id)
                return OK;
        TRY(db_run(cx->db, &MARK_REMOVE, BIND(V(by->account), V(key), V(kind)), NULL));
        if (kind == MARK_PIN)
                return outbox_post(cx, OUTBOX_UNPIN, p, NULL, 0);
        if (kind != MARK_FAVOURITE)
                return OK;
        TRY(unfavourited(cx, by->account, p));
        if (!p->local)
                TRY(approval_forget_like(cx, by->account, id));
        return outbox_mark(cx, OUTBOX_LIKE_UNDO, by->account, p, id, STR_NONE);
}

enum err mark_set(struct cx *cx, const struct viewer *by, int64_t post, enum mark kind, bool on)
{
        struct post *p;
        if (!by->account)
                return ERR_DENIED;
        TRY(subject(cx, by, post, kind, &p));
        struct viewer as;
        if (kind == MARK_PIN && (p->has & POST_HAS_JOURNAL) && p->account != by->account &&
            journal_stand_in(cx, by, post, &as) == OK)
                by = &as; /* pinned to the journal, by any of its owners */
        int64_t key = kind == MARK_THREAD_MUTE ? p->thread : p->id;
        return on ? put(cx, by, p, key, kind) : take(cx, by, p, key, kind);
}

/* Public and quiet posts may be boosted by who sees them, followers-only ones by their author. */
static enum err check_boost(struct cx *cx, const struct viewer *by, const struct post *p)
{
        bool may;
        TRY(switches_boosts(cx, p, &may));
        if (!may)
                return fail(cx, ERR_DENIED,
                            "This post is not to be boosted: its author wishes it so.");
        bool open = p->audience == AUDIENCE_PUBLIC || p->audience == AUDIENCE_QUIET;
        bool own = p->account == by->account && p->audience == AUDIENCE_FOLLOWERS;
        open = open && p->state == COMMENT_SHOWN; /* what waits goes nowhere */
        return open || (own && p->state == COMMENT_SHOWN)
                       ? OK
                       : fail(cx, ERR_DENIED, "This action is not allowed");
}

static enum err boost_audience(struct cx *cx, const struct viewer *by, const struct post *p,
                               struct str visibility, struct post *w)
{
        struct row r;
        TRY(db_one(cx->db, &MARK_DEFAULT_AUDIENCE, cx->arena, BIND(V(by->account)), &r));
        w->audience = (enum audience)row_int(&r);
        w->author = row_str(&r);
        TRY(row_end(&r));
        if (visibility.n && !audience_read(visibility, &w->audience))
                return fail_field(cx, "visibility", ERR_INPUT,
                                  "Validation failed: Visibility is not included in the list");
        if (w->audience > AUDIENCE_FOLLOWERS)
                w->audience = AUDIENCE_FOLLOWERS;
        if (p->audience == AUDIENCE_FOLLOWERS)
                w->audience = AUDIENCE_FOLLOWERS;
        return OK;
}

enum err mark_boost(struct cx *cx, const struct viewer *by, int64_t post, struct str visibility,
                    int64_t *ret)
{
        struct post *p, w = {.local = true};
        bool asks;
        if (!by->account)
                return ERR_DENIED;
        TRY(subject(cx, by, post, MARK_BOOST, &p));
        TRY(has_mark(cx, by->account, p->id, MARK_BOOST, ret));
        if (*ret)
                return OK;
        TRY(check_boost(cx, by, p));
        TRY(approval_check(cx, p, "canAnnounce", by->account, &asks));
        TRY(boost_audience(cx, by, p, visibility, &w));
        w.id = cx_id(cx);
        w.account = by->account;
        w.app = by->app;
        w.boost_of = p->id;
        w.local_only = p->local_only;
        w.sensitive = p->sensitive;
        w.quote_policy = QUOTE_NOBODY;
        w.created_at = cx_now(cx);
        w.uri = post_uri(cx, w.author, w.id);
        *ret = w.id;
        return asks ? post_store_boost_asking(cx, &w) : post_store_boost(cx, &w);
}

enum err mark_unboost(struct cx *cx, const struct viewer *by, int64_t post, int64_t *ret)
{
        struct post *p;
        int64_t wrapper;
        if (!by->account)
                return ERR_DENIED;
        TRY(post_load(cx, post, &p));
        *ret = p->boost_of ? p->boost_of : p->id;
        TRY(has_mark(cx, by->account, *ret, MARK_BOOST, &wrapper));
        if (!wrapper)
                return subject(cx, by, post, MARK_BOOST, &p);
        return post_erase(cx, wrapper, false);
}

enum err mark_list(struct cx *cx, const struct viewer *by, enum mark kind, struct page *page,
                   int64_t **ret, size_t *n)
{
        static const struct page_query q = {&MARK_LIST, &MARK_LIST_UP};
        return page_run(cx, &q, page, BIND(V(by->account), V(kind)), ret, n);
}

/* Names would tell the number: where others see no counts they see no list either. */
enum err mark_shows_makers(struct cx *cx, const struct viewer *by, const struct post *p, bool *ret)
{
        *ret = by->account == p->account;
        if (*ret)
                return OK;
        return switches_counts_others(cx, p, ret);
}

enum err mark_accounts(struct cx *cx, const struct viewer *by, int64_t post, enum mark kind,
                       struct page *page, int64_t **ret, size_t *n)
{
        static const struct page_query q = {&MARK_ACCOUNTS, &MARK_ACCOUNTS_UP};
        struct post *p;
        bool shows;
        *ret = NULL;
        *n = 0;
        TRY(subject(cx, by, post, kind, &p));
        TRY(mark_shows_makers(cx, by, p, &shows));
        return shows ? page_run(cx, &q, page, BIND(V(by->account), V(p->id), V(kind)), ret, n) : OK;
}

struct page_marks {
        const int64_t *posts, *threads;
        size_t n;
        unsigned *bits;
};

static void note(const struct page_marks *m, int64_t id, int64_t kind)
{
        const int64_t *ids = kind == MARK_THREAD_MUTE ? m->threads : m->posts;
        for (size_t i = 0; i < m->n; i++)
                if (ids[i] == id)
                        m->bits[i] |= 1u << kind;
}

/* Posts of a page lie close together, and a person marks few of them: one short walk of the index
 * finds them all. *whole is false when there were more than `most` marks between the oldest and the
 * newest post. */
static enum err between(struct cx *cx, int64_t account, const struct page_marks *m, size_t most,
                        bool *whole)
{
        int64_t low = m->posts[0], high = low;
        size_t got = 0;
        struct row r;
        for (size_t i = 0; i < m->n; i++) {
                low = m->posts[i] < low ? m->posts[i] : low;
                low = m->threads[i] < low ? m->threads[i] : low;
                high = m->posts[i] > high ? m->posts[i] : high;
                high = m->threads[i] > high ? m->threads[i] : high;
        }
        TRY(db_all(cx->db, &MARK_BITS_BETWEEN, NULL, BIND(V(account), V(low), V(high), V(most)),
                   &r));
        while (row_next(&r)) {
                int64_t id = row_int(&r);
                note(m, id, row_int(&r));
                got++;
        }
        *whole = got < most;
        return row_end(&r);
}

enum err mark_bits(struct cx *cx, int64_t account, const int64_t *posts, const int64_t *threads,
                   size_t n, unsigned *ret)
{
        const struct page_marks m = {posts, threads, n, ret};
        bool whole;
        struct row r;
        memset(ret, 0, n * sizeof *ret);
        if (!n)
                return OK;
        TRY(between(cx, account, &m, n * 2 + 16, &whole));
        if (whole)
                return OK;
        int64_t *all = make_n(cx->arena, n * 2, int64_t);
        memcpy(all, posts, n * sizeof *all);
        memcpy(all + n, threads, n * sizeof *all);
        size_t k = ids_unique(all, n * 2);
        TRY(db_all(cx->db, &MARK_BITS, NULL, BIND(V(ids_json(cx->arena, all, k)), V(account)), &r));
        while (row_next(&r)) {
                int64_t id = row_int(&r);
                note(&m, id, row_int(&r));
        }
        return row_end(&r);
}

const struct stmt_list MARK_STATEMENTS = {
        (const struct stmt *const[]){&MARK_ADD, &MARK_REMOVE, &MARK_GET, &MARK_COUNT_FAVOURITE,
                                     &MARK_UNCOUNT_FAVOURITE, &MARK_PINS, &MARK_DEFAULT_AUDIENCE,
                                     &MARK_LIST, &MARK_LIST_UP, &MARK_ACCOUNTS, &MARK_ACCOUNTS_UP,
                                     &MARK_BITS, &MARK_BITS_BETWEEN},
        13,
};
