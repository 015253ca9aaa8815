/* What leaves for other servers when somebody there asked whether a favourite, an answer or a boost of theirs may be
 * (GoToSocial's LikeRequest, ReplyRequest, AnnounceRequest): a job row in the transaction that answers. */
#pragma once
#include "store/cx.h"

/* Job "deliver_request_answer": {"account":"ID" (here),"to":"ID" (elsewhere),"type":"LikeRequest" or its like,"request":URI
 * of the request,"object":URI of what is favoured, answered or boosted,"instrument":URI of what they made,"result":URI of
 * the authorization or null}: an Accept with that as its result, or a Reject. */
struct request_answer {
        int64_t account, to;
        const char *type;
        struct str request, object, instrument, result; /* result STR_NONE: refused */
};
MUST_USE enum err outbox_request_answer(struct cx *cx, const struct request_answer *a);
/* https://host/users/NAME/authorizations/ID of an answer or boost from elsewhere; of a favourite of `post` with /likes/ID of
 * whose it is behind that. */
struct str authorization_uri(struct cx *cx, struct str username, int64_t post);
struct str authorization_like_uri(struct cx *cx, struct str username, int64_t post, int64_t by);
