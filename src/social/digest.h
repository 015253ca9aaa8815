/* The digest: one gathered note instead of many alerts. What waits for it (quiet.h) is brought in when its owner opens it;
 * at their digest hour one note says that it lies ready, if anything waits. */
#pragma once
#include "social/notification.h"

enum { DIGEST_SHOWN = 400 /* notifications a digest names; more are among the notifications */ };

/* Something begins to wait: a note will tell of it at the owner's next digest hour. */
MUST_USE enum err digest_arm(struct cx *cx, int64_t account);
/* The job "digest", payload {"account":"ID"}: the hour has come. In quiet time nothing is told. */
MUST_USE enum err digest_job(struct cx *cx, struct str payload);
/* The note in words, with names and without numbers: "Ann and Ben wrote. Cat thinks of you." For the mail. */
MUST_USE enum err digest_note(struct cx *cx, int64_t account, struct str *ret);
/* Whether anything waits to be opened. */
MUST_USE enum err digest_waits(struct cx *cx, int64_t account, bool *ret);
/* Brings in what waits; `id` is the digest to show: a new one, or the one opened last when nothing waits; 0: there never
 * was one. In a write transaction. */
MUST_USE enum err digest_open(struct cx *cx, int64_t account, int64_t *id);
/* The hour, and whether the note comes by mail too. ERR_INPUT. */
MUST_USE enum err digest_set(struct cx *cx, int64_t account, int64_t hour, bool mail);
extern const struct stmt_list DIGEST_STATEMENTS;
