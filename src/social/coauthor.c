/* Co-authors: see coauthor.h. Called by the page of a post's authors, the composer and Settings →
 * People I trust. */
#include "social/coauthor.h"
#include "social/account.h"
#include "social/block.h"
#include "social/ids.h"
#include "social/switches.h"

static const struct stmt ASK = {
        .name = "coauthor_ask",
        .text = "INSERT INTO coauthor_ask (post, account, asked_at, sees, said) VALUES ($1, $2, "
                "$3, $4, $5)",
        .in = "iiiiI",
};
static const struct stmt ASK_TAKE = {
        .name = "coauthor_ask_take",
        .text = "DELETE FROM coauthor_ask WHERE post = $1 AND account = $2 RETURNING sees, said",
        .in = "ii",
        .out = "iI",
};
/* Who may not see the post otherwise may now; they are not named in it. */
static const struct stmt LET_SEE = {
        .name = "coauthor_let_see",
        .text = "INSERT INTO mention (post, account, silent) VALUES ($1, $2, 1) ON CONFLICT DO "
                "NOTHING",
        .in = "ii",
};
static const struct stmt LET_NOT_SEE = {
        .name = "coauthor_let_not_see",
        .text = "DELETE FROM mention WHERE post = $1 AND account = $2 AND silent = 1",
        .in = "ii",
};
static const struct stmt SET_BIT = {
        .name = "coauthor_set_bit",
        .text = "UPDATE post SET has = has + 512 WHERE id = $1 AND has % 1024 < 512 AND EXISTS "
                "(SELECT 1 FROM hand WHERE post = $1 AND role = 2)",
        .in = "i",
};
static const struct stmt CLEAR_BIT = {
        .name = "coauthor_clear_bit",
        .text = "UPDATE post SET has = has - 512 WHERE id = $1 AND has % 1024 >= 512 AND NOT "
                "EXISTS (SELECT 1 FROM hand WHERE post = $1 AND role = 2)",
        .in = "i",
};
static const struct stmt MEMBER = {
        .name = "coauthor_member",
        .text = "SELECT a.id FROM account a JOIN login l ON l.account = a.id WHERE a.id = $1 AND "
                "a.suspended_at IS NULL AND a.memorial = 0 AND l.disabled = 0 AND "
                "l.approved = 1",
        .in = "i",
        .out = "i",
};
#define OF_POSTS_TEXT(ids)                                                                         \
        "SELECT h.post, h.account, p.account, 0 FROM " ids " CROSS JOIN hand h JOIN post p ON "    \
        "p.id = h.post WHERE h.post = ids.value AND h.role = 2 ORDER BY h.post, h.account"
static const struct stmt OF_POSTS = {
        .name = "coauthor_of_posts",
        .text = OF_POSTS_TEXT(IDS_SQLITE),
        .text_pg = OF_POSTS_TEXT(IDS_PG),
        .in = "s",
        .out = "iiii",
};
/* Of one post ($1); where somebody is one ($1); beside an author ($1). */
#define EITHER(hand_where, ask_where)                                                              \
        "SELECT h.post, h.account, p.account, 0 FROM hand h JOIN post p ON p.id = h.post "         \
        "WHERE " hand_where                                                                        \
        " AND h.role = 2 UNION ALL SELECT c.post, c.account, p.account, 1 FROM "                   \
        "coauthor_ask c JOIN post p ON p.id = c.post WHERE " ask_where                             \
        " ORDER BY 1 DESC, 2 LIMIT $2"
static const struct stmt OF_POST = {
        .name = "coauthor_of_post",
        .text = EITHER("h.post = $1", "c.post = $1"),
        .in = "ii",
        .out = "iiii",
};
static const struct stmt OF_ACCOUNT = {
        .name = "coauthor_of_account",
        .text = EITHER("h.account = $1", "c.account = $1"),
        .in = "ii",
        .out = "iiii",
};
static const struct stmt BESIDE = {
        .name = "coauthor_beside",
        .text = "SELECT h.post, h.account, p.account, 0 FROM coauthor_by b JOIN hand h ON h.post = "
                "b.post AND h.account = b.account JOIN post p ON p.id = h.post WHERE b.author = $1 "
                "AND h.role = 2 UNION ALL SELECT c.post, c.account, p.account, 1 FROM coauthor_by "
                "b JOIN coauthor_ask c ON c.post = b.post AND c.account = b.account JOIN post p ON "
                "p.id = c.post WHERE b.author = $1 ORDER BY 1 DESC, 2 LIMIT $2",
        .in = "ii",
        .out = "iiii",
};
static const struct stmt BY_PUT = {
        .name = "coauthor_by_put",
        .text = "INSERT INTO coauthor_by (author, post, account) VALUES ($1, $2, $3) ON CONFLICT "
                "DO NOTHING",
        .in = "iii",
};
static const struct stmt BY_DROP = {
        .name = "coauthor_by_drop",
        .text = "DELETE FROM coauthor_by WHERE author = $1 AND post = $2 AND account = $3",
        .in = "iii",
};

_Static_assert(HAND_CO_AUTHOR == 2 && POST_HAS_AUTHORS == 512,
               "the statements above carry both as numbers");

static enum err read_all(struct row *r, struct coauthor *v, size_t most, size_t *n)
{
        *n = 0;
        while (*n < most && row_next(r)) {
                struct coauthor *c = &v[(*n)++];
                c->post = row_int(r);
                c->account = row_int(r);
                c->author = row_int(r);
                c->asked = row_int(r) != 0;
        }
        return row_end(r);
}

enum err coauthor_of_posts(struct cx *cx, const int64_t *posts, size_t n, struct coauthor **ret,
                           size_t *n_ret)
{
        struct row r;
        size_t most = n * COAUTHORS_MAX;
        *ret = make_n(cx->arena, most + 1, struct coauthor);
        TRY(db_all(cx->db, &OF_POSTS, NULL, BIND(V(ids_json(cx->arena, posts, n))), &r));
        return read_all(&r, *ret, most, n_ret);
}

static enum err list_by(struct cx *cx, const struct stmt *s, int64_t key, struct coauthor **ret,
                        size_t *n)
{
        struct row r;
        *ret = make_n(cx->arena, COAUTHOR_LIST, struct coauthor);
        TRY(db_all(cx->db, s, NULL, BIND(V(key), V(COAUTHOR_LIST)), &r));
        return read_all(&r, *ret, COAUTHOR_LIST, n);
}

enum err coauthor_list(struct cx *cx, int64_t post, struct coauthor **ret, size_t *n)
{
        return list_by(cx, &OF_POST, post, ret, n);
}

enum err coauthor_as(struct cx *cx, int64_t account, struct coauthor **ret, size_t *n)
{
        return list_by(cx, &OF_ACCOUNT, account, ret, n);
}

enum err coauthor_beside(struct cx *cx, int64_t author, struct coauthor **ret, size_t *n)
{
        return list_by(cx, &BESIDE, author, ret, n);
}

enum err coauthor_people(struct cx *cx, int64_t post, struct account ***ret, size_t *n)
{
        struct coauthor *v;
        int64_t ids[COAUTHORS_MAX];
        size_t k;
        TRY(coauthor_of_posts(cx, &post, 1, &v, &k));
        for (size_t i = 0; i < k; i++)
                ids[i] = v[i].account;
        return account_get_many(cx, ids, k, ret, n);
}

/* ---- asking, answering, ending ---- */

static enum err check_person(struct cx *cx, const struct viewer *by, int64_t account)
{
        struct row r;
        bool here, blocked;
        TRY(db_find(cx->db, &MEMBER, NULL, BIND(V(account)), &r, &here));
        if (here) {
                row_int(&r);
                TRY(row_end(&r));
                TRY(block_between(cx, by->account, account, &blocked));
                here = !blocked;
        }
        if (!here)
                return fail_field(cx, "who", ERR_INPUT, "Nobody here has that name.");
        return account == by->account
                       ? fail_field(cx, "who", ERR_INPUT, "You are its author already.")
                       : OK;
}

/* Apps know no such question: it comes as a private mention that leads to the page of the answer.
 */
static enum err say(struct cx *cx, const struct viewer *by, const struct post *p, int64_t account,
                    int64_t *ret)
{
        struct account *a;
        struct post *said;
        TRY(account_get(cx, account, &a));
        struct draft d = {
                .text = str_fmt(cx->arena,
                                "@%.*s Would you be an author of this post with me? Read it and "
                                "answer: %.*s/authors",
                                STR_ARG(a->username), STR_ARG(p->url)),
                .visibility = S("direct"),
                .local_only = TRI_TRUE,
                .bundle = &PRESETS[PRESET_EVERYDAY],
        };
        TRY(post_publish(cx, by, &d, &said));
        *ret = said->id;
        return OK;
}

enum err coauthor_ask(struct cx *cx, const struct viewer *by, int64_t post, int64_t account)
{
        struct post *p;
        struct coauthor *v;
        size_t n;
        int64_t added = 0, said;
        TRY(post_load(cx, post, &p));
        if (!by->account || p->account != by->account || !p->local || p->boost_of || p->reply_to)
                return ERR_MISSING;
        TRY(check_person(cx, by, account));
        if (p->audience == AUDIENCE_SELF)
                return fail_field(cx, "who", ERR_INPUT,
                                  "Only you can see this post. Let others see it first.");
        TRY(coauthor_list(cx, post, &v, &n));
        for (size_t i = 0; i < n; i++)
                if (v[i].account == account)
                        return fail_field(cx, "who", ERR_INPUT, "You have asked them already.");
        if (n >= COAUTHORS_MAX)
                return fail_field(cx, "who", ERR_INPUT, "A post can have at most %d co-authors.",
                                  COAUTHORS_MAX);
        if (p->audience > AUDIENCE_QUIET)
                TRY(db_run(cx->db, &LET_SEE, BIND(V(post), V(account)), &added));
        TRY(db_run(cx->db, &BY_PUT, BIND(V(by->account), V(post), V(account)), NULL));
        TRY(say(cx, by, p, account, &said));
        return db_run(cx->db, &ASK, BIND(V(post), V(account), V(cx_now(cx)), V(added), V_ID(said)),
                      NULL);
}

/* Takes the ask back; *found: there was one, *sees: it let them see the post. */
static enum err take_ask(struct cx *cx, int64_t post, int64_t account, bool *found, bool *sees)
{
        struct row r;
        TRY(db_find(cx->db, &ASK_TAKE, NULL, BIND(V(post), V(account)), &r, found));
        if (!*found)
                return OK;
        *sees = row_int(&r) != 0;
        int64_t said = row_int(&r);
        TRY(row_end(&r));
        enum err e = said ? post_erase(cx, said, true) : OK;
        return e == ERR_MISSING ? OK : e;
}

static enum err forget(struct cx *cx, const struct post *p, int64_t account, bool sees)
{
        TRY(db_run(cx->db, &BY_DROP, BIND(V(p->account), V(p->id), V(account)), NULL));
        return sees ? db_run(cx->db, &LET_NOT_SEE, BIND(V(p->id), V(account)), NULL) : OK;
}

enum err coauthor_answer(struct cx *cx, const struct viewer *by, int64_t post, bool accept)
{
        struct post *p;
        bool found, sees = false;
        if (!by->account)
                return ERR_MISSING;
        TRY(post_load(cx, post, &p));
        TRY(take_ask(cx, post, by->account, &found, &sees));
        if (!found)
                return ERR_MISSING;
        if (!accept)
                return forget(cx, p, by->account, sees);
        TRY(hand_add(cx, post, by->account, HAND_CO_AUTHOR));
        TRY(coauthor_mark(cx, post));
        return coauthor_stands(cx, p, by->account);
}

enum err coauthor_end(struct cx *cx, const struct viewer *by, int64_t post, int64_t account)
{
        struct post *p;
        enum hand_role role;
        bool found, sees = false;
        TRY(post_load(cx, post, &p));
        if (!by->account || (p->account != by->account && account != by->account))
                return ERR_MISSING;
        TRY(take_ask(cx, post, account, &found, &sees));
        if (found)
                return forget(cx, p, account, sees);
        TRY(hand_of(cx, post, account, &role));
        if (role != HAND_CO_AUTHOR)
                return ERR_MISSING;
        TRY(hand_end(cx, post, account));
        TRY(forget(cx, p, account, true));
        TRY(coauthor_mark(cx, post));
        return coauthor_stands_no_more(cx, p, account);
}

enum err coauthor_end_between(struct cx *cx, int64_t a, int64_t b)
{
        const int64_t sides[2][2] = {{a, b}, {b, a}};
        for (int i = 0; i < 2; i++) {
                const struct viewer author = {.account = sides[i][0]};
                struct coauthor *v;
                size_t n;
                TRY(coauthor_beside(cx, author.account, &v, &n));
                for (size_t k = 0; k < n; k++)
                        if (v[k].account == sides[i][1])
                                TRY(coauthor_end(cx, &author, v[k].post, v[k].account));
        }
        return OK;
}

enum err coauthor_mark(struct cx *cx, int64_t post)
{
        TRY(db_run(cx->db, &SET_BIT, BIND(V(post)), NULL));
        return db_run(cx->db, &CLEAR_BIT, BIND(V(post)), NULL);
}

static const struct stmt *const statements[] = {
        &ASK,      &ASK_TAKE, &LET_SEE,    &LET_NOT_SEE, &SET_BIT, &CLEAR_BIT, &MEMBER,
        &OF_POSTS, &OF_POST,  &OF_ACCOUNT, &BESIDE,      &BY_PUT,  &BY_DROP,
};
const struct stmt_list COAUTHOR_STATEMENTS = {statements, countof(statements)};
