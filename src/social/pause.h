/* Topic pauses: a reader's rest from a subject for a while. A pause is an ordinary filter of theirs (filter.h) that hides
 * everywhere and ends by itself, so apps list and end it like any other; here it also knows its topics, so that what
 * authors stated counts, and whom it leaves alone. */
#pragma once
#include "social/filter.h"
#include "social/topic.h"

enum {
        PAUSE_TOPICS_MAX = 20,
        PAUSE_OWN_MAX = 40,     /* own words */
        PAUSE_SPARED_MAX = 50,  /* people */
        PAUSE_DAYS_MAX = 366,
        PAUSE_PREVIEW = 20,     /* posts of home that a preview names, */
        PAUSE_LOOKED_AT = 400   /* of so many newest ones */
};
struct pause_draft {
        const int64_t *topics;
        size_t n_topics;
        struct str_list languages; /* whose words of the topics count */
        struct str own;            /* words with commas between them */
        int64_t days;
        const int64_t *spared;
        size_t n_spared;
};
struct pause {
        int64_t filter, ends_at, days;
        struct str name; /* "War, Illness", or the own words: what it is a rest from */
        bool answered, ended;
        int64_t *spared;
        size_t n_spared;
};
/* Begins one; *filter is its id. ERR_INPUT with a sentence: nothing to rest from, too much, no length. In a write
 * transaction, like all that changes. */
MUST_USE enum err pause_begin(struct cx *cx, const struct viewer *by, const struct pause_draft *d, int64_t *filter);
/* What it would hide of the newest posts of home: ids, newest first. Nothing is written. */
MUST_USE enum err pause_preview(struct cx *cx, const struct viewer *by, const struct pause_draft *d, int64_t *ids, size_t *n);
/* One's own, oldest first, also those that ended and were not asked about. */
MUST_USE enum err pause_list(struct cx *cx, int64_t account, struct pause **ret, size_t *n);
MUST_USE enum err pause_get(struct cx *cx, int64_t account, int64_t filter, struct pause **ret); /* ERR_MISSING */
/* As long again as it was meant to last, from its end or from now. */
MUST_USE enum err pause_keep(struct cx *cx, int64_t account, int64_t filter);
/* It may end by itself at its time; Home does not ask any more. */
MUST_USE enum err pause_let_end(struct cx *cx, int64_t account, int64_t filter);
MUST_USE enum err pause_end(struct cx *cx, int64_t account, int64_t filter); /* now */
/* Whose posts are shown all the same. ERR_INPUT: too many. */
MUST_USE enum err pause_spare(struct cx *cx, int64_t account, int64_t filter, int64_t whom, bool on);
/* The one that ends within a day and was not asked about, or NULL. `ends` is login.rest_ends: 0 costs nothing. */
MUST_USE enum err pause_ending(struct cx *cx, int64_t account, int64_t ends, struct pause **ret);
/* Removes those that ended as they were told to. For the hourly tidying. */
MUST_USE enum err pause_tidy(struct cx *cx);
extern const struct stmt_list PAUSE_STATEMENTS;
