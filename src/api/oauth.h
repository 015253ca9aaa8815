/* OAuth: the token endpoints, userinfo, the metadata document; apps. */
#pragma once
#include "lib/http/route.h"

extern const struct route_list API_OAUTH_ROUTES;
extern const struct route_list API_APP_ROUTES;
