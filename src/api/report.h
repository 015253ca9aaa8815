/* POST /api/v1/reports. */
#pragma once
#include "lib/http/route.h"

extern const struct route_list API_REPORT_ROUTES;
