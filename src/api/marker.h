/* GET and POST /api/v1/markers. */
#pragma once
#include "lib/http/route.h"

extern const struct route_list API_MARKER_ROUTES;
