/* GET /metrics (Prometheus text, loopback or token) and GET /health. */
#pragma once
#include "lib/http/http.h"

struct buf;

extern const struct route_list METRICS_ROUTES;
/* The server whose numbers are shown; set once before it starts. */
void metrics_of(const struct http *http);
void metrics_print_reference(struct buf *out);
