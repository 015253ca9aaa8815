/* Posts from here as other servers read them: the document, and whom it is addressed to. */
#pragma once
#include "fedi/words.h"
#include "social/post.h"

struct note_parts; /* photos, tags and the like, see note.c */

struct note_out {
        const struct post *post;
        const struct account *author;
        struct recipients to, cc;
        const struct note_parts *parts;
        int64_t reader;     /* for whom alone this form of it is; 0: all */
        bool archive;       /* for its author's own copy: its files lie beside it, whole */
        int64_t updated_at; /* it is to be taken for news at this time; 0: when its words changed */
};
/* All that the document holds, read at once. Of posts from here that may leave; whoever calls has asked who may see it.
 * `reader`: a person elsewhere for whom alone it is written (one of an audience), or 0. */
MUST_USE enum err note_out_load(struct cx *cx, const struct post *p, int64_t reader, struct note_out **ret);
/* With its context when `key` is NULL. */
void note_put(struct json *j, const char *key, struct cx *cx, const struct note_out *n);
/* Only to and cc, for posts and boosts. */
MUST_USE enum err note_address(struct cx *cx, const struct post *p, const struct account *author, int64_t reader,
                               struct recipients *to, struct recipients *cc);
/* The approval that its author's server gave to an answer or boost from here; STR_NONE: none. */
MUST_USE enum err note_approved_by(struct cx *cx, int64_t post, struct str *ret);
extern const struct stmt_list NOTE_STATEMENTS;
