/* /@name/ID/ways and /@name/journal/ways: where ways to help are written, one form an entry. */
#include "web/way.h"
#include "lib/base/die.h"
#include "social/scope.h"
#include "store/limits.h"
#include "web/done.h"
#include "web/journal.h"
#include "web/way.html.h"
#include "web/web.h"

struct subject {
        struct way_of of;
        struct way_page page;
};

/* Also for a keeper who may, and so by sight, not by owning. */
static enum err open_post(struct req *rq, struct subject *s)
{
        struct card card;
        *s = (struct subject){0};
        TRY(web_post_find(rq, &card));
        s->of.post = card.post->id;
        s->page.back = path_of_post(rq->arena, card.author, card.post->id);
        s->page.action = str_join(rq->arena, s->page.back, S("/ways"));
        s->page.title = post_in_words(rq->arena, card_excerpt(rq->arena, &card));
        s->page.open = card.post->audience <= AUDIENCE_QUIET;
        return way_may(rq->cx, rq->viewer, s->of);
}

static enum err open_journal(struct req *rq, struct subject *s)
{
        struct account *a;
        struct journal *j;
        *s = (struct subject){0};
        TRY(account_by_name(rq->cx, req_path(rq, "name"), &a));
        if (a->kind != ACCOUNT_JOURNAL)
                return ERR_MISSING;
        TRY(journal_get(rq->cx, a->id, &j));
        s->of.journal = a->id;
        s->page.back = path_of_account(rq->arena, a);
        s->page.action = str_join(rq->arena, s->page.back, S("/journal/ways"));
        s->page.title = str_fmt(rq->arena, "the journal “%.*s”", STR_ARG(account_name(a)));
        s->page.open = j->reach != JOURNAL_HERE; /* its page can be read by anybody */
        return way_may(rq->cx, rq->viewer, s->of);
}

/* The account of somebody who has died, for its stewards. */
static enum err open_memorial(struct req *rq, struct subject *s)
{
        struct account *a;
        *s = (struct subject){0};
        TRY(account_by_name(rq->cx, req_path(rq, "name"), &a));
        s->of.memorial = a->id;
        s->page.back = str_join(rq->arena, path_of_account(rq->arena, a), S("/steward"));
        s->page.action = str_join(rq->arena, s->page.back, S("/ways"));
        s->page.title = str_fmt(rq->arena, "the profile of %.*s", STR_ARG(account_name(a)));
        s->page.open = true;
        return way_may(rq->cx, rq->viewer, s->of);
}

static enum err show(struct req *rq, int status, struct subject *s)
{
        struct way *v;
        TRY(way_list(rq->cx, s->of, &v, &s->page.n));
        s->page.v = v;
        struct web_page p = {.title = S("Ways to help"), .told = web_done(rq)};
        struct html *h;
        TRY(web_open(rq, status, &p, &h));
        web_ways_edit(h, &p, &s->page);
        return web_close(h, &p);
}

struct input {
        int64_t id;
        struct str label, link, words;
        struct opt_int kind, state;
};
static const struct field fields[] = {
        {"id", F_ID, offsetof(struct input, id), 1},
        {"label", F_STR, offsetof(struct input, label), 1000},
        {"link", F_STR, offsetof(struct input, link), 8000},
        {"words", F_STR, offsetof(struct input, words), 3000},
        {"kind", F_INT, offsetof(struct input, kind), 100},
        {"state", F_INT, offsetof(struct input, state), 100},
};

static enum err act(struct req *rq, struct subject *s)
{
        struct input in = {0};
        struct str what = req_param(rq, "do");
        TRY(req_read(rq, fields, countof(fields), &in));
        if (str_eq(what, S("remove")))
                return way_remove(rq->cx, rq->viewer, s->of, in.id);
        if (str_eq(what, S("up")))
                return way_up(rq->cx, rq->viewer, s->of, in.id);
        s->page.typed = (struct way){.id = in.id,
                                     .kind = (enum way_kind)in.kind.v,
                                     .state = (enum way_state)in.state.v,
                                     .label = in.label,
                                     .link = in.link,
                                     .words = in.words};
        return way_put(rq->cx, rq->viewer, s->of, &s->page.typed);
}

static enum err send(struct req *rq, struct subject *s)
{
        enum err e = act(rq, s);
        if (e == ERR_INPUT) {
                s->page.mends = true;
                s->page.error = rq->cx->fault;
                s->page.wrong = rq->cx->fault_field;
                return show(rq, 422, s);
        }
        TRY(e);
        reply_redirect(rq, web_done_path(rq->arena, s->page.action, "saved"));
        return OK;
}

static enum err web_way_post(struct req *rq)
{
        struct subject s;
        TRY(open_post(rq, &s));
        return show(rq, 200, &s);
}

static enum err web_way_post_send(struct req *rq)
{
        struct subject s;
        TRY(open_post(rq, &s));
        return send(rq, &s);
}

static enum err web_way_journal(struct req *rq)
{
        struct subject s;
        TRY(open_journal(rq, &s));
        return show(rq, 200, &s);
}

static enum err web_way_journal_send(struct req *rq)
{
        struct subject s;
        TRY(open_journal(rq, &s));
        return send(rq, &s);
}

static enum err web_way_memorial(struct req *rq)
{
        struct subject s;
        TRY(open_memorial(rq, &s));
        return show(rq, 200, &s);
}

static enum err web_way_memorial_send(struct req *rq)
{
        struct subject s;
        TRY(open_memorial(rq, &s));
        return send(rq, &s);
}

#define ROW SCOPE_PAGE_SIGNED_IN
static const struct route routes[] = {
        {"GET", "/@:name/:id/ways", ROW, LIMIT_PAGE, LANE_READ, web_way_post, 0, 0},
        {"POST", "/@:name/:id/ways", ROW, LIMIT_WRITE, LANE_WRITE, web_way_post_send, 0, 0},
        {"GET", "/@:name/journal/ways", ROW, LIMIT_PAGE, LANE_READ, web_way_journal, 0, 0},
        {"POST", "/@:name/journal/ways", ROW, LIMIT_WRITE, LANE_WRITE, web_way_journal_send, 0, 0},
        {"GET", "/@:name/steward/ways", ROW, LIMIT_PAGE, LANE_READ, web_way_memorial, 0, 0},
        {"POST", "/@:name/steward/ways", ROW, LIMIT_WRITE, LANE_WRITE, web_way_memorial_send, 0, 0},
};
const struct route_list WEB_WAY_ROUTES = {DOOR_PAGE, routes, countof(routes)};
