/* Looking people and posts up elsewhere for somebody here who waits: what social/search.h calls. */
#pragma once
#include "store/cx.h"

/* For instance->find_far. */
MUST_USE enum err find_far(struct cx *cx, struct str text, int64_t *account, int64_t *post);
/* For instance->look_far. */
void look_far(struct cx *cx, enum far_look what, int64_t id);
