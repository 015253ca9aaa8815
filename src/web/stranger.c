/* /strangers: whom the policy about strangers keeps apart from the notifications, to be let through
 * or put away. What waits for the digest or for the end of quiet time is not here: it has pages of
 * its own. */
#include "lib/base/die.h"
#include "social/notification_policy.h"
#include "social/scope.h"
#include "store/limits.h"
#include "web/done.h"
#include "web/notification.h"
#include "web/notification.html.h"
#include "web/web.h"

enum { STRANGERS_A_PAGE = 40 };

static enum err dress(struct req *rq, const struct notification_request *v, size_t n,
                      struct strangers_page *to)
{
        int64_t *who = make_n(rq->arena, n + 1, int64_t),
                *posts = make_n(rq->arena, n + 1, int64_t);
        size_t n_posts = 0, n_people;
        struct account **people;
        struct cards *c = make(rq->arena, struct cards);
        for (size_t i = 0; i < n; i++) {
                who[i] = v[i].sender;
                if (v[i].last_post)
                        posts[n_posts++] = v[i].last_post;
        }
        TRY(account_get_many(rq->cx, who, n, &people, &n_people));
        TRY(cards_load(rq->cx, rq->viewer, posts, n_posts, c));
        to->v = make_n(rq->arena, n + 1, struct stranger_row);
        for (size_t i = 0; i < n; i++) {
                struct stranger_row row = {v[i].id, account_among(people, n_people, v[i].sender),
                                           NULL};
                for (size_t k = 0; k < c->n && !row.card; k++)
                        if (c->v[k].entry == v[i].last_post)
                                row.card = &c->v[k];
                if (v[i].stranger && row.who)
                        to->v[to->n++] = row;
        }
        return OK;
}

static enum err web_strangers(struct req *rq)
{
        struct page page = pager_read(rq, STRANGERS_A_PAGE);
        struct strangers_page v = {0};
        struct notification_request *found;
        size_t n;
        TRY(request_list(rq->cx, rq->viewer, &page, &found, &n));
        TRY(dress(rq, found, n, &v));
        v.pager = pager_of(rq->arena, &page, S("/strangers"), STR_NONE);
        v.pager.older_word = "Earlier ones";
        v.pager.newer_word = "Later ones";
        struct web_page p = {.title = S("People you do not know"),
                             .here = HERE_NOTIFICATIONS,
                             .told = web_done(rq)};
        struct html *h;
        TRY(web_open(rq, 200, &p, &h));
        web_strangers_body(h, &p, &v);
        return web_close(h, &p);
}

static enum err web_strangers_answer(struct req *rq)
{
        int64_t id;
        bool accept = str_eq(req_param(rq, "do"), S("accept"));
        if (!str_to_i64(req_param(rq, "id"), &id))
                return ERR_MISSING;
        TRY(accept ? request_accept(rq->cx, rq->viewer, id)
                   : request_dismiss(rq->cx, rq->viewer, id));
        reply_redirect(rq, web_done_path(rq->arena, S("/strangers"),
                                         accept ? "let_through" : "dismissed"));
        return OK;
}

static const struct route routes[] = {
        {"GET", "/strangers", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, web_strangers, 0, 0},
        {"POST", "/strangers", SCOPE_PAGE_SIGNED_IN, LIMIT_WRITE, LANE_WRITE, web_strangers_answer,
         0, 0},
};
const struct route_list WEB_STRANGER_ROUTES = {DOOR_PAGE, routes, countof(routes)};
