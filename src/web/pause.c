/* /pauses: resting from a topic for a while, with a preview before it begins; who is left alone by
 * it; and the posts one put away. */
#include "web/pause.h"
#include "lib/base/die.h"
#include "social/ids.h"
#include "social/not_now.h"
#include "social/scope.h"
#include "store/limits.h"
#include "web/done.h"
#include "web/pause.html.h"
#include "web/web.h"

enum { AWAY_SHOWN = 200 };

const struct web_option PAUSE_LENGTH_CHOICES[PAUSE_LENGTHS] = {
        {{"1", 1}, {"A day", 5}},    {{"7", 1}, {"A week", 6}},         {{"30", 2}, {"30 days", 7}},
        {{"90", 2}, {"90 days", 7}}, {{"180", 3}, {"Half a year", 11}}, {{"365", 3}, {"A year", 6}},
};

/* ---- the list ---- */

static enum err load_away(struct req *rq, struct pauses_page *v)
{
        struct put_away_row *rows;
        struct cards *c = make(rq->arena, struct cards);
        size_t n;
        TRY(not_now_list(rq->cx, rq->viewer->account, AWAY_SHOWN, &rows, &n));
        int64_t *ids = make_n(rq->arena, n + 1, int64_t);
        for (size_t i = 0; i < n; i++)
                ids[i] = rows[i].post;
        size_t n_ids = ids_unique(ids, n);
        TRY(cards_load(rq->cx, rq->viewer, ids, n_ids, c));
        v->away = make_n(rq->arena, n + 1, struct put_away_line);
        for (size_t i = 0; i < n; i++)
                for (size_t k = 0; k < c->n; k++)
                        if (c->v[k].post->id == rows[i].post)
                                v->away[v->n_away++] = (struct put_away_line){
                                        &c->v[k], rows[i].kind == AWAY_BOOSTS, rows[i].until};
        return OK;
}

static enum err pauses_page(struct req *rq)
{
        struct pauses_page v = {0};
        struct pause *all;
        TRY(pause_list(rq->cx, rq->viewer->account, &all, &v.n));
        v.v = all;
        TRY(load_away(rq, &v));
        struct web_page p = {.title = S("Topic pauses"), .here = HERE_MORE, .told = web_done(rq)};
        struct html *h;
        TRY(web_open(rq, 200, &p, &h));
        web_pauses_body(h, &p, &v);
        return web_close(h, &p);
}

/* ---- a new one ---- */

static enum err offer(struct req *rq, struct pause_form *f)
{
        struct topic *topics;
        TRY(topic_language(rq->cx, rq->viewer->locale, &f->language));
        TRY(topic_list(rq->cx, f->language, &topics, &f->n_topics));
        f->topics = topics;
        TRY(topic_languages(rq->cx, &f->languages));
        size_t k = 0;
        for (size_t i = 0; i < f->languages.n; i++)
                if (!str_eq(f->languages.v[i], f->language))
                        f->languages.v[k++] = f->languages.v[i];
        f->languages.n = k;
        return OK;
}

static enum err show_form(struct req *rq, int status, const struct pause_form *f)
{
        struct web_page p = {.title = S("Rest from a topic"), .here = HERE_MORE};
        struct html *h;
        TRY(web_open(rq, status, &p, &h));
        web_pause_form_body(h, &p, f);
        return web_close(h, &p);
}

static enum err pause_new_page(struct req *rq)
{
        struct pause_form f = {.days = S("30")};
        TRY(offer(rq, &f));
        return show_form(rq, 200, &f);
}

static const struct field pause_fields[] = {
        {"topic", F_IDS, offsetof(struct pause_form, chosen), PAUSE_TOPICS_MAX},
        {"also", F_STRS, offsetof(struct pause_form, also), 20},
        {"own", F_STR, offsetof(struct pause_form, own), 0},
        {"days", F_STR, offsetof(struct pause_form, days), 8},
        {"spared", F_STR, offsetof(struct pause_form, spared), 4000},
};

/* Names with commas between them; false: *wrong is one that nobody has. */
static enum err read_people(struct req *rq, struct str names, int64_t *ids, size_t *n,
                            struct str *wrong)
{
        struct str_list l = topic_split(rq->arena, names);
        struct account *a;
        *n = 0;
        for (size_t i = 0; i < l.n; i++) {
                struct str name = str_after(l.v[i], str_starts(l.v[i], S("@")));
                enum err e = account_by_name(rq->cx, name, &a);
                if (e == ERR_MISSING || *n == PAUSE_SPARED_MAX) {
                        *wrong = l.v[i];
                        return OK;
                }
                TRY(e);
                ids[(*n)++] = a->id;
        }
        return OK;
}

static enum err draft_of(struct req *rq, struct pause_form *f, struct pause_draft *d)
{
        int64_t *spared = make_n(rq->arena, PAUSE_SPARED_MAX, int64_t);
        struct str wrong = STR_NONE;
        *d = (struct pause_draft){
                .topics = f->chosen.v, .n_topics = f->chosen.n, .own = f->own, .spared = spared};
        d->languages.v = make_n(rq->arena, f->also.n + 1, struct str);
        d->languages.v[d->languages.n++] = f->language;
        for (size_t i = 0; i < f->also.n; i++)
                d->languages.v[d->languages.n++] = f->also.v[i];
        if (!str_to_i64(f->days, &d->days))
                d->days = 0;
        TRY(read_people(rq, f->spared, spared, &d->n_spared, &wrong));
        if (wrong.p)
                return fail_field(rq->cx, "spared", ERR_INPUT,
                                  "Nobody known here is called %.*s, or these are too many.",
                                  STR_ARG(wrong));
        return OK;
}

static void put_error(struct req *rq, struct pause_form *f)
{
        struct str field = rq->cx->fault_field;
        struct str *to = str_eq(field, S("own"))      ? &f->own_error
                         : str_eq(field, S("days"))   ? &f->days_error
                         : str_eq(field, S("spared")) ? &f->spared_error
                                                      : &f->topic_error;
        *to = rq->cx->fault;
}

static enum err look(struct req *rq, const struct pause_draft *d, struct pause_form *f)
{
        int64_t ids[PAUSE_PREVIEW];
        size_t n;
        TRY(pause_preview(rq->cx, rq->viewer, d, ids, &n));
        TRY(cards_load(rq->cx, rq->viewer, ids, n, &f->posts));
        f->previewed = true;
        return OK;
}

static enum err pause_make(struct req *rq)
{
        struct pause_form f = {0};
        struct pause_draft d;
        int64_t id = 0;
        bool begins = str_eq(req_param(rq, "do"), S("begin"));
        TRY(offer(rq, &f));
        TRY(req_read(rq, pause_fields, countof(pause_fields), &f));
        enum err e = draft_of(rq, &f, &d);
        if (!e)
                e = begins ? pause_begin(rq->cx, rq->viewer, &d, &id) : look(rq, &d, &f);
        if (e == ERR_INPUT) {
                put_error(rq, &f);
                return show_form(rq, 422, &f);
        }
        TRY(e);
        if (!begins)
                return show_form(rq, 200, &f);
        reply_redirect(rq, S("/pauses?done=rest"));
        return OK;
}

/* ---- one of them ---- */

static enum err show_one(struct req *rq, int status, struct str name, struct str error)
{
        struct pause_page v = {.name = name, .error = error};
        struct pause *pause;
        TRY(pause_get(rq->cx, rq->viewer->account, req_path_id(rq, "id"), &pause));
        v.pause = pause;
        TRY(account_get_many(rq->cx, pause->spared, pause->n_spared, &v.spared, &v.n_spared));
        struct web_page p = {
                .title = S("A rest from a topic"), .here = HERE_MORE, .told = web_done(rq)};
        struct html *h;
        TRY(web_open(rq, status, &p, &h));
        web_pause_body(h, &p, &v);
        return web_close(h, &p);
}

static enum err pause_one_page(struct req *rq)
{
        return show_one(rq, 200, STR_NONE, STR_NONE);
}

static enum err spare(struct req *rq, int64_t filter)
{
        struct str name = str_trim(req_param(rq, "name"));
        struct account *a;
        enum err e = account_by_name(rq->cx, str_after(name, str_starts(name, S("@"))), &a);
        if (e == ERR_MISSING)
                return fail(rq->cx, ERR_INPUT, "Nobody known here has that name.");
        TRY(e);
        return pause_spare(rq->cx, rq->viewer->account, filter, a->id, true);
}

static enum err do_it(struct req *rq, int64_t filter, const char **done)
{
        struct str what = req_param(rq, "do");
        int64_t me = rq->viewer->account, whom;
        *done = "saved";
        if (str_eq(what, S("keep"))) {
                *done = "rest_kept";
                return pause_keep(rq->cx, me, filter);
        }
        if (str_eq(what, S("let")))
                return pause_let_end(rq->cx, me, filter);
        if (str_eq(what, S("end"))) {
                *done = "rest_ended";
                return pause_end(rq->cx, me, filter);
        }
        if (str_eq(what, S("spare")))
                return spare(rq, filter);
        if (!str_to_i64(req_param(rq, "account"), &whom))
                return ERR_MISSING;
        return pause_spare(rq->cx, me, filter, whom, false);
}

static enum err pause_change(struct req *rq)
{
        int64_t filter = req_path_id(rq, "id");
        const char *done;
        struct str what = req_param(rq, "do");
        bool stays = str_eq(what, S("spare")) || str_eq(what, S("unspare"));
        enum err e = do_it(rq, filter, &done);
        if (e == ERR_INPUT)
                return show_one(rq, 422, req_param(rq, "name"), rq->cx->fault);
        TRY(e);
        struct str to = stays ? rq->path : req_param(rq, "back").n ? web_back(rq) : S("/pauses");
        reply_redirect(rq, web_done_path(rq->arena, to, done));
        return OK;
}

#define READ SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ
#define WRITE SCOPE_PAGE_SIGNED_IN, LIMIT_WRITE, LANE_WRITE
static const struct route routes[] = {
        {"GET", "/pauses", READ, pauses_page, 0, 0},
        {"GET", "/pauses/new", READ, pause_new_page, 0, 0},
        {"POST", "/pauses/new", WRITE, pause_make, 0, 0},
        {"GET", "/pauses/:id", READ, pause_one_page, 0, 0},
        {"POST", "/pauses/:id", WRITE, pause_change, 0, 0},
};
const struct route_list WEB_PAUSE_ROUTES = {DOOR_PAGE, routes, countof(routes)};
