/* /moderation/memorials, for administrators: what was told about members who have died, confirming
 * it, and what stewards ask for. */
#include "web/moderate_memorials.h"
#include "lib/base/die.h"
#include "social/login.h"
#include "social/mailing.h"
#include "social/scope.h"
#include "store/limits.h"
#include "web/moderate.h"
#include "web/moderate_memorials.html.h"
#include "web/web.h"

#define DAY_MS INT64_C(86400000)

static enum err load_told(struct req *rq, struct memorial_line *l, const struct steward *stewards,
                          size_t n_stewards)
{
        struct memorial_report *r;
        TRY(memorial_reports(rq->cx, l->m->id, &r, &l->n_reports));
        l->reports = make_n(rq->arena, l->n_reports + 1, struct memorial_telling);
        for (size_t i = 0; i < l->n_reports; i++) {
                struct account *by;
                l->reports[i].r = &r[i];
                if (!r[i].account || account_get(rq->cx, r[i].account, &by))
                        continue;
                l->reports[i].by = by;
                for (size_t k = 0; k < n_stewards; k++)
                        if (stewards[k].steward == by->id && stewards[k].state == STEWARD_ACCEPTED)
                                l->reports[i].steward = true;
        }
        return OK;
}

static enum err load_line(struct req *rq, const struct memorial *m, struct memorial_line *l)
{
        struct account *a, *first;
        struct steward *s;
        struct login *login;
        size_t n;
        *l = (struct memorial_line){.m = m, .mails = mailing_possible(rq->cx)};
        TRY(account_get(rq->cx, m->account, &a));
        l->account = a;
        if (m->first_by && account_get(rq->cx, m->first_by, &first) == OK)
                l->first = first;
        TRY(memorial_needs(rq->cx, m->account, &l->needs));
        enum err e = login_get(rq->cx, m->account, &login);
        if (e && e != ERR_MISSING)
                return e;
        l->seen_at = e ? 0 : login->seen_at;
        l->undo_until = m->began_at ? m->began_at + MEMORIAL_UNDO_DAYS * DAY_MS : 0;
        TRY(steward_list(rq->cx, m->account, true, &s, &n));
        l->stewards = make_n(rq->arena, n + 1, struct account *);
        for (size_t i = 0; i < n; i++)
                if (s[i].state == STEWARD_ACCEPTED &&
                    account_get(rq->cx, s[i].steward, &l->stewards[l->n_stewards]) == OK)
                        l->n_stewards++;
        return load_told(rq, l, s, n);
}

static enum err show(struct req *rq, int status, struct str error)
{
        struct memorial_line *v =
                make_n(rq->arena, (MEMORIAL_OVER + 1) * MEMORIAL_LISTED, struct memorial_line);
        size_t n = 0;
        for (int state = MEMORIAL_TOLD; state <= MEMORIAL_OVER; state++) {
                struct memorial *m;
                size_t k;
                TRY(memorial_list(rq->cx, (enum memorial_state)state, &m, &k));
                for (size_t i = 0; i < k; i++) {
                        enum err e = load_line(rq, &m[i], &v[n]);
                        if (e && e != ERR_MISSING)
                                return e;
                        n += !e;
                }
        }
        struct web_page p = {0};
        struct html *h;
        TRY(moderate_open(rq, status, "memorials", &p, &h));
        web_moderate_memorials(h, &p, v, n, error);
        return web_close(h, &p);
}

static enum err page(struct req *rq)
{
        return show(rq, 200, STR_NONE);
}

static enum err act(struct req *rq, int64_t id)
{
        struct str what = req_param(rq, "do");
        int64_t at;
        if (str_eq(what, S("confirm")))
                return memorial_confirm(rq->cx, rq->viewer, id, &at);
        if (str_eq(what, S("dismiss")))
                return memorial_dismiss(rq->cx, rq->viewer, id);
        if (str_eq(what, S("undo")))
                return memorial_undo(rq->cx, rq->viewer, id);
        if (str_eq(what, S("keep")))
                return memorial_keep(rq->cx, rq->viewer, id);
        if (str_eq(what, S("remove")) && str_eq(req_param(rq, "sure"), S("yes")))
                return memorial_remove(rq->cx, rq->viewer, id);
        if (str_eq(what, S("name")))
                return steward_name_for(rq->cx, rq->viewer, id, req_param(rq, "name"), &at);
        return fail(rq->cx, ERR_INPUT, "The form did not say what to do.");
}

static enum err change(struct req *rq)
{
        int64_t id;
        if (!str_to_i64(req_param(rq, "memorial"), &id))
                return ERR_MISSING;
        enum err e = act(rq, id);
        if (e == ERR_INPUT || e == ERR_CONFLICT || e == ERR_DENIED)
                return show(rq, e == ERR_INPUT ? 422 : e == ERR_DENIED ? 403 : 409, rq->cx->fault);
        TRY(e);
        return moderate_done(rq, rq->path, "acted");
}

static const struct route routes[] = {
        {"GET", "/moderation/memorials", SCOPE_PAGE_OWNER, LIMIT_PAGE, LANE_READ, page, 0, 0},
        {"POST", "/moderation/memorials", SCOPE_PAGE_OWNER, LIMIT_WRITE, LANE_WRITE, change, 0, 0},
};
const struct route_list WEB_MODERATE_MEMORIALS_ROUTES = {DOOR_PAGE, routes, countof(routes)};
