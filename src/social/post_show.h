/* What showing posts needs beside their rows, for a whole page at once. */
#pragma once
#include "social/post.h"

struct post_app {
        int64_t id;
        struct str name, website; /* website STR_NONE: none */
};
/* The apps with these ids, in any order. */
MUST_USE enum err post_apps(struct cx *cx, const int64_t *ids, size_t n, struct post_app **ret, size_t *n_ret);
/* Whether each of these authors shows counts to others: people here as they chose, people elsewhere always. */
MUST_USE enum err post_authors_show(struct cx *cx, const int64_t *accounts, size_t n, bool *ret);
extern const struct stmt_list POST_SHOW_STATEMENTS;
