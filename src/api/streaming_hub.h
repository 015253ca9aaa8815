/* Inside of live updates: who listens to what. Shared by the routes (streaming.c) and the hub (streaming_hub.c). */
#pragma once
#include "lib/base/buf.h"
#include "lib/http/stream.h"
#include "social/audience.h"

enum stream_kind {
        STREAM_USER,
        STREAM_USER_NOTIFICATION,
        STREAM_PUBLIC,
        STREAM_PUBLIC_LOCAL,
        STREAM_PUBLIC_REMOTE,
        STREAM_PUBLIC_MEDIA,
        STREAM_PUBLIC_LOCAL_MEDIA,
        STREAM_PUBLIC_REMOTE_MEDIA,
        STREAM_HASHTAG,
        STREAM_HASHTAG_LOCAL,
        STREAM_LIST,
        STREAM_DIRECT,
        STREAM_KINDS_
};
enum { SUBSCRIPTIONS_MAX = 32 /* of one connection */, STREAMS_PER_PERSON = 10 };

struct subscription {
        enum stream_kind kind;
        char tag[128]; /* folded */
        size_t tag_n;
        int64_t list;
};

/* One connection. In the hub's list from opening until its `closed`. */
struct listener {
        struct listener *next, **at;
        struct streaming *hub;
        struct stream *stream;
        struct viewer viewer;
        char secret[128]; /* what it came with, to ask again whether it still holds */
        size_t secret_n;
        struct subscription subscriptions[SUBSCRIPTIONS_MAX];
        size_t n;
};

/* Names on the wire: "public:local:media". */
bool stream_kind_read(struct str name, enum stream_kind *ret);

/* False when the person has too many connections already. Takes the listener over. */
bool streaming_join(struct streaming *s, struct listener *l);
void streaming_leave(struct listener *l); /* and frees it */
/* Changes the list of subscriptions under the hub's lock. */
bool streaming_subscribe(struct listener *l, const struct subscription *s);
void streaming_unsubscribe(struct listener *l, const struct subscription *s);
/* A short question of a loop's thread (a subscribe frame), in a snapshot of a connection kept for that. */
MUST_USE enum err streaming_ask(struct streaming *hub, struct arena *a, enum err (*f)(struct cx *cx, void *arg), void *arg);
extern struct streaming *streaming_hub; /* one a process: set before the server runs, cleared after it stopped */
