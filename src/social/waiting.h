/* What a person wrote and has not sent: drafts, and posts in their sending pause. Neither is a post: nothing of them is
 * in a timeline, a stream, a notification or another server's inbox, until the pause is over. */
#pragma once
#include "social/post.h"

enum {
        WAITING_MOST_MS = 30 * 60 * 1000, /* a pause can be lengthened to this */
        WAITING_MAX = 20,                 /* at once for a person: more is a program, not a pause */
        DRAFTS_MAX = 100
};

struct waiting {
        int64_t id, at, post, created_at; /* post: what it became; 0: it waits */
        struct str params;
};
/* The draft is checked as publishing it now would. The same key of a form gives the first one again. Its key is
 * d->idempotency_key. */
MUST_USE enum err waiting_create(struct cx *cx, const struct viewer *by, const struct draft *d, int64_t pause_s, int64_t *id);
MUST_USE enum err waiting_get(struct cx *cx, const struct viewer *by, int64_t id, struct waiting **ret); /* ERR_MISSING */
/* Those that still wait, oldest first. */
MUST_USE enum err waiting_list(struct cx *cx, const struct viewer *by, struct waiting **ret, size_t *n);
/* Later by this much, never more than WAITING_MOST_MS after Send was pressed. ERR_CONFLICT: it has left. */
MUST_USE enum err waiting_longer(struct cx *cx, const struct viewer *by, int64_t id, int64_t more_s);
MUST_USE enum err waiting_now(struct cx *cx, const struct viewer *by, int64_t id);
/* Takes it back: `d` is what was written. ERR_CONFLICT: it has left. */
MUST_USE enum err waiting_cancel(struct cx *cx, const struct viewer *by, int64_t id, struct draft *d);
/* The job "send": payload {"waiting":"ID"}. What can no longer be published becomes a draft. */
MUST_USE enum err waiting_send_job(struct cx *cx, struct str payload);

struct kept_draft {
        int64_t id, updated_at;
        struct str params;
};
/* id 0: a new one; *ret is its id. */
MUST_USE enum err draft_keep(struct cx *cx, const struct viewer *by, int64_t id, const struct draft *d, int64_t *ret);
MUST_USE enum err draft_get(struct cx *cx, const struct viewer *by, int64_t id, struct draft *d); /* ERR_MISSING */
MUST_USE enum err draft_list(struct cx *cx, const struct viewer *by, struct kept_draft **ret, size_t *n); /* newest first */
/* OK when there is none. */
MUST_USE enum err draft_delete(struct cx *cx, const struct viewer *by, int64_t id);
extern const struct stmt_list WAITING_STATEMENTS;
