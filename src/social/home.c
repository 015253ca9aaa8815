/* Kept home timelines: giving a new post to its readers, and reading a page. Rebuilding and cutting
 * is in home_keep.c.
 *
 * A reader's login.home_from is the id from which the rows are complete (0: none are kept). Reading
 * takes rows down to there and goes on with the plain join below it, so the timeline never just
 * ends. */
#include "social/home.h"
#include "lib/text/json.h"
#include "social/home_rule.h"
#include "social/notification.h"
#include "social/page_run.h"
#include "social/sift.h"
#include "store/job.h"

/* A chunk of followers: the cursor of its last, and how many there are. */
static const struct stmt HOME_CHUNK_END = {
        .name = "home_chunk_end",
        .text = "SELECT COALESCE(MAX(id), 0), COUNT(*) FROM (SELECT id FROM follow WHERE target = "
                "$1 AND state = 1 "
                "AND id > $2 ORDER BY id LIMIT $3) AS chunk",
        .in = "iii",
        .out = "ii",
};
/* "OR IGNORE" and not "ON CONFLICT DO NOTHING" on SQLite: a statement that can fail half-way keeps
 * a copy of every page it touches, and a post touches one a reader. */
#define ADD(text_)                                                                                 \
        .text = "INSERT OR IGNORE" text_, .text_pg = "INSERT" text_ " ON CONFLICT DO NOTHING"
#define ADD_TELLING(text_)                                                                         \
        .text = "INSERT OR IGNORE" text_ " RETURNING owner",                                       \
        .text_pg = "INSERT" text_ " ON CONFLICT DO NOTHING RETURNING owner"
#define HOME_ADD_TEXT                                                                              \
        " INTO home (owner, entry, author, post) SELECT f.account, p.id, p.account, "              \
        "COALESCE(p.boost_of, p.id) FROM follow f JOIN login l ON l.account = f.account AND "      \
        "l.home_from > 0 "                                                                         \
        "AND l.home_from <= $1 JOIN post p ON p.id = $1" POST_JOINS                                \
        " WHERE f.target = $2 AND f.state = 1 AND f.id > $3 AND f.id <= $4 AND " HOME_RULE(        \
                "f.account")
/* The same post boosted by several appears once among the newest 40. */
#define HOME_ADD_BOOST_TEXT                                                                        \
        HOME_ADD_TEXT                                                                              \
        " AND NOT EXISTS (SELECT 1 FROM (SELECT post FROM home WHERE owner = f.account "           \
        "ORDER BY entry DESC LIMIT 40) AS newest WHERE newest.post = p.boost_of)"
static const struct stmt HOME_ADD = {.name = "home_add", ADD(HOME_ADD_TEXT), .in = "iiii"};
static const struct stmt HOME_ADD_BOOST = {
        .name = "home_add_boost", ADD(HOME_ADD_BOOST_TEXT), .in = "iiii"};
/* Rows written after the post's own transaction say whose they are, so that streams hear of them.
 */
static const struct stmt HOME_ADD_LATER = {
        .name = "home_add_later", ADD_TELLING(HOME_ADD_TEXT), .in = "iiii", .out = "i"};
static const struct stmt HOME_ADD_BOOST_LATER = {
        .name = "home_add_boost_later", ADD_TELLING(HOME_ADD_BOOST_TEXT), .in = "iiii", .out = "i"};
static const struct stmt HOME_ADD_OWN = {
        .name = "home_add_own",
        ADD(" INTO home (owner, entry, author, post) SELECT l.account, $1, $2, $3 FROM login l "
            "WHERE l.account = $2 AND l.home_from > 0 AND l.home_from <= $1"),
        .in = "iii",
};
/* Readers of its hashtags who do not follow the author. */
static const struct stmt HOME_ADD_TAGGED = {
        .name = "home_add_tagged",
        ADD(" INTO home (owner, entry, author, post) SELECT t.account, p.id, p.account, p.id "
            "FROM post p JOIN account pa ON pa.id = p.account JOIN post_tag pt ON pt.post = p.id "
            "JOIN tag_follow t ON t.tag = pt.tag JOIN login l ON l.account = t.account AND "
            "l.home_from > 0 "
            "AND l.home_from <= $1 WHERE p.id = $1 AND pa.suspended_at IS NULL "
            "AND NOT EXISTS (SELECT 1 FROM block b WHERE b.account = p.account AND b.target = "
            "t.account) "
            "AND " WANTED_BY_AS("pa", "t.account")),
        .in = "i",
};

/* Followers of the chunk who asked to be told, and have the post in their home. The plus keeps the
 * planner at the few rows of follow_notify. */
static const struct stmt HOME_ASKED = {
        .name = "home_asked",
        .text = "SELECT f.account FROM follow f JOIN home h ON h.owner = f.account AND h.entry = "
                "$1 "
                "WHERE f.target = $2 AND +f.state = 1 AND f.id > $3 AND f.id <= $4 AND f.notify = "
                "1",
        .in = "iiii",
        .out = "i",
};

/* Whether any reader of this author asks for more than following them: then the whole rule is
 * needed. And whether some read only certain languages of theirs. */
static const struct stmt HOME_SPECIAL = {
        .name = "home_special",
        .text = "SELECT CASE WHEN EXISTS (SELECT 1 FROM mute WHERE target = $1) OR EXISTS (SELECT "
                "1 "
                "FROM list_member m JOIN list l ON l.id = m.list WHERE m.account = $1 AND "
                "l.exclusive = 1) THEN 1 ELSE 0 END, CASE WHEN EXISTS (SELECT 1 FROM follow "
                "WHERE target = $1 AND languages IS NOT NULL) THEN 1 ELSE 0 END",
        .in = "i",
        .out = "ii",
};
/* The usual post: one row a reader and nothing to probe. Nobody is told here who got it: whoever
 * streams asks home_has. */
#define HOME_ADD_PLAIN_TEXT                                                                        \
        " INTO home (owner, entry, author, post) SELECT f.account, $1, $2, $1 FROM "               \
        "follow f JOIN login l ON l.account = f.account AND l.home_from > 0 AND "                  \
        "l.home_from <= $1 WHERE f.target = $2 AND f.state = 1 AND f.id > $3 AND f.id <= $4"
static const struct stmt HOME_ADD_PLAIN = {
        .name = "home_add_plain",
        ADD(HOME_ADD_PLAIN_TEXT " AND f.languages IS NULL"),
        .in = "iiii",
};
/* Those who read some languages only; apart, because a function in a statement lets it fail
 * half-way, and what may fail half-way makes the full-text index write a segment. */
static const struct stmt HOME_ADD_SPOKEN = {
        .name = "home_add_spoken",
        .text = "INSERT OR IGNORE" HOME_ADD_PLAIN_TEXT
                " AND f.languages IS NOT NULL AND ($5 IS NULL OR f.languages LIKE '%\"' || $5 || "
                "'\"%')",
        .text_pg = "INSERT" HOME_ADD_PLAIN_TEXT " AND f.languages IS NOT NULL AND (CAST($5 AS "
                   "TEXT) IS NULL OR f.languages LIKE '%\"' || $5 || "
                   "'\"%') ON CONFLICT DO NOTHING",
        .in = "iiiiS",
};
static const struct stmt HOME_HAS = {
        .name = "home_has",
        .text = "SELECT count(*) FROM home WHERE owner = $1 AND entry = $2",
        .in = "ii",
        .out = "i",
};
static const struct stmt HOME_FROM = {
        .name = "home_from",
        .text = "SELECT home_from FROM login WHERE account = $1",
        .in = "i",
        .out = "i",
};
#define HOME_LIST_TEXT(order)                                                                      \
        "SELECT h.entry, h.entry, CASE WHEN " SHOWN_TO(                                            \
                "$3") " THEN 1 ELSE 0 END FROM home h JOIN post p ON p.id = h.entry" POST_JOINS    \
                      " WHERE h.owner = $3 AND h.entry > $1 AND h.entry < $2 ORDER BY "            \
                      "h.entry " order " LIMIT 2000"
static const struct stmt HOME_LIST = {
        .name = "home_list",
        .text = HOME_LIST_TEXT("DESC"),
        .in = "iii",
        .out = "iii",
};
static const struct stmt HOME_LIST_UP = {
        .name = "home_list_up",
        .text = HOME_LIST_TEXT("ASC"),
        .in = "iii",
        .out = "iii",
};
/* The plain join: SQLite leaves each account's posts once a row cannot enter the page any more, so
 * it costs per followed account and nothing per post. */
#define HOME_PULL_TEXT(order)                                                                      \
        "SELECT p.id FROM " HOME_FOLLOWED(                                                         \
                "$3") " CROSS JOIN post p" POST_JOINS                                              \
                      " WHERE p.account = f.who AND p.id > $1 AND p.id < $2 AND " HOME_RULE(       \
                              "$3") " AND " SHOWN_TO("$3") " ORDER BY p.id " order " LIMIT $4"
static const struct stmt HOME_PULL = {
        .name = "home_pull",
        .text = HOME_PULL_TEXT("DESC"),
        .in = "iiii",
        .out = "i",
};
static const struct stmt HOME_PULL_UP = {
        .name = "home_pull_up",
        .text = HOME_PULL_TEXT("ASC"),
        .in = "iiii",
        .out = "i",
};

static enum err give_later(struct cx *cx, const struct post *p, int64_t after, int64_t last)
{
        struct row r;
        TRY(db_all(cx->db, p->boost_of ? &HOME_ADD_BOOST_LATER : &HOME_ADD_LATER, NULL,
                   BIND(V(p->id), V(p->account), V(after), V(last)), &r));
        while (row_next(&r))
                cx_event(cx, EVENT_HOME, row_int(&r), p->id);
        return row_end(&r);
}

/* Answers to others and boosts are not what people ask to be told of (Mastodon). */
static enum err tell_chunk(struct cx *cx, const struct post *p, int64_t after, int64_t last)
{
        int64_t v[HOME_CHUNK];
        size_t n = 0;
        if (p->boost_of || (p->reply_account && p->reply_account != p->account))
                return OK;
        TRY(db_ints(cx->db, &HOME_ASKED, BIND(V(p->id), V(p->account), V(after), V(last)), v,
                    countof(v), &n));
        for (size_t i = 0; i < n; i++)
                TRY(notification_add(cx, v[i], NOTIFICATION_STATUS, p->account, p->id));
        return OK;
}

/* A post that everybody who follows its author gets alike, but for the languages they read. */
static enum err is_plain(struct cx *cx, const struct post *p, bool *ret, bool *spoken)
{
        struct row r;
        bool answers = p->reply_account && p->reply_account != p->account;
        *ret = *spoken = false;
        if (p->boost_of || answers || p->audience > AUDIENCE_FOLLOWERS || p->author_suspended)
                return OK;
        TRY(db_one(cx->db, &HOME_SPECIAL, NULL, BIND(V(p->account)), &r));
        *ret = row_int(&r) == 0;
        *spoken = row_int(&r) != 0;
        return row_end(&r);
}

static enum err give_plain(struct cx *cx, const struct post *p, bool spoken, int64_t after,
                           int64_t last)
{
        TRY(db_run(cx->db, &HOME_ADD_PLAIN, BIND(V(p->id), V(p->account), V(after), V(last)),
                   NULL));
        return spoken ? db_run(cx->db, &HOME_ADD_SPOKEN,
                               BIND(V(p->id), V(p->account), V(after), V(last), V(p->language)),
                               NULL)
                      : OK;
}

static enum err give_chunk(struct cx *cx, const struct post *p, int64_t after, int64_t last)
{
        bool plain, spoken;
        if (after)
                return give_later(cx, p, after, last);
        TRY(is_plain(cx, p, &plain, &spoken));
        if (plain)
                return give_plain(cx, p, spoken, after, last);
        return db_run(cx->db, p->boost_of ? &HOME_ADD_BOOST : &HOME_ADD,
                      BIND(V(p->id), V(p->account), V(after), V(last)), NULL);
}

enum err home_has(struct cx *cx, int64_t owner, int64_t entry, bool *ret)
{
        struct row r;
        TRY(db_one(cx->db, &HOME_HAS, NULL, BIND(V(owner), V(entry)), &r));
        *ret = row_int(&r) != 0;
        return row_end(&r);
}

/* One chunk of followers after the cursor; the rest becomes a job, so that nobody waits for a long
 * list. */
static enum err add_chunk(struct cx *cx, const struct post *p, int64_t after)
{
        struct row r;
        TRY(db_one(cx->db, &HOME_CHUNK_END, NULL, BIND(V(p->account), V(after), V(HOME_CHUNK)),
                   &r));
        int64_t last = row_int(&r), n = row_int(&r);
        TRY(row_end(&r));
        if (!n)
                return OK;
        TRY(give_chunk(cx, p, after, last));
        TRY(tell_chunk(cx, p, after, last));
        if (n < HOME_CHUNK)
                return OK;
        return job_add(cx, "home_add",
                       str_fmt(cx->arena, "{\"post\":\"%lld\",\"after\":\"%lld\"}",
                               (long long)p->id, (long long)last),
                       STR_NONE, 0);
}

enum err home_add(struct cx *cx, const struct post *p)
{
        int64_t shown = p->boost_of ? p->boost_of : p->id;
        if (p->local)
                TRY(db_run(cx->db, &HOME_ADD_OWN, BIND(V(p->id), V(p->account), V(shown)), NULL));
        if (p->audience == AUDIENCE_SELF || p->state != COMMENT_SHOWN)
                return OK;
        TRY(add_chunk(cx, p, 0));
        bool tagged = p->audience == AUDIENCE_PUBLIC && !p->boost_of && (p->has & POST_HAS_TAGS) &&
                      (!p->reply_account || p->reply_account == p->account);
        return tagged ? db_run(cx->db, &HOME_ADD_TAGGED, BIND(V(p->id)), NULL) : OK;
}

enum err home_add_job(struct cx *cx, struct str payload)
{
        const struct json_value *j;
        struct post *p;
        int64_t id, after;
        TRY(json_read(cx->arena, payload, NULL, &j, NULL));
        if (!str_to_i64(json_get_text(j, "post"), &id) ||
            !str_to_i64(json_get_text(j, "after"), &after))
                return ERR_INPUT;
        enum err e = post_load(cx, id, &p);
        if (e)
                return e == ERR_MISSING ? OK : e;
        return add_chunk(cx, p, after);
}

static enum err kept_from(struct cx *cx, int64_t account, int64_t *ret)
{
        return db_find_int(cx->db, &HOME_FROM, BIND(V(account)), ret);
}

/* Entries above `above` and below `below`, read from the posts themselves. */
static enum err pull(struct cx *cx, const struct viewer *by, struct page *page, int64_t above,
                     int64_t below, int64_t *to, size_t room, size_t *n)
{
        bool up = page_up(page);
        struct row r;
        *n = 0;
        TRY(db_all(cx->db, up ? &HOME_PULL_UP : &HOME_PULL, NULL,
                   BIND(V(above), V(below), V(by->account), V(room)), &r));
        while (*n < room && row_next(&r)) {
                to[*n] = row_int(&r);
                page_saw(page, to[(*n)++]);
        }
        TRY(row_end(&r));
        page->more = *n == room;
        if (up)
                PAGE_REVERSE(to, *n);
        return OK;
}

struct asked {
        struct cx *cx;
        const struct viewer *by;
};

static enum err list_all(void *of, struct page *page, int64_t **ret, size_t *n)
{
        static const struct page_query kept = {&HOME_LIST, &HOME_LIST_UP};
        const struct asked *asked = of;
        struct cx *cx = asked->cx;
        const struct viewer *by = asked->by;
        int64_t above = page_above(page), below = page_below(page), from;
        size_t want = page->limit > 0 ? (size_t)page->limit : 1, more;
        TRY(kept_from(cx, by->account, &from));
        /* Upwards from a place the rows do not reach, and without rows: the posts themselves. */
        if (!from || below <= from || (page_up(page) && above < from - 1)) {
                *ret = make_n(cx->arena, want, int64_t);
                return pull(cx, by, page, above, below, *ret, want, n);
        }
        TRY(page_run(cx, &kept, page, (const struct value[]){V(by->account)}, 1, ret, n));
        if (page->more || page_up(page) || above >= from - 1 || from <= 1)
                return OK;
        TRY(pull(cx, by, page, above, from, *ret + *n, want - *n, &more));
        *n += more;
        return OK;
}

enum err home_list(struct cx *cx, const struct viewer *by, struct page *page, int64_t **ret,
                   size_t *n)
{
        struct asked asked = {cx, by};
        return sift_page(cx, by, FILTER_HOME, list_all, &asked, page, ret, n);
}

const struct stmt_list HOME_STATEMENTS = {
        (const struct stmt *const[]){&HOME_CHUNK_END, &HOME_ADD, &HOME_ADD_BOOST, &HOME_ADD_OWN,
                                     &HOME_ADD_TAGGED, &HOME_ASKED, &HOME_FROM, &HOME_LIST,
                                     &HOME_LIST_UP, &HOME_PULL, &HOME_PULL_UP, &HOME_SPECIAL,
                                     &HOME_ADD_PLAIN, &HOME_HAS, &HOME_ADD_LATER,
                                     &HOME_ADD_BOOST_LATER, &HOME_ADD_SPOKEN},
        17,
};
