/* Favourite, boost, bookmark, pin, mute of a thread: doing them, listing what one marked, and who
 * marked a post. */
#include "social/mark.h"
#include "api/account_json.h"
#include "api/paging.h"
#include "api/post.h"
#include "api/post_json.h"
#include "social/quiet.h"
#include "social/scope.h"
#include "store/limits.h"

/* The answer is the post as the path named it, with its new state. */
static enum err set(struct req *rq, enum mark kind, bool on)
{
        int64_t id = req_path_id(rq, "id");
        TRY(mark_set(rq->cx, rq->viewer, id, kind, on));
        if (kind == MARK_THREAD_MUTE && !on)
                TRY(quiet_unmute(rq->cx, rq->viewer, id));
        return api_post_json(reply_json(rq, 200), NULL, rq->cx, rq->viewer, id);
}

#define SET(name, kind, on)                                                                        \
        static enum err name(struct req *rq)                                                       \
        {                                                                                          \
                return set(rq, kind, on);                                                          \
        }
SET(api_mark_favourite, MARK_FAVOURITE, true)
SET(api_mark_unfavourite, MARK_FAVOURITE, false)
SET(api_mark_bookmark, MARK_BOOKMARK, true)
SET(api_mark_unbookmark, MARK_BOOKMARK, false)
SET(api_mark_pin, MARK_PIN, true)
SET(api_mark_unpin, MARK_PIN, false)
SET(api_mark_mute, MARK_THREAD_MUTE, true)
SET(api_mark_unmute, MARK_THREAD_MUTE, false)

/* Answers with the wrapper. */
static enum err api_mark_reblog(struct req *rq)
{
        int64_t wrapper;
        TRY(mark_boost(rq->cx, rq->viewer, req_path_id(rq, "id"), req_param(rq, "visibility"),
                       &wrapper));
        return api_post_json(reply_json(rq, 200), NULL, rq->cx, rq->viewer, wrapper);
}

/* Answers with the post that was boosted. */
static enum err api_mark_unreblog(struct req *rq)
{
        int64_t post;
        TRY(mark_unboost(rq->cx, rq->viewer, req_path_id(rq, "id"), &post));
        return api_post_json(reply_json(rq, 200), NULL, rq->cx, rq->viewer, post);
}

static enum err own_list(struct req *rq, enum mark kind)
{
        struct page page = api_page(rq, 20, 40);
        int64_t *ids;
        size_t n;
        TRY(mark_list(rq->cx, rq->viewer, kind, &page, &ids, &n));
        api_page_links(rq, &page);
        return api_posts_json(reply_json(rq, 200), NULL, rq->cx, rq->viewer, ids, n);
}

static enum err api_mark_favourites(struct req *rq)
{
        return own_list(rq, MARK_FAVOURITE);
}

static enum err api_mark_bookmarks(struct req *rq)
{
        return own_list(rq, MARK_BOOKMARK);
}

static enum err people(struct req *rq, enum mark kind)
{
        struct page page = api_page(rq, 40, 80);
        int64_t *ids;
        size_t n;
        TRY(mark_accounts(rq->cx, rq->viewer, req_path_id(rq, "id"), kind, &page, &ids, &n));
        api_page_links(rq, &page);
        return api_account_list(reply_json(rq, 200), NULL, rq->cx, ids, n);
}

static enum err api_mark_favourited_by(struct req *rq)
{
        return people(rq, MARK_FAVOURITE);
}

static enum err api_mark_reblogged_by(struct req *rq)
{
        return people(rq, MARK_BOOST);
}

#define DO(verb, scope, handler)                                                                   \
        {                                                                                          \
                "POST", "/api/v1/statuses/:id/" verb, scope, LIMIT_WRITE, LANE_WRITE, handler, 0,  \
                        0                                                                          \
        }
static const struct route routes[] = {
        DO("favourite", SCOPE_WRITE_FAVOURITES, api_mark_favourite),
        DO("unfavourite", SCOPE_WRITE_FAVOURITES, api_mark_unfavourite),
        DO("bookmark", SCOPE_WRITE_BOOKMARKS, api_mark_bookmark),
        DO("unbookmark", SCOPE_WRITE_BOOKMARKS, api_mark_unbookmark),
        DO("reblog", SCOPE_WRITE_STATUSES, api_mark_reblog),
        DO("unreblog", SCOPE_WRITE_STATUSES, api_mark_unreblog),
        DO("pin", SCOPE_WRITE_ACCOUNTS, api_mark_pin),
        DO("unpin", SCOPE_WRITE_ACCOUNTS, api_mark_unpin),
        DO("mute", SCOPE_WRITE_MUTES, api_mark_mute),
        DO("unmute", SCOPE_WRITE_MUTES, api_mark_unmute),
        {"GET", "/api/v1/statuses/:id/favourited_by", SCOPE_OPTIONAL | SCOPE_READ_STATUSES,
         LIMIT_READ, LANE_READ, api_mark_favourited_by, 0, 0},
        {"GET", "/api/v1/statuses/:id/reblogged_by", SCOPE_OPTIONAL | SCOPE_READ_STATUSES,
         LIMIT_READ, LANE_READ, api_mark_reblogged_by, 0, 0},
        {"GET", "/api/v1/favourites", SCOPE_READ_FAVOURITES, LIMIT_READ, LANE_READ,
         api_mark_favourites, 0, 0},
        {"GET", "/api/v1/bookmarks", SCOPE_READ_BOOKMARKS, LIMIT_READ, LANE_READ,
         api_mark_bookmarks, 0, 0},
};
const struct route_list API_MARK_ROUTES = {DOOR_API, routes, countof(routes)};
