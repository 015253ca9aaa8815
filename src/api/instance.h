/* The server about itself: instance v1 and v2, its texts, nodeinfo, host-meta, WebFinger. */
#pragma once
#include "lib/http/req.h"

struct json;
struct cx;

extern const struct route_list API_INSTANCE_ROUTES;  /* instance.c */
extern const struct route_list API_ANNOUNCEMENT_ROUTES; /* announcement.c */
extern const struct route_list API_TEXTS_ROUTES;     /* instance_texts.c */
extern const struct route_list API_WELL_KNOWN_ROUTES; /* well_known.c */

/* A document that costs counting, kept for seconds. `id` is below 100. */
enum { DOCUMENT_V1 = 1, DOCUMENT_V2, DOCUMENT_NODEINFO, DOCUMENT_PEERS, DOCUMENT_ACTIVITY, DOCUMENT_NODEINFO_21 };
typedef enum err document(struct json *j, struct cx *cx);
MUST_USE enum err api_document(struct req *rq, int64_t id, document *render);
/* The same with a media type of its own. */
MUST_USE enum err api_document_as(struct req *rq, int64_t id, document *render, const char *type);
/* [{"id","text","hint","translations"}] */
MUST_USE enum err api_rules_json(struct json *j, const char *key, struct cx *cx);
