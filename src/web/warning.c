/* What moderators told one, and asking them to look again; follows that ended because a server was
 * refused, with the names to keep; servers that one blocked for oneself. */
#include "social/warning.h"
#include "lib/base/die.h"
#include "social/account_extra.h"
#include "social/ids.h"
#include "social/report.h"
#include "social/scope.h"
#include "store/limits.h"
#include "web/done.h"
#include "web/mine.h"
#include "web/mine.html.h"
#include "web/moderate.h"
#include "web/web.h"

enum { WARNINGS_A_PAGE = 20, SEVERANCES_A_PAGE = 30, DOMAINS_A_PAGE = 100 };

bool warning_open(const struct web_page *p, const struct warning *w)
{
        return w->appeal_state == APPEAL_NONE &&
               w->created_at > p->now - (int64_t)APPEAL_DAYS * 24 * 3600 * 1000;
}

const struct card *warning_post(const struct warnings_page *v, int64_t post)
{
        for (size_t i = 0; i < v->cards.n; i++)
                if (v->cards.v[i].entry == post && v->cards.v[i].mine)
                        return &v->cards.v[i];
        return NULL;
}

/* The posts over whose photos a veil is asked for. */
static enum err load_asked(struct req *rq, struct warnings_page *v)
{
        int64_t *ids = make_n(rq->arena, v->n * REPORT_POSTS_MAX + 1, int64_t);
        size_t k = 0;
        v->posts = make_n(rq->arena, v->n + 1, struct id_list);
        for (size_t i = 0; i < v->n; i++) {
                if (v->v[i].act != ACT_ASK_VEIL)
                        continue;
                TRY(report_ids(rq->cx, v->v[i].posts, &v->posts[i]));
                for (size_t p = 0; p < v->posts[i].n && p < REPORT_POSTS_MAX; p++)
                        if (ids_find(ids, k, v->posts[i].v[p]) == k)
                                ids[k++] = v->posts[i].v[p];
        }
        return cards_load(rq->cx, rq->viewer, ids, k, &v->cards);
}

static enum err show_warnings(struct req *rq, int status, struct warnings_page *v)
{
        struct page page = pager_read(rq, WARNINGS_A_PAGE);
        struct warning *w;
        TRY(warning_list(rq->cx, rq->viewer->account, &page, &w, &v->n));
        v->v = w;
        TRY(load_asked(rq, v));
        v->pager = pager_of(rq->arena, &page, S("/warnings"), STR_NONE);
        v->pager.older_word = "Earlier";
        v->pager.newer_word = "Later";
        struct web_page p = {
                .title = S("Words of the moderators"), .here = HERE_MORE, .told = web_done(rq)};
        struct html *h;
        TRY(web_open(rq, status, &p, &h));
        web_warnings_body(h, &p, v);
        return web_close(h, &p);
}

static enum err warnings_page(struct req *rq)
{
        struct warnings_page v = {0};
        return show_warnings(rq, 200, &v);
}

static enum err warning_answer_back(struct req *rq)
{
        struct warnings_page v = {.wrong = req_path_id(rq, "id"), .text = req_param(rq, "text")};
        enum err e = warning_appeal(rq->cx, rq->viewer->account, v.wrong, v.text);
        if (e == ERR_INPUT) {
                v.error = rq->cx->fault;
                return show_warnings(rq, 422, &v);
        }
        TRY(e);
        reply_redirect(rq, S("/warnings?done=appealed"));
        return OK;
}

/* ---- follows that ended ---- */

static enum err severed_page(struct req *rq)
{
        struct page page = pager_read(rq, SEVERANCES_A_PAGE);
        struct severance *v;
        size_t n;
        TRY(severance_list(rq->cx, rq->viewer->account, &page, &v, &n));
        struct pager g = pager_of(rq->arena, &page, S("/severed"), STR_NONE);
        g.older_word = "Earlier";
        g.newer_word = "Later";
        struct web_page p = {.title = S("Follows that ended"), .here = HERE_MORE};
        struct html *h;
        TRY(web_open(rq, 200, &p, &h));
        web_severed_body(h, &p, v, n, &g);
        return web_close(h, &p);
}

/* One address a line, as imports take it. */
static enum err severed_file(struct req *rq, bool followers)
{
        struct severance s;
        struct str_list names;
        struct buf b = {0};
        TRY(severance_get(rq->cx, rq->viewer->account, req_path_id(rq, "id"), &s));
        TRY(severance_names(rq->cx, s.id, followers, &names));
        buf_add(&b, S("Account address\n"));
        for (size_t i = 0; i < names.n; i++)
                buf_addf(&b, "%.*s\n", STR_ARG(names.v[i]));
        reply_text(rq, 200, "text/csv; charset=utf-8", buf_str(&b));
        reply_header(rq, "Content-Disposition",
                     followers ? S("attachment; filename=\"followers.csv\"")
                               : S("attachment; filename=\"following.csv\""));
        buf_free(&b);
        return OK;
}

static enum err severed_following(struct req *rq)
{
        return severed_file(rq, false);
}

static enum err severed_followers(struct req *rq)
{
        return severed_file(rq, true);
}

/* ---- servers blocked for oneself ---- */

static enum err show_servers(struct req *rq, int status, struct str typed, struct str error)
{
        struct page page = pager_read(rq, DOMAINS_A_PAGE);
        struct str *v;
        size_t n;
        TRY(domain_block_list(rq->cx, rq->viewer->account, &page, &v, &n));
        struct pager g = pager_of(rq->arena, &page, S("/blocked-servers"), STR_NONE);
        g.older_word = "Earlier";
        g.newer_word = "Later";
        struct web_page p = {
                .title = S("Servers you blocked"), .here = HERE_MORE, .told = web_done(rq)};
        struct html *h;
        TRY(web_open(rq, status, &p, &h));
        web_blocked_servers_body(h, &p, v, n, &g, typed, error);
        return web_close(h, &p);
}

static enum err servers_page(struct req *rq)
{
        return show_servers(rq, 200, STR_NONE, STR_NONE);
}

static enum err servers_change(struct req *rq)
{
        struct str domain = req_param(rq, "domain");
        bool end = str_eq(req_param(rq, "do"), S("end"));
        enum err e = end ? domain_block_remove(rq->cx, rq->viewer->account, domain)
                         : domain_block_add(rq->cx, rq->viewer->account, domain);
        if (e == ERR_INPUT)
                return show_servers(rq, 422, domain, S("This is not the name of another server."));
        TRY(e);
        reply_redirect(rq, end ? S("/blocked-servers?done=unblocked")
                               : S("/blocked-servers?done=server_blocked"));
        return OK;
}

#define READ SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ
#define WRITE SCOPE_PAGE_SIGNED_IN, LIMIT_WRITE, LANE_WRITE
static const struct route routes[] = {
        {"GET", "/warnings", READ, warnings_page, 0, 0},
        {"POST", "/warnings/:id", WRITE, warning_answer_back, 0, 0},
        {"GET", "/severed", READ, severed_page, 0, 0},
        {"GET", "/severed/:id/following.csv", READ, severed_following, 0, 0},
        {"GET", "/severed/:id/followers.csv", READ, severed_followers, 0, 0},
        {"GET", "/blocked-servers", READ, servers_page, 0, 0},
        {"POST", "/blocked-servers", WRITE, servers_change, 0, 0},
};
const struct route_list WEB_WARNING_ROUTES = {DOOR_PAGE, routes, countof(routes)};
