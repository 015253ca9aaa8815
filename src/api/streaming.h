/* Live updates: WebSocket and server-sent events of the client API. A hub thread of its own takes the events of each commit,
 * asks the database what each listener may see, and sends. */
#pragma once
#include "lib/http/route.h"
#include "store/cx.h"

struct streaming;

/* Starts the hub of an instance; listens to its events (call before the server runs). */
MUST_USE enum err streaming_open(struct instance *instance, struct streaming **ret);
void streaming_close(struct streaming **s);
extern const struct route_list API_STREAMING_ROUTES;
