/* Followers synchronization (FEP-8fcf): with posts for followers goes a digest of those followers who live on the server that
 * gets them. Where the two servers disagree, the receiver reads the list of its own people and sets its rows right. Both
 * ways. */
#pragma once
#include "store/job.h"

enum { SYNC_DIGEST_BYTES = 32, SYNC_HOSTS_KEPT = 4 /* authors whose digests the sender keeps */ };

struct account_known;
/* Sending: the planner's memory of digests, for some seconds each. */
struct sync_cache;
struct sync_cache *sync_cache_open(void);
void sync_cache_close(struct sync_cache **c);
/* The header's value for posts of this author to this host ("host[:port]"); STR_NONE: nobody there follows. Reads. */
MUST_USE enum err sync_header(struct cx *cx, struct sync_cache *c, int64_t account, struct str host, struct str *ret);

struct json;
/* The ids of the author's followers on that host, for its own server. */
MUST_USE enum err sync_put_followers(struct json *j, struct cx *cx, int64_t account, struct str host);

/* Receiving: what came with an activity that `by` signed themselves. A job looks closer when the digests differ. Write
 * transaction. */
MUST_USE enum err sync_received(struct cx *cx, const struct account_known *by, struct str header);
MUST_USE enum err sync_run(struct job *job); /* "sync_followers", {"account":"ID","url":URL} */
extern const struct stmt_list SYNC_STATEMENTS;
