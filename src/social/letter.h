/* Letters: private words to the authors of a post. No conversation, no answer due; the sender sees "Sent" and nothing more,
 * ever. Authors read them in the quiet inbox; a keeper only when allowed to. */
#pragma once
#include "social/comment.h"

enum letter_state { LETTER_WAITS, LETTER_KEPT, LETTER_AWAY };
enum {
        LETTER_MAX = 5000,     /* characters */
        LETTERS_A_DAY = 30,    /* of one member: more than anybody writes by hand */
        VISITOR_LETTERS = 3,   /* of one address, a day */
        LETTER_NAME_MAX = 100, /* characters, of a visitor */
        THANK_MAX = 500        /* characters */
};

struct letter {
        int64_t id, thread, owner, sender, created_at, thanked_at;
        struct str name, text;
        enum letter_state state;
        bool visitor; /* it can be answered through the server */
};

/* Why nobody can write here: letters are off, or the post is not from here. ERR_MISSING where the post is not for `by`. */
MUST_USE enum err letter_may(struct cx *cx, const struct viewer *by, int64_t post, bool *ret);
MUST_USE enum err letter_send(struct cx *cx, const struct viewer *by, int64_t post, struct str text);

/* Letters of visitors, where the author wants them: the text waits in the link that the mail brings. */
MUST_USE enum err letter_visitors_may(struct cx *cx, int64_t post, bool *ret);
struct visitor_letter {
        int64_t post;
        struct str name, email, text;
};
MUST_USE enum err letter_ask(struct cx *cx, const struct visitor_letter *v);
MUST_USE enum err letter_confirm(struct cx *cx, struct str secret);
MUST_USE enum err letter_confirm_look(struct cx *cx, struct str secret); /* ERR_MISSING: used, or old */
MUST_USE enum err letter_visitors(struct cx *cx, int64_t account, bool *ret); /* the switch */
MUST_USE enum err letter_visitors_set(struct cx *cx, int64_t account, bool on);

/* ---- for the authors ---- */

MUST_USE enum err letter_get(struct cx *cx, const struct viewer *by, int64_t id, struct letter **ret);
/* Of one thread or of all (0), oldest first, from after `after`. */
MUST_USE enum err letter_list(struct cx *cx, const struct viewer *by, int64_t thread, enum letter_state state, int64_t after,
                              size_t most, struct letter **ret, size_t *n);
/* Kept, put away, or waiting again; *batch names the act for undoing. */
MUST_USE enum err letter_sort(struct cx *cx, const struct viewer *by, int64_t id, enum letter_state to, int64_t *batch);
/* Back from `now` to `before`; ERR_CONFLICT when it is elsewhere. For comment_undo. */
MUST_USE enum err letter_undo(struct cx *cx, int64_t id, enum letter_state now, enum letter_state before);
/* Those that wait: how many, and of whom. */
MUST_USE enum err letter_pile(struct cx *cx, const struct viewer *by, int64_t thread, struct pile_row *ret);

/* ---- thanks ---- */

/* An answer to one person alone: a private mention, or a mail to a visitor that names no address. Of a comment or a letter
 * (the other one 0). */
MUST_USE enum err thank_send(struct cx *cx, const struct viewer *by, int64_t comment, int64_t letter, struct str text);
/* One comment for everyone, pinned beneath the post; it may name nobody. */
MUST_USE enum err thank_everyone(struct cx *cx, const struct viewer *by, int64_t thread, struct str text, int64_t *post);
/* "People who wrote": letters and comments, each person once, the latest first. */
struct person_wrote {
        int64_t account, letter; /* letter: of a visitor, who has no account */
        struct str name;
        int64_t at;
        bool thanked;
};
MUST_USE enum err people_who_wrote(struct cx *cx, const struct viewer *by, int64_t thread, int64_t before, size_t most,
                                   struct person_wrote **ret, size_t *n);
MUST_USE enum err thanked_set(struct cx *cx, const struct viewer *by, int64_t thread, int64_t account, int64_t letter, bool on);
extern const struct stmt_list LETTER_STATEMENTS;
extern const struct stmt_list THANK_STATEMENTS;
