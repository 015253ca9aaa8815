/* What is in a keepsake: see keepsake.h. Called page by page while a book is written, and for its
 * preview. Every row is judged for the viewer through whose eyes the book is read, and "Please not
 * in print" stands in each statement, so that no caller can forget it. */
#include "social/journal.h"
#include "social/keepsake.h"
#include "social/steward.h"

/* Nobody is asked twice: it stands in no book. */
#define MAY_BE_PRINTED(p) "NOT EXISTS (SELECT 1 FROM not_in_print np WHERE np.post = " p ".id)"

/* Posts that answer nothing, their own and those they are a second author of; no private mentions
 * (4). */
#define OF_BOOK(bounds)                                                                            \
        bounds " AND p.boost_of IS NULL AND p.reply_to IS NULL AND p.reply_account IS NULL "       \
               "AND p.local = 1 AND p.state = 0 AND p.audience <> 4 AND p.audience <= $5 AND "     \
               "" MAY_BE_PRINTED("p") " AND " VISIBLE_TO("$3")
#define POSTS_TEXT(order)                                                                          \
        "SELECT p.id FROM post p JOIN account pa ON pa.id = p.account WHERE p.account = $4 AND "   \
        "" OF_BOOK(                                                                                \
                "p.id > $1 AND p.id < $2") " UNION ALL SELECT p.id FROM hand h JOIN post p ON "    \
                                           "p.id = h.post JOIN account pa ON pa.id = p.account "   \
                                           "WHERE h.account = $4 AND h.role = 2 "                  \
                                           "AND " OF_BOOK(                                         \
                                                   "h.post > $1 AND h.post < $2") " ORDER BY "     \
                                                                                  "1 " order       \
                                                                                  " LIMIT $6"
static const struct stmt POSTS = {
        .name = "keepsake_posts",
        .text = POSTS_TEXT("ASC"),
        .in = "iiiiii",
        .out = "i",
};
static const struct stmt POSTS_NEWEST = {
        .name = "keepsake_posts_newest",
        .text = POSTS_TEXT("DESC"),
        .in = "iiiiii",
        .out = "i",
};
/* Written for at least as many as the post ($4: the narrowest audience that is). */
static const struct stmt COMMENTS = {
        .name = "keepsake_comments",
        .text = "SELECT p.id, p.account, COALESCE(p.reply_account, 0) FROM post p JOIN account pa "
                "ON pa.id = p.account WHERE p.thread = $1 AND p.boost_of IS NULL AND p.id > $2 AND "
                "p.id <> $1 AND p.state = 0 AND p.audience <= $4 AND " MAY_BE_PRINTED(
                        "p") " AND " VISIBLE_TO("$3") " AND " WANTED_BY_AS("pa", "$3") " ORDER BY "
                                                                                       "p.id LIMIT "
                                                                                       "$5",
        .in = "iiiii",
        .out = "iii",
};
static const struct stmt KEPT = {
        .name = "keepsake_kept",
        .text = "SELECT p.id FROM post p WHERE p.id = $1 AND p.state = 2 AND p.audience <= $2 AND "
                "" MAY_BE_PRINTED("p"),
        .in = "ii",
        .out = "i",
};

_Static_assert(HAND_CO_AUTHOR == 2 && AUDIENCE_MENTIONED == 4 && COMMENT_KEPT == 2,
               "the statements above carry them as numbers");

enum err keepsake_reader(struct cx *cx, const struct keepsake *k, struct keepsake_reader *ret)
{
        *ret = (struct keepsake_reader){.k = k, .by = {.account = k->account}};
        enum keepsake_kind now;
        TRY(keepsake_kind(cx, &ret->by, k->subject, &now));
        ret->as.account = now == KEEPSAKE_OF_JOURNAL ? k->subject : k->account;
        return now == k->kind ? OK : ERR_MISSING;
}

enum err keepsake_posts(struct cx *cx, const struct keepsake_reader *r, int64_t after, size_t most,
                        int64_t **ret, size_t *n)
{
        const struct keepsake *k = r->k;
        int64_t above = k->from_at ? k->from_at * 65536 - 1 : 0;
        int64_t below = k->until_at ? k->until_at * 65536 : INT64_MAX;
        int64_t widest = k->parts & KEEPSAKE_SELF      ? AUDIENCE_SELF
                         : k->parts & KEEPSAKE_LIMITED ? AUDIENCE_CIRCLE
                                                       : AUDIENCE_QUIET;
        if (after && k->newest_first)
                below = after;
        else if (after)
                above = after;
        *ret = make_n(cx->arena, most + 1, int64_t);
        return db_ints(
                cx->db, k->newest_first ? &POSTS_NEWEST : &POSTS,
                BIND(V(above), V(below), V(r->as.account), V(k->subject), V(widest), V(most)), *ret,
                most, n);
}

/* The narrowest audience of a comment that is passed on with this post. */
static int64_t narrowest(const struct post *root)
{
        return root->audience <= AUDIENCE_QUIET ? AUDIENCE_QUIET : AUDIENCE_CIRCLE;
}

enum err keepsake_comments(struct cx *cx, const struct keepsake_reader *r, const struct post *root,
                           int64_t *after, int64_t **ret, size_t *n, bool *more)
{
        bool all = (r->k->parts & KEEPSAKE_COMMENTS) != 0;
        int64_t *v = make_n(cx->arena, KEEPSAKE_AT_ONCE, int64_t);
        size_t seen = 0;
        struct row row;
        *n = 0;
        TRY(db_all(cx->db, &COMMENTS, NULL,
                   BIND(V(root->id), V(*after), V(r->as.account), V(narrowest(root)),
                        V(KEEPSAKE_AT_ONCE)),
                   &row));
        while (seen < KEEPSAKE_AT_ONCE && row_next(&row)) {
                *after = row_int(&row);
                int64_t writer = row_int(&row), to = row_int(&row);
                seen++;
                if (all || (writer == root->account && to == writer))
                        v[(*n)++] = *after;
        }
        *more = seen == KEEPSAKE_AT_ONCE;
        *ret = v;
        return row_end(&row);
}

/* Of a thread whose comments were never sorted by them there are none. */
enum err keepsake_kept(struct cx *cx, const struct keepsake_reader *r, const struct post *root,
                       int64_t *after, int64_t **ret, size_t *n, bool *more)
{
        int64_t *v;
        size_t all, found;
        *n = 0;
        *more = false;
        if (!(r->k->parts & KEEPSAKE_KEPT))
                return OK;
        enum err e = comment_sorted(cx, &r->by, root->id, COMMENT_KEPT, *after, KEEPSAKE_AT_ONCE,
                                    &v, &all);
        if (e)
                return e == ERR_MISSING ? OK : e;
        *more = all == KEEPSAKE_AT_ONCE;
        for (size_t i = 0; i < all; i++) {
                int64_t id;
                *after = v[i];
                TRY(db_ints(cx->db, &KEPT, BIND(V(v[i]), V(narrowest(root))), &id, 1, &found));
                if (found)
                        v[(*n)++] = id;
        }
        *ret = v;
        return OK;
}

enum err keepsake_letters(struct cx *cx, const struct keepsake_reader *r, int64_t root,
                          int64_t after, struct letter **ret, size_t *n)
{
        *n = 0;
        if (!(r->k->parts & KEEPSAKE_LETTERS) || r->k->kind == KEEPSAKE_OF_MEMORIAL)
                return OK;
        return letter_list(cx, &r->by, root, LETTER_KEPT, after, KEEPSAKE_AT_ONCE, ret, n);
}

static const struct stmt *const statements[] = {&POSTS, &POSTS_NEWEST, &COMMENTS, &KEPT};
const struct stmt_list KEEPSAKE_READ_STATEMENTS = {statements,
                                                   sizeof statements / sizeof *statements};
