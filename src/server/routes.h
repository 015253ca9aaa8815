/* Every route of the program, by door. */
#pragma once
#include "lib/http/route.h"

extern const struct route_list ROUTES[];
extern const size_t ROUTES_COUNT;
