/* Other servers, played: a table of documents that the fetcher finds, and actors made up on the spot. For unit tests. */
#pragma once
#include "fedi/fedi.h"
#include "fedi/receive.h"
#include "fedi/remote.h"
#include "social/testing.h"

enum { PEERS_MOST = 64 };

struct peer_document {
        struct str url, body, type; /* type: application/activity+json when none */
        int status;                 /* 0: 200 */
        struct str moved;           /* answers as if it had been redirected there */
};
struct peers {
        struct testing t;
        struct peer_document v[PEERS_MOST];
        size_t n;
        bool invents; /* whatever is not in the table is an actor, or a note by one */
        int asked;    /* requests so far */
        struct str last;
        struct fetch_settings fetch;
};
/* Opens a world with "bob" in it. */
void peers_open(struct peers *p);
void peers_close(struct peers *p);
void peers_add(struct peers *p, const char *url, const char *body);
void peers_add_document(struct peers *p, struct peer_document d);
/* An actor document of this address, and WebFinger for it. */
void peers_add_actor(struct peers *p, struct str url);
/* A public note by a made-up author of the same server. */
void peers_add_note(struct peers *p, struct str url);
/* The account of a far actor, made known. */
int64_t peers_actor(struct peers *p, struct str url);
/* An activity as if its actor had signed it: goes through what the inbox and its job do. */
struct incoming peers_receive(struct peers *p, struct str activity);
struct incoming peers_receive_at(struct peers *p, struct str activity, int64_t inbox_of);
int64_t peers_bob(struct peers *p);
int64_t peers_post(struct peers *p, int64_t account, const char *text, const char *visibility);
void peers_follow(struct peers *p, int64_t account, int64_t target);
