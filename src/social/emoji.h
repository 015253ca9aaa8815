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
/* The same with pictures for shortcodes: in text nodes only, never inside tags (T032). */
struct markup emoji_in_markup(struct arena *a, struct markup m, const struct emoji_list *l);
struct markup emoji_in_text(struct arena *a, struct str text, const struct emoji_list *l); /* escaped */
/* Does this text name any at all? */
bool emoji_named(struct str text);
/* The emoji of this domain whose :shortcode: stands in any of the texts, once each; at most 50. No statement is run when
 * no text has a colon pair. */
MUST_USE enum err emoji_find(struct cx *cx, struct str domain, const struct str *texts, size_t n_texts, struct emoji **ret, size_t *n);
MUST_USE enum err emoji_list(struct cx *cx, struct emoji **ret, size_t *n); /* ours */
/* Ours with their ids, for those who keep them (emoji_keep.c); by name, at most 2,000. */
struct emoji_row {
        int64_t id;
        struct str shortcode, path, category; /* path: of the still picture, on our pages; category "" for none */
        bool visible, off;                    /* off: neither found in texts nor offered */
};
MUST_USE enum err emoji_rows(struct cx *cx, struct emoji_row **ret, size_t *n);
/* Before the picture is taken in: is the name good and free? ERR_INPUT with a sentence. */
MUST_USE enum err emoji_check(struct cx *cx, struct str shortcode);
/* In write transactions, with a line in the log. */
struct emoji_draft {
        struct str shortcode, category, file, still, type;
};
MUST_USE enum err emoji_add(struct cx *cx, const struct viewer *by, const struct emoji_draft *d);
MUST_USE enum err emoji_change(struct cx *cx, const struct viewer *by, int64_t id, struct str category, bool visible, bool off);
MUST_USE enum err emoji_drop(struct cx *cx, const struct viewer *by, int64_t id); /* its picture goes too; ERR_MISSING */
extern const struct stmt_list EMOJI_KEEP_STATEMENTS;
extern const struct stmt_list EMOJI_STATEMENTS;
