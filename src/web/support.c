/* /support: who helps. And the owner's pages of it, of the topics, and of the words beneath hard
 * news; each is written per language. */
#include "web/support.h"
#include "lib/base/die.h"
#include "lib/text/language.h"
#include "social/scope.h"
#include "store/limits.h"
#include "web/done.h"
#include "web/moderate.h"
#include "web/support.html.h"
#include "web/web.h"

enum err web_gentle_load(struct req *rq, const struct switches *s, struct str language,
                         const struct gentle_form **ret)
{
        *ret = NULL;
        if (!s || (s->preset != PRESET_HARD_NEWS && !s->thinking))
                return OK;
        struct gentle_form *f = make(rq->arena, struct gentle_form);
        TRY(gentle_get(rq->cx, language, rq->viewer->locale, &f->words));
        TRY(support_any(rq->cx, &f->support));
        *ret = f;
        return OK;
}

static enum err support_page(struct req *rq)
{
        struct support *v;
        size_t n;
        struct str locale = rq->viewer->locale.n ? rq->viewer->locale : rq->cx->settings->language;
        TRY(support_list(rq->cx, str_cut(locale, 0, str_find_char(locale, '-')), &v, &n));
        struct web_page p = {.title = S("Support"), .indexable = true};
        struct html *h;
        TRY(web_open(rq, 200, &p, &h));
        web_support_body(h, &p, v, n);
        return web_close(h, &p);
}

/* ---- the owner's page of it ---- */

static enum err show_support(struct req *rq, int status, struct support_admin *a)
{
        struct support *v;
        struct web_page p = {0};
        struct html *h;
        a->language = rq->cx->settings->language;
        TRY(support_list(rq->cx, a->language, &v, &a->n));
        a->v = v;
        TRY(moderate_open(rq, status, "support", &p, &h));
        web_support_admin(h, &p, a);
        return web_close(h, &p);
}

static enum err support_admin_page(struct req *rq)
{
        return show_support(rq, 200, &(struct support_admin){0});
}

static enum err support_admin_change(struct req *rq)
{
        struct support_admin a = {0};
        struct support *s = &a.typed;
        bool cleaned = false;
        *s = (struct support){.language = req_param(rq, "language"),
                              .country = req_param(rq, "country"),
                              .name = req_param(rq, "name"),
                              .words = req_param(rq, "words"),
                              .phone = req_param(rq, "phone"),
                              .link = req_param(rq, "link"),
                              .hours = req_param(rq, "hours")};
        str_to_i64(req_param(rq, "id"), &s->id);
        if (str_eq(req_param(rq, "do"), S("delete"))) {
                TRY(support_drop(rq->cx, rq->viewer, s->id));
                return moderate_done(rq, rq->path, "saved");
        }
        int64_t id = s->id;
        enum err e = support_save(rq->cx, rq->viewer, s, &cleaned);
        if (e == ERR_INPUT) {
                s->id = id;
                a.error = rq->cx->fault;
                return show_support(rq, 422, &a);
        }
        TRY(e);
        return moderate_done(rq, rq->path, cleaned ? "cleaned" : "saved");
}

/* ---- topics ---- */

/* The language asked for: one that can be read, else the server's. */
static struct str language_asked(struct req *rq)
{
        struct str clean;
        return language_read(rq->arena, req_param(rq, "language"), &clean) && clean.n
                       ? clean
                       : rq->cx->settings->language;
}

static enum err show_topics(struct req *rq, int status, struct topics_admin *a)
{
        struct topic *v;
        struct web_page p = {0};
        struct html *h;
        a->language = language_asked(rq);
        TRY(topic_list(rq->cx, a->language, &v, &a->n));
        a->v = v;
        TRY(topic_languages(rq->cx, &a->languages));
        TRY(moderate_open(rq, status, "topics", &p, &h));
        web_topics_admin(h, &p, a);
        return web_close(h, &p);
}

static enum err topics_page(struct req *rq)
{
        return show_topics(rq, 200, &(struct topics_admin){0});
}

static enum err topics_change(struct req *rq)
{
        struct topics_admin a = {0};
        struct topic *t = &a.typed;
        struct str language = language_asked(rq);
        *t = (struct topic){.name = req_param(rq, "name"), .words = req_param(rq, "words")};
        str_to_i64(req_param(rq, "id"), &t->id);
        int64_t id = t->id;
        enum err e = str_eq(req_param(rq, "do"), S("delete"))
                             ? topic_drop(rq->cx, rq->viewer, language, t->id)
                             : topic_save(rq->cx, rq->viewer, language, t);
        if (e == ERR_INPUT) {
                *t = (struct topic){id, req_param(rq, "name"), req_param(rq, "words")};
                a.error = rq->cx->fault;
                return show_topics(rq, 422, &a);
        }
        TRY(e);
        return moderate_done(
                rq, str_fmt(rq->arena, "%.*s?language=%.*s", STR_ARG(rq->path), STR_ARG(language)),
                "saved");
}

/* ---- beneath hard news ---- */

static struct str joined(struct arena *a, const struct str_list *l)
{
        struct str all = S("");
        for (size_t i = 0; i < l->n; i++)
                all = i ? str_fmt(a, "%.*s\n%.*s", STR_ARG(all), STR_ARG(l->v[i])) : l->v[i];
        return all;
}

static enum err show_gentle(struct req *rq, int status, struct gentle_admin *a)
{
        struct web_page p = {0};
        struct html *h;
        a->language = language_asked(rq);
        TRY(gentle_languages(rq->cx, &a->languages));
        TRY(moderate_open(rq, status, "hard-news", &p, &h));
        web_gentle_admin(h, &p, a);
        return web_close(h, &p);
}

static enum err gentle_page(struct req *rq)
{
        struct gentle_admin a = {0};
        struct gentle g;
        TRY(gentle_of(rq->cx, language_asked(rq), &g));
        a.suggestions = joined(rq->arena, &g.suggestions);
        a.helpful = joined(rq->arena, &g.helpful);
        a.leave_out = joined(rq->arena, &g.leave_out);
        return show_gentle(rq, 200, &a);
}

static enum err gentle_change(struct req *rq)
{
        struct gentle_admin a = {.suggestions = req_param(rq, "suggestions"),
                                 .helpful = req_param(rq, "helpful"),
                                 .leave_out = req_param(rq, "leave_out")};
        struct str language = language_asked(rq);
        enum err e =
                gentle_save(rq->cx, rq->viewer, language, a.suggestions, a.helpful, a.leave_out);
        if (e == ERR_INPUT) {
                a.error = rq->cx->fault;
                return show_gentle(rq, 422, &a);
        }
        TRY(e);
        return moderate_done(
                rq, str_fmt(rq->arena, "%.*s?language=%.*s", STR_ARG(rq->path), STR_ARG(language)),
                "saved");
}

#define READ SCOPE_PAGE_OWNER, LIMIT_PAGE, LANE_READ
#define WRITE SCOPE_PAGE_OWNER, LIMIT_WRITE, LANE_WRITE
static const struct route routes[] = {
        {"GET", "/support", SCOPE_PAGE_PUBLIC, LIMIT_PAGE, LANE_READ, support_page, 0, 0},
        {"GET", "/moderation/support", READ, support_admin_page, 0, 0},
        {"POST", "/moderation/support", WRITE, support_admin_change, 0, 0},
        {"GET", "/moderation/topics", READ, topics_page, 0, 0},
        {"POST", "/moderation/topics", WRITE, topics_change, 0, 0},
        {"GET", "/moderation/hard-news", READ, gentle_page, 0, 0},
        {"POST", "/moderation/hard-news", WRITE, gentle_change, 0, 0},
};
const struct route_list WEB_SUPPORT_ROUTES = {DOOR_PAGE, routes, countof(routes)};
