/* /waiting/ID: the page of a sending pause, with its way back. /drafts: what was kept to be written
 * on, or sent later. */
#include "web/waiting.h"
#include "lib/base/die.h"
#include "lib/base/rand.h"
#include "lib/text/json.h"
#include "social/scope.h"
#include "store/limits.h"
#include "web/compose.h"
#include "web/done.h"
#include "web/waiting.html.h"
#include "web/web.h"

enum { LONGER_S = 600, EXCERPT_BYTES = 160 };

/* The first words of what was kept. */
static struct str words_of(struct arena *a, struct str params)
{
        const struct json_value *j;
        struct str text = STR_NONE;
        if (json_read(a, params, NULL, &j, NULL) == OK) {
                text = json_get_text(j, "spoiler_text");
                if (!text.n)
                        text = json_get_text(j, "text");
        }
        return text.n ? cut_words(a, text, EXCERPT_BYTES) : S("A photo");
}

static struct str who_of(struct arena *a, struct str params)
{
        const struct json_value *j;
        enum audience audience;
        if (json_read(a, params, NULL, &j, NULL))
                return S("");
        struct str name = json_get_text(j, "visibility");
        if (str_starts(name, S("list:")))
                audience = AUDIENCE_CIRCLE;
        else if (!audience_read(name, &audience))
                audience = AUDIENCE_SELF;
        return who_will_read(a, audience, NULL);
}

static enum err lead_to_post(struct req *rq, int64_t id)
{
        struct cards c;
        TRY(cards_load(rq->cx, rq->viewer, &id, 1, &c));
        if (!c.n)
                return ERR_MISSING;
        reply_redirect(
                rq, web_done_path(rq->arena, path_of_post(rq->arena, c.v[0].author, id), "sent"));
        return OK;
}

static enum err waiting_page(struct req *rq)
{
        struct waiting *w;
        TRY(waiting_get(rq->cx, rq->viewer, req_path_id(rq, "id"), &w));
        if (w->post)
                return lead_to_post(rq, w->post);
        struct waiting_page v = {.waiting = w,
                                 .words = words_of(rq->arena, w->params),
                                 .who = who_of(rq->arena, w->params),
                                 .more = w->at < w->created_at + WAITING_MOST_MS};
        struct web_page p = {
                .title = S("It has not left yet"), .here = HERE_WRITE, .told = web_done(rq)};
        struct html *h;
        TRY(web_open(rq, 200, &p, &h));
        web_waiting_body(h, &p, &v);
        return web_close(h, &p);
}

/* What was written comes back into the form. */
static enum err show_again(struct req *rq, const struct draft *d)
{
        struct compose c = {.action = S("/write"), .key = rand_token(rq->arena, 16)};
        struct login *me;
        TRY(login_get(rq->cx, rq->viewer->account, &me));
        TRY(compose_offer(rq, &c, me));
        TRY(compose_from_draft(rq, &c, d));
        return compose_show(rq, 200, &c, S("Nothing has been sent."));
}

static enum err waiting_act(struct req *rq)
{
        struct str what = req_param(rq, "do");
        int64_t id = req_path_id(rq, "id");
        struct draft d;
        enum err e = ERR_MISSING;
        if (str_eq(what, S("cancel")))
                e = waiting_cancel(rq->cx, rq->viewer, id, &d);
        else if (str_eq(what, S("longer")))
                e = waiting_longer(rq->cx, rq->viewer, id, LONGER_S);
        else if (str_eq(what, S("now")))
                e = waiting_now(rq->cx, rq->viewer, id);
        if (e && e != ERR_CONFLICT)
                return e;
        if (!e && str_eq(what, S("cancel")))
                return show_again(rq, &d);
        reply_redirect(rq, str_fmt(rq->arena, "/waiting/%lld", (long long)id));
        return OK;
}

static enum err drafts_page(struct req *rq)
{
        struct drafts_page v = {0};
        struct kept_draft *drafts;
        struct waiting *waiting;
        struct scheduled *later;
        struct page page = {.limit = DRAFTS_MAX};
        TRY(draft_list(rq->cx, rq->viewer, &drafts, &v.n_drafts));
        TRY(waiting_list(rq->cx, rq->viewer, &waiting, &v.n_waiting));
        TRY(scheduled_list(rq->cx, rq->viewer, &page, &later, &v.n_later));
        v.drafts = make_n(rq->arena, v.n_drafts + 1, struct kept_row);
        v.waiting = make_n(rq->arena, v.n_waiting + 1, struct kept_row);
        v.later = make_n(rq->arena, v.n_later + 1, struct kept_row);
        for (size_t i = 0; i < v.n_drafts; i++)
                v.drafts[i] = (struct kept_row){drafts[i].id, drafts[i].updated_at,
                                                words_of(rq->arena, drafts[i].params)};
        for (size_t i = 0; i < v.n_waiting; i++)
                v.waiting[i] = (struct kept_row){waiting[i].id, waiting[i].at,
                                                 words_of(rq->arena, waiting[i].params)};
        for (size_t i = 0; i < v.n_later; i++)
                v.later[i] = (struct kept_row){later[i].id, later[i].at,
                                               words_of(rq->arena, later[i].params)};
        struct web_page p = {.title = S("Drafts"), .here = HERE_WRITE, .told = web_done(rq)};
        struct html *h;
        TRY(web_open(rq, 200, &p, &h));
        web_drafts_body(h, &p, &v);
        return web_close(h, &p);
}

/* Deletes a draft, or takes back what was to be sent later. */
static enum err drafts_act(struct req *rq)
{
        int64_t id;
        struct scheduled *s;
        struct draft d;
        struct viewer from = *rq->viewer;
        if (str_to_i64(req_param(rq, "draft"), &id)) {
                TRY(draft_delete(rq->cx, rq->viewer, id));
                reply_redirect(rq, S("/drafts?done=ended"));
                return OK;
        }
        if (!str_to_i64(req_param(rq, "scheduled"), &id))
                return ERR_MISSING;
        TRY(scheduled_get(rq->cx, rq->viewer, id, &s));
        TRY(scheduled_kept(rq->cx, s->params, &d, &from));
        TRY(scheduled_drop_lost(rq->cx, rq->viewer, &d.media));
        TRY(scheduled_delete(rq->cx, rq->viewer, id));
        return show_again(rq, &d);
}

static const struct route routes[] = {
        {"GET", "/waiting/:id", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, waiting_page, 0, 0},
        {"POST", "/waiting/:id", SCOPE_PAGE_SIGNED_IN, LIMIT_WRITE, LANE_WRITE, waiting_act, 0, 0},
        {"GET", "/drafts", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, drafts_page, 0, 0},
        {"POST", "/drafts", SCOPE_PAGE_SIGNED_IN, LIMIT_WRITE, LANE_WRITE, drafts_act, 0, 0},
};
const struct route_list WEB_WAITING_ROUTES = {DOOR_PAGE, routes, countof(routes)};
