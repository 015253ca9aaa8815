/* Answers from elsewhere to public posts of ours go on to the followers of whoever wrote those: their servers would not hear
 * of the answer otherwise, and threads would have holes there (ActivityPub section 7.1.2). Only what carries a signature of its own,
 * since nobody would believe ours. */
#pragma once
#include "fedi/receive.h"
#include "store/job.h"

enum { FORWARD_BYTES = 64 << 10 /* of an activity; larger ones are fetched by who wants them */ };

/* A Create, Update or Delete of this post arrived and was believed. Write transaction: adds a job when it is to go on. */
MUST_USE enum err forward(struct cx *cx, const struct incoming *in, const struct post *p);
/* The job "deliver_forward": {"account":"ID" (here),"activity":"..."}. */
MUST_USE enum err deliver_forward_job(struct job *job);
extern const struct stmt_list FORWARD_STATEMENTS;
