/* Who helps, as the owner of the server knows it, per language and country; and the words beneath the comment form of a
 * post that says something hard: short ones to begin with, what people find helpful, and what to leave out. All of it is
 * written by people, in each language for itself. */
#pragma once
#include "social/audience.h"

enum {
        SUPPORT_MAX = 300,
        SUPPORT_NAME_MAX = 120,
        SUPPORT_WORDS_MAX = 500,
        SUPPORT_SHORT_MAX = 120, /* country, phone, hours */
        SUPPORT_LINK_MAX = 1000
};
struct support {
        int64_t id;
        struct str language, country, name, words, phone, link, hours;
};
/* By language, country and place in it; a reader's own language comes first. */
MUST_USE enum err support_list(struct cx *cx, struct str language, struct support **ret, size_t *n);
MUST_USE enum err support_any(struct cx *cx, bool *ret);
/* For the owner; in a write transaction, with a line in the log. id 0: a new one. The link loses what follows people
 * around (*cleaned). ERR_INPUT with a sentence. */
MUST_USE enum err support_save(struct cx *cx, const struct viewer *by, struct support *s, bool *cleaned);
MUST_USE enum err support_drop(struct cx *cx, const struct viewer *by, int64_t id); /* ERR_MISSING */
/* The same address without the parts that say where a reader comes from. */
struct str support_clean_link(struct arena *a, struct str link);

enum { GENTLE_LINES_MAX = 12, GENTLE_LINE_MAX = 120 };
struct gentle {
        struct str language; /* none: there are no words in any language that fits */
        struct str_list suggestions, helpful, leave_out;
};
/* For a post in `post_language` and a reader of `locale`: the first of them that has words, else the server's, else
 * English; empty when none has. */
MUST_USE enum err gentle_get(struct cx *cx, struct str post_language, struct str locale, struct gentle *ret);
MUST_USE enum err gentle_of(struct cx *cx, struct str language, struct gentle *ret); /* this one; empty when it has none */
MUST_USE enum err gentle_languages(struct cx *cx, struct str_list *ret);
/* One a line; all empty: none in this language any more. For the owner, as above. */
MUST_USE enum err gentle_save(struct cx *cx, const struct viewer *by, struct str language, struct str suggestions,
                              struct str helpful, struct str leave_out);
extern const struct stmt_list SUPPORT_STATEMENTS;
