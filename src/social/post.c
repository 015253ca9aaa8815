/* Reading posts. Everything that shows a post comes through post_get, post_get_many or post_visible
 * with a viewer; post_load is for deliveries and our own bookkeeping. */
#include "social/post.h"
#include "social/account.h"
#include "social/ids.h"
#include "social/post_row.h"

static const struct stmt POST_GET = {
        .name = "post_get",
        .text = "SELECT" POST_COLUMNS "FROM post p" POST_JOINS
                " WHERE p.id = $1 AND " SHOWN_TO("$2"),
        .in = "ii",
        .out = POST_OUT,
};

#define POST_GET_MANY_TEXT(ids)                                                                    \
        "SELECT" POST_COLUMNS "FROM " ids " CROSS JOIN post p" POST_JOINS                          \
        " WHERE p.id = ids.value AND " SHOWN_TO("$2")
static const struct stmt POST_GET_MANY = {
        .name = "post_get_many",
        .text = POST_GET_MANY_TEXT(IDS_SQLITE),
        .text_pg = POST_GET_MANY_TEXT(IDS_PG),
        .in = "si",
        .out = POST_OUT,
};

#define POST_VISIBLE_TEXT(ids)                                                                     \
        "SELECT p.id FROM " ids " CROSS JOIN post p" POST_JOINS                                    \
        " WHERE p.id = ids.value AND " SHOWN_TO("$2")
static const struct stmt POST_VISIBLE = {
        .name = "post_visible",
        .text = POST_VISIBLE_TEXT(IDS_SQLITE),
        .text_pg = POST_VISIBLE_TEXT(IDS_PG),
        .in = "si",
        .out = "i",
};

static const struct stmt POST_VISIBLE_ONE = {
        .name = "post_visible_one",
        .text = "SELECT p.id FROM post p" POST_JOINS " WHERE p.id = $1 AND " SHOWN_TO("$2"),
        .in = "ii",
        .out = "i",
};

/* A comment that waits, for a hand of its thread ($2), when it is addressed to the root's author
 * too, and not kept by its writer for themselves. Asked only after nothing was found, so that no
 * usual read pays for it. */
#define POST_FOR_HAND                                                                              \
        "p.state <> 0 AND p.boost_of IS NULL AND p.id <> p.thread AND pa.suspended_at IS NULL "    \
        "AND (t.account = $2 OR EXISTS (SELECT 1 FROM hand h WHERE h.post = t.id AND h.account = " \
        "$2 AND (h.since = 0 OR EXISTS (SELECT 1 FROM comment hc WHERE hc.post = p.id AND "        \
        "hc.held_at >= h.since))) OR EXISTS (SELECT 1 FROM journal_owner o WHERE o.journal = "     \
        "t.account AND o.account = $2 AND o.state = 1)) AND p.audience < 5 AND (p.audience <= 1 "  \
        "OR p.account = t.account OR EXISTS (SELECT 1 FROM mention m "                             \
        "WHERE m.post = p.id AND m.account = t.account) OR (p.audience = 2 AND EXISTS (SELECT 1 "  \
        "FROM follow f WHERE f.account = t.account AND f.target = p.account AND f.state = 1))) "   \
        "AND NOT EXISTS (SELECT 1 FROM block b WHERE b.account = p.account AND b.target = $2)"
static const struct stmt POST_HAND_GET = {
        .name = "post_hand_get",
        .text = "SELECT" POST_COLUMNS "FROM post p JOIN account pa ON pa.id = p.account JOIN post "
                "t ON t.id = p.thread WHERE p.id = $1 AND " POST_FOR_HAND,
        .in = "ii",
        .out = POST_OUT,
};
#define POST_HAND_VISIBLE_TEXT(ids)                                                                \
        "SELECT p.id FROM " ids " CROSS JOIN post p JOIN account pa ON pa.id = p.account JOIN "    \
        "post t ON t.id = p.thread WHERE p.id = ids.value AND " POST_FOR_HAND
static const struct stmt POST_HAND_VISIBLE = {
        .name = "post_hand_visible",
        .text = POST_HAND_VISIBLE_TEXT(IDS_SQLITE),
        .text_pg = POST_HAND_VISIBLE_TEXT(IDS_PG),
        .in = "si",
        .out = "i",
};

static const struct stmt POST_LOAD = {
        .name = "post_load",
        .text = "SELECT" POST_COLUMNS
                "FROM post p JOIN account pa ON pa.id = p.account WHERE p.id = $1",
        .in = "i",
        .out = POST_OUT,
};

#define POST_LOAD_MANY_TEXT(ids)                                                                   \
        "SELECT" POST_COLUMNS "FROM " ids " CROSS JOIN post p"                                     \
        " JOIN account pa ON pa.id = p.account WHERE p.id = ids.value"
static const struct stmt POST_LOAD_MANY = {
        .name = "post_load_many",
        .text = POST_LOAD_MANY_TEXT(IDS_SQLITE),
        .text_pg = POST_LOAD_MANY_TEXT(IDS_PG),
        .in = "s",
        .out = POST_OUT,
};

static const struct stmt POST_BY_URI = {
        .name = "post_by_uri",
        .text = "SELECT id FROM post WHERE uri = $1",
        .in = "s",
        .out = "i",
};
static const struct stmt POST_HERE = {
        .name = "post_here",
        .text = "SELECT p.id FROM post p JOIN account pa ON pa.id = p.account "
                "WHERE p.id = $1 AND p.local = 1 AND pa.username_fold = $2 AND pa.domain = ''",
        .in = "is",
        .out = "i",
};

struct str post_uri(struct cx *cx, struct str username, int64_t id)
{
        return str_fmt(cx->arena, "%.*s/users/%.*s/statuses/%lld", STR_ARG(cx->settings->url),
                       STR_ARG(username), (long long)id);
}

struct str post_url(struct cx *cx, struct str username, int64_t id)
{
        return str_fmt(cx->arena, "%.*s/@%.*s/%lld", STR_ARG(cx->settings->url), STR_ARG(username),
                       (long long)id);
}

void post_row_read(struct cx *cx, struct row *r, struct post *p)
{
        p->id = row_int(r);
        p->account = row_int(r);
        p->app = row_int(r);
        p->uri = row_str(r);
        p->url = row_str(r);
        p->author = row_str(r);
        p->author_domain = row_str(r);
        p->audience = (enum audience)row_int(r);
        p->audience_list = row_int(r);
        p->state = (enum comment_state)row_int(r);
        p->local = row_int(r) != 0;
        p->local_only = row_int(r) != 0;
        p->sensitive = row_int(r) != 0;
        p->author_suspended = row_int(r) != 0;
        p->text = row_str(r);
        p->content = (struct markup){row_str(r)};
        p->spoiler = row_str(r);
        p->language = row_str(r);
        p->reply_to = row_int(r);
        p->reply_account = row_int(r);
        p->thread = row_int(r);
        p->boost_of = row_int(r);
        p->quote_of = row_int(r);
        p->quote_state = (enum quote_state)row_int(r);
        p->quote_policy = (enum quote_policy)row_int(r);
        p->has = (unsigned)row_int(r);
        p->replies_count = row_int(r);
        p->boosts_count = row_int(r);
        p->favourites_count = row_int(r);
        p->quotes_count = row_int(r);
        p->created_at = row_int(r);
        p->edited_at = row_int(r);
        if (p->local) {
                p->uri = post_uri(cx, p->author, p->id);
                p->url = post_url(cx, p->author, p->id);
        }
}

static enum err one(struct cx *cx, struct row *r, struct post **ret)
{
        struct post *p = make(cx->arena, struct post);
        post_row_read(cx, r, p);
        TRY(row_end(r));
        *ret = p;
        return OK;
}

enum err post_get(struct cx *cx, const struct viewer *by, int64_t id, struct post **ret)
{
        struct row r;
        enum err e = db_one(cx->db, &POST_GET, cx->arena, BIND(V(id), V(by->account)), &r);
        if (e == ERR_MISSING && by->account)
                e = db_one(cx->db, &POST_HAND_GET, cx->arena, BIND(V(id), V(by->account)), &r);
        TRY(e);
        return one(cx, &r, ret);
}

/* Which of these wait and may be read by the viewer as a hand; sorted. */
static enum err for_hand(struct cx *cx, const struct viewer *by, const int64_t *ids, size_t n,
                         int64_t *ret, size_t *n_ret)
{
        size_t got = 0;
        TRY(db_ints(cx->db, &POST_HAND_VISIBLE,
                    BIND(V(ids_json(cx->arena, ids, n)), V(by->account)), ret, n, &got));
        *n_ret = ids_unique(ret, got);
        return OK;
}

enum err post_load(struct cx *cx, int64_t id, struct post **ret)
{
        struct row r;
        TRY(db_one(cx->db, &POST_LOAD, cx->arena, BIND(V(id)), &r));
        return one(cx, &r, ret);
}

/* What is missing of a page, where the viewer is a hand; in the order asked. */
static enum err add_for_hand(struct cx *cx, const struct viewer *by, const int64_t *ids, size_t n,
                             struct post **v, size_t *n_v)
{
        int64_t *seen = make_n(cx->arena, n, int64_t);
        struct post **all = make_n(cx->arena, n, struct post *);
        size_t k, got = 0, next = 0;
        TRY(for_hand(cx, by, ids, n, seen, &k));
        if (!k)
                return OK;
        for (size_t i = 0; i < n; i++) {
                if (next < *n_v && v[next]->id == ids[i])
                        all[got++] = v[next++];
                else if (ids_has(seen, k, ids[i]))
                        TRY(post_load(cx, ids[i], &all[got++]));
        }
        memcpy(v, all, got * sizeof *all);
        *n_v = got;
        return OK;
}

enum err post_get_many(struct cx *cx, const struct viewer *by, const int64_t *ids, size_t n,
                       struct post ***ret, size_t *n_ret)
{
        struct post *found = make_n(cx->arena, n, struct post);
        struct post **v = make_n(cx->arena, n, struct post *);
        size_t got = 0, kept = 0;
        struct row r;
        TRY(db_all(cx->db, &POST_GET_MANY, cx->arena,
                   BIND(V(ids_json(cx->arena, ids, n)), V(by->account)), &r));
        while (got < n && row_next(&r))
                post_row_read(cx, &r, &found[got++]);
        TRY(row_end(&r));
        for (size_t i = 0; i < n; i++)
                for (size_t k = 0; k < got; k++)
                        if (found[k].id == ids[i]) {
                                v[kept++] = &found[k];
                                break;
                        }
        *ret = v;
        *n_ret = kept;
        return kept < n && by->account ? add_for_hand(cx, by, ids, n, v, n_ret) : OK;
}

enum err post_load_many(struct cx *cx, const int64_t *ids, size_t n, struct post **ret,
                        size_t *n_ret)
{
        struct post *v = make_n(cx->arena, n, struct post);
        size_t got = 0;
        struct row r;
        TRY(db_all(cx->db, &POST_LOAD_MANY, cx->arena, BIND(V(ids_json(cx->arena, ids, n))), &r));
        while (got < n && row_next(&r))
                post_row_read(cx, &r, &v[got++]);
        TRY(row_end(&r));
        *ret = v;
        *n_ret = got;
        return OK;
}

static enum err visible_one(struct cx *cx, const struct viewer *by, int64_t id, int64_t *ret,
                            size_t *n)
{
        struct row r;
        bool found;
        TRY(db_find(cx->db, &POST_VISIBLE_ONE, NULL, BIND(V(id), V(by->account)), &r, &found));
        *n = found;
        if (!found)
                return by->account ? for_hand(cx, by, &id, 1, ret, n) : OK;
        *ret = row_int(&r);
        return row_end(&r);
}

enum err post_visible(struct cx *cx, const struct viewer *by, const int64_t *ids, size_t n,
                      int64_t *ret, size_t *n_ret)
{
        size_t got = 0, kept = 0;
        if (n == 1)
                return visible_one(cx, by, ids[0], ret, n_ret);
        int64_t *seen = make_n(cx->arena, n, int64_t);
        TRY(db_ints(cx->db, &POST_VISIBLE, BIND(V(ids_json(cx->arena, ids, n)), V(by->account)),
                    seen, n, &got));
        got = ids_unique(seen, got);
        if (got < n && by->account) {
                size_t more;
                int64_t *both = make_n(cx->arena, n + got, int64_t);
                TRY(for_hand(cx, by, ids, n, both, &more));
                memcpy(both + more, seen, got * sizeof *seen);
                seen = both;
                got = more ? ids_unique(both, more + got) : got;
        }
        for (size_t i = 0; i < n; i++)
                if (ids_has(seen, got, ids[i]))
                        ret[kept++] = ids[i];
        *n_ret = kept;
        return OK;
}

/* Our own addresses name the author and the id: /users/NAME/statuses/ID and /@NAME/ID. */
static bool read_own_uri(struct cx *cx, struct str uri, struct str *name, int64_t *id)
{
        struct str base = cx->settings->url, rest, part;
        if (!str_starts(uri, base))
                return false;
        rest = str_after(uri, base.n);
        if (str_starts(rest, S("/users/"))) {
                rest = str_after(rest, 7);
                return str_next(&rest, '/', name) && str_next(&rest, '/', &part) &&
                       str_eq(part, S("statuses")) && str_to_i64(rest, id);
        }
        rest = str_after(rest, 2);
        return str_starts(str_after(uri, base.n), S("/@")) && str_next(&rest, '/', name) &&
               str_to_i64(rest, id);
}

enum err post_by_uri(struct cx *cx, struct str uri, int64_t *ret)
{
        struct row r;
        struct str name;
        int64_t id;
        if (read_own_uri(cx, uri, &name, &id))
                TRY(db_one(cx->db, &POST_HERE, NULL, BIND(V(id), V(str_lower(cx->arena, name))),
                           &r));
        else
                TRY(db_one(cx->db, &POST_BY_URI, NULL, BIND(V(uri)), &r));
        *ret = row_int(&r);
        return row_end(&r);
}

struct post_counts post_counts(const struct viewer *by, int64_t author, bool others, bool me,
                               struct post_counts real)
{
        bool own = by->account && by->account == author;
        if (own ? me : others)
                return real;
        return (struct post_counts){.replies = real.replies > 0};
}

const struct stmt_list POST_STATEMENTS = {
        (const struct stmt *const[]){&POST_GET, &POST_GET_MANY, &POST_VISIBLE, &POST_VISIBLE_ONE,
                                     &POST_LOAD, &POST_LOAD_MANY, &POST_BY_URI, &POST_HERE,
                                     &POST_HAND_GET, &POST_HAND_VISIBLE},
        10,
};
