/* Between the parts of keepers: the grants, and the hands that stand for them. */
#pragma once
#include "social/keeper.h"

/* Hands for every post of the grant's scope; what is more than a transaction should hold goes on as a job. */
enum err keeper_fill(struct cx *cx, const struct keeper *k, int64_t before);
/* Takes away this keeper's hands on the author's posts (or the journal's), then gives back those of other grants. */
enum err keeper_empty(struct cx *cx, const struct keeper *k);
/* Whether new posts of this author need hands: kept in login.keepers. */
enum err keeper_note(struct cx *cx, int64_t author);
