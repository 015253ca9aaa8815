/* Custom emoji: small pictures with a name, ours (domain "") and those seen elsewhere. */
#pragma once
#include "social/account.h"

struct emoji {
        struct str shortcode, url, static_url, category; /* addresses complete; category STR_NONE when not set */
        struct str path;                                 /* of the picture that does not move, on our own pages */
        bool visible;
};
struct emoji_list {
        const struct emoji *v;
        size_t n;
};
/* The same with pictures for shortcodes: in text nodes only, never inside tags (threats.md T032). */
struct markup emoji_in_markup(struct arena *a, struct markup m, const struct emoji_list *l);
struct markup emoji_in_text(struct arena *a, struct str text, const struct emoji_list *l); /* escaped */
/* Does this text name any at all? */
bool emoji_named(struct str text);
/* The emoji of this domain whose :shortcode: stands in any of the texts, once each; at most 50. No statement is run when
 * no text has a colon pair. */
MUST_USE enum err emoji_find(struct cx *cx, struct str domain, const struct str *texts, size_t n_texts, struct emoji **ret, size_t *n);
MUST_USE enum err emoji_list(struct cx *cx, struct emoji **ret, size_t *n); /* ours */
extern const struct stmt_list EMOJI_STATEMENTS;
