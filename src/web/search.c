/* /search: people, hashtags and the posts a person may search. For people who signed in. */
#include "social/search.h"
#include "lib/base/die.h"
#include "lib/text/unicode.h"
#include "social/scope.h"
#include "store/limits.h"
#include "web/lists.h"
#include "web/lists.html.h"
#include "web/web.h"

enum { PEOPLE_FOUND = 10, TAGS_FOUND = 10, POSTS_FOUND = 20 };

static enum err find(struct req *rq, struct search_page *v)
{
        struct cx *cx = rq->cx;
        int64_t *ids;
        size_t n;
        TRY(search_accounts(cx, rq->viewer, v->query, false, PEOPLE_FOUND, 0, &ids, &n));
        TRY(account_get_many(cx, ids, n, &v->people, &v->n_people));
        TRY(search_tags(cx, v->query, TAGS_FOUND, 0, &v->tags));
        TRY(search_posts(cx, rq->viewer, v->query, 0, 0, 0, POSTS_FOUND, 0, &ids, &n));
        return cards_load(cx, rq->viewer, ids, n, &v->posts);
}

static enum err show_search(struct req *rq, const struct search_page *v)
{
        struct web_page p = {.title = S("Search"), .here = HERE_SEARCH};
        struct html *h;
        TRY(web_open(rq, 200, &p, &h));
        web_search_body(h, &p, v);
        return web_close(h, &p);
}

/* In the SLOW lane: a name or an address of another server, found there. */
static enum err find_far_away(struct req *rq)
{
        struct str q = str_trim(req_param(rq, "q"));
        int64_t account, post;
        struct account *a;
        struct post *p;
        enum err e = search_far(rq->cx, q, &account, &post);
        if (e && e != ERR_MISSING)
                return e;
        if (!e && post && post_get(rq->cx, rq->viewer, post, &p) == OK) {
                TRY(account_get(rq->cx, p->account, &a));
                reply_redirect(rq, path_of_post(rq->arena, a, p->id));
                return OK;
        }
        if (!e && account) {
                TRY(account_get(rq->cx, account, &a));
                reply_redirect(rq, path_of_account(rq->arena, a));
                return OK;
        }
        return show_search(rq, &(struct search_page){.query = q, .asked = true});
}

static enum err web_search(struct req *rq)
{
        struct search_page v = {.query = str_trim(req_param(rq, "q"))};
        v.query = utf8_cut_count(v.query, SEARCH_QUERY_MAX);
        v.asked = v.query.n > 0;
        if (v.asked)
                TRY(find(rq, &v));
        if (v.asked && !v.n_people && !v.posts.n && search_is_far(v.query)) {
                req_go_on(rq, LANE_SLOW, find_far_away);
                return OK;
        }
        return show_search(rq, &v);
}

static const struct route routes[] = {
        {"GET", "/search", SCOPE_PAGE_SIGNED_IN, LIMIT_SEARCH, LANE_READ, web_search, 0, 0},
};
const struct route_list WEB_SEARCH_ROUTES = {DOOR_PAGE, routes, countof(routes)};
