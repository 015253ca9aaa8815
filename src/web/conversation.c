/* /conversations: private mentions by thread, newest first; reading is on the page of the post. */
#include "social/conversation.h"
#include "lib/base/die.h"
#include "social/scope.h"
#include "store/limits.h"
#include "web/done.h"
#include "web/mine.h"
#include "web/mine.html.h"
#include "web/moderate.h"
#include "web/web.h"

enum { CONVERSATIONS_A_PAGE = 30 };

/* Everybody in them, in one go. */
static enum err load_people(struct req *rq, const struct conversation *v, size_t n,
                            struct conversation_line *lines)
{
        size_t all = 0, k = 0;
        for (size_t i = 0; i < n; i++)
                all += v[i].n_members;
        int64_t *ids = make_n(rq->arena, all + 1, int64_t);
        struct account **people;
        for (size_t i = 0; i < n; i++)
                for (size_t j = 0; j < v[i].n_members; j++)
                        ids[k++] = v[i].members[j];
        TRY(account_get_many(rq->cx, ids, all, &people, &k));
        for (size_t i = 0; i < n; i++) {
                lines[i].people = make_n(rq->arena, v[i].n_members + 1, const struct account *);
                for (size_t j = 0; j < v[i].n_members; j++)
                        for (size_t m = 0; m < k; m++)
                                if (people[m]->id == v[i].members[j]) {
                                        lines[i].people[lines[i].n_people++] = people[m];
                                        break;
                                }
        }
        return OK;
}

static enum err load_posts(struct req *rq, const struct conversation *v, size_t n,
                           struct conversation_line *lines)
{
        int64_t *ids = make_n(rq->arena, n + 1, int64_t);
        struct cards c;
        for (size_t i = 0; i < n; i++)
                ids[i] = v[i].last_post;
        TRY(cards_load(rq->cx, rq->viewer, ids, n, &c));
        for (size_t i = 0; i < n; i++)
                for (size_t k = 0; k < c.n; k++)
                        if (c.v[k].entry == v[i].last_post)
                                lines[i].last = &c.v[k];
        return OK;
}

static enum err conversations_page(struct req *rq)
{
        struct page page = pager_read(rq, CONVERSATIONS_A_PAGE);
        struct conversation *v;
        size_t n;
        TRY(conversation_list(rq->cx, rq->viewer, &page, &v, &n));
        struct conversation_line *lines = make_n(rq->arena, n + 1, struct conversation_line);
        for (size_t i = 0; i < n; i++)
                lines[i].c = &v[i];
        TRY(load_people(rq, v, n, lines));
        TRY(load_posts(rq, v, n, lines));
        struct pager g = pager_of(rq->arena, &page, rq->path, STR_NONE);
        g.older_word = "Earlier";
        g.newer_word = "Later";
        struct web_page p = {.title = S("Conversations"), .here = HERE_MORE, .told = web_done(rq)};
        struct html *h;
        TRY(web_open(rq, 200, &p, &h));
        web_conversations_body(h, &p, lines, n, &g);
        return web_close(h, &p);
}

static enum err conversation_change(struct req *rq)
{
        struct str what = req_param(rq, "do");
        int64_t id = req_path_id(rq, "id");
        if (str_eq(what, S("drop")))
                TRY(conversation_drop(rq->cx, rq->viewer, id));
        else
                TRY(conversation_read(rq->cx, rq->viewer, id, str_eq(what, S("unread"))));
        reply_redirect(rq, S("/conversations?done=saved"));
        return OK;
}

static const struct route routes[] = {
        {"GET", "/conversations", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, conversations_page,
         0, 0},
        {"POST", "/conversations/:id", SCOPE_PAGE_SIGNED_IN, LIMIT_WRITE, LANE_WRITE,
         conversation_change, 0, 0},
};
const struct route_list WEB_CONVERSATION_ROUTES = {DOOR_PAGE, routes, countof(routes)};
