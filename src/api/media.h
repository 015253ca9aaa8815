/* Uploads of the client API, and the stored files themselves. */
#pragma once
#include "lib/http/route.h"

extern const struct route_list API_MEDIA_ROUTES;
extern const struct route_list MEDIA_FILE_ROUTES;
