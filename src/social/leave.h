/* Leaving: somebody here deletes their account. Asked for by the person, it happens seven days later unless they think
 * better of it; then everything they wrote goes, other servers are told, and the name is nobody else's ever after. Write
 * verbs in a write transaction. */
#pragma once
#include "store/job.h"

enum { LEAVE_DAYS = 7 };

/* ERR_INPUT: the only one who runs the server. Asking twice changes nothing. */
MUST_USE enum err leave_ask(struct cx *cx, int64_t account);
MUST_USE enum err leave_stay(struct cx *cx, int64_t account);
MUST_USE enum err leave_when(struct cx *cx, int64_t account, int64_t *at); /* 0: they stay */
/* At once: access ends, nobody sees anything of theirs any more; the jobs "deliver_gone" ({"account":"ID"}) and
 * "account_erase" do the rest. ERR_INPUT as above; ERR_MISSING. */
MUST_USE enum err leave_now(struct cx *cx, int64_t account);
/* The job "leave", {"account":"ID"}, that leave_ask adds. */
MUST_USE enum err leave_job(struct cx *cx, struct str payload);

/* Was somebody of this name here? Their addresses answer 410. */
MUST_USE enum err leave_was_here(struct cx *cx, struct str username, bool *ret);
/* The address and the private key of somebody here, or of somebody who left lately. ERR_MISSING. */
MUST_USE enum err leave_signer(struct cx *cx, int64_t account, struct str *uri, struct str *pem);
/* Did this account leave? For the erasing. */
MUST_USE enum err leave_is_gone(struct cx *cx, int64_t account, bool *ret);
MUST_USE enum err leave_tidy(struct cx *cx);
extern const struct stmt_list LEAVE_STATEMENTS;
