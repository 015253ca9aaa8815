/* Sorting comments: show, keep, decline, hide, and taking each back. Called by the quiet inbox, the
 * post's page, and by marks and answers of authors. Every act leaves a row, so that an author can
 * read what a keeper did; two who sort at once get a sentence, never half of both. */
#include "lib/text/json.h"
#include "social/letter.h"
#include "social/steward.h"
#include "store/job.h"

static const struct stmt ACT_ADD = {
        .name = "comment_act_add",
        .text = "INSERT INTO comment_act (id, batch, thread, post, actor, role, act, was, became, "
                "at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        .in = "iiiIiiiiii",
};
static const struct stmt ACTS_OF_BATCH = {
        .name = "comment_acts_of_batch",
        .text = "SELECT id, thread, COALESCE(post, 0), COALESCE(letter, 0), actor, role, was, "
                "became FROM comment_act "
                "WHERE batch = $1 AND undone_at = 0 ORDER BY id DESC LIMIT $2",
        .in = "ii",
        .out = "iiiiiiii",
};
static const struct stmt ACT_UNDONE = {
        .name = "comment_act_undone",
        .text = "UPDATE comment_act SET undone_at = $2 WHERE id = $1",
        .in = "ii",
};
#define ACTS_TEXT(actor)                                                                           \
        "SELECT x.id, x.batch, x.thread, COALESCE(x.post, 0), COALESCE(x.letter, 0), x.actor, "    \
        "x.at, x.undone_at, "                                                                      \
        "x.role, x.act, x.was, x.became FROM comment_act x JOIN post r ON r.id = x.thread "        \
        "WHERE " actor " AND x.id < $3 AND r.account = $2 ORDER BY x.id DESC LIMIT $4"
static const struct stmt ACTS_OF_ACTOR = {
        .name = "comment_acts_of_actor",
        .text = ACTS_TEXT("x.actor = $1"),
        .in = "iiii",
        .out = "iiiiiiiiiiii",
};
static const struct stmt ACTS_OF_ALL = {
        .name = "comment_acts_of_owner",
        .text = ACTS_TEXT("$1 = 0 AND x.thread IN (SELECT id FROM post WHERE account = $2)"),
        .in = "iiii",
        .out = "iiiiiiiiiiii",
};
static const struct stmt UNDER = {
        .name = "comment_set_under",
        .text = "UPDATE comment SET under = $2 WHERE post = $1",
        .in = "iI",
};
static const struct stmt ROW = {
        .name = "comment_row",
        .text = "SELECT p.state, COALESCE(c.under, 0), COALESCE(q.state, 0), COALESCE(p.reply_to, "
                "0), p.thread FROM post p LEFT JOIN comment c ON c.post = p.id LEFT JOIN post q ON "
                "q.id = p.reply_to WHERE p.id = $1",
        .in = "i",
        .out = "iiiii",
};
static const struct stmt THANKS = {
        .name = "comment_thanks",
        .text = "SELECT p.id FROM post p WHERE p.id = $1 AND p.thread = $2 AND p.id <> $2 AND "
                "p.state = 0 AND p.boost_of IS NULL AND p.audience <= 3 AND (p.account = (SELECT "
                "account FROM post WHERE id = $2) OR EXISTS (SELECT 1 FROM hand h WHERE h.post = "
                "$2 AND h.account = p.account AND h.role <= 2))",
        .in = "ii",
        .out = "i",
};

/* The rest of what is too much for one transaction. */
static enum err add_rest(struct cx *cx, const char *kind, struct str payload)
{
        return job_add(cx, kind, payload, STR_NONE, 0);
}

struct standing { /* of a comment */
        enum comment_state state, parent_state;
        int64_t under, parent, thread;
};

static enum err read_standing(struct cx *cx, int64_t post, struct standing *s)
{
        struct row r;
        TRY(db_one(cx->db, &ROW, NULL, BIND(V(post)), &r));
        s->state = (enum comment_state)row_int(&r);
        s->under = row_int(&r);
        s->parent_state = (enum comment_state)row_int(&r);
        s->parent = row_int(&r);
        s->thread = row_int(&r);
        return row_end(&r);
}

static enum err note_act(struct cx *cx, const struct comment_act *a)
{
        return db_run(cx->db, &ACT_ADD,
                      BIND(V(a->id), V(a->batch), V(a->thread), V_ID(a->post), V(a->actor),
                           V(a->role), V(a->verb), V(a->was), V(a->became), V(cx_now(cx))),
                      NULL);
}

static const char *state_words(enum comment_state s)
{
        switch (s) {
        case COMMENT_SHOWN:
                return "It is shown now.";
        case COMMENT_HELD:
                return "It waits in the quiet inbox now.";
        case COMMENT_KEPT:
                return "It is kept now.";
        case COMMENT_DECLINED:
                break;
        }
        return "It is declined now.";
}

static enum comment_state aim(enum comment_verb v)
{
        return v == COMMENT_SHOW      ? COMMENT_SHOWN
               : v == COMMENT_DECLINE ? COMMENT_DECLINED
                                      : COMMENT_KEPT;
}

/* A shown comment stands beneath a shown one; what answers a hidden one comes with it. */
static enum err apply(struct cx *cx, int64_t post, const struct standing *s, enum comment_state to)
{
        struct post *p;
        bool waits = to == COMMENT_SHOWN && s->parent && s->parent != s->thread &&
                     s->parent_state != COMMENT_SHOWN;
        TRY(post_load(cx, post, &p));
        if (!waits) {
                if (p->state == to && s->under)
                        TRY(db_run(cx->db, &UNDER, BIND(V(post), V_NULL), NULL));
                return comment_move(cx, p, to);
        }
        TRY(comment_move(cx, p, COMMENT_HELD));
        return db_run(cx->db, &UNDER, BIND(V(post), V(s->parent)), NULL);
}

/* What it counts as: one that appears with its parent is shown as far as its sorting goes. */
static enum comment_state counts_as(const struct standing *s)
{
        return s->state == COMMENT_HELD && s->under ? COMMENT_SHOWN : s->state;
}

static enum err sort_one(struct cx *cx, const struct comment_act *like, int64_t post,
                         const struct standing *s)
{
        struct comment_act a = *like;
        a.id = cx_id(cx);
        if (!a.batch)
                a.batch = a.id;
        a.thread = s->thread;
        a.post = post;
        a.was = counts_as(s);
        a.became = aim(a.verb);
        TRY(apply(cx, post, s, a.became));
        return note_act(cx, &a);
}

/* Stewards look after what came since somebody died; what was held before is nobody's but theirs.
 */
static enum err check_steward(struct cx *cx, const struct comment_act *a, int64_t thread,
                              int64_t post)
{
        bool may = true;
        if (a->role == HAND_STEWARD)
                TRY(steward_may_sort(cx, thread, a->actor, post, &may));
        return may ? OK : ERR_MISSING;
}

enum err comment_sort(struct cx *cx, const struct viewer *by, int64_t post, enum comment_verb verb,
                      enum comment_state expect, int64_t *batch)
{
        struct comment_act a = {.actor = by->account, .verb = verb};
        struct standing s;
        struct post *p;
        if (verb > COMMENT_HIDE)
                return ERR_INPUT;
        TRY(post_get(cx, by, post, &p));
        TRY(hand_of(cx, p->thread, by->account, &a.role));
        if (a.role == HAND_NONE || p->id == p->thread || p->boost_of)
                return ERR_MISSING;
        TRY(check_steward(cx, &a, p->thread, post));
        TRY(read_standing(cx, post, &s));
        *batch = 0;
        if (counts_as(&s) == aim(verb))
                return OK; /* a form sent twice, or both meant the same */
        if (counts_as(&s) != expect)
                return fail(cx, ERR_CONFLICT, "Somebody sorted this comment at the same moment. %s",
                            state_words(counts_as(&s)));
        *batch = a.batch = cx_id(cx);
        return sort_one(cx, &a, post, &s);
}

enum err comment_act_add(struct cx *cx, const struct viewer *by, int64_t thread, int64_t post,
                         enum comment_verb verb)
{
        struct comment_act a = {.id = cx_id(cx),
                                .thread = thread,
                                .post = post,
                                .actor = by->account,
                                .verb = verb};
        a.batch = a.id;
        TRY(hand_of(cx, thread, by->account, &a.role));
        return note_act(cx, &a);
}

/* ---- a whole pile ---- */

static enum err show_some(struct cx *cx, const struct viewer *by, int64_t thread, enum pile pile,
                          int64_t until, int64_t batch, size_t *n)
{
        struct comment_act a = {.actor = by->account, .verb = COMMENT_SHOW, .batch = batch};
        int64_t *ids;
        size_t shown = 0;
        TRY(comment_pile(cx, by, thread, pile, 0, COMMENTS_AT_ONCE, &ids, n));
        for (size_t i = 0; i < *n && ids[i] <= until; i++) {
                struct standing s;
                TRY(read_standing(cx, ids[i], &s));
                TRY(hand_of(cx, s.thread, by->account, &a.role));
                if (a.role == HAND_NONE)
                        continue;
                TRY(sort_one(cx, &a, ids[i], &s));
                shown++;
        }
        *n = shown;
        return OK;
}

static enum err go_on(struct cx *cx, const struct viewer *by, int64_t thread, enum pile pile,
                      int64_t until, int64_t batch)
{
        return add_rest(cx, "comment_show_pile",
                        str_fmt(cx->arena,
                                "{\"account\":\"%lld\",\"thread\":\"%lld\",\"pile\":%d,\"until\":"
                                "\"%lld\",\"batch\":\"%lld\"}",
                                (long long)by->account, (long long)thread, (int)pile,
                                (long long)until, (long long)batch));
}

/* Only what waited when the button was pressed: ids carry their time, but a comment of yesterday
 * may arrive now, so the last one of the pile is the bound. */
enum err comment_show_pile(struct cx *cx, const struct viewer *by, int64_t thread, enum pile pile,
                           int64_t *batch)
{
        size_t n;
        int64_t until = cx_id(cx);
        *batch = until;
        TRY(show_some(cx, by, thread, pile, until, *batch, &n));
        return n == COMMENTS_AT_ONCE ? go_on(cx, by, thread, pile, until, *batch) : OK;
}

enum err comment_show_pile_job(struct cx *cx, struct str payload)
{
        const struct json_value *j;
        struct viewer by = {0};
        int64_t thread, pile, until, batch;
        size_t n;
        TRY(json_read(cx->arena, payload, NULL, &j, NULL));
        if (!str_to_i64(json_get_text(j, "account"), &by.account) ||
            !str_to_i64(json_get_text(j, "thread"), &thread) ||
            !json_i64(json_get(j, "pile"), &pile) || pile < 0 || pile >= PILES_ ||
            !str_to_i64(json_get_text(j, "until"), &until) ||
            !str_to_i64(json_get_text(j, "batch"), &batch))
                return ERR_INPUT;
        TRY(show_some(cx, &by, thread, (enum pile)pile, until, batch, &n));
        return n == COMMENTS_AT_ONCE ? go_on(cx, &by, thread, (enum pile)pile, until, batch) : OK;
}

/* ---- taking back ---- */

static enum err undo_one(struct cx *cx, const struct viewer *by, const struct comment_act *a)
{
        enum hand_role role;
        struct standing s;
        TRY(hand_of(cx, a->thread, by->account, &role));
        if (role == HAND_NONE || (a->actor != by->account && role >= HAND_KEEPER))
                return ERR_MISSING;
        if (a->post && a->was != a->became) {
                TRY(read_standing(cx, a->post, &s));
                if (counts_as(&s) != a->became)
                        return fail(cx, ERR_CONFLICT, "This comment was sorted again since. %s",
                                    state_words(counts_as(&s)));
                TRY(apply(cx, a->post, &s, a->was));
        }
        if (a->letter)
                TRY(letter_undo(cx, a->letter, (enum letter_state)a->became,
                                (enum letter_state)a->was));
        return db_run(cx->db, &ACT_UNDONE, BIND(V(a->id), V(cx_now(cx))), NULL);
}

static enum err read_batch(struct cx *cx, int64_t batch, struct comment_act *v, size_t *n)
{
        struct row r;
        *n = 0;
        TRY(db_all(cx->db, &ACTS_OF_BATCH, NULL, BIND(V(batch), V(COMMENTS_AT_ONCE)), &r));
        while (*n < COMMENTS_AT_ONCE && row_next(&r)) {
                struct comment_act *a = &v[(*n)++];
                a->id = row_int(&r);
                a->thread = row_int(&r);
                a->post = row_int(&r);
                a->letter = row_int(&r);
                a->actor = row_int(&r);
                a->role = (enum hand_role)row_int(&r);
                a->was = (enum comment_state)row_int(&r);
                a->became = (enum comment_state)row_int(&r);
        }
        return row_end(&r);
}

/* Of many at once, what was sorted again since stays as it is now. */
static enum err undo_some(struct cx *cx, const struct viewer *by, int64_t batch, bool alone,
                          size_t *n)
{
        struct comment_act *v = make_n(cx->arena, COMMENTS_AT_ONCE, struct comment_act);
        TRY(read_batch(cx, batch, v, n));
        for (size_t i = 0; i < *n; i++) {
                enum err e = undo_one(cx, by, &v[i]);
                if (e == ERR_CONFLICT && (*n > 1 || !alone))
                        e = db_run(cx->db, &ACT_UNDONE, BIND(V(v[i].id), V(cx_now(cx))), NULL);
                TRY(e);
        }
        if (*n < COMMENTS_AT_ONCE)
                return OK;
        return add_rest(cx, "comment_undo",
                        str_fmt(cx->arena, "{\"account\":\"%lld\",\"batch\":\"%lld\"}",
                                (long long)by->account, (long long)batch));
}

enum err comment_undo(struct cx *cx, const struct viewer *by, int64_t batch)
{
        size_t n;
        if (!by->account)
                return ERR_DENIED;
        TRY(undo_some(cx, by, batch, true, &n));
        return n ? OK
                 : fail(cx, ERR_CONFLICT,
                        "This was taken back already, or whoever wrote it took it away.");
}

enum err comment_undo_job(struct cx *cx, struct str payload)
{
        const struct json_value *j;
        struct viewer by = {0};
        int64_t batch;
        size_t n;
        TRY(json_read(cx->arena, payload, NULL, &j, NULL));
        if (!str_to_i64(json_get_text(j, "account"), &by.account) ||
            !str_to_i64(json_get_text(j, "batch"), &batch))
                return ERR_INPUT;
        return undo_some(cx, &by, batch, false, &n);
}

enum err comment_acts(struct cx *cx, const struct viewer *by, int64_t actor, int64_t before,
                      size_t most, struct comment_act **ret, size_t *n)
{
        struct comment_act *v = make_n(cx->arena, most, struct comment_act);
        struct row r;
        *n = 0;
        TRY(db_all(cx->db, actor ? &ACTS_OF_ACTOR : &ACTS_OF_ALL, NULL,
                   BIND(V(actor), V(by->account), V(before ? before : INT64_MAX), V(most)), &r));
        while (*n < most && row_next(&r)) {
                struct comment_act *a = &v[(*n)++];
                a->id = row_int(&r);
                a->batch = row_int(&r);
                a->thread = row_int(&r);
                a->post = row_int(&r);
                a->letter = row_int(&r);
                a->actor = row_int(&r);
                a->at = row_int(&r);
                a->undone_at = row_int(&r);
                a->role = (enum hand_role)row_int(&r);
                a->verb = (enum comment_verb)row_int(&r);
                a->was = (enum comment_state)row_int(&r);
                a->became = (enum comment_state)row_int(&r);
        }
        *ret = v;
        return row_end(&r);
}

enum err comment_pin(struct cx *cx, const struct viewer *by, int64_t thread, int64_t post)
{
        struct switches s;
        enum hand_role role;
        struct row r;
        bool fits;
        TRY(hand_of(cx, thread, by->account, &role));
        if (role != HAND_AUTHOR && role != HAND_CO_AUTHOR)
                return ERR_MISSING;
        TRY(switches_get(cx, thread, &s));
        if (post) {
                TRY(db_find(cx->db, &THANKS, NULL, BIND(V(post), V(thread)), &r, &fits));
                if (!fits)
                        return fail(cx, ERR_INPUT, "Only a comment of yours can be pinned.");
                row_int(&r);
                TRY(row_end(&r));
        }
        s.thanks = post;
        return switches_set(cx, thread, &s);
}

static const struct stmt *const statements[] = {
        &ACT_ADD, &ACTS_OF_BATCH, &ACT_UNDONE, &ACTS_OF_ACTOR, &ACTS_OF_ALL, &UNDER, &ROW, &THANKS};
const struct stmt_list COMMENT_SORT_STATEMENTS = {statements, countof(statements)};
