/* Kept homes and second authors: a post stands in the homes of those who follow a co-author, too,
 * as far as they may see it. Such a row names the co-author as who brought it in, so that it goes
 * when they are followed no more. Called by coauthor.c, and by home_keep.c when rows are made anew.
 */
#include "lib/text/json.h"
#include "social/home.h"
#include "social/home_rule.h"
#include "social/switches.h"
#include "store/job.h"

static const struct stmt BESIDE_CHUNK_END = {
        .name = "home_beside_chunk_end",
        .text = "SELECT COALESCE(MAX(id), 0), COUNT(*) FROM (SELECT id FROM follow WHERE target = "
                "$1 AND state = 1 AND id > $2 ORDER BY id LIMIT $3) AS chunk",
        .in = "iii",
        .out = "ii",
};
static const struct stmt BESIDE_ADD = {
        .name = "home_beside_add",
        .text = "INSERT INTO home (owner, entry, author, post) SELECT f.account, p.id, "
                "f.target, "
                "p.id FROM follow f JOIN login l ON l.account = f.account AND l.home_from "
                "> 0 AND "
                "l.home_from <= $1 JOIN post p ON p.id = $1" POST_JOINS
                " WHERE f.target = $2 AND f.state = 1 AND f.id > $3 AND f.id <= $4 "
                "AND " HOME_RULE("f.account") " AND " VISIBLE_TO("f.account") " AND " WANTED_BY_AS(
                        "pa", "f."
                              "account") " ON CONFLICT DO "
                                         "NOTHING RETURNING "
                                         "owner",
        .in = "iiii",
        .out = "i",
};
static const struct stmt BESIDE_ADD_OWN = {
        .name = "home_beside_add_own",
        .text = "INSERT INTO home (owner, entry, author, post) SELECT l.account, $1, $2, $1 FROM "
                "login l WHERE l.account = $2 AND l.home_from > 0 AND l.home_from <= $1 ON "
                "CONFLICT DO NOTHING RETURNING owner",
        .in = "ii",
        .out = "i",
};
static const struct stmt BESIDE_DROP = {
        .name = "home_beside_drop",
        .text = "DELETE FROM home WHERE entry = $1 AND author = $2 AND owner IN (SELECT account "
                "FROM follow WHERE target = $2)",
        .in = "ii",
};
static const struct stmt BESIDE_DROP_OWN = {
        .name = "home_beside_drop_own",
        .text = "DELETE FROM home WHERE owner = $2 AND entry = $1 AND author = $2",
        .in = "ii",
};
/* Of everybody the reader ($1) follows, from the id $2 on. */
static const struct stmt BESIDE_FILL = {
        .name = "home_beside_fill",
        .text = "INSERT INTO home (owner, entry, author, post) SELECT $1, p.id, h.account, p.id "
                "FROM " HOME_FOLLOWED(
                        "$1") " CROSS JOIN hand h JOIN post p ON p.id = "
                              "h.post" POST_JOINS
                              " WHERE h.account = f.who AND h.role = 2 AND h.post >= "
                              "$2 AND " HOME_RULE("$1") " AND " VISIBLE_TO(
                                      "$1") " AND " WANTED_BY_AS("pa",
                                                                 "$1") " ORDER BY p.id DESC LIMIT "
                                                                       "$3 ON CONFLICT DO NOTHING",
        .in = "iii",
};
static const struct stmt BESIDE_KEPT = {
        .name = "home_beside_kept",
        .text = "SELECT home_from FROM login WHERE account = $1",
        .in = "i",
        .out = "i",
};

_Static_assert(HAND_CO_AUTHOR == 2, "the statement above carries the role as a number");

static enum err tell_owners(struct cx *cx, struct row *r, int64_t post)
{
        while (row_next(r))
                cx_event(cx, EVENT_HOME, row_int(r), post);
        return row_end(r);
}

/* A chunk of followers; the rest goes on as a job. */
static enum err add_chunk(struct cx *cx, int64_t post, int64_t account, int64_t after)
{
        struct row r;
        TRY(db_one(cx->db, &BESIDE_CHUNK_END, NULL, BIND(V(account), V(after), V(HOME_CHUNK)), &r));
        int64_t last = row_int(&r), n = row_int(&r);
        TRY(row_end(&r));
        if (!n)
                return OK;
        TRY(db_all(cx->db, &BESIDE_ADD, NULL, BIND(V(post), V(account), V(after), V(last)), &r));
        TRY(tell_owners(cx, &r, post));
        if (n < HOME_CHUNK)
                return OK;
        return job_add(cx, "home_beside",
                       str_fmt(cx->arena,
                               "{\"post\":\"%lld\",\"account\":\"%lld\",\"after\":\"%lld\"}",
                               (long long)post, (long long)account, (long long)last),
                       STR_NONE, 0);
}

enum err home_beside(struct cx *cx, int64_t post, int64_t account)
{
        struct row r;
        TRY(db_all(cx->db, &BESIDE_ADD_OWN, NULL, BIND(V(post), V(account)), &r));
        TRY(tell_owners(cx, &r, post));
        return add_chunk(cx, post, account, 0);
}

/* They may have left it meanwhile. */
enum err home_beside_job(struct cx *cx, struct str payload)
{
        const struct json_value *j;
        int64_t post, account, after;
        enum hand_role role;
        TRY(json_read(cx->arena, payload, NULL, &j, NULL));
        if (!str_to_i64(json_get_text(j, "post"), &post) ||
            !str_to_i64(json_get_text(j, "account"), &account) ||
            !str_to_i64(json_get_text(j, "after"), &after))
                return ERR_INPUT;
        enum err e = hand_of(cx, post, account, &role);
        if (e || role != HAND_CO_AUTHOR)
                return e == ERR_MISSING ? OK : e;
        return add_chunk(cx, post, account, after);
}

enum err home_beside_ended(struct cx *cx, int64_t post, int64_t account)
{
        TRY(db_run(cx->db, &BESIDE_DROP, BIND(V(post), V(account)), NULL));
        return db_run(cx->db, &BESIDE_DROP_OWN, BIND(V(post), V(account)), NULL);
}

enum err home_beside_fill(struct cx *cx, int64_t owner, int64_t from)
{
        struct row r;
        bool found;
        if (!from) {
                TRY(db_find(cx->db, &BESIDE_KEPT, NULL, BIND(V(owner)), &r, &found));
                if (!found)
                        return OK;
                from = row_int(&r);
                TRY(row_end(&r));
        }
        return from ? db_run(cx->db, &BESIDE_FILL, BIND(V(owner), V(from), V(HOME_ROWS / 2)), NULL)
                    : OK;
}

const struct stmt_list HOME_BESIDE_STATEMENTS = {
        (const struct stmt *const[]){&BESIDE_CHUNK_END, &BESIDE_ADD, &BESIDE_ADD_OWN, &BESIDE_DROP,
                                     &BESIDE_DROP_OWN, &BESIDE_FILL, &BESIDE_KEPT},
        7,
};
