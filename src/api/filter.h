/* Filters of the client API, versions 2 and 1. */
#pragma once
#include "lib/http/route.h"

extern const struct route_list API_FILTER_ROUTES;
extern const struct route_list API_FILTER_V1_ROUTES;
