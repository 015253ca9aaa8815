/* A post's surroundings: what it answers, and what answers it. */
#pragma once
#include "social/post.h"

enum { THREAD_MAX = 4096, THREAD_UP_MAX = 4096, THREAD_STRANGER_MAX = 500, THREAD_DEPTH_MAX = 60 };

struct thread {
        int64_t *up; /* ancestors, the root first */
        size_t n_up;
        int64_t *down; /* descendants, depth first, oldest first among those of one parent */
        unsigned char *depth; /* of each descendant: 1 answers the post itself; THREAD_DEPTH_MAX at most */
        size_t n_down;
};
/* ERR_MISSING when the post itself is not visible. What is hidden from the viewer is left out, its answers are not. */
MUST_USE enum err thread_get(struct cx *cx, const struct viewer *by, int64_t post, struct thread *ret);
extern const struct stmt_list THREAD_STATEMENTS;
