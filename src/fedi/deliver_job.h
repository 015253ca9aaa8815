/* The delivery jobs, by the names that social/outbox*.h give them: each makes its activity and puts it down for the inboxes
 * it goes to. server/jobs.c maps the names to these. */
#pragma once
#include "store/job.h"

MUST_USE enum err deliver_post_job(struct job *job);
MUST_USE enum err deliver_gone_job(struct job *job);
MUST_USE enum err deliver_mark_job(struct job *job);
MUST_USE enum err deliver_vote_job(struct job *job);
MUST_USE enum err deliver_relation_job(struct job *job);
MUST_USE enum err deliver_move_job(struct job *job);
MUST_USE enum err deliver_profile_job(struct job *job);
MUST_USE enum err deliver_quote_answer_job(struct job *job);
MUST_USE enum err deliver_quote_revoked_job(struct job *job);
MUST_USE enum err deliver_comment_answer_job(struct job *job);
MUST_USE enum err deliver_request_answer_job(struct job *job);
MUST_USE enum err deliver_report_job(struct job *job);
MUST_USE enum err deliver_tidy_job(struct job *job);

/* For the files of the jobs. */
struct json_value;
MUST_USE enum err deliver_payload(struct job *job, const struct json_value **ret);
extern const struct stmt_list DELIVER_POST_STATEMENTS;
