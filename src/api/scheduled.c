/* /api/v1/scheduled_statuses: posts that appear later. POST /api/v1/statuses with a scheduled_at
 * answers with the same entity. */
#include "social/scheduled.h"
#include "api/paging.h"
#include "api/post.h"
#include "api/post_json.h"
#include "social/media.h"
#include "social/scope.h"
#include "store/limits.h"

enum { USUAL = 20, MOST = 40 };

enum err api_scheduled_json(struct json *j, const char *key, struct req *rq,
                            const struct scheduled *s)
{
        json_object(j, key);
        json_id(j, "id", s->id);
        json_time(j, "scheduled_at", s->at);
        json_raw(j, "params", s->params);
        json_array(j, "media_attachments");
        for (size_t i = 0; i < s->media.n; i++) {
                struct media *m;
                enum err e = media_get(rq->cx, rq->viewer, s->media.v[i], &m);
                if (!e)
                        api_media_json(j, NULL, rq->cx, m);
                else if (e != ERR_MISSING)
                        return e;
        }
        json_end(j);
        json_end(j);
        return OK;
}

static enum err show(struct req *rq, int64_t id)
{
        struct scheduled *s;
        TRY(scheduled_get(rq->cx, rq->viewer, id, &s));
        return api_scheduled_json(reply_json(rq, 200), NULL, rq, s);
}

static enum err api_scheduled_list(struct req *rq)
{
        struct page page = api_page(rq, USUAL, MOST);
        struct scheduled *v;
        size_t n;
        TRY(scheduled_list(rq->cx, rq->viewer, &page, &v, &n));
        struct json *j = reply_json(rq, 200);
        json_array(j, NULL);
        for (size_t i = 0; i < n; i++)
                TRY(api_scheduled_json(j, NULL, rq, &v[i]));
        json_end(j);
        api_page_links(rq, &page);
        return OK;
}

static enum err api_scheduled_show(struct req *rq)
{
        return show(rq, req_path_id(rq, "id"));
}

struct move_input {
        struct opt_int at;
};
static const struct field move_fields[] = {
        {"scheduled_at", F_TIME, offsetof(struct move_input, at), 0},
};

/* PUT: another time; nothing given changes nothing. */
static enum err api_scheduled_move(struct req *rq)
{
        struct move_input in = {0};
        int64_t id = req_path_id(rq, "id");
        TRY(req_read(rq, move_fields, countof(move_fields), &in));
        if (in.at.given)
                TRY(scheduled_move(rq->cx, rq->viewer, id, in.at.v));
        return show(rq, id);
}

static enum err api_scheduled_delete(struct req *rq)
{
        TRY(scheduled_delete(rq->cx, rq->viewer, req_path_id(rq, "id")));
        reply_empty_object(rq);
        return OK;
}

static const struct route routes[] = {
        {"GET", "/api/v1/scheduled_statuses", SCOPE_READ_STATUSES, LIMIT_READ, LANE_READ,
         api_scheduled_list, 0, 0},
        {"GET", "/api/v1/scheduled_statuses/:id", SCOPE_READ_STATUSES, LIMIT_READ, LANE_READ,
         api_scheduled_show, 0, 0},
        {"PUT", "/api/v1/scheduled_statuses/:id", SCOPE_WRITE_STATUSES, LIMIT_WRITE, LANE_WRITE,
         api_scheduled_move, 0, 0},
        {"PATCH", "/api/v1/scheduled_statuses/:id", SCOPE_WRITE_STATUSES, LIMIT_WRITE, LANE_WRITE,
         api_scheduled_move, 0, 0},
        {"DELETE", "/api/v1/scheduled_statuses/:id", SCOPE_WRITE_STATUSES, LIMIT_WRITE, LANE_WRITE,
         api_scheduled_delete, 0, 0},
};
const struct route_list API_SCHEDULED_ROUTES = {DOOR_API, routes, countof(routes)};
