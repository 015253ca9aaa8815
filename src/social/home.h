/* The kept home timelines: rows for readers seen in the last 30 days, written in the transaction that brings the post,
 * so that reading costs the same for 50 and for 5,000 followed accounts. For everybody else nothing is kept; their page
 * is read with a plain join and the rows are made anew when they come back. */
#pragma once
#include "social/post.h"

enum {
        HOME_ROWS = 800,  /* kept for a reader; older pages are read with the plain join */
        HOME_CHUNK = 500, /* followers served in one transaction; a job goes on with the rest */
        HOME_DAYS = 30    /* without a visit, and the rows go */
};

/* A page of what `by` follows: ids of entries (posts and boost wrappers), all visible. */
MUST_USE enum err home_list(struct cx *cx, const struct viewer *by, struct page *page, int64_t **ret, size_t *n);

/* A post or wrapper was stored: gives it to its readers. The rest beyond HOME_CHUNK followers goes on as a job. */
MUST_USE enum err home_add(struct cx *cx, const struct post *p);
/* Is the entry among owner's kept rows? For those who are told of a new post as it comes (EVENT_HOME tells only of rows
 * that were written later than the post). */
MUST_USE enum err home_has(struct cx *cx, int64_t owner, int64_t entry, bool *ret);
/* `owner` follows `target` from now on (accepted), or no more. */
MUST_USE enum err home_follow_started(struct cx *cx, int64_t owner, int64_t target);
MUST_USE enum err home_follow_ended(struct cx *cx, int64_t owner, int64_t target);
/* `owner` blocked or muted `target` (or was blocked by): what target wrote or boosted leaves owner's home. */
MUST_USE enum err home_hide(struct cx *cx, int64_t owner, int64_t target);
/* The same for all accounts of a domain. */
MUST_USE enum err home_hide_domain(struct cx *cx, int64_t owner, struct str domain);
/* Makes owner's rows anew: after an unmute or unblock, a changed follow (boosts on or off), an exclusive list, a
 * followed hashtag that was dropped. Does nothing for readers whose rows are not kept. */
MUST_USE enum err home_rebuild(struct cx *cx, int64_t owner);
/* The reader is here: sees that rows are kept from now on. Called with the daily note of login.seen_at. */
MUST_USE enum err home_wake(struct cx *cx, int64_t owner);
/* Cuts rows beyond HOME_ROWS and drops those of readers gone for HOME_DAYS. For the hourly tidying: adds the job
 * "home_tidy", payload {"after":"ACCOUNT ID"}, which goes through the readers in chunks. */
MUST_USE enum err home_tidy(struct cx *cx);
MUST_USE enum err home_tidy_job(struct cx *cx, struct str payload);
/* The job "home_add": payload {"post":"ID","after":"FOLLOW ID"}. */
MUST_USE enum err home_add_job(struct cx *cx, struct str payload);
/* `account` became (or is no more) a second author of the post: in the homes of those who follow them, and their own. */
MUST_USE enum err home_beside(struct cx *cx, int64_t post, int64_t account);
MUST_USE enum err home_beside_ended(struct cx *cx, int64_t post, int64_t account);
/* All such posts for a reader whose rows are complete from `from` on; 0: as login says. */
MUST_USE enum err home_beside_fill(struct cx *cx, int64_t owner, int64_t from);
/* The job "home_beside": payload {"post":"ID","account":"ID","after":"FOLLOW ID"}. */
MUST_USE enum err home_beside_job(struct cx *cx, struct str payload);
extern const struct stmt_list HOME_BESIDE_STATEMENTS;
extern const struct stmt_list HOME_STATEMENTS;
extern const struct stmt_list HOME_KEEP_STATEMENTS;
