/* Keeping home timelines right: rebuilding, follows that start and end, people who are hidden, and
 * the tidying that cuts rows nobody will read. Called by the verbs of follows, blocks, mutes, lists
 * and tags, and by jobs. */
#include "lib/base/id.h"
#include "lib/text/json.h"
#include "social/home.h"
#include "social/home_rule.h"
#include "store/job.h"

enum { DAY_MS = 86400000 };

static const struct stmt HOME_CLEAR = {
        .name = "home_clear",
        .text = "DELETE FROM home WHERE owner = $1",
        .in = "i",
};
static const struct stmt HOME_FILL = {
        .name = "home_fill",
        .text = "INSERT INTO home (owner, entry, author, post) SELECT $1, p.id, p.account, "
                "COALESCE(p.boost_of, p.id) "
                "FROM " HOME_FOLLOWED(
                        "$1") " CROSS JOIN post p" POST_JOINS
                              " WHERE p.account = f.who AND " HOME_RULE(
                                      "$1") " ORDER BY p.id DESC LIMIT $2 ON CONFLICT DO NOTHING",
        .in = "ii",
};
static const struct stmt HOME_FILL_FROM = {
        .name = "home_fill_from",
        .text = "INSERT INTO home (owner, entry, author, post) SELECT $1, p.id, p.account, "
                "COALESCE(p.boost_of, p.id) "
                "FROM follow f JOIN login l ON l.account = f.account CROSS JOIN post p" POST_JOINS
                " WHERE f.account = $1 AND f.target = $2 AND f.state = 1 AND p.account = f.target "
                "AND l.home_from > 0 "
                "AND p.id >= l.home_from AND " HOME_RULE(
                        "$1") " ORDER BY p.id DESC LIMIT $3 ON CONFLICT DO NOTHING",
        .in = "iii",
};
static const struct stmt HOME_FILL_TAGS = {
        .name = "home_fill_tags",
        .text = "INSERT INTO home (owner, entry, author, post) SELECT DISTINCT $1, p.id, "
                "p.account, p.id "
                "FROM tag_follow t CROSS JOIN post_tag pt JOIN post p ON p.id = pt.post JOIN "
                "account pa "
                "ON pa.id = p.account WHERE t.account = $1 AND pt.tag = t.tag AND pt.post >= $2 "
                "AND p.audience = 0 "
                "AND p.state = 0 AND p.boost_of IS NULL AND (p.reply_account IS NULL OR "
                "p.reply_account = p.account) "
                "AND " VISIBLE_TO("$1") " AND " WANTED_BY_AS(
                        "pa", "$1") " ORDER BY p.id DESC LIMIT $3 ON CONFLICT DO NOTHING",
        .in = "iii",
};
/* The id of the row number $2, counted from the newest: at most HOME_ROWS index steps. */
static const struct stmt HOME_NTH = {
        .name = "home_nth",
        .text = "SELECT COALESCE(MIN(entry), 0), COUNT(*) FROM (SELECT entry FROM home WHERE owner "
                "= $1 "
                "ORDER BY entry DESC LIMIT $2) AS newest",
        .in = "ii",
        .out = "ii",
};
static const struct stmt HOME_CUT = {
        .name = "home_cut",
        .text = "DELETE FROM home WHERE owner = $1 AND entry < $2",
        .in = "ii",
};
static const struct stmt HOME_SET_FROM = {
        .name = "home_set_from",
        .text = "UPDATE login SET home_from = $2 WHERE account = $1",
        .in = "ii",
};
static const struct stmt HOME_KEPT = {
        .name = "home_kept",
        .text = "SELECT home_from FROM login WHERE account = $1",
        .in = "i",
        .out = "i",
};
static const struct stmt HOME_DROP_AUTHOR = {
        .name = "home_drop_author",
        .text = "DELETE FROM home WHERE owner = $1 AND author = $2",
        .in = "ii",
};
static const struct stmt HOME_DROP_POSTS_OF = {
        .name = "home_drop_posts_of",
        .text = "DELETE FROM home WHERE owner = $1 AND entry IN (SELECT h.entry FROM home h JOIN "
                "post p ON p.id = h.post "
                "WHERE h.owner = $1 AND p.account = $2)",
        .in = "ii",
};
static const struct stmt HOME_DROP_DOMAIN = {
        .name = "home_drop_domain",
        .text = "DELETE FROM home WHERE owner = $1 AND entry IN (SELECT h.entry FROM home h JOIN "
                "post p ON p.id = h.post "
                "JOIN account a ON a.id = p.account JOIN account b ON b.id = h.author WHERE "
                "h.owner = $1 "
                "AND (a.domain = $2 OR b.domain = $2))",
        .in = "is",
};
static const struct stmt HOME_READERS = {
        .name = "home_readers",
        .text = "SELECT account, seen_at, home_from FROM login WHERE account > $1 AND home_from > "
                "0 "
                "ORDER BY account LIMIT $2",
        .in = "ii",
        .out = "iii",
};

static enum err kept(struct cx *cx, int64_t owner, bool *ret)
{
        struct row r;
        bool found;
        *ret = false;
        TRY(db_find(cx->db, &HOME_KEPT, NULL, BIND(V(owner)), &r, &found));
        if (!found)
                return OK;
        *ret = row_int(&r) > 0;
        return row_end(&r);
}

/* Cuts to HOME_ROWS; *from is then the id from which the rows are complete, 1 when nothing was ever
 * left out. */
static enum err cut(struct cx *cx, int64_t owner, int64_t *from)
{
        struct row r;
        TRY(db_one(cx->db, &HOME_NTH, NULL, BIND(V(owner), V(HOME_ROWS)), &r));
        int64_t oldest = row_int(&r), n = row_int(&r);
        TRY(row_end(&r));
        *from = 1;
        if (n < HOME_ROWS)
                return OK;
        *from = oldest;
        return db_run(cx->db, &HOME_CUT, BIND(V(owner), V(oldest)), NULL);
}

static enum err build(struct cx *cx, int64_t owner)
{
        int64_t from;
        TRY(db_run(cx->db, &HOME_CLEAR, BIND(V(owner)), NULL));
        TRY(db_run(cx->db, &HOME_FILL, BIND(V(owner), V(HOME_ROWS)), NULL));
        TRY(cut(cx, owner, &from));
        int64_t tags_from = id_at(cx_now(cx) - (int64_t)HOME_DAYS * DAY_MS);
        TRY(db_run(cx->db, &HOME_FILL_TAGS,
                   BIND(V(owner), V(from > tags_from ? from : tags_from), V(HOME_ROWS / 2)), NULL));
        TRY(home_beside_fill(cx, owner, from));
        return db_run(cx->db, &HOME_SET_FROM, BIND(V(owner), V(from)), NULL);
}

enum err home_rebuild(struct cx *cx, int64_t owner)
{
        bool is_kept;
        TRY(kept(cx, owner, &is_kept));
        return is_kept ? build(cx, owner) : OK;
}

enum err home_wake(struct cx *cx, int64_t owner)
{
        bool is_kept;
        TRY(kept(cx, owner, &is_kept));
        return is_kept ? OK : build(cx, owner);
}

enum err home_follow_started(struct cx *cx, int64_t owner, int64_t target)
{
        TRY(db_run(cx->db, &HOME_FILL_FROM, BIND(V(owner), V(target), V(HOME_ROWS / 2)), NULL));
        return home_beside_fill(cx, owner, 0);
}

/* What target wrote together with somebody who is followed still stands. */
enum err home_follow_ended(struct cx *cx, int64_t owner, int64_t target)
{
        TRY(db_run(cx->db, &HOME_DROP_AUTHOR, BIND(V(owner), V(target)), NULL));
        return home_beside_fill(cx, owner, 0);
}

enum err home_hide(struct cx *cx, int64_t owner, int64_t target)
{
        TRY(db_run(cx->db, &HOME_DROP_AUTHOR, BIND(V(owner), V(target)), NULL));
        return db_run(cx->db, &HOME_DROP_POSTS_OF, BIND(V(owner), V(target)), NULL);
}

enum err home_hide_domain(struct cx *cx, int64_t owner, struct str domain)
{
        return db_run(cx->db, &HOME_DROP_DOMAIN, BIND(V(owner), V(domain)), NULL);
}

static enum err tidy_one(struct cx *cx, int64_t owner, int64_t seen_at, int64_t was_from)
{
        int64_t from;
        if (seen_at < cx_now(cx) - (int64_t)HOME_DAYS * DAY_MS) {
                TRY(db_run(cx->db, &HOME_CLEAR, BIND(V(owner)), NULL));
                return db_run(cx->db, &HOME_SET_FROM, BIND(V(owner), V(0)), NULL);
        }
        TRY(cut(cx, owner, &from));
        return from > was_from ? db_run(cx->db, &HOME_SET_FROM, BIND(V(owner), V(from)), NULL) : OK;
}

enum err home_tidy_job(struct cx *cx, struct str payload)
{
        enum { CHUNK = 200 };
        struct {
                int64_t account, seen_at, from;
        } v[CHUNK];
        const struct json_value *j;
        int64_t after, n = 0;
        struct row r;
        TRY(json_read(cx->arena, payload, NULL, &j, NULL));
        if (!str_to_i64(json_get_text(j, "after"), &after))
                return ERR_INPUT;
        TRY(db_all(cx->db, &HOME_READERS, NULL, BIND(V(after), V(CHUNK)), &r));
        while (n < CHUNK && row_next(&r)) {
                v[n].account = row_int(&r);
                v[n].seen_at = row_int(&r);
                v[n++].from = row_int(&r);
        }
        TRY(row_end(&r));
        for (int64_t i = 0; i < n; i++)
                TRY(tidy_one(cx, v[i].account, v[i].seen_at, v[i].from));
        if (n < CHUNK)
                return OK;
        return job_add(cx, "home_tidy",
                       str_fmt(cx->arena, "{\"after\":\"%lld\"}", (long long)v[n - 1].account),
                       STR_NONE, 0);
}

enum err home_tidy(struct cx *cx)
{
        return job_add(cx, "home_tidy", S("{\"after\":\"0\"}"), S("hourly"), 0);
}

const struct stmt_list HOME_KEEP_STATEMENTS = {
        (const struct stmt *const[]){&HOME_CLEAR, &HOME_FILL, &HOME_FILL_FROM, &HOME_FILL_TAGS,
                                     &HOME_NTH, &HOME_CUT, &HOME_SET_FROM, &HOME_KEPT,
                                     &HOME_DROP_AUTHOR, &HOME_DROP_POSTS_OF, &HOME_DROP_DOMAIN,
                                     &HOME_READERS},
        12,
};
