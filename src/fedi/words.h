/* What all our documents share: contexts as Mastodon writes them, so that programs which expand JSON-LD find every word;
 * addresses of a person's collections; lists of recipients. */
#pragma once
#include "lib/text/json.h"
#include "social/account.h"

#define AS_PUBLIC "https://www.w3.org/ns/activitystreams#Public"

enum words { WORDS_PLAIN, WORDS_ACTOR, WORDS_NOTE, WORDS_GONE, WORDS_ASKING /* and of requests and their answers */ };
void words_context(struct json *j, enum words w);
/* A whole document: opened with its context, headed by who does what, closed and taken. */
void words_begin(struct json *j, struct buf *b, enum words w);
void words_head(struct json *j, struct str id, const char *type, struct str actor);
struct str words_end(struct cx *cx, struct json *j, struct buf *b);
void words_time(struct json *j, const char *key, int64_t ms); /* whole seconds; 0 writes nothing */
/* An address of this person with something behind it: words_of(cx, actor, "/followers"). */
struct str words_of(struct cx *cx, struct str actor, const char *tail);
struct str words_number(struct cx *cx, struct str base, const char *middle, int64_t id); /* base middle id */

/* Recipients, each once. */
struct recipients {
        struct str *v;
        size_t n, size;
};
void recipients_add(struct arena *a, struct recipients *r, struct str id);
void words_list(struct json *j, const char *key, const struct recipients *r);
