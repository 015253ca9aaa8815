/* Hashtags: rows by folded name, following them, listing those of posts. Called by publishing, by
 * the tag routes and by whoever writes posts out. */
#include "social/tag.h"
#include "lib/base/encode.h"
#include "lib/base/id.h"
#include "lib/text/unicode.h"
#include "social/home.h"
#include "social/ids.h"
#include "social/page_run.h"

static const struct stmt TAG_FIND = {
        .name = "tag_find",
        .text = "SELECT id, name, display FROM tag WHERE name = $1",
        .in = "s",
        .out = "iss",
};
static const struct stmt TAG_INSERT = {
        .name = "tag_insert",
        .text = "INSERT INTO tag (id, name, display, used_at) VALUES ($1, $2, $3, $4)",
        .in = "issi",
};
static const struct stmt TAG_FOLLOWING = {
        .name = "tag_following",
        .text = "SELECT (SELECT COUNT(*) FROM tag_follow WHERE account = $1 AND tag = $2), "
                "(SELECT COUNT(*) FROM tag_feature WHERE account = $1 AND tag = $2)",
        .in = "ii",
        .out = "ii",
};
static const struct stmt TAG_FOLLOWS_COUNT = {
        .name = "tag_follows_count",
        .text = "SELECT COUNT(*) FROM tag_follow WHERE account = $1",
        .in = "i",
        .out = "i",
};
static const struct stmt TAG_FOLLOW = {
        .name = "tag_follow",
        .text = "INSERT INTO tag_follow (account, tag, id) VALUES ($1, $2, $3) ON CONFLICT DO "
                "NOTHING",
        .in = "iii",
};
static const struct stmt TAG_UNFOLLOW = {
        .name = "tag_unfollow",
        .text = "DELETE FROM tag_follow WHERE account = $1 AND tag = $2",
        .in = "ii",
};
#define TAG_FOLLOWED_TEXT(order)                                                                   \
        "SELECT f.id, t.id, t.name, t.display FROM tag_follow f JOIN tag t ON t.id = f.tag "       \
        "WHERE f.account = $1 AND f.id > $2 AND f.id < $3 ORDER BY f.id " order " LIMIT $4"
static const struct stmt TAG_FOLLOWED = {
        .name = "tag_followed",
        .text = TAG_FOLLOWED_TEXT("DESC"),
        .in = "iiii",
        .out = "iiss",
};
static const struct stmt TAG_FOLLOWED_UP = {
        .name = "tag_followed_up",
        .text = TAG_FOLLOWED_TEXT("ASC"),
        .in = "iiii",
        .out = "iiss",
};
#define TAG_OF_POSTS_TEXT(ids)                                                                     \
        "SELECT pt.post, t.name, t.display FROM " ids " CROSS JOIN post_tag pt JOIN tag t "        \
        "ON t.id = pt.tag WHERE pt.post = ids.value ORDER BY pt.post, pt.tag"
static const struct stmt TAG_OF_POSTS = {
        .name = "tag_of_posts",
        .text = TAG_OF_POSTS_TEXT(IDS_SQLITE),
        .text_pg = TAG_OF_POSTS_TEXT(IDS_PG),
        .in = "s",
        .out = "iss",
};

/* Ids hold the time of the post: a week is a range of the tag's own index. */
static const struct stmt TAG_HISTORY = {
        .name = "tag_history",
        .text = "SELECT x.day, COUNT(*), COUNT(DISTINCT x.account) FROM (SELECT (pt.post >> 16) / "
                "86400000 AS day, p.account FROM post_tag pt JOIN post p ON p.id = pt.post JOIN "
                "account a ON a.id = p.account WHERE pt.tag = $1 AND pt.post >= $2 AND p.audience "
                "= 0 AND p.boost_of IS NULL AND p.state = 0 AND a.suspended_at IS NULL AND "
                "a.silenced_at IS NULL ORDER BY pt.post DESC LIMIT 1000) AS x GROUP BY x.day",
        .in = "ii",
        .out = "iii",
};

enum err tag_history(struct cx *cx, int64_t tag, struct tag_day ret[TAG_DAYS])
{
        const int64_t day_ms = INT64_C(86400000), today = cx_now(cx) / day_ms;
        struct row r;
        for (int64_t i = 0; i < TAG_DAYS; i++)
                ret[i] = (struct tag_day){.from_ms = (today - i) * day_ms};
        if (!tag)
                return OK;
        TRY(db_all(cx->db, &TAG_HISTORY, NULL, BIND(V(tag), V(id_at(ret[TAG_DAYS - 1].from_ms))),
                   &r));
        while (row_next(&r)) {
                int64_t ago = today - row_int(&r), uses = row_int(&r), accounts = row_int(&r);
                if (ago < 0 || ago >= TAG_DAYS)
                        continue; /* a clock elsewhere that is ahead */
                ret[ago].uses = uses;
                ret[ago].accounts = accounts;
        }
        return row_end(&r);
}

struct str tag_url(struct cx *cx, struct str name)
{
        struct str path = percent_encode(cx->arena, name);
        return str_fmt(cx->arena, "%.*s/tags/%.*s", STR_ARG(cx->settings->url), STR_ARG(path));
}

enum err tag_fold(struct cx *cx, struct str name, struct str *ret)
{
        if (str_starts(name, S("#")))
                name = str_after(name, 1);
        if (!name.n || name.n > (size_t)TAG_NAME_MAX * 4 || !utf8_valid(name))
                return fail(cx, ERR_MISSING, "There is no such hashtag.");
        struct str folded = text_fold(cx->arena, name);
        bool digits = true;
        for (size_t i = 0; i < folded.n; i++) {
                unsigned char c = (unsigned char)folded.p[i];
                if (c < 0x80 && c != '_' && !(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z'))
                        return fail(cx, ERR_MISSING, "There is no such hashtag.");
                digits = digits && c >= '0' && c <= '9';
        }
        if (!folded.n || digits || utf8_count(folded) > TAG_NAME_MAX)
                return fail(cx, ERR_MISSING, "There is no such hashtag.");
        *ret = folded;
        return OK;
}

static enum err find(struct cx *cx, struct str name, struct tag *t, bool *found)
{
        struct row r;
        TRY(db_find(cx->db, &TAG_FIND, cx->arena, BIND(V(name)), &r, found));
        if (!*found)
                return OK;
        t->id = row_int(&r);
        t->name = row_str(&r);
        t->display = row_str(&r);
        return row_end(&r);
}

enum err tag_get(struct cx *cx, const struct viewer *by, struct str name, struct tag **ret)
{
        struct tag *t = make(cx->arena, struct tag);
        struct str folded = STR_NONE;
        bool found;
        struct row r;
        TRY(tag_fold(cx, name, &folded));
        TRY(find(cx, folded, t, &found));
        if (!found) {
                t->name = folded;
                t->display = folded;
        } else if (by->account) {
                TRY(db_one(cx->db, &TAG_FOLLOWING, NULL, BIND(V(by->account), V(t->id)), &r));
                t->following = row_int(&r) != 0;
                t->featuring = row_int(&r) != 0;
                TRY(row_end(&r));
        }
        *ret = t;
        return OK;
}

enum err tag_need(struct cx *cx, struct str name, struct str display, int64_t *ret)
{
        struct tag t;
        bool found;
        TRY(find(cx, name, &t, &found));
        *ret = found ? t.id : cx_id(cx);
        return found ? OK
                     : db_run(cx->db, &TAG_INSERT, BIND(V(*ret), V(name), V(display), V(0)), NULL);
}

enum err tag_of_posts(struct cx *cx, const int64_t *posts, size_t n, struct tag_of_post **ret,
                      size_t *n_ret)
{
        size_t size = 16, got = 0;
        struct tag_of_post *v = make_n(cx->arena, size, struct tag_of_post);
        struct row r;
        TRY(db_all(cx->db, &TAG_OF_POSTS, cx->arena, BIND(V(ids_json(cx->arena, posts, n))), &r));
        while (row_next(&r)) {
                if (got == size) {
                        struct tag_of_post *more = make_n(cx->arena, size * 2, struct tag_of_post);
                        memcpy(more, v, got * sizeof *v);
                        v = more;
                        size *= 2;
                }
                v[got].post = row_int(&r);
                v[got].name = row_str(&r);
                v[got++].display = row_str(&r);
        }
        TRY(row_end(&r));
        *ret = v;
        *n_ret = got;
        return OK;
}

static enum err check_room(struct cx *cx, int64_t account)
{
        struct row r;
        TRY(db_one(cx->db, &TAG_FOLLOWS_COUNT, NULL, BIND(V(account)), &r));
        int64_t n = row_int(&r);
        TRY(row_end(&r));
        return n < TAG_FOLLOWS_MAX ? OK
                                   : fail(cx, ERR_INPUT, "You can follow at most %d hashtags.",
                                          TAG_FOLLOWS_MAX);
}

enum err tag_follow(struct cx *cx, const struct viewer *by, struct str name, bool on,
                    struct tag **ret)
{
        struct tag *t;
        int64_t changed = 0;
        TRY(tag_get(cx, by, name, &t));
        if (on && !t->following) {
                TRY(check_room(cx, by->account));
                if (!t->id)
                        TRY(tag_need(cx, t->name, str_after(name, str_starts(name, S("#")) ? 1 : 0),
                                     &t->id));
                TRY(db_run(cx->db, &TAG_FOLLOW, BIND(V(by->account), V(t->id), V(cx_id(cx))),
                           &changed));
        } else if (!on && t->following) {
                TRY(db_run(cx->db, &TAG_UNFOLLOW, BIND(V(by->account), V(t->id)), &changed));
        }
        if (changed)
                TRY(home_rebuild(cx, by->account));
        t->following = on;
        *ret = t;
        return OK;
}

static int64_t read_followed(struct row *r, void *to)
{
        int64_t cursor = row_int(r);
        struct tag *t = to;
        *t = (struct tag){.id = row_int(r), .following = true};
        t->name = row_str(r);
        t->display = row_str(r);
        return cursor;
}

enum err tag_followed(struct cx *cx, const struct viewer *by, struct page *page, struct tag **ret,
                      size_t *n)
{
        struct tag *v = make_n(cx->arena, (size_t)page->limit, struct tag);
        TRY(page_rows(
                cx, page, page_up(page) ? &TAG_FOLLOWED_UP : &TAG_FOLLOWED,
                BIND(V(by->account), V(page_above(page)), V(page_below(page)), V(page->limit)),
                read_followed, v, sizeof *v, n));
        *ret = v;
        return OK;
}

const struct stmt_list TAG_STATEMENTS = {
        (const struct stmt *const[]){&TAG_FIND, &TAG_INSERT, &TAG_FOLLOWING, &TAG_FOLLOWS_COUNT,
                                     &TAG_FOLLOW, &TAG_UNFOLLOW, &TAG_FOLLOWED, &TAG_FOLLOWED_UP,
                                     &TAG_OF_POSTS, &TAG_HISTORY},
        10,
};
