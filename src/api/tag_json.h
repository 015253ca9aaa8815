/* The Tag entity. */
#pragma once
#include "lib/text/json.h"
#include "social/tag.h"

MUST_USE enum err api_tag_json(struct json *j, const char *key, struct cx *cx, const struct tag *t, bool signed_in);
