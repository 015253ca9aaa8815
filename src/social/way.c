/* The rows of ways to help, and the one link that a post with some carries: see way.h. Called by
 * their pages, by the page of a post or journal, and by post_edit. */
#include "social/way.h"
#include "lib/text/html.h"
#include "lib/text/unicode.h"
#include "lib/text/url.h"
#include "social/input.h"
#include "social/keeper.h"
#include "social/outbox.h"
#include "social/outbox_relation.h"
#include "social/post_parts.h"
#include "social/steward.h"
#include "social/switches.h"

#define COLUMNS "id, kind, state, label, link, words"
#define LETTERS "iiisss"

static const struct stmt OF_POST = {
        .name = "way_of_post",
        .text = "SELECT " COLUMNS " FROM way WHERE post = $1 ORDER BY position, id",
        .in = "i",
        .out = LETTERS,
};
static const struct stmt OF_JOURNAL = {
        .name = "way_of_journal",
        .text = "SELECT " COLUMNS " FROM way WHERE journal = $1 ORDER BY position, id",
        .in = "i",
        .out = LETTERS,
};
static const struct stmt OF_MEMORIAL = {
        .name = "way_of_memorial",
        .text = "SELECT " COLUMNS " FROM way WHERE memorial = $1 ORDER BY position, id",
        .in = "i",
        .out = LETTERS,
};
static const struct stmt ADD = {
        .name = "way_add",
        .text = "INSERT INTO way (id, post, journal, memorial, position, kind, state, label, link, "
                "words) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        .in = "iIIIiiisss",
};
static const struct stmt CHANGE = {
        .name = "way_change",
        .text = "UPDATE way SET kind = $2, state = $3, label = $4, link = $5, words = $6 WHERE id "
                "= $1",
        .in = "iiisss",
};
static const struct stmt PLACE = {
        .name = "way_place",
        .text = "UPDATE way SET position = $2 WHERE id = $1",
        .in = "ii",
};
static const struct stmt REMOVE = {
        .name = "way_remove",
        .text = "DELETE FROM way WHERE id = $1",
        .in = "i",
};
static const struct stmt MARK = {
        .name = "way_mark",
        .text = "UPDATE post SET content = $2, has = $3, edited_at = $4 WHERE id = $1",
        .in = "isii",
};

struct str way_kind_words(enum way_kind k)
{
        static const struct str words[] = {
                [WAY_MEALS] = S_ROW("Meals"),          [WAY_LIFTS] = S_ROW("Lifts"),
                [WAY_BLOOD] = S_ROW("Giving blood"),   [WAY_FUND] = S_ROW("A fund"),
                [WAY_CARE] = S_ROW("Looking after"),   [WAY_THINGS] = S_ROW("Things"),
                [WAY_OTHER] = S_ROW("Something else"),
        };
        return words[k];
}

struct str way_state_words(enum way_state s)
{
        static const struct str words[] = {[WAY_OPEN] = S_ROW("Open"),
                                           [WAY_ENOUGH] = S_ROW("Enough, thank you"),
                                           [WAY_CLOSED] = S_ROW("Closed")};
        return words[s];
}

enum err way_list(struct cx *cx, struct way_of of, struct way **ret, size_t *n)
{
        struct row r;
        struct url u;
        struct way *v = make_n(cx->arena, WAYS_MAX, struct way);
        *n = 0;
        TRY(db_all(cx->db,
                   of.post      ? &OF_POST
                   : of.journal ? &OF_JOURNAL
                                : &OF_MEMORIAL,
                   cx->arena,
                   BIND(V(of.post      ? of.post
                          : of.journal ? of.journal
                                       : of.memorial)),
                   &r));
        while (*n < WAYS_MAX && row_next(&r)) {
                struct way *w = &v[(*n)++];
                w->id = row_int(&r);
                w->kind = (enum way_kind)row_int(&r);
                w->state = (enum way_state)row_int(&r);
                w->label = row_str(&r);
                w->link = row_str(&r);
                w->words = row_str(&r);
                w->domain = w->link.n && url_read(cx->arena, w->link, &u) ? u.host : S("");
        }
        *ret = v;
        return row_end(&r);
}

/* ---- who ---- */

enum err way_may(struct cx *cx, const struct viewer *by, struct way_of of)
{
        enum hand_role role;
        struct post *p;
        bool may;
        struct memorial *m;
        if (!by->account)
                return ERR_MISSING;
        if (of.memorial)
                return steward_must(cx, by->account, of.memorial, &m);
        if (of.post) {
                TRY(post_load(cx, of.post, &p));
                if (p->reply_to || p->boost_of || !p->local)
                        return ERR_MISSING;
                TRY(hand_of(cx, of.post, by->account, &role));
                if (role == HAND_AUTHOR || role == HAND_CO_AUTHOR)
                        return OK;
        } else {
                TRY(journal_owns(cx, of.journal, by->account, &may));
                if (may)
                        return OK;
        }
        TRY(keeper_may_help(cx, of.post, of.journal, by->account, &may));
        return may ? OK : ERR_MISSING;
}

/* ---- the one link ---- */

static struct str link_of(struct cx *cx, const struct post *p)
{
        struct buf b = {0};
        buf_add(&b, S("<p><a href=\""));
        html_escape(&b, p->url);
        buf_add(&b, S("#ways\">Ways to help</a></p>"));
        return buf_take(cx->arena, &b);
}

enum err way_sign(struct cx *cx, const struct post *p, struct markup *content)
{
        content->html = str_join(cx->arena, content->html, link_of(cx, p));
        return OK;
}

struct markup way_unsign(struct cx *cx, const struct post *p)
{
        struct str link = link_of(cx, p), html = p->content.html;
        if (!str_ends(html, link))
                return p->content;
        return (struct markup){str_cut(html, 0, html.n - link.n)};
}

/* The first entry brings the link, the last one takes it along: a change of the post, here and
 * elsewhere. Nothing else of the list leaves. */
static enum err mark_post(struct cx *cx, int64_t id, bool on)
{
        struct post *p;
        int64_t *to, now = cx_now(cx);
        size_t n;
        TRY(post_load(cx, id, &p));
        if (on == ((p->has & POST_HAS_WAYS) != 0))
                return OK;
        struct str link = link_of(cx, p), html = p->content.html;
        if (on)
                html = str_join(cx->arena, html, link);
        else if (str_ends(html, link))
                html = str_cut(html, 0, html.n - link.n);
        int64_t last = p->edited_at ? p->edited_at : p->created_at;
        TRY(db_run(cx->db, &MARK,
                   BIND(V(id), V(html), V(p->has ^ POST_HAS_WAYS), V(now > last ? now : last + 1)),
                   NULL));
        cx_event(cx, EVENT_POST_EDITED, 0, id);
        TRY(post_people_far(cx, p, &to, &n));
        return outbox_post(cx, OUTBOX_UPDATE, p, to, n);
}

/* A journal's profile carries it. */
static enum err mark(struct cx *cx, struct way_of of)
{
        struct way *v;
        size_t n;
        TRY(way_list(cx, of, &v, &n));
        if (of.post) {
                cx_event(cx, EVENT_POST_CHANGED, 0, of.post);
                return mark_post(cx, of.post, n > 0);
        }
        cx_event(cx, EVENT_ACCOUNT_CHANGED, of.journal ? of.journal : of.memorial, 0);
        return outbox_profile(cx, of.journal ? of.journal : of.memorial);
}

/* What changed; a steward's change is listed, with what was there. */
static enum err told(struct cx *cx, const struct viewer *by, struct way_of of,
                     const struct way *was, size_t n)
{
        if (of.memorial)
                TRY(steward_ways(cx, by, of.memorial, was, n));
        return mark(cx, of);
}

static enum err add(struct cx *cx, struct way_of of, const struct way *w, int64_t position)
{
        int64_t id = cx_id(cx);
        return db_run(cx->db, &ADD,
                      BIND(V(id), V_ID(of.post), V_ID(of.journal), V_ID(of.memorial),
                           V(position ? position : id), V(w->kind), V(w->state), V(w->label),
                           V(w->link), V(w->words)),
                      NULL);
}

/* ---- changing ---- */

static enum err clean(struct cx *cx, const struct way *in, struct way *w)
{
        struct url u;
        *w = *in;
        TRY(input_line(cx, "label", "The name", in->label, WAY_LABEL_MAX, &w->label));
        if (!w->label.n)
                return fail_field(cx, "label", ERR_INPUT, "Say in a word or two what it is.");
        TRY(input_line(cx, "words", "The words", in->words, WAY_WORDS_MAX, &w->words));
        if (in->kind >= WAY_KINDS_ || in->state >= WAY_STATES_)
                return fail(cx, ERR_INPUT, "There is no such choice.");
        w->link = str_trim(in->link.p ? in->link : S(""));
        if (!w->link.n)
                return OK;
        if (w->link.n > WAY_LINK_MAX || !url_read(cx->arena, w->link, &u) || !url_is_http(&u))
                return fail_field(cx, "link", ERR_INPUT,
                                  "This is no address of a page. It begins with https://.");
        w->link = url_text(cx->arena, &u);
        return OK;
}

static size_t place_of(const struct way *v, size_t n, int64_t id)
{
        size_t i = 0;
        while (i < n && v[i].id != id)
                i++;
        return i;
}

enum err way_put(struct cx *cx, const struct viewer *by, struct way_of of, const struct way *in)
{
        struct way w, *v;
        size_t n;
        TRY(way_may(cx, by, of));
        TRY(clean(cx, in, &w));
        TRY(way_list(cx, of, &v, &n));
        if (w.id) {
                if (place_of(v, n, w.id) == n)
                        return ERR_MISSING;
                TRY(db_run(cx->db, &CHANGE,
                           BIND(V(w.id), V(w.kind), V(w.state), V(w.label), V(w.link), V(w.words)),
                           NULL));
                return told(cx, by, of, v, n);
        }
        if (n >= WAYS_MAX)
                return fail(cx, ERR_INPUT, "There can be %d ways to help.", WAYS_MAX);
        TRY(add(cx, of, &w, 0));
        return told(cx, by, of, v, n);
}

enum err way_replace(struct cx *cx, struct way_of of, const struct way *in, size_t n)
{
        struct way *v;
        size_t n_old;
        TRY(way_list(cx, of, &v, &n_old));
        for (size_t i = 0; i < n_old; i++)
                TRY(db_run(cx->db, &REMOVE, BIND(V(v[i].id)), NULL));
        for (size_t i = 0; i < n && i < WAYS_MAX; i++)
                TRY(add(cx, of, &in[i], (int64_t)i + 1));
        return mark(cx, of);
}

enum err way_remove(struct cx *cx, const struct viewer *by, struct way_of of, int64_t id)
{
        struct way *v;
        size_t n;
        TRY(way_may(cx, by, of));
        TRY(way_list(cx, of, &v, &n));
        if (place_of(v, n, id) == n)
                return ERR_MISSING;
        TRY(db_run(cx->db, &REMOVE, BIND(V(id)), NULL));
        return told(cx, by, of, v, n);
}

enum err way_up(struct cx *cx, const struct viewer *by, struct way_of of, int64_t id)
{
        struct way *v;
        size_t n;
        TRY(way_may(cx, by, of));
        TRY(way_list(cx, of, &v, &n));
        size_t at = place_of(v, n, id);
        if (at == n)
                return ERR_MISSING;
        if (at == 0)
                return OK;
        struct way *was = make_n(cx->arena, n, struct way);
        memcpy(was, v, n * sizeof *v);
        struct way moved = v[at];
        v[at] = v[at - 1];
        v[at - 1] = moved;
        for (size_t i = 0; i < n; i++)
                TRY(db_run(cx->db, &PLACE, BIND(V(v[i].id), V((int64_t)i)), NULL));
        return told(cx, by, of, was, n);
}

const struct stmt_list WAY_STATEMENTS = {
        (const struct stmt *const[]){&OF_POST, &OF_JOURNAL, &OF_MEMORIAL, &ADD, &CHANGE, &PLACE,
                                     &REMOVE, &MARK},
        8,
};
