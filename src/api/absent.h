/* Rows of the client API for things that are deliberately absent here: no trends, no suggestions, no yearly reports. */
#pragma once
#include "lib/http/route.h"

extern const struct route_list API_ABSENT_ROUTES;
