/* Lists of followers, people followed, requests, and of those known in common. Called by the API
 * and the profile pages. Cursors are the ids of the relation. A profile that hides its collections
 * shows them to its owner alone; suspended people are in no list, and nobody meets somebody they
 * block. */
#include "social/follow.h"
#include "social/ids.h"
#include "social/journal_rule.h"
#include "social/page_run.h"

/* $1 and $2 are the bounds, $3 whose list, $4 who looks. */
#define LIST(other, side, order)                                                                   \
        "SELECT f.id, f." other ", a.suspended_at IS NULL AND NOT EXISTS (SELECT 1 FROM block b"   \
        " WHERE b.account = $4 AND b.target = a.id) AND NOT EXISTS (SELECT 1 FROM block b"         \
        " WHERE b.account = a.id AND b.target = $4) FROM follow f JOIN account a ON a.id = "       \
        "f." other " WHERE f." side                                                                \
        " = $3 AND f.state = 1 AND f.id > $1 AND f.id < $2 AND NOT (" JOURNAL_UNMET(               \
                "a", "$4") ") ORDER BY f.id " order " LIMIT 2000"
#define STMT(name_, text_)                                                                         \
        {                                                                                          \
                .name = name_, .text = text_, .in = "iiii", .out = "iii"                           \
        }

static const struct stmt FOLLOWERS = STMT("followers", LIST("account", "target", "DESC"));
static const struct stmt FOLLOWERS_UP = STMT("followers_up", LIST("account", "target", "ASC"));
static const struct stmt FOLLOWING = STMT("following", LIST("target", "account", "DESC"));
static const struct stmt FOLLOWING_UP = STMT("following_up", LIST("target", "account", "ASC"));

#define REQUESTS(order)                                                                            \
        "SELECT f.id, f.account, a.suspended_at IS NULL FROM follow f JOIN account a ON a.id = "   \
        "f.account"                                                                                \
        " WHERE (f.target = $3 OR f.target IN (SELECT o.journal FROM journal_owner o WHERE "       \
        "o.account = $3 AND o.state = 1)) AND f.state = 0 AND f.id > $1 AND f.id < $2 ORDER BY "   \
        "f.id " order " LIMIT 2000"
static const struct stmt REQUESTS_DOWN = {
        .name = "follow_requests", .text = REQUESTS("DESC"), .in = "iii", .out = "iii"};
static const struct stmt REQUESTS_UP = {
        .name = "follow_requests_up", .text = REQUESTS("ASC"), .in = "iii", .out = "iii"};

static const struct stmt REQUESTS_COUNT = {
        .name = "follow_requests_count",
        .text = "SELECT count(*) FROM (SELECT 1 FROM follow WHERE (target = $1 OR target IN "
                "(SELECT "
                "o.journal FROM journal_owner o WHERE o.account = $1 AND o.state = 1)) AND state = "
                "0 LIMIT 1000) AS few",
        .in = "i",
        .out = "i",
};

static const struct stmt HIDES = {
        .name = "follow_hides",
        .text = "SELECT hide_collections OR EXISTS (SELECT 1 FROM block b WHERE b.account = $1 AND "
                "b.target = $2)"
                " FROM account WHERE id = $1 AND suspended_at IS NULL",
        .text_pg =
                "SELECT CAST(hide_collections = 1 OR EXISTS (SELECT 1 FROM block b WHERE b.account "
                "= $1"
                " AND b.target = $2) AS INT) FROM account WHERE id = $1 AND suspended_at IS NULL",
        .in = "ii",
        .out = "i",
};

/* Of each account asked for: people I follow (mine) who follow it (theirs), unless it hides them.
 */
#define FAMILIAR_TEXT(ids)                                                                         \
        "SELECT theirs.target, mine.target FROM " ids                                              \
        " JOIN account a ON a.id = ids.value AND a.hide_collections = 0"                           \
        " JOIN follow theirs ON theirs.target = a.id AND theirs.state = 1"                         \
        " JOIN follow mine ON mine.account = $2 AND mine.target = theirs.account AND mine.state "  \
        "= 1"                                                                                      \
        " JOIN account p ON p.id = mine.target AND p.suspended_at IS NULL"                         \
        " WHERE mine.target <> a.id ORDER BY theirs.id DESC LIMIT 1000"
static const struct stmt FAMILIAR = {
        .name = "follow_familiar",
        .text = FAMILIAR_TEXT(IDS_SQLITE),
        .text_pg = FAMILIAR_TEXT(IDS_PG),
        .in = "si",
        .out = "ii",
};

static enum err list(struct cx *cx, const struct viewer *by, int64_t owner,
                     const struct page_query *q, struct page *p, int64_t **ids, size_t *n)
{
        struct row r;
        TRY(db_one(cx->db, &HIDES, cx->arena, BIND(V(owner), V(by->account)), &r));
        bool hides = row_int(&r) != 0;
        TRY(row_end(&r));
        *ids = NULL;
        *n = 0;
        if (hides && by->account != owner)
                return OK;
        return page_run(cx, q, p, BIND(V(owner), V(by->account)), ids, n);
}

enum err follow_followers(struct cx *cx, const struct viewer *by, int64_t target, struct page *p,
                          int64_t **ids, size_t *n)
{
        return list(cx, by, target, &(struct page_query){&FOLLOWERS, &FOLLOWERS_UP}, p, ids, n);
}

enum err follow_following(struct cx *cx, const struct viewer *by, int64_t account, struct page *p,
                          int64_t **ids, size_t *n)
{
        return list(cx, by, account, &(struct page_query){&FOLLOWING, &FOLLOWING_UP}, p, ids, n);
}

enum err follow_requests(struct cx *cx, int64_t target, struct page *p, int64_t **ids, size_t *n)
{
        return page_run(cx, &(struct page_query){&REQUESTS_DOWN, &REQUESTS_UP}, p, BIND(V(target)),
                        ids, n);
}

enum err follow_requests_count(struct cx *cx, int64_t target, int64_t *ret)
{
        return db_int(cx->db, &REQUESTS_COUNT, BIND(V(target)), ret);
}

enum err follow_accept_all(struct cx *cx, int64_t target)
{
        struct page p = {.limit = 1000};
        int64_t *ids;
        size_t n;
        TRY(follow_requests(cx, target, &p, &ids, &n));
        for (size_t i = n; i--;) /* the oldest first: notifications come in the order of asking */
                TRY(follow_accept(cx, target, ids[i]));
        return OK;
}

enum { FAMILIAR_EACH = 10 };

enum err follow_familiar(struct cx *cx, int64_t me, const int64_t *targets, size_t n,
                         struct familiar **ret)
{
        struct familiar *v = make_n(cx->arena, n, struct familiar);
        for (size_t i = 0; i < n; i++) {
                v[i].target = targets[i];
                v[i].ids = make_n(cx->arena, FAMILIAR_EACH, int64_t);
        }
        struct row r;
        TRY(db_all(cx->db, &FAMILIAR, cx->arena, BIND(V(ids_json(cx->arena, targets, n)), V(me)),
                   &r));
        while (row_next(&r)) {
                int64_t target = row_int(&r), friend = row_int(&r);
                size_t i = ids_find(targets, n, target);
                if (i < n && v[i].n < FAMILIAR_EACH)
                        v[i].ids[v[i].n++] = friend;
        }
        *ret = v;
        return row_end(&r);
}

static const struct stmt *const statements[] = {
        &FOLLOWERS,   &FOLLOWERS_UP,   &FOLLOWING, &FOLLOWING_UP, &REQUESTS_DOWN,
        &REQUESTS_UP, &REQUESTS_COUNT, &HIDES,     &FAMILIAR,
};
const struct stmt_list FOLLOW_LIST_STATEMENTS = {statements, countof(statements)};
