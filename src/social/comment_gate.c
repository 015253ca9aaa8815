/* The gate: whether a new comment appears at once or waits, and in which pile. Called by post_store
 * and post_replace for what is written here and elsewhere, and when a post finds its parent later.
 * One statement for a reply beneath an everyday post; the rest is asked only where somebody has a
 * say. */
#include "lib/text/html.h"
#include "lib/text/link.h"
#include "lib/text/unicode.h"
#include "social/comment.h"
#include "social/post_parts.h"
#include "social/quiet.h"
#include "social/steward.h"

const char COMMENT_HELD_SENTENCE[] =
        "Kept safe for them. It will appear if they choose. No reply is expected.";
const char COMMENTS_CLOSED[] = "Comments are closed.";
const char COMMENTS_CLOSED_LETTERS[] = "Comments are closed. You can still send a letter.";

/* The root $1, its switches, its author, and the parent $2. */
#define GATE_ROOT_TEXT(is_set)                                                                     \
        "SELECT r.account, r.local, " is_set ", COALESCE(s.review, 0), COALESCE(s.careful, 0), "   \
        "COALESCE(s.comments, 0), COALESCE(s.closes_at, 0), COALESCE(s.letters, 1), "              \
        "COALESCE(l.quiet_from, 0), COALESCE(l.quiet_until, 0), COALESCE((SELECT q.state FROM "    \
        "post q WHERE q.id = $2), 0), COALESCE((SELECT CASE WHEN j.state = 2 OR "                  \
        "j.comments_closed "                                                                       \
        "= 1 THEN 1 ELSE 0 END FROM journal j WHERE j.account = r.account), 0), r.has, "           \
        "COALESCE(l.memorial_at, 0) "                                                              \
        "FROM post r LEFT JOIN switches s ON s.post = r.id LEFT JOIN login l ON l.account = "      \
        "r.account WHERE r.id = $1"
static const struct stmt GATE_ROOT = {
        .name = "gate_root",
        .text = GATE_ROOT_TEXT("s.post IS NOT NULL"),
        .text_pg = GATE_ROOT_TEXT("CAST(s.post IS NOT NULL AS INT)"),
        .in = "ii",
        .out = "iiiiiiiiiiiiii",
};
/* The thread's authors: who wrote the root ($1), co-authors, a journal's owners. */
static const struct stmt GATE_AUTHORS = {
        .name = "gate_authors",
        .text = "SELECT a.id, a.username, a.display_name FROM account a WHERE a.id IN (SELECT "
                "account FROM post WHERE id = $1 UNION SELECT account FROM hand WHERE post = $1 "
                "AND role <= 2 UNION SELECT o.account FROM post r JOIN journal_owner o ON "
                "o.journal = r.account AND o.state = 1 WHERE r.id = $1)",
        .in = "i",
        .out = "iss",
};
/* Between the commenter ($1), the root's author ($2) and the thread ($3). */
static const struct stmt GATE_COMMENTER = {
        .name = "gate_commenter",
        .text = "SELECT a.username, a.display_name, a.created_at, (SELECT COUNT(*) FROM follow f "
                "WHERE f.target = $1 AND f.state = 1 AND f.account IN (SELECT $2 UNION SELECT "
                "account FROM hand WHERE post = $3 AND role <= 2 UNION SELECT account FROM "
                "journal_owner WHERE journal = $2 AND state = 1)), (SELECT COUNT(*) FROM follow f "
                "WHERE f.account = $1 AND f.target = $2 AND f.state = 1), (SELECT COUNT(*) FROM "
                "mention m WHERE m.post = $3 AND m.account = $1) FROM account a WHERE a.id = $1",
        .in = "iii",
        .out = "ssiiii",
};
static const struct stmt GATE_PUT = {
        .name = "gate_put",
        .text = "INSERT INTO comment (post, thread, owner, account, pile, state, under, held_at) "
                "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (post) DO UPDATE SET thread = "
                "$2, owner = $3, pile = $5, state = $6, under = $7, hidden = 0, held_at = $8",
        .in = "iiiiiiIi",
};

enum { AUTHORS_MOST = 32 };

struct root {
        int64_t account, closes_at;
        enum who_comments comments;
        enum comment_state parent;
        bool local, has_row, review, careful, letters, quiet;
        bool shut;        /* its journal takes no comments */
        bool authors;     /* it has more than one */
        int64_t memorial; /* its author has died, and stewards read first, since then; 0: no */
};
struct person {
        struct str username, display_name;
        int64_t id, created_at;
        bool followed, follows, mentioned, author;
};

static enum err read_root(struct cx *cx, int64_t thread, int64_t parent, struct root *ret,
                          bool *found)
{
        struct row r;
        TRY(db_find(cx->db, &GATE_ROOT, NULL, BIND(V(thread), V(parent)), &r, found));
        if (!*found)
                return OK;
        ret->account = row_int(&r);
        ret->local = row_int(&r) != 0;
        ret->has_row = row_int(&r) != 0;
        ret->review = row_int(&r) != 0;
        ret->careful = row_int(&r) != 0;
        ret->comments = (enum who_comments)row_int(&r);
        ret->closes_at = row_int(&r);
        ret->letters = row_int(&r) != 0;
        int64_t from = row_int(&r);
        ret->quiet = quiet_is_on(cx, from, row_int(&r));
        ret->parent = (enum comment_state)row_int(&r);
        ret->shut = row_int(&r) != 0;
        ret->authors = (row_int(&r) & POST_HAS_AUTHORS) != 0;
        ret->memorial = row_int(&r);
        if (ret->memorial > cx_now(cx))
                ret->memorial = 0;
        return row_end(&r);
}

static enum err read_authors(struct cx *cx, int64_t thread, struct person *v, size_t *n)
{
        struct row r;
        *n = 0;
        TRY(db_all(cx->db, &GATE_AUTHORS, cx->arena, BIND(V(thread)), &r));
        while (*n < AUTHORS_MOST && row_next(&r)) {
                struct person *a = &v[(*n)++];
                a->id = row_int(&r);
                a->username = row_str(&r);
                a->display_name = row_str(&r);
        }
        return row_end(&r);
}

static enum err read_person(struct cx *cx, int64_t account, const struct root *root, int64_t thread,
                            struct person *p)
{
        struct row r;
        TRY(db_one(cx->db, &GATE_COMMENTER, cx->arena,
                   BIND(V(account), V(root->account), V(thread)), &r));
        p->id = account;
        p->username = row_str(&r);
        p->display_name = row_str(&r);
        p->created_at = row_int(&r);
        p->followed = row_int(&r) != 0;
        p->follows = row_int(&r) != 0;
        p->mentioned = row_int(&r) != 0;
        return row_end(&r);
}

/* ---- what the rules ask ---- */

static bool closed(struct cx *cx, const struct root *root)
{
        return root->shut || root->comments == COMMENTS_NOBODY ||
               (root->closes_at && root->closes_at <= cx_now(cx));
}

static bool invited(const struct root *root, const struct person *p)
{
        switch (root->comments) {
        case COMMENTS_FOLLOWERS:
                return p->follows || p->mentioned;
        case COMMENTS_FOLLOWED:
                return p->followed || p->mentioned;
        case COMMENTS_MENTIONED:
                return p->mentioned;
        case COMMENTS_ANYONE:
        case COMMENTS_NOBODY:
                break;
        }
        return true;
}

/* Letters and digits alone, folded: "Mia  K." and "miak" look alike to a tired reader. */
static struct str name_bones(struct arena *a, struct str name)
{
        struct str folded = text_fold_plain(a, name);
        char *out = make_n(a, folded.n + 1, char);
        size_t n = 0;
        for (size_t i = 0, k; i < folded.n; i += k) {
                uint32_t c;
                k = utf8_read(folded.p + i, folded.n - i, &c);
                if (!k)
                        break;
                if (c != '_' && unicode_is_word(c)) {
                        memcpy(out + n, folded.p + i, k);
                        n += k;
                }
        }
        return (struct str){out, n};
}

static bool named_like(struct arena *a, const struct person *p, const struct person *authors,
                       size_t n)
{
        struct str mine[] = {name_bones(a, p->username), name_bones(a, p->display_name)};
        for (size_t i = 0; i < n; i++) {
                struct str theirs[] = {name_bones(a, authors[i].username),
                                       name_bones(a, authors[i].display_name)};
                for (size_t k = 0; k < 4; k++)
                        if (mine[k / 2].n && str_eq(mine[k / 2], theirs[k % 2]))
                                return true;
        }
        return false;
}

static enum err words_meet(struct cx *cx, const struct post_new *n, const struct person *authors,
                           size_t n_authors, bool *ret)
{
        struct str text = str_fmt(cx->arena, "%.*s\n%.*s", STR_ARG(n->post.spoiler),
                                  STR_ARG(markup_to_text(cx->arena, n->post.content)));
        *ret = false;
        for (size_t i = 0; i < n_authors && !*ret; i++)
                TRY(rather_not_match(cx, authors[i].id, text, ret));
        return OK;
}

static enum err choose_pile(struct cx *cx, const struct post_new *n, const struct root *root,
                            const struct person *p, const struct person *authors, size_t n_authors,
                            enum pile *ret)
{
        bool aside;
        int64_t young = cx_now(cx) - (int64_t)COMMENT_YOUNG_DAYS * 86400000;
        TRY(words_meet(cx, n, authors, n_authors, &aside));
        *ret = aside                                          ? PILE_ASIDE
               : closed(cx, root)                             ? PILE_LATE
               : p->followed                                  ? PILE_FOLLOWED
               : !root->careful                               ? PILE_OTHERS
               : p->created_at > young                        ? PILE_CHECK
               : named_like(cx->arena, p, authors, n_authors) ? PILE_CHECK
                                                              : PILE_OTHERS;
        return OK;
}

/* ---- the verdict ---- */

static enum err refuse(struct cx *cx, const struct root *root, const struct person *p,
                       struct str *sentence)
{
        *sentence = STR_NONE;
        if (closed(cx, root))
                *sentence = str_of(root->letters ? COMMENTS_CLOSED_LETTERS : COMMENTS_CLOSED);
        else if (!invited(root, p))
                *sentence = root->letters ? S("The author has not opened comments to everyone. You "
                                              "can still send a letter.")
                                          : S("The author has not opened comments to everyone.");
        return OK;
}

/* The root's author may always read what waits for them. */
static void address_owner(struct cx *cx, struct post_new *n, int64_t owner)
{
        if (n->post.audience < AUDIENCE_FOLLOWERS || n->post.audience == AUDIENCE_SELF ||
            !n->post.local)
                return;
        for (size_t i = 0; i < n->n_mentions; i++)
                if (n->mentions[i].account == owner)
                        return;
        struct mention_new *v = make_n(cx->arena, n->n_mentions + 1, struct mention_new);
        if (n->n_mentions)
                memcpy(v, n->mentions, n->n_mentions * sizeof *v);
        v[n->n_mentions++] = (struct mention_new){owner, true};
        n->mentions = v;
        n->post.has |= POST_HAS_MENTIONS;
}

static void wait_in(struct post_new *n, struct gate *g, enum pile pile)
{
        n->post.state = COMMENT_HELD;
        g->in_pile = true;
        g->pile = pile;
        g->alert = pile == PILE_FOLLOWED || pile == PILE_OTHERS;
}

/* An author's answer to what waits shows that; where they do not like it so, the answer waits with
 * it. */
static enum err author_answers(struct cx *cx, struct post_new *n, const struct root *root,
                               struct gate *g)
{
        struct post *parent;
        if (root->parent == COMMENT_SHOWN)
                return OK;
        TRY(post_load(cx, n->post.reply_to, &parent));
        if (n->post.local)
                TRY(comment_touched(cx, n->post.account, parent));
        if (parent->state == COMMENT_SHOWN)
                return OK;
        wait_in(n, g, PILE_FOLLOWED);
        g->alert = false;
        g->under = parent->id;
        return OK;
}

static enum err judge(struct cx *cx, struct post_new *n, const struct root *root, bool editing,
                      struct gate *g)
{
        struct person *authors = make_n(cx->arena, AUTHORS_MOST, struct person), p = {0};
        size_t n_authors;
        struct str no;
        enum pile pile;
        TRY(read_authors(cx, n->post.thread, authors, &n_authors));
        for (size_t i = 0; i < n_authors; i++)
                if (authors[i].id == n->post.account)
                        return editing ? OK : author_answers(cx, n, root, g);
        TRY(read_person(cx, n->post.account, root, n->post.thread, &p));
        TRY(refuse(cx, root, &p, &no));
        if (no.n && n->post.local && !n->quiet && !editing)
                return fail(cx, ERR_INPUT, "%.*s", STR_ARG(no));
        if (root->careful && !p.followed)
                n->post.content = link_drop(cx->arena, n->post.content, n->post.local);
        if (!root->review && !root->quiet && !root->memorial && !no.n &&
            root->parent == COMMENT_SHOWN) {
                g->answer = root->comments != COMMENTS_ANYONE;
                return OK;
        }
        TRY(choose_pile(cx, n, root, &p, authors, n_authors, &pile));
        if (no.n && pile == PILE_OTHERS)
                pile = PILE_CHECK;
        wait_in(n, g, pile);
        if (root->memorial) {
                g->memorial = root->memorial;
                g->alert = false;
        }
        address_owner(cx, n, root->account);
        return OK;
}

static bool concerns(const struct root *root)
{
        return root->has_row || root->quiet || root->shut || root->memorial ||
               root->parent != COMMENT_SHOWN;
}

static enum err look(struct cx *cx, const struct post *p, struct root *root, bool *ret)
{
        *ret = false;
        *root = (struct root){0};
        if (!p->reply_to || !p->thread || p->thread == p->id || p->boost_of ||
            p->audience >= AUDIENCE_MENTIONED)
                return OK;
        TRY(read_root(cx, p->thread, p->reply_to, root, ret));
        *ret = *ret && root->local && concerns(root);
        return OK;
}

enum err comment_gate(struct cx *cx, struct post_new *n, struct gate *g)
{
        struct root root;
        bool concerned;
        *g = (struct gate){0};
        TRY(look(cx, &n->post, &root, &concerned));
        g->authors = root.authors && root.local && n->post.reply_to == n->post.thread;
        if (!concerned)
                return OK;
        g->owner = root.account;
        if (root.has_row)
                n->post.has |= POST_HAS_SWITCHES;
        return judge(cx, n, &root, false, g);
}

enum err comment_put(struct cx *cx, const struct post *p, const struct gate *g)
{
        if (g->memorial)
                TRY(steward_cover(cx, p->thread, g->owner, g->memorial));
        return db_run(cx->db, &GATE_PUT,
                      BIND(V(p->id), V(p->thread), V(g->owner), V(p->account), V(g->pile),
                           V(p->state), V_ID(g->under), V(cx_now(cx))),
                      NULL);
}

/* A friend may mend a word in what is shown; a stranger's new words are looked at again. One that
 * was sorted away stays there. */
enum err comment_gate_edit(struct cx *cx, const struct post *old, struct post_new *n, bool *again)
{
        struct root root;
        struct gate g = {0};
        bool concerned;
        *again = false;
        n->post.state = old->state;
        n->post.has |= old->has & POST_HAS_SWITCHES;
        TRY(look(cx, &n->post, &root, &concerned));
        if (!concerned)
                return OK;
        g.owner = root.account;
        TRY(judge(cx, n, &root, true, &g));
        n->post.state = old->state;
        if (!g.in_pile || old->state > COMMENT_HELD)
                return OK;
        *again = old->state == COMMENT_SHOWN;
        if (*again && g.pile == PILE_FOLLOWED) {
                *again = false;
                return OK;
        }
        struct post as = n->post;
        as.id = old->id;
        as.state = COMMENT_HELD;
        return comment_put(cx, &as, &g);
}

enum err comment_adopted(struct cx *cx, int64_t post)
{
        struct post_new *n = make(cx->arena, struct post_new);
        struct gate g;
        struct post *p;
        TRY(post_load(cx, post, &p));
        n->post = *p;
        n->quiet = true;
        TRY(comment_gate(cx, n, &g));
        if (!g.in_pile || p->state != COMMENT_SHOWN)
                return OK;
        TRY(comment_move(cx, p, COMMENT_HELD));
        return comment_put(cx, p, &g);
}

enum err comment_may(struct cx *cx, const struct viewer *by, int64_t thread, struct str *sentence)
{
        struct root root = {0};
        struct person p = {0};
        enum hand_role role;
        bool found;
        *sentence = STR_NONE;
        TRY(read_root(cx, thread, 0, &root, &found));
        if (!found || !root.local || (!root.has_row && !root.shut))
                return OK;
        TRY(hand_of(cx, thread, by->account, &role));
        if (role == HAND_AUTHOR || role == HAND_CO_AUTHOR)
                return OK;
        if (by->account)
                TRY(read_person(cx, by->account, &root, thread, &p));
        else if (!closed(cx, &root))
                return OK;
        return refuse(cx, &root, &p, sentence);
}

enum err comment_is_late(struct cx *cx, int64_t thread, bool *ret)
{
        struct root root = {0};
        bool found;
        TRY(read_root(cx, thread, 0, &root, &found));
        *ret = found && root.local && root.comments != COMMENTS_NOBODY && closed(cx, &root);
        return OK;
}

const struct stmt_list COMMENT_GATE_STATEMENTS = {
        (const struct stmt *const[]){&GATE_ROOT, &GATE_AUTHORS, &GATE_COMMENTER, &GATE_PUT},
        4,
};
