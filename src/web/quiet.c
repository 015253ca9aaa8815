/* /settings/quiet: the digest's hour, and quiet time; /waited: what waited for the end of quiet
 * time, with a choice for each. */
#include "web/quiet.h"
#include "lib/base/die.h"
#include "lib/text/date.h"
#include "social/scope.h"
#include "store/limits.h"
#include "web/done.h"
#include "web/form.h"
#include "web/quiet.html.h"
#include "web/settings.h"
#include "web/web.h"
#include "web/when.h"

static const char *const kind_slugs[WAITED_KINDS_] = {
        [WAITED_FOLLOWS] = "follows",
        [WAITED_MENTIONS] = "mentions",
};

static enum err quiet_show(struct req *rq, int status, struct quiet_form *f)
{
        struct web_page p = {0};
        struct html *h;
        TRY(quiet_get(rq->cx, rq->viewer->account, &f->now));
        TRY(settings_open(rq, status, "quiet", &p, &h));
        f->today = when_iso_day(rq->arena, &p.zone, p.now + 86400000);
        if (status == 200 && f->now.on) {
                f->by_date = f->now.until != 0;
                f->until = f->by_date ? when_iso_day(rq->arena, &p.zone, f->now.until) : STR_NONE;
        }
        if (status == 200 && f->now.from) {
                f->line = f->now.line;
                f->with_line = f->now.line.n != 0;
        }
        web_quiet_settings(h, &p, f);
        return web_close(h, &p);
}

static enum err quiet_page(struct req *rq)
{
        struct quiet_form f = {0};
        return quiet_show(rq, 200, &f);
}

static enum err save_digest(struct req *rq)
{
        int64_t hour;
        if (!str_to_i64(req_param(rq, "hour"), &hour))
                return fail(rq->cx, ERR_INPUT, "An hour is 0 to 23.");
        return digest_set(rq->cx, rq->viewer->account, hour, web_ticked(rq, "mail"));
}

/* Until a day means until that day begins where the person lives. */
static enum err begin(struct req *rq, struct quiet_form *f)
{
        struct login *me;
        int64_t until = 0;
        f->by_date = web_chose(rq, "end", "date");
        f->until = req_param(rq, "until");
        f->with_line = web_chose(rq, "show", "line");
        f->line = req_param(rq, "line");
        TRY(login_get(rq->cx, rq->viewer->account, &me));
        struct zone z = zone_open(rq->arena, me->zone.n ? me->zone : rq->cx->settings->zone);
        if (f->by_date && !zone_read_day(&z, f->until, &until))
                return fail_field(rq->cx, "until", ERR_INPUT, "Choose a day, or “Until I end it”.");
        return quiet_begin(rq->cx, rq->viewer->account, until, f->with_line ? f->line : S(""));
}

static enum err quiet_save(struct req *rq)
{
        struct quiet_form f = {0};
        const char *done = "saved";
        enum err e = OK;
        if (web_chose(rq, "do", "digest"))
                e = save_digest(rq);
        else if (web_chose(rq, "do", "end")) {
                e = quiet_end(rq->cx, rq->viewer->account);
                done = "quiet_ended";
        } else if (!web_chose(rq, "do", "begin")) {
                return fail(rq->cx, ERR_INPUT, "The form did not say what to do.");
        } else {
                e = begin(rq, &f);
                done = "quiet_on";
                if (e == ERR_INPUT) {
                        if (str_eq(rq->cx->fault_field, S("line")))
                                f.line_error = rq->cx->fault;
                        else
                                f.until_error = rq->cx->fault;
                        return quiet_show(rq, 422, &f);
                }
        }
        TRY(e);
        reply_redirect(rq,
                       str_fmt(rq->arena, "%s?done=%s",
                               web_chose(rq, "do", "end") ? "/waited" : "/settings/quiet", done));
        return OK;
}

static enum err waited_page(struct req *rq)
{
        struct waited w;
        struct waited_page v = {.w = &w};
        TRY(quiet_get(rq->cx, rq->viewer->account, &v.quiet));
        TRY(quiet_waited(rq->cx, rq->viewer->account, &w));
        TRY(remember_waiting(rq->cx, rq->viewer->account, &v.days, &v.n_days));
        v.anything = w.digest || w.n_posts || v.n_days;
        for (int k = 0; k < WAITED_KINDS_; k++) {
                struct account **people;
                size_t n;
                TRY(account_get_many(rq->cx, w.who[k], w.n_who[k], &people, &n));
                for (size_t i = 0; i < n; i++)
                        names_add(&v.names[k], people[i]);
                v.names[k].others = w.n_who[k] == WAITED_NAMES;
                v.anything = v.anything || n;
        }
        struct web_page p = {
                .title = S("These waited"), .here = HERE_NOTIFICATIONS, .told = web_done(rq)};
        struct html *h;
        TRY(web_open(rq, 200, &p, &h));
        TRY(web_reminders_due(rq, p.me, true, &v.reminders, &v.n_reminders));
        v.anything = v.anything || v.n_reminders;
        web_waited_body(h, &p, &v);
        return web_close(h, &p);
}

static enum err waited_choose(struct req *rq)
{
        int64_t me = rq->viewer->account, id;
        bool yes = web_ticked(rq, "do");
        const char *done = "chosen";
        if (web_chose(rq, "what", "done")) {
                TRY(quiet_done(rq->cx, me));
                reply_redirect(rq, S("/"));
                return OK;
        }
        if (str_to_i64(req_param(rq, "post"), &id)) {
                TRY(quiet_choose_post(rq->cx, me, id, yes));
                done = yes ? "on_its_way" : "thrown_away";
        }
        if (str_to_i64(req_param(rq, "day"), &id))
                TRY(remember_choose(rq->cx, me, id, yes));
        for (int k = 0; k < WAITED_KINDS_; k++)
                if (web_chose(rq, "what", kind_slugs[k]))
                        TRY(quiet_choose(rq->cx, me, (enum waited_kind)k, yes));
        reply_redirect(rq, str_fmt(rq->arena, "/waited?done=%s", done));
        return OK;
}

static const struct route routes[] = {
        {"GET", "/settings/quiet", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, quiet_page, 0, 0},
        {"POST", "/settings/quiet", SCOPE_PAGE_SIGNED_IN, LIMIT_WRITE, LANE_WRITE, quiet_save, 0,
         0},
        {"GET", "/waited", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, waited_page, 0, 0},
        {"POST", "/waited", SCOPE_PAGE_SIGNED_IN, LIMIT_WRITE, LANE_WRITE, waited_choose, 0, 0},
};
const struct route_list WEB_QUIET_ROUTES = {DOOR_PAGE, routes, countof(routes)};
