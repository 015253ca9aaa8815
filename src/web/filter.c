/* /filters: words and posts one would rather not read. One page lists them, one changes one: its
 * name, where and how it works, how long, and its words. */
#include "social/filter.h"
#include "lib/base/die.h"
#include "lib/text/unicode.h"
#include "social/scope.h"
#include "store/limits.h"
#include "web/done.h"
#include "web/mine.h"
#include "web/mine.html.h"
#include "web/moderate.h"
#include "web/web.h"

const struct filter_word FILTER_PLACES[] = {
        {FILTER_HOME, "home", "Home and lists", NULL},
        {FILTER_NOTIFICATIONS, "notifications", "Notifications", NULL},
        {FILTER_PUBLIC, "public", "Public posts and hashtags", NULL},
        {FILTER_THREAD, "thread", "Comments", NULL},
        {FILTER_ACCOUNT, "account", "Profiles", NULL},
};
const size_t FILTER_PLACES_COUNT = countof(FILTER_PLACES);
const struct filter_word FILTER_DOES[] = {
        {FILTER_WARN, "warn", "Fold them under the filter's name", NULL},
        {FILTER_BLUR, "blur", "Cover their photos", NULL},
        {FILTER_HIDE, "hide", "Leave them out", "No gap, no count."},
};
const size_t FILTER_DOES_COUNT = countof(FILTER_DOES);

static enum err filters_page(struct req *rq)
{
        struct filter *v;
        size_t n;
        TRY(filter_list(rq->cx, rq->viewer->account, false, &v, &n));
        struct web_page p = {.title = S("Filters"), .here = HERE_MORE, .told = web_done(rq)};
        struct html *h;
        TRY(web_open(rq, 200, &p, &h));
        web_filters_body(h, &p, v, n);
        return web_close(h, &p);
}

static enum err show_one(struct req *rq, int status, const struct filter_page *v)
{
        struct web_page p = {.title = v->f->id ? v->f->title : S("A new filter"),
                             .here = HERE_MORE,
                             .told = web_done(rq)};
        struct html *h;
        TRY(web_open(rq, status, &p, &h));
        web_filter_body(h, &p, v);
        return web_close(h, &p);
}

static enum err filter_new_page(struct req *rq)
{
        const struct filter f = {.contexts = FILTER_HOME | FILTER_NOTIFICATIONS | FILTER_PUBLIC |
                                             FILTER_THREAD | FILTER_ACCOUNT};
        return show_one(rq, 200, &(struct filter_page){.f = &f});
}

static enum err filter_page(struct req *rq)
{
        struct filter *f;
        TRY(filter_get(rq->cx, rq->viewer->account, req_path_id(rq, "id"), &f));
        return show_one(rq, 200, &(struct filter_page){.f = f});
}

/* Days from now; "keep" leaves the end as it is. */
static void read_end(struct req *rq, struct filter *f)
{
        int64_t days;
        struct str given = req_param(rq, "days");
        if (str_eq(given, S("0")))
                f->expires_at = 0;
        else if (str_to_i64(given, &days) && days > 0 && days <= 3650)
                f->expires_at = cx_now(rq->cx) + days * INT64_C(86400000);
}

static void read_form(struct req *rq, struct filter *f)
{
        f->title = str_trim(req_param(rq, "title"));
        f->contexts = 0;
        for (size_t i = 0; i < countof(FILTER_PLACES); i++)
                if (str_eq(req_param(rq, FILTER_PLACES[i].name), S("yes")))
                        f->contexts |= FILTER_PLACES[i].value;
        for (size_t i = 0; i < countof(FILTER_DOES); i++)
                if (str_eq(req_param(rq, "action"), str_of(FILTER_DOES[i].name)))
                        f->action = (enum filter_action)FILTER_DOES[i].value;
        read_end(rq, f);
}

static struct str wrong_with(const struct filter *f)
{
        if (!f->title.n || utf8_count(f->title) > FILTER_TEXT_MAX)
                return S("A filter needs a name of at most 256 characters.");
        return f->contexts ? STR_NONE : S("Choose at least one place where it works.");
}

static enum err add_word(struct req *rq, int64_t filter)
{
        struct filter_keyword k = {.filter = filter,
                                   .keyword = str_trim(req_param(rq, "word")),
                                   .whole_word = str_eq(req_param(rq, "whole"), S("yes"))};
        if (!k.keyword.n || utf8_count(k.keyword) > FILTER_TEXT_MAX)
                return fail(rq->cx, ERR_INPUT, "A word has 1 to 256 characters.");
        return filter_keyword_save(rq->cx, rq->viewer->account, &k);
}

static enum err save(struct req *rq, struct filter *f)
{
        read_form(rq, f);
        struct str wrong = wrong_with(f);
        if (wrong.n)
                return fail(rq->cx, ERR_INPUT, "%.*s", STR_ARG(wrong));
        return filter_save(rq->cx, rq->viewer->account, f);
}

static enum err filter_make(struct req *rq)
{
        struct filter f = {0};
        enum err e = save(rq, &f);
        if (!e && str_trim(req_param(rq, "word")).n)
                e = add_word(rq, f.id);
        if (e == ERR_INPUT) {
                f.id = 0;
                return show_one(rq, 422,
                                &(struct filter_page){.f = &f,
                                                      .word = req_param(rq, "word"),
                                                      .error = rq->cx->fault});
        }
        TRY(e);
        reply_redirect(rq, str_fmt(rq->arena, "/filters/%lld?done=made", (long long)f.id));
        return OK;
}

static enum err do_it(struct req *rq, struct str what, struct filter *f)
{
        int64_t id = 0, me = rq->viewer->account;
        if (str_eq(what, S("add")))
                return add_word(rq, f->id);
        str_to_i64(req_param(rq, "id"), &id);
        if (str_eq(what, S("remove")))
                return filter_keyword_drop(rq->cx, me, id);
        if (str_eq(what, S("remove_post")))
                return filter_status_drop(rq->cx, me, id);
        return save(rq, f);
}

static enum err filter_change(struct req *rq)
{
        struct str what = req_param(rq, "do");
        struct filter *f;
        TRY(filter_get(rq->cx, rq->viewer->account, req_path_id(rq, "id"), &f));
        if (str_eq(what, S("delete"))) {
                TRY(filter_drop(rq->cx, rq->viewer->account, f->id));
                reply_redirect(rq, S("/filters?done=ended"));
                return OK;
        }
        enum err e = do_it(rq, what, f);
        if (e == ERR_INPUT)
                return show_one(rq, 422,
                                &(struct filter_page){.f = f,
                                                      .word = req_param(rq, "word"),
                                                      .error = rq->cx->fault});
        TRY(e);
        reply_redirect(rq, str_fmt(rq->arena, "/filters/%lld?done=saved", (long long)f->id));
        return OK;
}

#define READ SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ
#define WRITE SCOPE_PAGE_SIGNED_IN, LIMIT_WRITE, LANE_WRITE
static const struct route routes[] = {
        {"GET", "/filters", READ, filters_page, 0, 0},
        {"GET", "/filters/new", READ, filter_new_page, 0, 0},
        {"POST", "/filters/new", WRITE, filter_make, 0, 0},
        {"GET", "/filters/:id", READ, filter_page, 0, 0},
        {"POST", "/filters/:id", WRITE, filter_change, 0, 0},
};
const struct route_list WEB_FILTER_ROUTES = {DOOR_PAGE, routes, countof(routes)};
