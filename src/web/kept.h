/* Pages that are the same for every stranger, kept in memory while nothing changes. */
#pragma once
#include "web/page.h"

/* Whether this page may be kept: asked by a stranger, without a query. */
bool kept_may(const struct req *rq);
/* Answers from memory (or 304); false when there is nothing fresh. `key` is the id of the post or
 * account. */
bool kept_answer(struct req *rq, int64_t key);
/* Keeps what was just written, which stands for this document; STR_NONE: for none. */
void kept_put(struct req *rq, int64_t key, struct str document);
/* Says in a header, as Mastodon does, where other servers read what the page shows. */
void web_document(struct req *rq, struct str uri);
