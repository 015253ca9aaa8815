/* Every route of the program, by door. */
#pragma once
#include "lib/http/route.h"

size_t routes_count(void);
void routes_gather(struct route_list *into); /* room for routes_count() */
