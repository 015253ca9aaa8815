/* The last a new post wants in its transaction: rows in its readers' homes, and its words in the index. The writer asks
 * for it once for a whole batch (instance_finish); where no writer is, post_store does it at once. */
#pragma once
#include "social/post.h"

/* Says that the post (or boost wrapper) was stored; `quiet`: it is only indexed. */
MUST_USE enum err post_stored(struct cx *cx, const struct post *p, bool quiet);
/* Does it. A post that is gone again by now wants nothing. */
MUST_USE enum err post_finish(struct cx *cx, int64_t id, bool quiet);
/* The words of a post that was changed. */
MUST_USE enum err post_index_words(struct cx *cx, const struct post *p);
