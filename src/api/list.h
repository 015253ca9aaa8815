/* Lists over the API. */
#pragma once
#include "lib/http/req.h"

extern const struct route_list API_LIST_ROUTES;
