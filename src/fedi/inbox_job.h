/* What receiving does with time: activities that need something fetched, the rest of a thread, moves, deletions. Jobs; see
 * server/jobs.c. */
#pragma once
#include "fedi/receive.h"
#include "store/job.h"

/* Job "inbox": {"activity": as it came,"account":"ID","forwarded":0 or 1,"inbox_of":"ID" or null,"budget":N}. */
MUST_USE enum err inbox_job_add(struct cx *cx, const struct incoming *in, struct str raw);
MUST_USE enum err inbox_job_run(struct job *job);
/* Fetches what the activity needs (what it names, and who wrote that: a depth of two) and applies it. ERR_REMOTE: to be
 * tried again later. */
MUST_USE enum err inbox_job_apply(struct cx *cx, struct incoming *in);

/* Job "note_rest": {"post":"ID","budget":N,"mentions":[URI...]}: whom a stored post names, what it answers and quotes. */
MUST_USE enum err note_rest_run(struct job *job);
/* Job "thread": {"post":"ID"}: its ancestors and its replies, because somebody looks at it. */
MUST_USE enum err thread_job_add(struct cx *cx, int64_t post);
MUST_USE enum err thread_run(struct job *job);
/* Job "far_account": {"account":"ID"}: profile and pinned posts, because somebody looks at them; with "doubt":true only
 * whether they are still there. */
MUST_USE enum err far_account_job_add(struct cx *cx, int64_t account, bool doubt);
MUST_USE enum err far_account_run(struct job *job);
/* Job "move_followers": {"from":"ID","to":"ID"}. */
MUST_USE enum err move_followers_run(struct job *job);
/* Job "account_erase": {"account":"ID"}. */
MUST_USE enum err account_erase_run(struct job *job);
/* Old rows of what was seen, missed and copied; for the hourly tidying. Write transaction. */
MUST_USE enum err fedi_tidy(struct cx *cx);
extern const struct stmt_list INBOX_JOB_STATEMENTS;
