/* From what was read to what is kept: actors and posts of other servers stored through the rules of social/. All in a write
 * transaction; who may say what was settled before. */
#pragma once
#include "fedi/actor_in.h"
#include "social/account_far.h"
#include "social/post_store.h"

/* What is fetched because of one thing that arrived, all together (T113). */
enum { FEDI_FETCHES = 32 };

struct reading reading_of(struct cx *cx);

MUST_USE enum err store_find_post(struct cx *cx, struct str uri, int64_t *id); /* 0: not here */
/* `domain` is of its handle; `named`: WebFinger of that domain confirmed it. Sanctions of the domain hold. ERR_GONE. */
MUST_USE enum err store_actor(struct cx *cx, const struct actor_in *a, struct str domain, bool named, int64_t *id);

enum store_how {
        STORE_QUIET = 1 /* context of something else, not news: no notifications, no home timelines */
};
/* What it names that is not here (people, the post it answers or quotes) is fetched by a job "note_rest" out of `budget`
 * fetches, {"post":"ID","budget":N,"mentions":[URI...]}; 0: nothing is. Known already: its id. ERR_GONE: it was deleted before. */
struct store_note {
        const struct note_in *note;
        const struct account_known *author;
        unsigned how;
        bool is_new; /* the caller looked: it is not here */
        int budget;
};
MUST_USE enum err store_note(struct cx *cx, const struct store_note *s, int64_t *id);
/* The newer version of a post that is here, by the same author (the caller saw to that). */
MUST_USE enum err store_note_again(struct cx *cx, const struct store_note *s, int64_t id);
/* Somebody it names who was not known when it came. */
MUST_USE enum err store_mention(struct cx *cx, int64_t post, int64_t account);

/* Whether what the post quotes is approved, as far as can be told without asking: by its own author, by an approval of
 * ours. Anything else waits. */
MUST_USE enum err store_quote(struct cx *cx, int64_t post, int64_t author, struct str quote_uri, struct str approval);
extern const struct stmt_list STORE_STATEMENTS;
