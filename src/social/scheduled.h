/* Posts that a person wrote now and that appear later. The request is kept as it was sent; a job publishes it. */
#pragma once
#include "social/post.h"

enum { /* Mastodon's numbers, which apps know */
        SCHEDULED_AHEAD_MS = 5 * 60 * 1000,
        SCHEDULED_DAY_MAX = 25,
        SCHEDULED_MAX = 300,
        SCHEDULED_YEARS = 5 /* what is meant for later than this is a mistake */
};

struct scheduled {
        int64_t id, at;
        struct str params; /* JSON, as the client API shows it */
        struct id_list media;
};

/* Checks the draft as publishing it now would, then keeps it. The same idempotency key gives the first one again. */
MUST_USE enum err scheduled_create(struct cx *cx, const struct viewer *by, const struct draft *d, int64_t at,
                                   struct scheduled **ret);
/* An own one; ERR_MISSING for anybody else's. */
MUST_USE enum err scheduled_get(struct cx *cx, const struct viewer *by, int64_t id, struct scheduled **ret);
MUST_USE enum err scheduled_list(struct cx *cx, const struct viewer *by, struct page *page, struct scheduled **ret,
                                 size_t *n);
MUST_USE enum err scheduled_move(struct cx *cx, const struct viewer *by, int64_t id, int64_t at);
MUST_USE enum err scheduled_delete(struct cx *cx, const struct viewer *by, int64_t id);
/* A draft as the JSON of `params`, and back, with the app it came from. For whatever else is kept to be sent later. */
struct str scheduled_keep(struct cx *cx, const struct viewer *by, const struct draft *d);
MUST_USE enum err scheduled_kept(struct cx *cx, struct str kept, struct draft *d, struct viewer *by);
/* Photos deleted meanwhile, or given to another post, are left out. */
MUST_USE enum err scheduled_drop_lost(struct cx *cx, const struct viewer *by, struct id_list *media);
/* The job "publish": payload {"scheduled":"ID"}. What can no longer be published (the post it answers is gone) is
 * dropped. */
MUST_USE enum err scheduled_publish_job(struct cx *cx, struct str payload);
/* Those whose time is over and that still wait, because their writer had quiet time. */
MUST_USE enum err scheduled_overdue(struct cx *cx, int64_t account, size_t most, struct scheduled *ret, size_t *n);
/* Publishes one of those soon, by its job. ERR_MISSING for one that does not wait so. */
MUST_USE enum err scheduled_release(struct cx *cx, const struct viewer *by, int64_t id);
extern const struct stmt_list SCHEDULED_STATEMENTS;
