/* GET /api/v1/conversations and what one does with them. */
#include "api/conversation.h"
#include "api/account_json.h"
#include "api/paging.h"
#include "api/post_json.h"
#include "social/conversation.h"
#include "social/scope.h"
#include "store/limits.h"

static enum err write_one(struct json *j, struct cx *cx, const struct conversation *c,
                          const struct api_posts *posts)
{
        json_object(j, NULL);
        json_id(j, "id", c->id);
        json_bool(j, "unread", c->unread);
        TRY(api_account_list(j, "accounts", cx, c->members, c->n_members));
        api_posts_write(j, "last_status", posts, c->last_post);
        json_end(j);
        return OK;
}

enum err api_conversation_put(struct json *j, struct cx *cx, const struct viewer *by,
                              const struct conversation *c)
{
        struct api_posts *posts;
        TRY(api_posts_load(cx, by, &c->last_post, 1, &posts));
        return write_one(j, cx, c, posts);
}

static enum err api_conversation_list(struct req *rq)
{
        struct page p = api_page(rq, 20, 40);
        struct conversation *v;
        struct api_posts *posts;
        size_t n;
        TRY(conversation_list(rq->cx, rq->viewer, &p, &v, &n));
        int64_t *ids = make_n(rq->arena, n + 1, int64_t);
        for (size_t i = 0; i < n; i++)
                ids[i] = v[i].last_post;
        TRY(api_posts_load(rq->cx, rq->viewer, ids, n, &posts));
        api_page_links(rq, &p);
        struct json *j = reply_json(rq, 200);
        json_array(j, NULL);
        for (size_t i = 0; i < n; i++)
                TRY(write_one(j, rq->cx, &v[i], posts));
        json_end(j);
        return OK;
}

static enum err mark(struct req *rq, bool unread)
{
        int64_t id = req_path_id(rq, "id");
        struct conversation c;
        TRY(conversation_read(rq->cx, rq->viewer, id, unread));
        TRY(conversation_get(rq->cx, rq->viewer, id, &c));
        return api_conversation_put(reply_json(rq, 200), rq->cx, rq->viewer, &c);
}

static enum err api_conversation_read(struct req *rq)
{
        return mark(rq, false);
}

static enum err api_conversation_unread(struct req *rq)
{
        return mark(rq, true);
}

static enum err api_conversation_delete(struct req *rq)
{
        TRY(conversation_drop(rq->cx, rq->viewer, req_path_id(rq, "id")));
        reply_empty_object(rq);
        return OK;
}

static const struct route routes[] = {
        {"GET", "/api/v1/conversations", SCOPE_READ_STATUSES, LIMIT_READ, LANE_READ,
         api_conversation_list, 0, 0},
        {"POST", "/api/v1/conversations/:id/read", SCOPE_WRITE_CONVERSATIONS, LIMIT_WRITE,
         LANE_WRITE, api_conversation_read, 0, 0},
        {"POST", "/api/v1/conversations/:id/unread", SCOPE_WRITE_CONVERSATIONS, LIMIT_WRITE,
         LANE_WRITE, api_conversation_unread, 0, 0},
        {"DELETE", "/api/v1/conversations/:id", SCOPE_WRITE_CONVERSATIONS, LIMIT_WRITE, LANE_WRITE,
         api_conversation_delete, 0, 0},
};
const struct route_list API_CONVERSATION_ROUTES = {DOOR_API, routes, countof(routes)};
