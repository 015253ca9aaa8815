/* /moderation/reports: the queue, one report with its posts and notes, and answering it. Moderators
 * see the posts that were reported as their author does (T137), and no others that are private. */
#include "lib/base/die.h"
#include "social/scope.h"
#include "store/limits.h"
#include "web/moderate.h"
#include "web/moderate.html.h"
#include "web/web.h"

enum { REPORTS_A_PAGE = 30 };

static enum err account_or_none(struct cx *cx, int64_t id, const struct account **ret)
{
        struct account *a = NULL;
        enum err e = id ? account_get(cx, id, &a) : ERR_MISSING;
        *ret = a;
        return e == ERR_MISSING ? OK : e;
}

static enum err dress(struct cx *cx, const struct report *r, size_t n, struct report_line **ret)
{
        struct report_line *v = make_n(cx->arena, n + 1, struct report_line);
        for (size_t i = 0; i < n; i++) {
                v[i].r = &r[i];
                TRY(account_or_none(cx, r[i].account, &v[i].by));
                TRY(account_or_none(cx, r[i].target, &v[i].target));
        }
        *ret = v;
        return OK;
}

static enum err list_page(struct req *rq)
{
        struct report_list_page v = {.resolved = str_eq(req_param(rq, "show"), S("closed"))};
        struct report_filter f = {.resolved = v.resolved ? TRI_TRUE : TRI_FALSE};
        struct page page = pager_read(rq, REPORTS_A_PAGE);
        struct report *r;
        TRY(report_list(rq->cx, &f, &page, &r, &v.n));
        TRY(dress(rq->cx, r, v.n, &v.v));
        if (!v.resolved && !page.max_id && !page.min_id) {
                TRY(report_list_first(rq->cx, REPORTS_A_PAGE, &r, &v.n_first));
                TRY(dress(rq->cx, r, v.n_first, &v.first));
        }
        v.pager = pager_of(rq->arena, &page, rq->path, v.resolved ? S("show=closed") : STR_NONE);
        v.pager.older_word = "Earlier";
        v.pager.newer_word = "Later";
        struct web_page p = {0};
        struct html *h;
        TRY(moderate_open(rq, 200, "reports", &p, &h));
        web_moderate_reports(h, &p, &v);
        return web_close(h, &p);
}

/* ---- one ---- */

static enum err load_people(struct cx *cx, struct report_page *v)
{
        struct report_note *notes;
        TRY(account_or_none(cx, v->r->account, &v->by));
        TRY(account_or_none(cx, v->r->target, &v->target));
        TRY(account_or_none(cx, v->r->assigned, &v->assigned));
        TRY(account_or_none(cx, v->r->resolved_by, &v->resolved_by));
        TRY(report_notes(cx, v->r->id, &notes, &v->n_notes));
        v->notes = notes;
        v->note_by = make_n(cx->arena, v->n_notes + 1, const struct account *);
        for (size_t i = 0; i < v->n_notes; i++)
                TRY(account_or_none(cx, notes[i].account, &v->note_by[i]));
        return OK;
}

static enum err load_rules(struct cx *cx, struct report_page *v)
{
        struct id_list ids;
        struct rule *all;
        size_t n;
        TRY(report_ids(cx, v->r->rules, &ids));
        TRY(rule_list(cx, &all, &n));
        v->rules = make_n(cx->arena, n + 1, struct rule);
        for (size_t i = 0; i < n; i++)
                for (size_t k = 0; k < ids.n; k++)
                        if (ids.v[k] == all[i].id) {
                                v->rules[v->n_rules++] = all[i];
                                break;
                        }
        return OK;
}

static enum err load_posts(struct cx *cx, struct report_page *v)
{
        const struct viewer author = {.account = v->r->target};
        struct id_list ids;
        TRY(report_ids(cx, v->r->posts, &ids));
        return cards_load(cx, &author, ids.v, ids.n, &v->posts);
}

static enum err show_one(struct req *rq, int status, int64_t id, struct report_page *v)
{
        struct report *r;
        TRY(report_get(rq->cx, id, &r));
        v->r = r;
        TRY(load_people(rq->cx, v));
        TRY(load_rules(rq->cx, v));
        TRY(load_posts(rq->cx, v));
        struct report_letter *letter;
        TRY(report_letter(rq->cx, id, &letter));
        v->letter = letter;
        v->act.target = v->target;
        v->act.posts = &v->posts;
        v->act.ticked = true;
        v->act.here = v->target && account_is_local(v->target);
        struct web_page p = {.title = S("Report")};
        if (v->target)
                p.title = str_fmt(rq->arena, "Report about @%.*s",
                                  STR_ARG(account_acct(rq->arena, v->target)));
        struct html *h;
        TRY(moderate_open(rq, status, "reports", &p, &h));
        web_moderate_report(h, &p, v);
        return web_close(h, &p);
}

static enum err one_page(struct req *rq)
{
        struct report_page v = {0};
        return show_one(rq, 200, req_path_id(rq, "id"), &v);
}

static enum err do_it(struct req *rq, int64_t id, struct str what, const char **done)
{
        struct report *r;
        *done = "saved";
        if (str_eq(what, S("assign")) || str_eq(what, S("unassign")))
                return report_assign(rq->cx, rq->viewer, id, str_eq(what, S("assign")));
        if (str_eq(what, S("resolve")) || str_eq(what, S("reopen")))
                return report_resolve(rq->cx, rq->viewer, id, str_eq(what, S("resolve")));
        if (str_eq(what, S("note")))
                return report_note_add(rq->cx, rq->viewer, id, req_param(rq, "note"));
        TRY(report_get(rq->cx, id, &r));
        *done = "acted";
        return act_form_run(rq, r->target, id);
}

/* What was typed stays on the page that says what was wrong. */
static enum err one_change(struct req *rq)
{
        int64_t id = req_path_id(rq, "id");
        struct str what = req_param(rq, "do");
        const char *done;
        enum err e = do_it(rq, id, what, &done);
        if (e == ERR_INPUT || e == ERR_DENIED) {
                struct report_page v = {.act.text = req_param(rq, "text"),
                                        .note = req_param(rq, "note")};
                *(str_eq(what, S("note")) ? &v.error : &v.act.error) = rq->cx->fault;
                return show_one(rq, e == ERR_DENIED ? 403 : 422, id, &v);
        }
        TRY(e);
        return moderate_done(rq, rq->path, done);
}

static const struct route routes[] = {
        {"GET", "/moderation/reports", SCOPE_PAGE_MODERATOR, LIMIT_PAGE, LANE_READ, list_page, 0,
         0},
        {"GET", "/moderation/reports/:id", SCOPE_PAGE_MODERATOR, LIMIT_PAGE, LANE_READ, one_page, 0,
         0},
        {"POST", "/moderation/reports/:id", SCOPE_PAGE_MODERATOR, LIMIT_WRITE, LANE_WRITE,
         one_change, 0, 0},
};
const struct route_list WEB_MODERATE_REPORTS_ROUTES = {DOOR_PAGE, routes, countof(routes)};
