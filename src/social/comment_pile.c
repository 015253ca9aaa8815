/* Reading the piles: what waits for a hand, oldest first. Called by the quiet inbox. */
#include "social/comment.h"

/* What $1 may sort in pile $2 after $3: beneath own posts, and where they are a hand. `of` is the
 * thread's bound; each half stops at the limit before they are put together. */
#define PILE_TEXT(columns, of)                                                                     \
        "SELECT " columns                                                                          \
        " FROM (SELECT post FROM (SELECT c.post FROM comment c WHERE c.owner IN "                  \
        "(SELECT $1 UNION ALL SELECT o.journal FROM journal_owner o WHERE o.account = $1 AND "     \
        "o.state = 1) AND c.pile = $2 AND c.state = 1 AND c.under IS NULL AND c.post > $3" of      \
        " ORDER BY c.post LIMIT $4) AS own UNION SELECT post FROM (SELECT c.post FROM hand h "     \
        "JOIN "                                                                                    \
        "comment c ON c.thread = h.post AND c.pile = $2 AND c.state = 1 AND c.under IS NULL AND "  \
        "c.post > $3 AND c.held_at >= h.since" of                                                  \
        " WHERE h.account = $1 ORDER BY c.post LIMIT $4) AS lent) AS waits"
static const struct stmt PILE = {
        .name = "comment_pile",
        .text = PILE_TEXT("post", "") " ORDER BY post LIMIT $4",
        .in = "iiii",
        .out = "i",
};
static const struct stmt PILE_COUNT = {
        .name = "comment_pile_count",
        .text = PILE_TEXT("COUNT(*)", ""),
        .in = "iiii",
        .out = "i",
};
/* Of one thread: who may sort it was asked before; a steward only what came in their time. */
#define SINCE(post, account)                                                                       \
        "held_at >= COALESCE((SELECT h.since FROM hand h WHERE h.post = " post                     \
        " AND h.account = " account "), 0)"
static const struct stmt PILE_THREAD = {
        .name = "comment_pile_thread",
        .text = "SELECT post FROM comment WHERE thread = $1 AND pile = $2 AND state = 1 AND under "
                "IS NULL AND post > $3 AND " SINCE("$1", "$4") " ORDER BY post LIMIT $5",
        .in = "iiiii",
        .out = "i",
};
static const struct stmt PILE_THREAD_COUNT = {
        .name = "comment_pile_thread_count",
        .text = "SELECT COUNT(*) FROM (SELECT post FROM comment WHERE thread = $1 AND pile = $2 "
                "AND state = 1 AND under IS NULL AND post > $3 AND " SINCE(
                        "$1", "$4") " LIMIT $5) AS waits",
        .in = "iiiii",
        .out = "i",
};
static const struct stmt SORTED = {
        .name = "comment_sorted",
        .text = "SELECT post FROM comment WHERE thread = $1 AND state = $2 AND post > $3 "
                "AND " SINCE("$1", "$4") " ORDER BY post LIMIT $5",
        .in = "iiiii",
        .out = "i",
};
static const struct stmt NAMES = {
        .name = "comment_pile_names",
        .text = "SELECT CASE WHEN a.display_name = '' THEN a.username ELSE a.display_name END FROM "
                "post p JOIN account a ON a.id = p.account WHERE p.id = $1",
        .in = "i",
        .out = "s",
};

enum { NAMES_SHOWN = 3 };

static enum err read_ids(struct cx *cx, const struct stmt *s, const struct value *in, size_t n_in,
                         size_t most, int64_t **ret, size_t *n)
{
        int64_t *v = make_n(cx->arena, most, int64_t);
        struct row r;
        *n = 0;
        TRY(db_all(cx->db, s, NULL, in, n_in, &r));
        while (*n < most && row_next(&r))
                v[(*n)++] = row_int(&r);
        *ret = v;
        return row_end(&r);
}

static enum err must_be_hand(struct cx *cx, const struct viewer *by, int64_t thread)
{
        enum hand_role role;
        TRY(hand_of(cx, thread, by->account, &role));
        return role == HAND_NONE ? ERR_MISSING : OK;
}

enum err comment_pile(struct cx *cx, const struct viewer *by, int64_t thread, enum pile pile,
                      int64_t after, size_t most, int64_t **ret, size_t *n)
{
        if (!thread)
                return read_ids(cx, &PILE, BIND(V(by->account), V(pile), V(after), V(most)), most,
                                ret, n);
        TRY(must_be_hand(cx, by, thread));
        return read_ids(cx, &PILE_THREAD,
                        BIND(V(thread), V(pile), V(after), V(by->account), V(most)), most, ret, n);
}

enum err comment_sorted(struct cx *cx, const struct viewer *by, int64_t thread,
                        enum comment_state state, int64_t after, size_t most, int64_t **ret,
                        size_t *n)
{
        TRY(must_be_hand(cx, by, thread));
        return read_ids(cx, &SORTED, BIND(V(thread), V(state), V(after), V(by->account), V(most)),
                        most, ret, n);
}

struct str pile_name_line(struct arena *a, const struct str *all, size_t n)
{
        struct str names[NAMES_SHOWN], line = S("");
        size_t k = 0;
        bool others = n > PILE_NAMES;
        for (size_t i = 0; i < n && i < PILE_NAMES; i++) {
                bool twice = false;
                for (size_t m = 0; m < k; m++)
                        twice = twice || str_eq(names[m], all[i]);
                if (twice)
                        continue;
                others = others || k == NAMES_SHOWN;
                if (k < NAMES_SHOWN)
                        names[k++] = all[i];
        }
        for (size_t i = 0; i < k; i++) {
                struct str joint = !i ? S("") : i + 1 == k && !others ? S(" and ") : S(", ");
                line = str_join(a, line, str_join(a, joint, names[i]));
        }
        return others ? str_join(a, line, S(" and others")) : line;
}

static enum err name_line(struct cx *cx, const int64_t *ids, size_t n, struct str *ret)
{
        struct str *names = make_n(cx->arena, n + 1, struct str);
        for (size_t i = 0; i < n && i < PILE_NAMES; i++) {
                struct row r;
                TRY(db_one(cx->db, &NAMES, cx->arena, BIND(V(ids[i])), &r));
                names[i] = row_str(&r);
                TRY(row_end(&r));
        }
        *ret = pile_name_line(cx->arena, names, n);
        return OK;
}

enum err comment_piles(struct cx *cx, const struct viewer *by, int64_t thread,
                       struct pile_row ret[PILES_])
{
        int64_t *ids;
        size_t n;
        if (!by->account)
                return ERR_DENIED;
        if (thread)
                TRY(must_be_hand(cx, by, thread));
        for (int i = 0; i < PILES_; i++) {
                struct row r;
                if (thread)
                        TRY(db_one(cx->db, &PILE_THREAD_COUNT, NULL,
                                   BIND(V(thread), V(i), V(0), V(by->account), V(PILE_COUNTED)),
                                   &r));
                else
                        TRY(db_one(cx->db, &PILE_COUNT, NULL,
                                   BIND(V(by->account), V(i), V(0), V(PILE_COUNTED)), &r));
                ret[i].count = row_int(&r);
                TRY(row_end(&r));
                TRY(comment_pile(cx, by, thread, (enum pile)i, 0, PILE_NAMES + 1, &ids, &n));
                TRY(name_line(cx, ids, n, &ret[i].names));
        }
        return OK;
}

enum err comment_waits(struct cx *cx, int64_t account, int64_t thread, bool *ret)
{
        int64_t *ids;
        size_t n;
        *ret = false;
        for (int i = 0; i < PILES_ && !*ret; i++) {
                if (thread)
                        TRY(read_ids(cx, &PILE_THREAD,
                                     BIND(V(thread), V(i), V(0), V(account), V(1)), 1, &ids, &n));
                else
                        TRY(read_ids(cx, &PILE, BIND(V(account), V(i), V(0), V(1)), 1, &ids, &n));
                *ret = n != 0;
        }
        return OK;
}

const struct stmt_list COMMENT_PILE_STATEMENTS = {
        (const struct stmt *const[]){&PILE, &PILE_COUNT, &PILE_THREAD, &PILE_THREAD_COUNT, &SORTED,
                                     &NAMES},
        6,
};
