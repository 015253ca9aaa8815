/* Filter entities, and the FilterResult list of a post. */
#pragma once
#include "lib/text/json.h"
#include "social/filter.h"

/* The `filtered` key of a Status. */
void api_filter_results(struct json *j, const char *key, const struct filter_match *v, size_t n);
void api_filter_contexts(struct json *j, const char *key, unsigned contexts);
unsigned api_filter_context_read(struct str name); /* 0 for what is no context */
