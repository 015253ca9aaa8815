/* Routes of posts and of what one does with them. */
#pragma once
#include "lib/http/route.h"

extern const struct route_list API_POST_ROUTES;
extern const struct route_list API_MARK_ROUTES;
extern const struct route_list API_TIMELINE_ROUTES;
extern const struct route_list API_POLL_ROUTES;
extern const struct route_list API_TAG_ROUTES;
extern const struct route_list API_NOTIFICATION_ROUTES;
