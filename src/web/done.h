/* What was just done, told on the page a form leads to: "?done=saved" names a sentence, so that no
 * text comes from outside. */
#pragma once
#include "lib/http/req.h"

struct str web_done(const struct req *rq); /* none: STR_NONE */
/* The path with "done=NAME" added. */
struct str web_done_path(struct arena *a, struct str path, const char *name);
