/* Conversations of the client API: private mentions by thread. */
#pragma once
#include "lib/http/route.h"

extern const struct route_list API_CONVERSATION_ROUTES;
