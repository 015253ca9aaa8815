/* Doing and undoing the acts of the page "Earlier posts": see earlier.h. Every post's former state
 * is kept beside the act, so that the undo puts back exactly that. */
#include "social/earlier.h"
#include "lib/text/unicode.h"
#include "social/journal.h"
#include "social/mark.h"
#include "social/outbox.h"
#include "social/post_finish.h"
#include "social/post_parts.h"
#include "social/post_reach.h"
#include "social/search.h"

static const struct stmt ACT_ADD = {
        .name = "earlier_act_add",
        .text = "INSERT INTO earlier_act (id, account, news, what, far, words, at) VALUES ($1, $2, "
                "$3, $4, $5, $6, $7)",
        .in = "iiiiisi",
};
static const struct stmt ACT_GET = {
        .name = "earlier_act_get",
        .text = "SELECT account, what, far, undone_at FROM earlier_act WHERE id = $1",
        .in = "i",
        .out = "iiii",
};
static const struct stmt ACT_UNDONE = {
        .name = "earlier_act_undone",
        .text = "UPDATE earlier_act SET undone_at = $2 WHERE id = $1 AND undone_at = 0",
        .in = "ii",
};
static const struct stmt ACTS = {
        .name = "earlier_acts",
        .text = "SELECT a.id, COALESCE(a.news, 0), a.at, a.undone_at, a.what, a.far, a.words, "
                "(SELECT COUNT(*) FROM earlier_item i WHERE i.act = a.id) FROM earlier_act a WHERE "
                "a.account = $1 ORDER BY a.id DESC LIMIT $2",
        .in = "ii",
        .out = "iiiiiisi",
};
static const struct stmt ITEM_ADD = {
        .name = "earlier_item_add",
        .text = "INSERT INTO earlier_item (act, post, done, closes_at, pinned, audience, "
                "audience_list, had, act_before, words, news, unsearched, far) VALUES ($1, $2, $3, "
                "$4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        .in = "iiiiiiIiisIii",
};
static const struct stmt ITEMS = {
        .name = "earlier_items",
        .text = "SELECT post, done, closes_at, pinned, audience, COALESCE(audience_list, 0), had, "
                "act_before, words, COALESCE(news, 0), unsearched, far FROM earlier_item WHERE act "
                "= $1 ORDER BY post",
        .in = "i",
        .out = "iiiiiiiisiii",
};
static const struct stmt LATER_GET = {
        .name = "later_get",
        .text = "SELECT act, words, COALESCE(news, 0), unsearched, far, at FROM later WHERE post = "
                "$1",
        .in = "i",
        .out = "isiiii",
};
static const struct stmt LATER_SET = {
        .name = "later_set",
        .text = "INSERT INTO later (post, act, words, news, unsearched, far, at) VALUES ($1, $2, "
                "$3, $4, $5, $6, $7) ON CONFLICT (post) DO UPDATE SET act = $2, words = $3, news = "
                "$4, unsearched = $5, far = $6, at = $7",
        .in = "iisIiii",
};
static const struct stmt LATER_DROP = {
        .name = "later_drop",
        .text = "DELETE FROM later WHERE post = $1",
        .in = "i",
};
static const struct stmt BIT_ON = {
        .name = "later_mark",
        .text = "UPDATE post SET has = has + 1024 WHERE id = $1 AND has % 2048 < 1024",
        .in = "i",
};
static const struct stmt BIT_OFF = {
        .name = "later_unmark",
        .text = "UPDATE post SET has = has - 1024 WHERE id = $1 AND has % 2048 >= 1024",
        .in = "i",
};
static const struct stmt UNPIN = {
        .name = "earlier_unpin",
        .text = "DELETE FROM mark WHERE account = $1 AND post = $2 AND kind = 3",
        .in = "ii",
};
static const struct stmt REPIN = {
        .name = "earlier_repin",
        .text = "INSERT INTO mark (account, post, kind, id) SELECT $1, $2, 3, $3 WHERE (SELECT "
                "COUNT(*) FROM mark WHERE account = $1 AND kind = 3) < $4 ON CONFLICT DO NOTHING",
        .in = "iiii",
};
static const struct stmt PINNED = {
        .name = "earlier_pinned",
        .text = "SELECT COUNT(*) FROM mark WHERE account = $1 AND post = $2 AND kind = 3",
        .in = "ii",
        .out = "i",
};

_Static_assert(POST_HAS_LATER == 1024 && MARK_PIN == 3, "the statements above carry the numbers");

struct item { /* a post as it was */
        int64_t post, closes_at, audience_list, act_before, news, at;
        unsigned done;
        bool pinned, had, unsearched, far;
        enum audience audience;
        struct str words;
};

enum err earlier_author(struct cx *cx, const struct viewer *by, int64_t post, struct viewer *ret)
{
        struct post *p;
        if (!by->account)
                return ERR_MISSING;
        TRY(post_get(cx, by, post, &p));
        if (p->boost_of || p->thread != p->id || !p->local)
                return ERR_MISSING;
        *ret = *by;
        return p->account == by->account ? OK : journal_stand_in(cx, by, post, ret);
}

/* ---- doing ---- */

static enum err read_before(struct cx *cx, const struct post *p, struct item *x)
{
        struct switches s;
        struct row r;
        *x = (struct item){.post = p->id,
                           .audience = p->audience,
                           .audience_list = p->audience_list,
                           .words = S("")};
        TRY(switches_get(cx, p->id, &s));
        x->closes_at = s.closes_at;
        TRY(db_one(cx->db, &PINNED, NULL, BIND(V(p->account), V(p->id)), &r));
        x->pinned = row_int(&r) != 0;
        TRY(row_end(&r));
        TRY(db_find(cx->db, &LATER_GET, cx->arena, BIND(V(p->id)), &r, &x->had));
        if (!x->had)
                return OK;
        x->act_before = row_int(&r);
        x->words = row_str(&r);
        x->news = row_int(&r);
        x->unsearched = row_int(&r) != 0;
        x->far = row_int(&r) != 0;
        x->at = row_int(&r);
        return row_end(&r);
}

/* Other servers take a change only when it is later, and times go out in whole seconds. */
static int64_t later_than(const struct cx *cx, int64_t before)
{
        int64_t now = cx_now(cx);
        return now > before + 1000 ? now : before + 1000;
}

static enum err set_closes(struct cx *cx, int64_t post, int64_t closes_at)
{
        struct switches s;
        TRY(switches_get(cx, post, &s));
        s.closes_at = closes_at;
        return switches_set(cx, post, &s);
}

static enum err unpin(struct cx *cx, const struct viewer *as, const struct post *p, bool far)
{
        if (far)
                return mark_set(cx, as, p->id, MARK_PIN, false);
        return db_run(cx->db, &UNPIN, BIND(V(as->account), V(p->id)), NULL);
}

static enum err tell_far(struct cx *cx, int64_t post)
{
        struct post *p;
        int64_t *to;
        size_t n;
        TRY(post_load(cx, post, &p));
        TRY(post_people_far(cx, p, &to, &n));
        return outbox_post(cx, OUTBOX_UPDATE, p, to, n);
}

static enum err do_one(struct cx *cx, const struct viewer *as, const struct earlier_draft *d,
                       int64_t act, const struct post *p)
{
        struct item x;
        TRY(read_before(cx, p, &x));
        bool line = d->what & EARLIER_LINE, drop = d->what & EARLIER_DROP;
        bool self = d->what & EARLIER_SELF && p->audience != AUDIENCE_SELF;
        if (line || drop) {
                TRY(db_run(cx->db, &LATER_SET,
                           BIND(V(p->id), V(act), V(line ? d->words : x.words),
                                V_ID(line ? d->news : x.news), V(drop || x.unsearched),
                                V(line ? d->far : x.far), V(later_than(cx, x.at))),
                           NULL));
                TRY(db_run(cx->db, &BIT_ON, BIND(V(p->id)), NULL));
                x.done |= EARLIER_LINE;
        }
        /* Closed since it was written: no clock that is put back opens it again. */
        if (d->what & EARLIER_CLOSE && x.closes_at != p->created_at) {
                TRY(set_closes(cx, p->id, p->created_at));
                x.done |= EARLIER_CLOSE;
        }
        if (drop) {
                if (x.pinned)
                        TRY(unpin(cx, as, p, d->far));
                TRY(search_index_post(cx, p->id, S("")));
                x.done |= EARLIER_DROP;
        }
        TRY(db_run(cx->db, &ITEM_ADD,
                   BIND(V(act), V(p->id), V(x.done | (self ? EARLIER_SELF : 0u)), V(x.closes_at),
                        V(x.pinned), V(x.audience), V_ID(x.audience_list), V(x.had),
                        V(x.act_before), V(x.words), V_ID(x.news), V(x.unsearched), V(x.far)),
                   NULL));
        cx_event(cx, EVENT_POST_CHANGED, 0, p->id);
        if (self)
                return post_set_reach_of(cx, as, p->id, &(struct reach){.audience = AUDIENCE_SELF},
                                         d->far);
        return d->far && (line || d->what & EARLIER_CLOSE) ? tell_far(cx, p->id) : OK;
}

static enum err check(struct cx *cx, struct earlier_draft *d)
{
        d->words = str_trim(d->words.p ? d->words : S(""));
        if (!d->words.n)
                d->words = S(LATER_WORDS);
        if (!text_clean(cx->arena, d->words, &d->words) || utf8_count(d->words) > LATER_WORDS_MAX ||
            str_has_char(d->words, '\n'))
                return fail_field(cx, "words", ERR_INPUT,
                                  "The line can be up to %d characters long.", LATER_WORDS_MAX);
        if (!(d->what & 15))
                return fail_field(cx, "what", ERR_INPUT, "Choose what should change.");
        if (!d->posts.n)
                return fail_field(cx, "posts", ERR_INPUT, "Choose at least one post.");
        if (d->posts.n > EARLIER_POSTS_MAX)
                return fail_field(cx, "posts", ERR_INPUT, "Choose up to %d posts at a time.",
                                  EARLIER_POSTS_MAX);
        return OK;
}

enum err earlier_do(struct cx *cx, const struct viewer *by, const struct earlier_draft *given,
                    int64_t *act)
{
        struct earlier_draft d = *given;
        struct viewer as;
        TRY(earlier_author(cx, by, d.news, &as));
        TRY(check(cx, &d));
        *act = cx_id(cx);
        TRY(db_run(cx->db, &ACT_ADD,
                   BIND(V(*act), V(as.account), V(d.news), V(d.what), V(d.far), V(d.words),
                        V(cx_now(cx))),
                   NULL));
        for (size_t i = 0; i < d.posts.n; i++) {
                struct post *p;
                bool twice = false;
                for (size_t k = 0; k < i; k++)
                        twice = twice || d.posts.v[k] == d.posts.v[i];
                if (twice)
                        continue;
                TRY(post_get(cx, &as, d.posts.v[i], &p));
                if (p->account != as.account || p->boost_of || p->thread != p->id ||
                    p->id >= d.news)
                        return ERR_MISSING;
                TRY(do_one(cx, &as, &d, *act, p));
        }
        return OK;
}

/* ---- undoing ---- */

/* The line and the search, unless a later act set them again. Where other servers have the line,
 * an empty one stays, so that its taking back has a date of its own. */
static enum err undo_later(struct cx *cx, int64_t act, const struct item *x, bool far)
{
        struct row r;
        bool found;
        TRY(db_find(cx->db, &LATER_GET, cx->arena, BIND(V(x->post)), &r, &found));
        if (!found)
                return OK;
        int64_t holder = row_int(&r);
        row_str(&r);
        for (int i = 0; i < 3; i++)
                row_int(&r);
        int64_t at = row_int(&r);
        TRY(row_end(&r));
        if (holder != act)
                return OK;
        if (x->had || far)
                return db_run(cx->db, &LATER_SET,
                              BIND(V(x->post), V(x->act_before), V(x->words), V_ID(x->news),
                                   V(x->unsearched), V(x->far || far), V(later_than(cx, at))),
                              NULL);
        TRY(db_run(cx->db, &LATER_DROP, BIND(V(x->post)), NULL));
        return db_run(cx->db, &BIT_OFF, BIND(V(x->post)), NULL);
}

static enum err undo_drop(struct cx *cx, const struct viewer *as, const struct item *x,
                          const struct post *p, bool far)
{
        if (!x->unsearched)
                TRY(post_index_words(cx, p));
        if (!x->pinned)
                return OK;
        int64_t changed;
        TRY(db_run(cx->db, &REPIN, BIND(V(as->account), V(p->id), V(cx_id(cx)), V(POST_PINS_MAX)),
                   &changed));
        return changed && far ? outbox_post(cx, OUTBOX_PIN, p, NULL, 0) : OK;
}

static enum err undo_one(struct cx *cx, const struct viewer *as, int64_t act, const struct item *x,
                         bool far)
{
        struct post *p;
        struct switches s;
        enum err e = post_load(cx, x->post, &p);
        if (e)
                return e == ERR_MISSING ? OK : e; /* deleted since */
        if (x->done & EARLIER_SELF && p->audience == AUDIENCE_SELF) {
                const struct reach to = {x->audience, x->audience_list};
                TRY(post_set_reach_of(cx, as, x->post, &to, far));
        }
        if (x->done & EARLIER_LINE)
                TRY(undo_later(cx, act, x, far));
        TRY(post_load(cx, x->post, &p));
        if (x->done & EARLIER_DROP)
                TRY(undo_drop(cx, as, x, p, far));
        TRY(switches_get(cx, x->post, &s));
        if (x->done & EARLIER_CLOSE && s.closes_at == p->created_at)
                TRY(set_closes(cx, x->post, x->closes_at));
        cx_event(cx, EVENT_POST_CHANGED, 0, x->post);
        bool told = x->done & (EARLIER_LINE | EARLIER_CLOSE) && !(x->done & EARLIER_SELF);
        return far && told ? tell_far(cx, x->post) : OK;
}

static enum err read_items(struct cx *cx, int64_t act, struct item **ret, size_t *n)
{
        struct item *v = make_n(cx->arena, EARLIER_POSTS_MAX, struct item);
        struct row r;
        *n = 0;
        TRY(db_all(cx->db, &ITEMS, cx->arena, BIND(V(act)), &r));
        while (*n < EARLIER_POSTS_MAX && row_next(&r)) {
                struct item *x = &v[(*n)++];
                x->post = row_int(&r);
                x->done = (unsigned)row_int(&r);
                x->closes_at = row_int(&r);
                x->pinned = row_int(&r) != 0;
                x->audience = (enum audience)row_int(&r);
                x->audience_list = row_int(&r);
                x->had = row_int(&r) != 0;
                x->act_before = row_int(&r);
                x->words = row_str(&r);
                x->news = row_int(&r);
                x->unsearched = row_int(&r) != 0;
                x->far = row_int(&r) != 0;
        }
        *ret = v;
        return row_end(&r);
}

enum err earlier_undo(struct cx *cx, const struct viewer *by, int64_t act)
{
        struct viewer as = *by;
        struct item *v;
        size_t n;
        struct row r;
        int64_t changed;
        TRY(db_one(cx->db, &ACT_GET, NULL, BIND(V(act)), &r));
        as.account = row_int(&r);
        row_int(&r);
        bool far = row_int(&r) != 0, undone = row_int(&r) != 0;
        TRY(row_end(&r));
        if (!by->account)
                return ERR_MISSING;
        if (as.account != by->account)
                TRY(journal_must_own(cx, as.account, by->account));
        if (undone)
                return OK;
        TRY(db_run(cx->db, &ACT_UNDONE, BIND(V(act), V(cx_now(cx))), &changed));
        TRY(read_items(cx, act, &v, &n));
        for (size_t i = 0; changed && i < n; i++)
                TRY(undo_one(cx, &as, act, &v[i], far));
        return OK;
}

enum err earlier_acts(struct cx *cx, int64_t account, struct earlier_act **ret, size_t *n)
{
        struct earlier_act *v = make_n(cx->arena, EARLIER_ACTS_SHOWN, struct earlier_act);
        struct row r;
        *n = 0;
        TRY(db_all(cx->db, &ACTS, cx->arena, BIND(V(account), V(EARLIER_ACTS_SHOWN)), &r));
        while (*n < EARLIER_ACTS_SHOWN && row_next(&r)) {
                struct earlier_act *a = &v[(*n)++];
                a->id = row_int(&r);
                a->news = row_int(&r);
                a->at = row_int(&r);
                a->undone_at = row_int(&r);
                a->what = (unsigned)row_int(&r);
                a->far = row_int(&r) != 0;
                a->words = row_str(&r);
                a->posts = row_int(&r);
        }
        *ret = v;
        return row_end(&r);
}

static const struct stmt *const statements[] = {
        &ACT_ADD,   &ACT_GET,    &ACT_UNDONE, &ACTS,    &ITEM_ADD, &ITEMS, &LATER_GET,
        &LATER_SET, &LATER_DROP, &BIT_ON,     &BIT_OFF, &UNPIN,    &REPIN, &PINNED,
};
const struct stmt_list EARLIER_STATEMENTS = {statements, countof(statements)};
