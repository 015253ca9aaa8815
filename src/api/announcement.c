/* Announcements over the API. */
#include "social/announcement.h"
#include "api/account_json.h"
#include "api/instance.h"
#include "api/paging.h"
#include "lib/text/link.h"
#include "social/ids.h"
#include "social/scope.h"
#include "store/limits.h"

static enum err write_reactions(struct json *j, struct cx *cx, int64_t id,
                                const struct announcement_reaction *v, size_t n)
{
        json_array(j, "reactions");
        for (size_t i = 0; i < n; i++) {
                if (v[i].announcement != id)
                        continue;
                struct emoji *e;
                size_t n_emoji;
                struct str text = str_fmt(cx->arena, ":%.*s:", STR_ARG(v[i].name));
                TRY(emoji_find(cx, S(""), &text, 1, &e, &n_emoji));
                json_object(j, NULL);
                json_str(j, "name", v[i].name);
                json_int(j, "count", v[i].count);
                json_bool(j, "me", v[i].me);
                if (n_emoji) {
                        json_str(j, "url", e[0].url);
                        json_str(j, "static_url", e[0].static_url);
                }
                json_end(j);
        }
        json_end(j);
        return OK;
}

/* Words with their links; people are named by handle and not looked up. */
static struct markup content(struct cx *cx, struct str text)
{
        struct link_list l = link_find(cx->arena, text);
        for (size_t i = 0; i < l.n; i++)
                if (l.v[i].kind == LINK_URL)
                        l.v[i].href = l.v[i].name;
        return link_render(cx->arena, text, &l);
}

static enum err write_announcement(struct json *j, struct cx *cx, const struct announcement *a,
                                   const struct announcement_reaction *reactions, size_t n)
{
        struct emoji *e;
        size_t n_emoji;
        TRY(emoji_find(cx, S(""), &a->text, 1, &e, &n_emoji));
        json_object(j, NULL);
        json_id(j, "id", a->id);
        json_markup(j, "content", content(cx, a->text));
        json_time(j, "starts_at", a->starts_at);
        json_time(j, "ends_at", a->ends_at);
        json_bool(j, "all_day", a->all_day);
        json_time(j, "published_at", a->published_at);
        json_time(j, "updated_at", a->updated_at);
        json_bool(j, "read", a->read);
        static const char *const empty[] = {"mentions", "statuses", "tags"};
        for (size_t i = 0; i < countof(empty); i++) {
                json_array(j, empty[i]);
                json_end(j);
        }
        api_emoji_list(j, "emojis", e, n_emoji);
        TRY(write_reactions(j, cx, a->id, reactions, n));
        json_end(j);
        return OK;
}

static enum err api_announcement_list(struct req *rq)
{
        struct announcement *v;
        struct announcement_reaction *reactions;
        size_t n, n_reactions;
        TRY(announcement_list(rq->cx, rq->viewer, api_flag(rq, "with_dismissed", false), &v, &n));
        int64_t *ids = make_n(rq->arena, n, int64_t);
        for (size_t i = 0; i < n; i++)
                ids[i] = v[i].id;
        TRY(announcement_reactions(rq->cx, rq->viewer, ids, n, &reactions, &n_reactions));
        struct json *j = reply_json(rq, 200);
        json_array(j, NULL);
        for (size_t i = 0; i < n; i++)
                TRY(write_announcement(j, rq->cx, &v[i], reactions, n_reactions));
        json_end(j);
        return OK;
}

static enum err api_announcement_dismiss(struct req *rq)
{
        TRY(announcement_dismiss(rq->cx, rq->viewer, req_path_id(rq, "id")));
        reply_empty_object(rq);
        return OK;
}

static enum err react(struct req *rq, bool on)
{
        TRY(announcement_react(rq->cx, rq->viewer, req_path_id(rq, "id"), req_path(rq, "name"),
                               on));
        reply_empty_object(rq);
        return OK;
}

static enum err api_announcement_react(struct req *rq)
{
        return react(rq, true);
}

static enum err api_announcement_unreact(struct req *rq)
{
        return react(rq, false);
}

static const struct route routes[] = {
        {"GET", "/api/v1/announcements", SCOPE_USER, LIMIT_READ, LANE_READ, api_announcement_list,
         0, 0},
        {"POST", "/api/v1/announcements/:id/dismiss", SCOPE_WRITE_ACCOUNTS, LIMIT_WRITE, LANE_WRITE,
         api_announcement_dismiss, 0, 0},
        {"PUT", "/api/v1/announcements/:id/reactions/:name", SCOPE_WRITE_FAVOURITES, LIMIT_WRITE,
         LANE_WRITE, api_announcement_react, 0, 0},
        {"DELETE", "/api/v1/announcements/:id/reactions/:name", SCOPE_WRITE_FAVOURITES, LIMIT_WRITE,
         LANE_WRITE, api_announcement_unreact, 0, 0},
};
const struct route_list API_ANNOUNCEMENT_ROUTES = {DOOR_API, routes, countof(routes)};
