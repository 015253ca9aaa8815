/* Changing who sees a post, and its switches, after it was sent. Here at once; other servers are asked, as far as they can
 * be. In a write transaction. */
#pragma once
#include "social/switches.h"

/* A choice as in a draft: public, unlisted, private, self, or list:ID of the author's own. ERR_INPUT otherwise. */
struct reach {
        enum audience audience;
        int64_t list; /* of AUDIENCE_CIRCLE */
};
MUST_USE enum err reach_read(struct cx *cx, int64_t account, struct str name, struct reach *ret);
struct str reach_name(struct arena *a, const struct post *p); /* the same name back */
/* Would more people see it, or others? */
bool reach_is_wider(const struct post *p, const struct reach *to);
/* ERR_MISSING for a post that is neither theirs nor of a journal of theirs; ERR_INPUT: a journal has no audiences. Whoever calls has asked the author when it is wider. */
MUST_USE enum err post_set_reach(struct cx *cx, const struct viewer *by, int64_t id, const struct reach *to);

/* The same, with `far` false telling no other server: what they hold stays as it is there. */
MUST_USE enum err post_set_reach_of(struct cx *cx, const struct viewer *by, int64_t id, const struct reach *to, bool far);

/* The author elsewhere of a public or quiet post says that fewer may see it now, and who may quote it. Nothing is widened. */
MUST_USE enum err post_reach_far(struct cx *cx, const struct post *old, enum audience audience, enum quote_policy quotes);

/* The switches and the quote policy of a post as a bundle: for its author's form. */
MUST_USE enum err post_bundle(struct cx *cx, const struct post *p, struct preset *ret);
/* ERR_MISSING for a post that is not theirs, ERR_INPUT for a comment: those follow their thread. */
MUST_USE enum err post_set_bundle(struct cx *cx, const struct viewer *by, int64_t id, const struct preset *b);
extern const struct stmt_list POST_REACH_STATEMENTS;
