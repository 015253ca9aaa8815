/* Uploads of the client API, and the stored files themselves. */
#pragma once
#include "lib/base/str.h"
#include "lib/http/route.h"

extern const struct route_list API_MEDIA_ROUTES;
extern const struct route_list MEDIA_FILE_ROUTES;
extern const struct route_list MEDIA_FAR_ROUTES; /* copies of other servers' files */
/* Answers with a stored file, under the type that our own extension stands for, to be kept for ever. ERR_MISSING. */
MUST_USE enum err media_send(struct req *rq, struct str store_name);
