/* Our documents, for other servers: actors, posts, activities, approvals of quotes, collections. Without a signature only
 * what is public is there; what somebody may not see is the same 404 as what never was. */
#pragma once
#include "fedi/asker.h"
#include "fedi/note.h"

/* Answers with the bytes made in `b` (freed here), with an ETag. `open`: anybody may keep a copy. */
MUST_USE enum err document_reply(struct req *rq, struct buf *b, bool open);
/* The account of ":name", somebody here; ERR_MISSING; ERR_GONE: they left, or are suspended. *ret is NULL
 * as in document_post. */
MUST_USE enum err document_account(struct req *rq, struct account **ret);
/* The post of ":name" and ":id" as far as whoever asks may see it, and who that is; ERR_MISSING. *ret is NULL when
 * the request goes on elsewhere (see asker_of): return OK at once. */
MUST_USE enum err document_post(struct req *rq, struct post **ret, struct viewer *by);
/* The same of the post of ":id" with which a thread begins, here or elsewhere. */
MUST_USE enum err document_thread(struct req *rq, struct post **ret, struct viewer *by);
extern const struct stmt_list COLLECTION_STATEMENTS;
extern const struct route_list DOCUMENT_ROUTES, DOCUMENT_APPROVAL_ROUTES, COLLECTION_ROUTES;
