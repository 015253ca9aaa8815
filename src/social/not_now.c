/* Posts put away by one reader: see not_now.h. Lists leave them out through sift.c. */
#include "social/not_now.h"
#include "social/filter.h"
#include "social/ids.h"
#include "social/post.h"

enum { DAY_MS = 24 * 3600 * 1000 };

static const struct stmt NOT_NOW_PUT = {
        .name = "not_now_put",
        .text = "INSERT INTO put_away (account, post, kind, at, until) VALUES ($1, $2, $3, $4, $5)"
                " ON CONFLICT (account, post, kind) DO UPDATE SET at = $4, until = $5",
        .in = "iiiii",
};
/* Beyond AWAY_MAX. */
static const struct stmt NOT_NOW_CUT = {
        .name = "not_now_cut",
        .text = "DELETE FROM put_away WHERE account = $1 AND post IN (SELECT post FROM put_away "
                "WHERE account = $1 ORDER BY at DESC LIMIT 100 OFFSET $2)",
        .in = "ii",
};
static const struct stmt NOT_NOW_END = {
        .name = "not_now_end",
        .text = "DELETE FROM put_away WHERE account = $1 AND post = $2 AND kind = $3",
        .in = "iii",
};
static const struct stmt NOT_NOW_LIST = {
        .name = "not_now_list",
        .text = "SELECT post, at, until, kind FROM put_away WHERE account = $1 AND (until = 0 OR "
                "until > $2) ORDER BY at DESC LIMIT $3",
        .in = "iii",
        .out = "iiii",
};
#define OF_TEXT(ids)                                                                               \
        "SELECT w.post, w.kind FROM " ids " CROSS JOIN put_away w WHERE w.account = $2 AND "       \
        "w.post = ids.value AND (w.until = 0 OR w.until > $3)"
static const struct stmt NOT_NOW_OF = {
        .name = "not_now_of",
        .text = OF_TEXT(IDS_SQLITE),
        .text_pg = OF_TEXT(IDS_PG),
        .in = "sii",
        .out = "ii",
};
static const struct stmt NOT_NOW_OVER = {
        .name = "not_now_over",
        .text = "SELECT DISTINCT account FROM put_away WHERE until > 0 AND until < $1 LIMIT 500",
        .in = "i",
        .out = "i",
};
static const struct stmt NOT_NOW_TIDY = {
        .name = "not_now_tidy",
        .text = "DELETE FROM put_away WHERE account = $1 AND until > 0 AND until < $2",
        .in = "ii",
};

enum err not_now_put(struct cx *cx, const struct viewer *by, int64_t post, enum put_away kind)
{
        struct post *p;
        TRY(post_get(cx, by, post, &p));
        if (p->boost_of)
                return not_now_put(cx, by, p->boost_of, kind);
        if (p->account == by->account)
                return fail(cx, ERR_INPUT, "This is your own.");
        int64_t now = cx_now(cx),
                until = kind == AWAY_NOT_NOW ? now + (int64_t)NOT_NOW_DAYS * DAY_MS : 0;
        TRY(db_run(cx->db, &NOT_NOW_PUT, BIND(V(by->account), V(p->id), V(kind), V(now), V(until)),
                   NULL));
        TRY(db_run(cx->db, &NOT_NOW_CUT, BIND(V(by->account), V(AWAY_MAX)), NULL));
        return filter_note(cx, by->account);
}

enum err not_now_end(struct cx *cx, int64_t account, int64_t post, enum put_away kind)
{
        TRY(db_run(cx->db, &NOT_NOW_END, BIND(V(account), V(post), V(kind)), NULL));
        return filter_note(cx, account);
}

enum err not_now_list(struct cx *cx, int64_t account, size_t most, struct put_away_row **ret,
                      size_t *n)
{
        struct row r;
        struct put_away_row *v = make_n(cx->arena, most + 1, struct put_away_row);
        size_t k = 0;
        TRY(db_all(cx->db, &NOT_NOW_LIST, NULL, BIND(V(account), V(cx_now(cx)), V(most)), &r));
        while (k < most && row_next(&r)) {
                v[k].post = row_int(&r);
                v[k].at = row_int(&r);
                v[k].until = row_int(&r);
                v[k++].kind = (enum put_away)row_int(&r);
        }
        *ret = v;
        *n = k;
        return row_end(&r);
}

enum err not_now_of(struct cx *cx, int64_t account, const int64_t *posts, size_t n, unsigned *ret)
{
        struct row r;
        memset(ret, 0, n * sizeof *ret);
        if (!n)
                return OK;
        TRY(db_all(cx->db, &NOT_NOW_OF, NULL,
                   BIND(V(ids_json(cx->arena, posts, n)), V(account), V(cx_now(cx))), &r));
        while (row_next(&r)) {
                int64_t post = row_int(&r), kind = row_int(&r);
                for (size_t i = 0; i < n; i++)
                        if (posts[i] == post)
                                ret[i] |= 1u << kind;
        }
        return row_end(&r);
}

enum err not_now_tidy(struct cx *cx)
{
        enum { MOST = 500 };
        int64_t now = cx_now(cx), who[MOST];
        size_t n = 0;
        struct row r;
        TRY(db_all(cx->db, &NOT_NOW_OVER, NULL, BIND(V(now)), &r));
        while (n < MOST && row_next(&r))
                who[n++] = row_int(&r);
        TRY(row_end(&r));
        for (size_t i = 0; i < n; i++) {
                TRY(db_run(cx->db, &NOT_NOW_TIDY, BIND(V(who[i]), V(now)), NULL));
                TRY(filter_note(cx, who[i]));
        }
        return OK;
}

static const struct stmt *const statements[] = {
        &NOT_NOW_PUT, &NOT_NOW_CUT,  &NOT_NOW_END,  &NOT_NOW_LIST,
        &NOT_NOW_OF,  &NOT_NOW_OVER, &NOT_NOW_TIDY,
};
const struct stmt_list NOT_NOW_STATEMENTS = {statements, countof(statements)};
