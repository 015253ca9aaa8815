/* Conversations of the client API: private mentions by thread. */
#pragma once
#include "lib/http/route.h"

struct conversation;
struct cx;
struct json;
struct viewer;
/* One Conversation entity, as `by` has it. */
MUST_USE enum err api_conversation_put(struct json *j, struct cx *cx, const struct viewer *by, const struct conversation *c);
extern const struct route_list API_CONVERSATION_ROUTES;
