/* Hashtags: showing, following, listing those followed. */
#include "social/tag.h"
#include "api/paging.h"
#include "api/post.h"
#include "api/tag_json.h"
#include "social/scope.h"
#include "store/limits.h"

/* Day, uses and accounts as texts: Mastodon's form. */
static enum err write_history(struct json *j, struct cx *cx, const struct tag *t)
{
        struct tag_day v[TAG_DAYS];
        TRY(tag_history(cx, t->id, v));
        json_array(j, "history");
        for (size_t i = 0; i < TAG_DAYS; i++) {
                json_object(j, NULL);
                json_str(j, "day", str_fmt(cx->arena, "%lld", (long long)v[i].from_ms / 1000));
                json_str(j, "uses", str_int(cx->arena, v[i].uses));
                json_str(j, "accounts", str_int(cx->arena, v[i].accounts));
                json_end(j);
        }
        json_end(j);
        return OK;
}

enum err api_tag_json(struct json *j, const char *key, struct cx *cx, const struct tag *t,
                      bool signed_in)
{
        json_object(j, key);
        if (t->id) /* nobody used or followed it here yet */
                json_id(j, "id", t->id);
        json_str(j, "name", t->display);
        json_str(j, "url", tag_url(cx, t->name));
        TRY(write_history(j, cx, t));
        if (signed_in) {
                json_bool(j, "following", t->following);
                json_bool(j, "featuring", t->featuring);
        }
        json_end(j);
        return OK;
}

static enum err show(struct req *rq, const struct tag *t)
{
        return api_tag_json(reply_json(rq, 200), NULL, rq->cx, t, rq->viewer->account != 0);
}

static enum err api_tag_show(struct req *rq)
{
        struct tag *t;
        TRY(tag_get(rq->cx, rq->viewer, req_path(rq, "name"), &t));
        return show(rq, t);
}

static enum err api_tag_follow(struct req *rq)
{
        struct tag *t;
        TRY(tag_follow(rq->cx, rq->viewer, req_path(rq, "name"), true, &t));
        return show(rq, t);
}

static enum err api_tag_unfollow(struct req *rq)
{
        struct tag *t;
        TRY(tag_follow(rq->cx, rq->viewer, req_path(rq, "name"), false, &t));
        return show(rq, t);
}

static enum err api_tag_followed(struct req *rq)
{
        struct page page = api_page(rq, 100, 200);
        struct tag *v;
        size_t n;
        TRY(tag_followed(rq->cx, rq->viewer, &page, &v, &n));
        api_page_links(rq, &page);
        struct json *j = reply_json(rq, 200);
        json_array(j, NULL);
        for (size_t i = 0; i < n; i++)
                TRY(api_tag_json(j, NULL, rq->cx, &v[i], true));
        json_end(j);
        return OK;
}

static const struct route routes[] = {
        {"GET", "/api/v1/tags/:name", SCOPE_OPTIONAL | SCOPE_READ, LIMIT_READ, LANE_READ,
         api_tag_show, 0, 0},
        {"POST", "/api/v1/tags/:name/follow", SCOPE_WRITE_FOLLOWS | SCOPE_FOLLOW, LIMIT_WRITE,
         LANE_WRITE, api_tag_follow, 0, 0},
        {"POST", "/api/v1/tags/:name/unfollow", SCOPE_WRITE_FOLLOWS | SCOPE_FOLLOW, LIMIT_WRITE,
         LANE_WRITE, api_tag_unfollow, 0, 0},
        {"GET", "/api/v1/followed_tags", SCOPE_READ_FOLLOWS | SCOPE_FOLLOW, LIMIT_READ, LANE_READ,
         api_tag_followed, 0, 0},
};
const struct route_list API_TAG_ROUTES = {DOOR_API, routes, countof(routes)};
