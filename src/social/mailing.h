/* Mails to people: a job row in the transaction that causes one, sent by the workers. Where no mail server is set up nothing
 * is queued, and whoever asks can know before. */
#pragma once
#include "social/login.h"
#include "store/job.h"

enum { MAILING_SUBJECT_MAX = 200, MAILING_TEXT_MAX = 64 * 1024, MAILING_LINK_MS = 24 * 3600 * 1000, MAILING_PASSWORD_MS = 3600 * 1000 };

bool mailing_possible(const struct cx *cx);

struct mailing {
        int64_t account;        /* somebody here; or 0 and ... */
        struct str to;          /* ... a confirmed address of somebody who has no account */
        struct str subject, text; /* plain text; the greeting and the line about the server are added */
        struct str unsubscribe; /* an address of ours that stops such mails by one POST; STR_NONE: they cannot be stopped */
};
/* In a write transaction. With a unique key (else STR_NONE) one that waits already takes the new words. */
MUST_USE enum err mailing_add(struct cx *cx, const struct mailing *m, struct str unique_key);
/* The job "mail": {"kind":"text",...} as above, or {"kind":KIND,"account":"ID"} of a table of kinds. */
MUST_USE enum err mailing_run(struct job *job);

/* Addresses that stop one kind of mail without signing in: https://host/stop/KIND/ID/PROOF. */
struct mailing_stop {
        const char *kind, *words; /* "the note about your digest" */
        enum err (*stop)(struct cx *cx, int64_t account);
};
MUST_USE enum err mailing_stop_address(struct cx *cx, const char *kind, int64_t account, struct str *ret); /* write transaction */
/* ERR_MISSING: no such kind, or the proof does not fit. */
MUST_USE enum err mailing_stop_look(struct cx *cx, struct str kind, int64_t account, struct str proof,
                                    const struct mailing_stop **ret);
extern const struct stmt_list MAILING_STATEMENTS;
