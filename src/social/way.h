/* Ways to help: what the author of a post, or the owners of a journal, would be glad of, and where: meals, lifts, giving
 * blood, a fund. Each is a link elsewhere and a state; no money passes through here. Other servers and apps get one link to
 * the list. Write verbs in a write transaction. */
#pragma once
#include "social/journal.h"

enum way_kind { WAY_MEALS, WAY_LIFTS, WAY_BLOOD, WAY_FUND, WAY_CARE, WAY_THINGS, WAY_OTHER, WAY_KINDS_ };
enum way_state { WAY_OPEN, WAY_ENOUGH, WAY_CLOSED, WAY_STATES_ };
enum { WAYS_MAX = 8, WAY_LABEL_MAX = 80, WAY_WORDS_MAX = 300, WAY_LINK_MAX = 2048 };

struct way {
        int64_t id;
        enum way_kind kind;
        enum way_state state;
        struct str label, link, words; /* link and words may be "" */
        struct str domain;             /* of the link, as people read it */
};
/* What the list belongs to: a post (a root), a journal, or the account of somebody who has died. */
struct way_of {
        int64_t post, journal, memorial; /* one of them */
};
struct str way_kind_words(enum way_kind k);  /* "Meals" */
struct str way_state_words(enum way_state s); /* "Enough, thank you" */

/* In their order. Whoever calls has judged that the reader may see what they belong to. */
MUST_USE enum err way_list(struct cx *cx, struct way_of of, struct way **ret, size_t *n);
/* Authors, owners, and keepers who were trusted with it: ERR_MISSING for everybody else. */
MUST_USE enum err way_may(struct cx *cx, const struct viewer *by, struct way_of of);
/* Adds (id 0) or changes one. ERR_INPUT with a sentence and its field: label, link, words. */
MUST_USE enum err way_put(struct cx *cx, const struct viewer *by, struct way_of of, const struct way *w);
MUST_USE enum err way_remove(struct cx *cx, const struct viewer *by, struct way_of of, int64_t id);
/* All of them at once, as they were before; whoever calls has judged that. */
MUST_USE enum err way_replace(struct cx *cx, struct way_of of, const struct way *v, size_t n);
MUST_USE enum err way_up(struct cx *cx, const struct viewer *by, struct way_of of, int64_t id); /* one place up */
/* The one link that stands at the end of a post's words; for who renders them anew. */
MUST_USE enum err way_sign(struct cx *cx, const struct post *p, struct markup *content);
/* The words without it, for the page where the list itself stands. */
struct markup way_unsign(struct cx *cx, const struct post *p);
extern const struct stmt_list WAY_STATEMENTS;
