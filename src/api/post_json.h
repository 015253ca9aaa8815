/* The Status entity and what stands inside it. */
#pragma once
#include "lib/text/json.h"
#include "social/link_card.h"
#include "social/media.h"
#include "social/poll.h"
#include "social/post.h"

/* An array of Status, in this order. The ids must be judged visible to `by` already (all lists of social/ are); what
 * disappeared meanwhile is left out. One statement for each kind of thing a page needs, none for each post. */
MUST_USE enum err api_posts_json(struct json *j, const char *key, struct cx *cx, const struct viewer *by,
                                 const int64_t *ids, size_t n);
/* The same for a list with a context (enum filter_context): posts that meet a filter of the viewer's which hides there are
 * left out. */
MUST_USE enum err api_posts_json_in(struct json *j, const char *key, struct cx *cx, const struct viewer *by, unsigned context,
                                    const int64_t *ids, size_t n);
/* One, judged here: ERR_MISSING. */
MUST_USE enum err api_post_json(struct json *j, const char *key, struct cx *cx, const struct viewer *by, int64_t id);
MUST_USE enum err api_post_answer(struct req *rq, int64_t id); /* the same as the whole answer */

/* Several Status objects that stand apart in an answer (notifications, conversations): fetched together, written one
 * by one. Ids that are gone or not visible write null and give false. */
struct api_posts;
MUST_USE enum err api_posts_load(struct cx *cx, const struct viewer *by, const int64_t *ids, size_t n,
                                 struct api_posts **ret);
bool api_posts_has(const struct api_posts *p, int64_t id);
bool api_posts_hidden(const struct api_posts *p, int64_t id, unsigned context); /* by a filter */
bool api_posts_write(struct json *j, const char *key, const struct api_posts *p, int64_t id);

void api_media_json(struct json *j, const char *key, struct cx *cx, const struct media *m);
void api_link_json(struct json *j, const char *key, struct cx *cx, const struct link_card *c); /* PreviewCard */
MUST_USE enum err api_poll_json(struct json *j, const char *key, struct cx *cx, const struct poll *p, bool signed_in);
