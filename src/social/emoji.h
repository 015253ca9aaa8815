/* Custom emoji: small pictures with a name, ours (domain "") and those seen elsewhere. */
#pragma once
#include "social/account.h"

struct emoji {
        struct str shortcode, url, static_url, category; /* addresses complete; category STR_NONE when not set */
        bool visible;
};
/* The emoji of this domain whose :shortcode: stands in any of the texts, once each; at most 50. No statement is run when
 * no text has a colon pair. */
MUST_USE enum err emoji_find(struct cx *cx, struct str domain, const struct str *texts, size_t n_texts, struct emoji **ret, size_t *n);
MUST_USE enum err emoji_list(struct cx *cx, struct emoji **ret, size_t *n); /* ours */
extern const struct stmt_list EMOJI_STATEMENTS;
