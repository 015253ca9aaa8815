/* Who is addressed by a post. */
#pragma once
#include "lib/text/link.h"
#include "social/post.h"

struct mention {
        int64_t post, account;
        struct str username, domain, url; /* url complete */
        bool silent;
};
/* Of the posts, ordered by post; silent ones too. */
MUST_USE enum err mention_of_posts(struct cx *cx, const int64_t *posts, size_t n, struct mention **ret, size_t *n_ret);
/* Looks up the mentions among the spans, fills href and label, and gives the accounts, each once. Unknown names stay
 * text. ERR_INPUT past POST_MENTIONS_MAX. */
MUST_USE enum err mention_resolve(struct cx *cx, struct link_list *links, int64_t **ret, size_t *n);
extern const struct stmt_list MENTION_STATEMENTS;
