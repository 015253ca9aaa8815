/* /moderation/accounts: finding people, all that is known of one, and acting on them. Posts shown
 * are those that anybody could see. */
#include "lib/base/die.h"
#include "social/scope.h"
#include "social/suspended.h"
#include "store/limits.h"
#include "web/moderate.h"
#include "web/moderate.html.h"
#include "web/web.h"

enum { ACCOUNTS_A_PAGE = 40, POSTS_SHOWN = 10, PAST_SHOWN = 20 };

static const char *const state_names[] = {"",        "active",    "waiting", "disabled",
                                          "limited", "suspended", "covered"};

static void read_filter(struct req *rq, struct review_filter *f)
{
        struct str q = str_trim(req_param(rq, "q")), where = req_param(rq, "where");
        struct str state = req_param(rq, "state");
        /* "name@server" is an account when it begins with @ or its server is known as one. */
        bool mail =
                str_has_char(q, '@') && !str_starts(q, S("@")) && !str_eq(where, S("elsewhere"));
        *(mail ? &f->email : &f->name) = q;
        f->origin = str_eq(where, S("here"))        ? REVIEW_HERE
                    : str_eq(where, S("elsewhere")) ? REVIEW_ELSEWHERE
                                                    : REVIEW_ANYWHERE;
        f->staff = str_eq(state, S("staff"));
        for (size_t i = 0; i < countof(state_names); i++)
                if (str_eq(state, str_of(state_names[i])))
                        f->state = (enum review_state)i;
}

static enum err list_page(struct req *rq)
{
        struct review_filter f = {0};
        struct account_list_page v = {.f = &f};
        struct page page = pager_read(rq, ACCOUNTS_A_PAGE);
        int64_t *ids;
        read_filter(rq, &f);
        TRY(review_list(rq->cx, &f, &page, &ids, &v.n));
        v.v = make_n(rq->arena, v.n + 1, struct review);
        for (size_t i = 0; i < v.n; i++)
                TRY(review_get(rq->cx, ids[i], &v.v[i]));
        struct str q = f.email.n ? f.email : f.name;
        v.pager = pager_of(rq->arena, &page, rq->path,
                           str_fmt(rq->arena, "q=%.*s&where=%.*s&state=%s",
                                   STR_ARG(percent_encode(rq->arena, q.n ? q : S(""))),
                                   STR_ARG(percent_encode(rq->arena, req_param(rq, "where"))),
                                   f.staff ? "staff" : state_names[f.state]));
        v.pager.older_word = "Earlier ones";
        v.pager.newer_word = "Later ones";
        struct web_page p = {0};
        struct html *h;
        TRY(moderate_open(rq, 200, "accounts", &p, &h));
        web_moderate_accounts(h, &v);
        return web_close(h, &p);
}

/* ---- one ---- */

static enum err load_reports(struct cx *cx, int64_t id, struct account_page *v)
{
        struct report_filter f = {.target = id};
        struct page page = {.limit = PAST_SHOWN};
        struct report *r;
        TRY(report_list(cx, &f, &page, &r, &v->n_reports));
        v->reports = make_n(cx->arena, v->n_reports + 1, struct report_line);
        for (size_t i = 0; i < v->n_reports; i++) {
                struct account *by = NULL;
                enum err e = account_get(cx, r[i].account, &by);
                if (e && e != ERR_MISSING)
                        return e;
                v->reports[i] = (struct report_line){&r[i], by, v->who.account};
        }
        return OK;
}

static enum err load_past(struct cx *cx, int64_t id, struct account_page *v)
{
        struct page page = {.limit = PAST_SHOWN};
        struct warning *w;
        struct audit *a;
        TRY(warning_list(cx, id, &page, &w, &v->n_warnings));
        v->warnings = w;
        TRY(load_reports(cx, id, v));
        page = (struct page){.limit = PAST_SHOWN};
        TRY(audit_list(cx, 0, id, &page, &a, &v->n_log));
        return audit_lines(cx, a, v->n_log, &v->log);
}

static enum err load_posts(struct req *rq, int64_t id, struct account_page *v)
{
        const struct post_list_options o = {.no_boosts = true};
        struct page page = pager_read(rq, POSTS_SHOWN);
        int64_t *ids;
        size_t n;
        TRY(post_list(rq->cx, rq->viewer, id, &o, &page, &ids, &n));
        v->pager = pager_of(rq->arena, &page, rq->path, STR_NONE);
        return cards_load(rq->cx, rq->viewer, ids, n, &v->posts);
}

static enum err show_one(struct req *rq, int status, int64_t id, struct account_page *v)
{
        struct cx *cx = rq->cx;
        TRY(review_get(cx, id, &v->who));
        TRY(suspended_ends(cx, id, &v->ends_at));
        enum err e = moderate_check(cx, rq->viewer, v->who.account);
        if (e && e != ERR_DENIED)
                return e;
        v->may = e == OK;
        v->owner = rq->viewer->role == ROLE_OWNER && rq->viewer->account != id;
        if (!v->who.account->suspended)
                TRY(load_posts(rq, id, v));
        TRY(load_past(cx, id, v));
        v->act.target = v->who.account;
        v->act.posts = &v->posts;
        v->act.here = account_is_local(v->who.account);
        struct web_page p = {.title = str_fmt(rq->arena, "@%.*s",
                                              STR_ARG(account_acct(rq->arena, v->who.account)))};
        struct html *h;
        TRY(moderate_open(rq, status, "accounts", &p, &h));
        web_moderate_account(h, &p, v);
        return web_close(h, &p);
}

static enum err one_page(struct req *rq)
{
        struct account_page v = {0};
        return show_one(rq, 200, req_path_id(rq, "id"), &v);
}

static const struct {
        const char *name;
        enum moderation_act act;
} undos[] = {{"enable", ACT_DISABLE},
             {"unsensitive", ACT_SENSITIVE},
             {"unsilence", ACT_SILENCE},
             {"unsuspend", ACT_SUSPEND}};

static enum err do_it(struct req *rq, int64_t id, struct str what, const char **done)
{
        enum role role;
        *done = "undone";
        for (size_t i = 0; i < countof(undos); i++)
                if (str_eq(what, str_of(undos[i].name)))
                        return moderate_undo(rq->cx, rq->viewer, id, undos[i].act);
        *done = "saved";
        if (str_eq(what, S("approve")))
                return moderate_approve(rq->cx, rq->viewer, id);
        if (str_eq(what, S("role")))
                return role_read(req_param(rq, "role"), &role)
                               ? moderate_role(rq->cx, rq->viewer, id, role)
                               : fail(rq->cx, ERR_INPUT, "There is no such role.");
        *done = "acted";
        return act_form_run(rq, id, 0);
}

static enum err one_change(struct req *rq)
{
        int64_t id = req_path_id(rq, "id");
        struct str what = req_param(rq, "do");
        const char *done = "acted";
        if (str_eq(what, S("reject"))) {
                TRY(moderate_reject(rq->cx, rq->viewer, id));
                return moderate_done(rq, S("/moderation/accounts?state=waiting"), done);
        }
        enum err e = do_it(rq, id, what, &done);
        if (e == ERR_INPUT || e == ERR_DENIED) {
                struct account_page v = {.error = rq->cx->fault, .act.text = req_param(rq, "text")};
                return show_one(rq, e == ERR_DENIED ? 403 : 422, id, &v);
        }
        TRY(e);
        return moderate_done(rq, rq->path, done);
}

static const struct route routes[] = {
        {"GET", "/moderation/accounts", SCOPE_PAGE_MODERATOR, LIMIT_PAGE, LANE_READ, list_page, 0,
         0},
        {"GET", "/moderation/accounts/:id", SCOPE_PAGE_MODERATOR, LIMIT_PAGE, LANE_READ, one_page,
         0, 0},
        {"POST", "/moderation/accounts/:id", SCOPE_PAGE_MODERATOR, LIMIT_WRITE, LANE_WRITE,
         one_change, 0, 0},
};
const struct route_list WEB_MODERATE_ACCOUNTS_ROUTES = {DOOR_PAGE, routes, countof(routes)};
