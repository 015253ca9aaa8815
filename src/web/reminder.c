/* /@name/ID/remind and /reminders: asking to be reminded of writing again, and the list of one's
 * own. A line with a name and a date stands in Home and above the notifications on that day. */
#include "web/reminder.h"
#include "lib/base/die.h"
#include "lib/text/date.h"
#include "social/quiet.h"
#include "social/scope.h"
#include "store/limits.h"
#include "web/done.h"
#include "web/post.h"
#include "web/reminder.html.h"
#include "web/web.h"

const struct web_option REMINDER_AFTER[REMINDER_CHOICES] = {
        {{"2w", 2}, {"In two weeks", 12}},    {{"1m", 2}, {"In a month", 10}},
        {{"3m", 2}, {"In three months", 15}}, {{"6m", 2}, {"In six months", 13}},
        {{"12m", 3}, {"In a year", 9}},       {{"date", 4}, {"On the day below", 16}},
};

static enum err lines_of(struct req *rq, const struct reminder *v, size_t n,
                         struct reminder_line **ret, size_t *n_ret)
{
        int64_t *who = make_n(rq->arena, n + 1, int64_t);
        struct reminder_line *lines = make_n(rq->arena, n + 1, struct reminder_line);
        struct account **people;
        size_t n_people, k = 0;
        for (size_t i = 0; i < n; i++)
                who[i] = v[i].author;
        TRY(account_get_many(rq->cx, who, n, &people, &n_people));
        for (size_t i = 0; i < n; i++)
                for (size_t j = 0; j < n_people; j++)
                        if (people[j]->id == v[i].author) {
                                lines[k++] = (struct reminder_line){
                                        &v[i], people[j],
                                        path_of_post(rq->arena, people[j], v[i].post)};
                                break;
                        }
        *ret = lines;
        *n_ret = k;
        return OK;
}

enum err web_reminders_due(struct req *rq, const struct login *me, bool held,
                           struct reminder_line **ret, size_t *n)
{
        struct reminder *v;
        size_t got;
        *n = 0;
        if (!me->remind_next || me->remind_next > cx_now(rq->cx) || (me->quiet_from != 0) != held)
                return OK;
        TRY(reminder_due(rq->cx, rq->viewer, &v, &got));
        return lines_of(rq, v, got, ret, n);
}

/* ---- of one post ---- */

static struct str day_text(struct arena *a, const struct zone *z, int64_t ms)
{
        struct date_parts d = date_parts(ms, zone_minutes(z, ms));
        return str_fmt(a, "%04d-%02d-%02d", d.year, d.month, d.day);
}

static enum err show(struct req *rq, int status, struct reminder_form *f)
{
        struct web_page p = {.title = S("Remind me"), .told = web_done(rq)};
        struct html *h;
        TRY(reminder_get(rq->cx, rq->viewer->account, f->card->post->id, &f->at));
        TRY(reminder_may(rq->cx, rq->viewer, f->card->post->id, &f->may));
        TRY(web_open(rq, status, &p, &h));
        f->first_day = day_text(rq->arena, &p.zone, p.now + 86400000);
        web_reminder_body(h, &p, f);
        return web_close(h, &p);
}

static enum err open_form(struct req *rq, struct card *card, struct reminder_form *f)
{
        TRY(web_post_find(rq, card));
        *f = (struct reminder_form){.card = card,
                                    .path = path_of_post(rq->arena, card->author, card->post->id),
                                    .after = S("1m")};
        return OK;
}

static enum err remind_page(struct req *rq)
{
        struct card card;
        struct reminder_form f;
        TRY(open_form(rq, &card, &f));
        return show(rq, 200, &f);
}

static enum err set(struct req *rq, struct reminder_form *f)
{
        struct login *me;
        int64_t at;
        f->after = req_param(rq, "after");
        f->date = req_param(rq, "date");
        TRY(login_get(rq->cx, rq->viewer->account, &me));
        struct zone z = zone_open(rq->arena, me->zone);
        bool by_date = str_eq(f->after, S("date"));
        if (by_date ? !zone_read_day(&z, f->date, &at)
                    : !reminder_after(&z, cx_now(rq->cx), f->after, &at))
                return fail_field(rq->cx, "date", ERR_INPUT, "Choose a day.");
        return reminder_set(rq->cx, rq->viewer, f->card->post->id, at);
}

static enum err remind_change(struct req *rq)
{
        struct card card;
        struct reminder_form f;
        TRY(open_form(rq, &card, &f));
        if (str_eq(req_param(rq, "do"), S("end"))) {
                TRY(reminder_end(rq->cx, rq->viewer->account, card.post->id));
                reply_redirect(rq, web_done_path(rq->arena, f.path, "undone"));
                return OK;
        }
        enum err e = set(rq, &f);
        if (e == ERR_INPUT) {
                *(rq->cx->fault_field.n ? &f.date_error : &f.error) = rq->cx->fault;
                return show(rq, 422, &f);
        }
        TRY(e);
        reply_redirect(rq, web_done_path(rq->arena, f.path, "reminder"));
        return OK;
}

/* ---- the list ---- */

static enum err reminders_page(struct req *rq)
{
        struct reminders_page v = {0};
        struct reminder *due, *later;
        size_t n_due, n_later;
        TRY(reminder_due(rq->cx, rq->viewer, &due, &n_due));
        TRY(lines_of(rq, due, n_due, &v.due, &v.n_due));
        TRY(reminder_list(rq->cx, rq->viewer, &later, &n_later));
        TRY(lines_of(rq, later, n_later, &v.later, &v.n_later));
        struct web_page p = {.title = S("Reminders"), .here = HERE_MORE, .told = web_done(rq)};
        struct html *h;
        TRY(web_open(rq, 200, &p, &h));
        web_reminders_body(h, &p, &v);
        return web_close(h, &p);
}

static enum err reminders_change(struct req *rq)
{
        int64_t post;
        if (str_eq(req_param(rq, "do"), S("mail"))) {
                TRY(reminder_set_mail(rq->cx, rq->viewer->account,
                                      str_eq(req_param(rq, "mail"), S("yes"))));
                reply_redirect(rq, S("/reminders?done=saved"));
                return OK;
        }
        if (!str_to_i64(req_param(rq, "post"), &post))
                return ERR_MISSING;
        TRY(reminder_end(rq->cx, rq->viewer->account, post));
        reply_redirect(rq, web_done_path(rq->arena, web_back(rq), "chosen"));
        return OK;
}

static const struct route routes[] = {
        {"GET", "/@:name/:id/remind", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, remind_page, 0,
         0},
        {"POST", "/@:name/:id/remind", SCOPE_PAGE_SIGNED_IN, LIMIT_WRITE, LANE_WRITE, remind_change,
         0, 0},
        {"GET", "/reminders", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, reminders_page, 0, 0},
        {"POST", "/reminders", SCOPE_PAGE_SIGNED_IN, LIMIT_WRITE, LANE_WRITE, reminders_change, 0,
         0},
};
const struct route_list WEB_REMINDER_ROUTES = {DOOR_PAGE, routes, countof(routes)};
