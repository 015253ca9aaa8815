/* Routes of posts and of what one does with them. */
#pragma once
#include "lib/http/route.h"

struct json;
struct req;
struct scheduled;

MUST_USE enum err api_scheduled_json(struct json *j, const char *key, struct req *rq, const struct scheduled *s);

extern const struct route_list API_POST_ROUTES;
extern const struct route_list API_SCHEDULED_ROUTES;
extern const struct route_list API_MARK_ROUTES;
extern const struct route_list API_TIMELINE_ROUTES;
extern const struct route_list API_POLL_ROUTES;
extern const struct route_list API_QUOTE_ROUTES;
extern const struct route_list API_TAG_ROUTES;
extern const struct route_list API_NOTIFICATION_ROUTES;
extern const struct route_list API_NOTIFICATION_GROUP_ROUTES;
extern const struct route_list API_NOTIFICATION_POLICY_ROUTES;
