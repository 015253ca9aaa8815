/* /authorize_interaction: somebody came from another server's page to follow or answer here. Their
 * own server (this one) finds what they looked at and shows it. */
#include "social/account.h"
#include "social/post.h"
#include "social/scope.h"
#include "social/search.h"
#include "store/limits.h"
#include "web/card.h"
#include "web/web.h"

static enum err show(struct req *rq, int64_t account, int64_t post)
{
        struct cx *cx = rq->cx;
        struct account *a;
        struct post *p = NULL;
        if (post)
                TRY(post_get(cx, rq->viewer, post, &p));
        TRY(account_get(cx, p ? p->account : account, &a));
        struct str path = path_of_account(rq->arena, a);
        if (p)
                path = str_fmt(rq->arena, "%.*s/%lld", STR_ARG(path), (long long)p->id);
        reply_redirect(rq, path);
        return OK;
}

static struct str asked(struct req *rq)
{
        struct str uri = str_trim(req_param(rq, "uri"));
        if (str_starts(uri, S("acct:")))
                uri = str_after(uri, 5);
        return uri.n <= 2048 ? uri : STR_NONE;
}

/* In the SLOW lane. */
static enum err find(struct req *rq)
{
        int64_t account, post;
        TRY(search_far(rq->cx, asked(rq), &account, &post));
        return show(rq, account, post);
}

static enum err web_far_show(struct req *rq)
{
        struct cx *cx = rq->cx;
        struct account *a;
        int64_t post;
        struct str uri = asked(rq);
        if (!uri.n)
                return ERR_MISSING;
        enum err e = account_by_name(cx, uri, &a);
        if (e == ERR_MISSING)
                e = account_by_uri(cx, uri, &a);
        if (!e)
                return show(rq, a->id, 0);
        if (e == ERR_MISSING)
                e = post_by_uri(cx, uri, &post);
        if (!e)
                return show(rq, 0, post);
        if (e != ERR_MISSING)
                return e;
        req_go_on(rq, LANE_SLOW, find);
        return OK;
}

static const struct route routes[] = {
        {"GET", "/authorize_interaction", SCOPE_PAGE_SIGNED_IN, LIMIT_SEARCH, LANE_READ,
         web_far_show, 0, 0},
};
const struct route_list WEB_FAR_ROUTES = {DOOR_PAGE, routes, countof(routes)};
