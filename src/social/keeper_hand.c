/* The hands of keepers: rows of `hand` for the posts of a grant's scope, given when it is accepted
 * and to new posts, taken away when it ends. Called by keeper.c, by jobs, and by post_store. */
#include "lib/text/json.h"
#include "social/keeper_parts.h"
#include "social/switches.h"
#include "store/job.h"

/* How many posts get a hand in one transaction: some ten milliseconds of the writer. */
enum { FILL_MOST = 500 };

/* A co-author stays one; of two grants the one that shows letters counts. */
#define ON_CONFLICT                                                                                \
        " ON CONFLICT (post, account) DO UPDATE SET letters = CASE WHEN excluded.letters = 1 "     \
        "THEN 1 ELSE hand.letters END"
static const struct stmt FILL = {
        .name = "keeper_fill",
        .text = "INSERT INTO hand (post, account, role, letters) SELECT p.id, $2, 3, $5 FROM post "
                "p WHERE p.account = $1 AND p.id < $3 AND p.id >= $4 AND p.boost_of IS NULL AND "
                "p.thread = p.id" ON_CONFLICT,
        .in = "iiiii",
};
/* The oldest of the next posts, newest first. */
static const struct stmt FILL_FROM = {
        .name = "keeper_fill_from",
        .text = "SELECT COALESCE(MIN(id), 0), COUNT(*) FROM (SELECT id FROM post WHERE account = "
                "$1 AND id < $2 ORDER BY id DESC LIMIT $3) AS newest",
        .in = "iii",
        .out = "ii",
};
static const struct stmt FILL_ONE = {
        .name = "keeper_fill_one",
        .text = "INSERT INTO hand (post, account, role, letters) VALUES ($1, $2, 3, "
                "$3)" ON_CONFLICT,
        .in = "iii",
};
static const struct stmt EMPTY = {
        .name = "keeper_empty",
        .text = "DELETE FROM hand WHERE account = $1 AND role = 3 AND EXISTS (SELECT 1 FROM post p "
                "WHERE p.id = hand.post AND p.account = $2)",
        .in = "ii",
};
static const struct stmt EMPTY_ONE = {
        .name = "keeper_empty_one",
        .text = "DELETE FROM hand WHERE post = $1 AND account = $2 AND role = 3",
        .in = "ii",
};
static const struct stmt COVER = {
        .name = "keeper_cover",
        .text = "INSERT INTO hand (post, account, role, letters) SELECT $1, k.keeper, 3, "
                "MAX(k.letters) FROM keeper k WHERE k.author = $2 AND k.state = 1 AND k.scope = 2 "
                "AND k.ends_at > $3 AND k.keeper <> $2 GROUP BY k.keeper" ON_CONFLICT,
        .in = "iii",
};
static const struct stmt COVER_JOURNAL = {
        .name = "keeper_cover_journal",
        .text = "INSERT INTO hand (post, account, role, letters) SELECT $1, k.keeper, 3, "
                "MAX(k.letters) FROM keeper k WHERE k.target = $2 AND k.target > 0 AND k.state = 1 "
                "AND k.scope = 1 AND k.ends_at > $3 GROUP BY k.keeper" ON_CONFLICT,
        .in = "iii",
};
static const struct stmt NOTE = {
        .name = "keeper_note",
        .text = "UPDATE login SET keepers = CASE WHEN EXISTS (SELECT 1 FROM keeper k WHERE "
                "k.author = $1 AND k.state = 1 AND k.scope = 2) THEN 1 ELSE 0 END WHERE account = "
                "$1",
        .in = "i",
};
static const struct stmt OTHERS = {
        .name = "keeper_others",
        .text = "SELECT id, scope, target, author, letters FROM keeper WHERE keeper = $1 AND state "
                "= 1 AND "
                "id <> $2 AND ends_at > $3",
        .in = "iii",
        .out = "iiiii",
};

_Static_assert(HAND_KEEPER == 3 && KEEPER_JOURNAL == 1 && KEEPER_ALL == 2 && KEEPER_ACCEPTED == 1,
               "the statements above carry these as numbers");

/* Whose posts these are. */
static int64_t owner_of(const struct keeper *k)
{
        return k->scope == KEEPER_JOURNAL ? k->target : k->author;
}

static enum err fill_rest(struct cx *cx, const struct keeper *k, int64_t before)
{
        struct str payload = str_fmt(cx->arena, "{\"keeper\":\"%lld\",\"before\":\"%lld\"}",
                                     (long long)k->id, (long long)before);
        return job_add(cx, "keeper_fill", payload, str_int(cx->arena, k->id), 0);
}

enum err keeper_fill(struct cx *cx, const struct keeper *k, int64_t before)
{
        struct row r;
        if (k->scope == KEEPER_POST)
                return db_run(cx->db, &FILL_ONE, BIND(V(k->target), V(k->keeper), V(k->letters)),
                              NULL);
        TRY(db_one(cx->db, &FILL_FROM, NULL, BIND(V(owner_of(k)), V(before), V(FILL_MOST)), &r));
        int64_t from = row_int(&r), n = row_int(&r);
        TRY(row_end(&r));
        if (!n)
                return OK;
        TRY(db_run(cx->db, &FILL,
                   BIND(V(owner_of(k)), V(k->keeper), V(before), V(from), V(k->letters)), NULL));
        return n == FILL_MOST ? fill_rest(cx, k, from) : OK;
}

enum err keeper_empty(struct cx *cx, const struct keeper *k)
{
        struct keeper other[KEEPERS_MAX * 4];
        size_t n = 0;
        struct row r;
        TRY(job_cancel(cx, "keeper_fill", str_int(cx->arena, k->id)));
        if (k->scope == KEEPER_POST)
                TRY(db_run(cx->db, &EMPTY_ONE, BIND(V(k->target), V(k->keeper)), NULL));
        else
                TRY(db_run(cx->db, &EMPTY, BIND(V(k->keeper), V(owner_of(k))), NULL));
        TRY(db_all(cx->db, &OTHERS, NULL, BIND(V(k->keeper), V(k->id), V(cx_now(cx))), &r));
        while (n < KEEPERS_MAX * 4 && row_next(&r)) {
                struct keeper *o = &other[n++];
                *o = (struct keeper){.id = row_int(&r), .keeper = k->keeper};
                o->scope = (enum keeper_scope)row_int(&r);
                o->target = row_int(&r);
                o->author = row_int(&r);
                o->letters = row_int(&r) != 0;
        }
        TRY(row_end(&r));
        for (size_t i = 0; i < n; i++)
                TRY(keeper_fill(cx, &other[i], INT64_MAX));
        return OK;
}

enum err keeper_note(struct cx *cx, int64_t author)
{
        return db_run(cx->db, &NOTE, BIND(V(author)), NULL);
}

enum err keeper_cover(struct cx *cx, const struct post *root)
{
        const struct stmt *s = root->has & POST_HAS_JOURNAL ? &COVER_JOURNAL : &COVER;
        return db_run(cx->db, s, BIND(V(root->id), V(root->account), V(cx_now(cx))), NULL);
}

const struct stmt_list KEEPER_HAND_STATEMENTS = {
        (const struct stmt *const[]){&FILL, &FILL_FROM, &FILL_ONE, &EMPTY, &EMPTY_ONE, &COVER,
                                     &COVER_JOURNAL, &NOTE, &OTHERS},
        9,
};
