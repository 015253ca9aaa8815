/* Settings about what others write to one: words one would rather not read, letters of visitors,
 * and what answering in an app does. */
#include "lib/base/die.h"
#include "social/letter.h"
#include "social/mailing.h"
#include "social/scope.h"
#include "store/limits.h"
#include "web/settings.h"
#include "web/settings.html.h"
#include "web/web.h"

static enum err words_show(struct req *rq, int status, struct str typed, struct str error)
{
        struct rather_not *v;
        size_t n;
        TRY(rather_not_list(rq->cx, rq->viewer->account, &v, &n));
        struct web_page p = {0};
        struct html *h;
        TRY(settings_open(rq, status, "words", &p, &h));
        web_settings_words(h, &p, v, n, typed, error);
        return web_close(h, &p);
}

static enum err words_page(struct req *rq)
{
        return words_show(rq, 200, STR_NONE, STR_NONE);
}

static enum err words_save(struct req *rq)
{
        int64_t drop;
        struct str words = req_param(rq, "words");
        if (str_to_i64(req_param(rq, "drop"), &drop)) {
                TRY(rather_not_drop(rq->cx, rq->viewer->account, drop));
                reply_redirect(rq, S("/settings/words?done=ended"));
                return OK;
        }
        enum err e = rather_not_add(rq->cx, rq->viewer->account, words);
        if (e == ERR_INPUT)
                return words_show(rq, 422, words, rq->cx->fault);
        TRY(e);
        reply_redirect(rq, S("/settings/words?done=saved"));
        return OK;
}

static enum err letters_page(struct req *rq)
{
        bool on;
        TRY(letter_visitors(rq->cx, rq->viewer->account, &on));
        struct web_page p = {0};
        struct html *h;
        TRY(settings_open(rq, 200, "letters", &p, &h));
        web_settings_letters(h, &p, on, mailing_possible(rq->cx));
        return web_close(h, &p);
}

static enum err letters_save(struct req *rq)
{
        TRY(letter_visitors_set(rq->cx, rq->viewer->account,
                                str_eq(req_param(rq, "visitors"), S("yes"))));
        reply_redirect(rq, S("/settings/letters?done=saved"));
        return OK;
}

static enum err apps_page(struct req *rq)
{
        bool on;
        TRY(comment_apps_show(rq->cx, rq->viewer->account, &on));
        struct web_page p = {0};
        struct html *h;
        TRY(settings_open(rq, 200, "apps", &p, &h));
        web_settings_apps(h, &p, on);
        return web_close(h, &p);
}

static enum err apps_save(struct req *rq)
{
        TRY(comment_apps_show_set(rq->cx, rq->viewer->account,
                                  str_eq(req_param(rq, "show"), S("yes"))));
        reply_redirect(rq, S("/settings/apps?done=saved"));
        return OK;
}

static const struct route routes[] = {
        {"GET", "/settings/words", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, words_page, 0, 0},
        {"POST", "/settings/words", SCOPE_PAGE_SIGNED_IN, LIMIT_WRITE, LANE_WRITE, words_save, 0,
         0},
        {"GET", "/settings/letters", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, letters_page, 0,
         0},
        {"POST", "/settings/letters", SCOPE_PAGE_SIGNED_IN, LIMIT_WRITE, LANE_WRITE, letters_save,
         0, 0},
        {"GET", "/settings/apps", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, apps_page, 0, 0},
        {"POST", "/settings/apps", SCOPE_PAGE_SIGNED_IN, LIMIT_WRITE, LANE_WRITE, apps_save, 0, 0},
};
const struct route_list WEB_SETTINGS_COMMENTS_ROUTES = {DOOR_PAGE, routes, countof(routes)};
