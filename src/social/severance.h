/* Follows that end without either side asking: a server was refused, or somebody elsewhere suspended. A job ends them a few
 * at a time, keeps their names, and tells each person here once. */
#pragma once
#include "social/audience.h"
#include "social/page.h"
#include "store/job.h"

enum severance_kind { SEVERANCE_SERVER, SEVERANCE_ACCOUNT };
struct severance {
        int64_t id, account, followers, following, created_at;
        enum severance_kind kind;
        struct str target; /* the server, or the account's address */
};

/* Adds the job. `target` is a server's name, or an account's id in decimal; `cause` is the same for the same decision. In a
 * write transaction; a decision that was taken back by the time the job runs ends nothing more. */
MUST_USE enum err severance_begin(struct cx *cx, enum severance_kind kind, struct str target, int64_t cause);
MUST_USE enum err severance_run(struct job *job); /* job "sever" */
/* Own ones. ERR_MISSING. */
MUST_USE enum err severance_get(struct cx *cx, int64_t account, int64_t id, struct severance *ret);
MUST_USE enum err severance_list(struct cx *cx, int64_t account, struct page *page, struct severance **ret, size_t *n);
/* Who they were, by address; at most 10,000. */
MUST_USE enum err severance_names(struct cx *cx, int64_t id, bool followers, struct str_list *ret);
extern const struct stmt_list SEVERANCE_STATEMENTS;
