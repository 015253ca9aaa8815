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

static enum err web_search(struct req *rq)
{
        struct search_page v = {.query = str_trim(req_param(rq, "q"))};
        v.query = utf8_cut_count(v.query, SEARCH_QUERY_MAX);
        v.asked = v.query.n > 0;
        if (v.asked)
                TRY(find(rq, &v));
        struct web_page p = {.title = S("Search"), .here = HERE_SEARCH};
        struct html *h;
        TRY(web_open(rq, 200, &p, &h));
        web_search_body(h, &p, &v);
        return web_close(h, &p);
}

static const struct route routes[] = {
        {"GET", "/search", SCOPE_PAGE_SIGNED_IN, LIMIT_SEARCH, LANE_READ, web_search, 0, 0},
};
const struct route_list WEB_SEARCH_ROUTES = {DOOR_PAGE, routes, countof(routes)};
