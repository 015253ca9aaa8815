/* GET /api/v2/search and its older form. Account search alone is in api/account.c. */
#pragma once
#include "lib/http/route.h"

extern const struct route_list API_SEARCH_ROUTES;
