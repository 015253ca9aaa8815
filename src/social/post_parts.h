/* What storing, changing and deleting a post share. Inside social/ only. */
#pragma once
#include "social/post_store.h"

bool post_counts_publicly(const struct post *p); /* in the author's number of posts */
bool post_counts_as_reply(const struct post *p); /* in the parent's number of replies */
enum err post_count(struct cx *cx, const struct post *p);           /* one more */
enum err post_uncount(struct cx *cx, const struct post *p);         /* one less */
enum err post_take_back(struct cx *cx, const struct post *p);       /* other servers are to delete their copies */
enum err post_spread(struct cx *cx, const struct post_new *n);      /* to those named in it and to other servers */
enum err post_put_mentions(struct cx *cx, const struct post_new *n);
enum err post_put_tags(struct cx *cx, const struct post_new *n);
void post_set_has(struct post_new *n);
/* People elsewhere who are addressed by name: mentioned, answered or quoted. */
enum err post_people_far(struct cx *cx, const struct post *p, int64_t **ret, size_t *n);

/* What a person wrote, read and rendered: words, mentions, tags, note, language. */
struct composed {
        struct str text, spoiler, language;
        struct markup content;
        bool sensitive;
        struct mention_new *mentions;
        size_t n_mentions;
        struct tag_new *tags;
        size_t n_tags;
};
/* `has_media`: words may be missing then. The login's defaults come in by `language` and `sensitive`. */
enum err post_compose(struct cx *cx, const struct draft *d, bool has_media, struct str language, bool sensitive,
                      struct composed *ret);
/* The draft's poll, checked; *ret is NULL when it has none. */
enum err post_compose_poll(struct cx *cx, const struct draft *d, struct poll_new **ret);

/* An app that asks again with the same key within this time gets the post it made. */
enum { POST_KEY_MS = 3600 * 1000 };
struct str post_key(struct cx *cx, struct str key); /* as stored: long ones by their hash */
/* Publishing it failed in a way that no later attempt can mend. */
bool post_hopeless(enum err e);
