/* The job table: adding rows with their cause. Called by the rules in social/; running them is
 * server/work's. */
#include "store/job.h"

static const struct stmt JOB_ADD = {
        .name = "job_add",
        .text = "INSERT INTO job (id, kind, payload, unique_key, run_at, created_at) "
                "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
        .in = "issSii",
};
static const struct stmt JOB_CANCEL = {
        .name = "job_cancel",
        .text = "DELETE FROM job WHERE kind = $1 AND unique_key = $2",
        .in = "ss",
};

enum err job_add(struct cx *cx, const char *kind, struct str payload, struct str unique_key,
                 int64_t run_at)
{
        int64_t now = cx_now(cx);
        return db_run(cx->db, &JOB_ADD,
                      BIND(V(cx_id(cx)), V(str_of(kind)), V(payload), V(unique_key),
                           V(run_at ? run_at : now), V(now)),
                      NULL);
}

enum err job_cancel(struct cx *cx, const char *kind, struct str unique_key)
{
        return db_run(cx->db, &JOB_CANCEL, BIND(V(str_of(kind)), V(unique_key)), NULL);
}

const struct stmt_list JOB_STATEMENTS = {(const struct stmt *const[]){&JOB_ADD, &JOB_CANCEL}, 2};
