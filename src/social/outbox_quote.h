/* What leaves for other servers when somebody there asked to quote a post from here: a job row in the transaction that
 * answers. */
#pragma once
#include "store/cx.h"

/* Job "deliver_quote_answer": {"account":"ID" (here),"to":"ID" (elsewhere),"request":URI of the QuoteRequest,"quote":URI of
 * the quoting post,"post":"ID" of ours,"stamp":URI or null}: an Accept with the stamp as its result, or a Reject. */
struct quote_answer {
        int64_t account, to, post;
        struct str request, quote, stamp; /* stamp STR_NONE: refused */
};
/* Job "deliver_quote_revoked": {"account":"ID" (here),"to":"ID" or null,"stamp":URI}: the approval is deleted; told to the
 * author's followers' servers, and to the one who quotes (0: somebody here). */
MUST_USE enum err outbox_quote_revoked(struct cx *cx, int64_t account, int64_t to, struct str stamp);
MUST_USE enum err outbox_quote_answer(struct cx *cx, const struct quote_answer *a);
