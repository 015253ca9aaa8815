/* Who asks for a document: nobody in particular, or somebody elsewhere who signed the request (authorized fetch). */
#pragma once
#include "fedi/fedi.h"
#include "social/audience.h"

/* *ret is a stranger when the request carries no signature, or one that does not fit. *unknown: its key is not here;
 * asker_later then lets the same handler go on in the SLOW lane, where it is asked for. */
MUST_USE enum err asker_of(struct req *rq, struct viewer *ret, bool *unknown);
MUST_USE enum err asker_later(struct req *rq);
/* The same with another handler. ERR_BUSY: the pool also checks passwords and takes in photos, and strangers' keys never
 * fill it. */
MUST_USE enum err asker_go_on(struct req *rq, enum err (*handler)(struct req *rq));
/* With the setting `signed-fetch`: nothing without a good signature. ERR_NO_TOKEN; *later: the request goes on elsewhere,
 * return OK at once. */
MUST_USE enum err asker_must(struct req *rq, bool *later);
/* A server asks in its own name: somebody there who may see the post of this id, or 0. Servers fetch by their own actor on
 * behalf of their people. */
MUST_USE enum err asker_stands_for(struct cx *cx, const struct viewer *asker, int64_t post, struct viewer *ret);
/* The server somebody asks for: "host[:port]" of their id. */
MUST_USE enum err asker_host(struct cx *cx, int64_t account, struct str *ret);
extern const struct stmt_list ASKER_STATEMENTS;
