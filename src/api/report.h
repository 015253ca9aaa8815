/* POST /api/v1/reports. */
#pragma once
#include "lib/http/route.h"

#include "lib/text/json.h"
#include "social/report.h"

/* The Report entity. */
MUST_USE enum err api_report_json(struct json *j, const char *key, struct cx *cx, const struct report *r);
extern const struct route_list API_REPORT_ROUTES;
