/* Job rows: see job.h. A leased job's run_at lies at the end of its lease, so "due" is one
 * comparison in one index, and the job of a process that died comes back by itself.
 *
 * Every list of due jobs is of one kind: thousands of deliveries to a server that is down delay no
 * e-mail. */
#include "store/job.h"
#include "lib/base/log.h"
#include "lib/base/rand.h"

enum {
        TIMEOUT_MS = 60 * 1000,
        LEASE_EXTRA_MS = 30 * 1000, /* a job that minds its deadline has ended by then */
        RETRY_MS = 30 * 1000,
        RETRY_MOST_MS = 12 * 3600 * 1000,
        COUNT_MOST = 10000,
        LIST_MOST = 200,
        TIDY_MOST = 1000,
};
static const int64_t DEAD_KEPT_MS = (int64_t)30 * 24 * 3600 * 1000;

static int64_t timeout_of(const struct job_kind *kind)
{
        return kind->timeout_ms > 0 ? kind->timeout_ms : TIMEOUT_MS;
}

static int attempts_of(const struct job_kind *kind)
{
        return kind->max_attempts > 0 ? kind->max_attempts : 1;
}

/* ---- adding ---- */

static const struct stmt JOB_ADD = {
        .name = "job_add",
        .text = "INSERT INTO job (id, kind, payload, unique_key, run_at, created_at) "
                "VALUES ($1, $2, $3, $4, $5, $6) "
                "ON CONFLICT (kind, unique_key) WHERE unique_key IS NOT NULL DO UPDATE SET "
                "payload = excluded.payload, "
                "run_at = CASE WHEN job.dead = 1 THEN excluded.run_at "
                "WHEN job.attempts > 0 OR job.run_at < excluded.run_at THEN job.run_at "
                "ELSE excluded.run_at END, "
                "attempts = CASE WHEN job.dead = 1 THEN 0 ELSE job.attempts END, dead = 0",
        .in = "issSii",
};

/* The running one keeps going without its key; what it has read may be old, so the new one must run
 * after it. */
static const struct stmt JOB_UNKEY_RUNNING = {
        .name = "job_unkey_running",
        .text = "UPDATE job SET unique_key = NULL "
                "WHERE kind = $1 AND unique_key = $2 AND leased_until > $3",
        .in = "ssi",
};

enum err job_add(struct cx *cx, const char *kind, struct str payload, struct str unique_key,
                 int64_t run_at)
{
        int64_t now = cx_now(cx);
        if (unique_key.p)
                TRY(db_run(cx->db, &JOB_UNKEY_RUNNING, BIND(V(str_of(kind)), V(unique_key), V(now)),
                           NULL));
        return db_run(cx->db, &JOB_ADD,
                      BIND(V(cx_id(cx)), V(str_of(kind)), V(payload), V(unique_key),
                           V(run_at ? run_at : now), V(now)),
                      NULL);
}

enum err job_add_buf(struct cx *cx, const char *kind, struct buf *payload, struct str unique_key)
{
        enum err e =
                payload->failed ? ERR_FAULT : job_add(cx, kind, buf_str(payload), unique_key, 0);
        buf_free(payload);
        return e;
}

static const struct stmt JOB_CANCEL = {
        .name = "job_cancel",
        .text = "DELETE FROM job WHERE kind = $1 AND unique_key = $2 AND leased_until <= $3",
        .in = "ssi",
};

enum err job_cancel(struct cx *cx, const char *kind, struct str unique_key)
{
        return db_run(cx->db, &JOB_CANCEL, BIND(V(str_of(kind)), V(unique_key), V(cx_now(cx))),
                      NULL);
}

/* ---- leasing ---- */

static const struct stmt JOB_NEXT_RUN = {
        .name = "job_next_run",
        .text = "SELECT run_at FROM job WHERE dead = 0 AND kind = $1 ORDER BY run_at LIMIT 1",
        .in = "s",
        .out = "i",
};

enum err job_next_run(struct cx *cx, const struct job_kind *kind, int64_t *ret)
{
        struct row r;
        bool found;
        TRY(db_find(cx->db, &JOB_NEXT_RUN, NULL, BIND(V(str_of(kind->name))), &r, &found));
        if (!found) {
                *ret = INT64_MAX;
                return OK;
        }
        *ret = row_int(&r);
        return row_end(&r);
}

static const struct stmt JOB_DUE = {
        .name = "job_due",
        .text = "SELECT id, payload, attempts FROM job "
                "WHERE dead = 0 AND kind = $1 AND run_at <= $2 ORDER BY run_at, id LIMIT $3",
        .text_pg = "SELECT id, payload, attempts FROM job "
                   "WHERE dead = 0 AND kind = $1 AND run_at <= $2 ORDER BY run_at, id LIMIT $3 "
                   "FOR UPDATE SKIP LOCKED",
        .in = "sii",
        .out = "isi",
};
static const struct stmt JOB_LEASE = {
        .name = "job_lease",
        .text = "UPDATE job SET run_at = $2, leased_until = $2, attempts = $3 WHERE id = $1",
        .in = "iii",
};
static const struct stmt JOB_DIE = {
        .name = "job_die",
        .text = "UPDATE job SET dead = 1, leased_until = 0, last_error = $2 WHERE id = $1",
        .in = "is",
};
static const struct stmt JOB_RETRY = {
        .name = "job_retry",
        .text = "UPDATE job SET run_at = $2, leased_until = 0, attempts = $3, last_error = $4 "
                "WHERE id = $1",
        .in = "iiiS",
};

static enum err give_up(struct cx *cx, const struct job_kind *kind, int64_t id, struct str why)
{
        log_event(LOG_WARN, "job_given_up", LOG_Z("kind", kind->name), LOG_N("id", id),
                  LOG_S("error", why));
        if (kind->every_ms)
                return db_run(cx->db, &JOB_RETRY,
                              BIND(V(id), V(cx_now(cx) + kind->every_ms), V(0), V(why)), NULL);
        return db_run(cx->db, &JOB_DIE, BIND(V(id), V(why)), NULL);
}

static enum err read_due(struct cx *cx, const struct job_kind *kind, int64_t now, size_t limit,
                         struct leased *ret, size_t *n_ret)
{
        struct row r;
        size_t n = 0;
        TRY(db_all(cx->db, &JOB_DUE, cx->arena,
                   BIND(V(str_of(kind->name)), V(now), V((int64_t)limit)), &r));
        while (n < limit && row_next(&r)) {
                ret[n].id = row_int(&r);
                ret[n].payload = row_str(&r);
                ret[n].attempts = (int)row_int(&r);
                n++;
        }
        *n_ret = n;
        return row_end(&r);
}

enum err job_lease(struct cx *cx, const struct job_kind *kind, size_t n, struct leased *ret,
                   size_t *n_ret)
{
        size_t found, kept = 0;
        int64_t now = cx_now(cx), until = now + timeout_of(kind) + LEASE_EXTRA_MS;
        TRY(read_due(cx, kind, now, n < JOB_LEASE_MOST ? n : JOB_LEASE_MOST, ret, &found));
        for (size_t i = 0; i < found; i++) {
                struct leased l = ret[i];
                if (l.attempts >= attempts_of(kind)) { /* it takes its process down, or overruns */
                        TRY(give_up(cx, kind, l.id, S("the last try never ended")));
                        continue;
                }
                l.attempts++;
                l.until = until;
                TRY(db_run(cx->db, &JOB_LEASE, BIND(V(l.id), V(until), V(l.attempts)), NULL));
                ret[kept++] = l;
        }
        *n_ret = kept;
        return OK;
}

static const struct stmt JOB_EXTEND = {
        .name = "job_extend",
        .text = "UPDATE job SET run_at = $2, leased_until = $2 WHERE id = $1 AND leased_until > 0",
        .in = "ii",
};

enum err job_extend(struct cx *cx, const struct job_kind *kind, int64_t id, int64_t *until)
{
        int64_t end = cx_now(cx) + timeout_of(kind) + LEASE_EXTRA_MS;
        TRY(db_run(cx->db, &JOB_EXTEND, BIND(V(id), V(end)), NULL));
        *until = end;
        return OK;
}

static const struct stmt JOB_PUT_BACK = {
        .name = "job_put_back",
        .text = "UPDATE job SET run_at = $2, leased_until = 0, attempts = attempts - 1 "
                "WHERE id = $1 AND leased_until > 0",
        .in = "ii",
};

enum err job_put_back(struct cx *cx, int64_t id)
{
        return db_run(cx->db, &JOB_PUT_BACK, BIND(V(id), V(cx_now(cx))), NULL);
}

/* Leased rows are those whose run_at lies ahead together with their lease. */
static const struct stmt JOB_FREE = {
        .name = "job_free",
        .text = "UPDATE job SET run_at = $2, leased_until = 0 "
                "WHERE dead = 0 AND kind = $1 AND run_at > $2 AND leased_until > $2",
        .in = "si",
};

enum err job_free(struct cx *cx, const struct job_kind *kind)
{
        return db_run(cx->db, &JOB_FREE, BIND(V(str_of(kind->name)), V(cx_now(cx))), NULL);
}

/* ---- ending ---- */

static const struct stmt JOB_DELETE = {
        .name = "job_delete",
        .text = "DELETE FROM job WHERE id = $1",
        .in = "i",
};

enum err job_done(struct cx *cx, const struct job_kind *kind, int64_t id)
{
        if (kind->every_ms)
                return db_run(cx->db, &JOB_RETRY,
                              BIND(V(id), V(cx_now(cx) + kind->every_ms), V(0), V_NULL), NULL);
        return db_run(cx->db, &JOB_DELETE, BIND(V(id)), NULL);
}

/* Doubles up to the most, then a tenth to either side, so that what failed together does not return
 * together. */
static int64_t pause_ms(const struct job_kind *kind, int attempts)
{
        int64_t ms = kind->retry_ms > 0 ? kind->retry_ms : RETRY_MS;
        for (int i = 1; i < attempts && ms < RETRY_MOST_MS; i++)
                ms *= 2;
        if (ms > RETRY_MOST_MS)
                ms = RETRY_MOST_MS;
        return ms - ms / 10 + (int64_t)(rand_u64() % (uint64_t)(ms / 5 + 1));
}

enum err job_failed(struct cx *cx, const struct job_kind *kind, int64_t id, int attempts,
                    enum err e)
{
        struct str why = str_of(err_name(e));
        if (!err_retry(e) || attempts >= attempts_of(kind))
                return give_up(cx, kind, id, why);
        return db_run(cx->db, &JOB_RETRY,
                      BIND(V(id), V(cx_now(cx) + pause_ms(kind, attempts)), V(attempts), V(why)),
                      NULL);
}

struct ending {
        struct job *job;
        enum err (*f)(struct cx *cx, void *arg);
        void *arg;
};

static enum err end_with(struct cx *cx, void *arg)
{
        struct ending *ending = arg;
        TRY(ending->f(cx, ending->arg));
        return job_done(cx, ending->job->kind, ending->job->id);
}

enum err job_end(struct job *job, enum err (*f)(struct cx *cx, void *arg), void *arg)
{
        struct ending ending = {job, f, arg};
        TRY(cx_write(job->cx, end_with, &ending));
        job->ended = true;
        return OK;
}

bool job_must_stop(const struct job *job)
{
        return job->stopping && *job->stopping;
}

static const struct stmt JOB_ARM = {
        .name = "job_arm",
        .text = "INSERT INTO job (id, kind, payload, unique_key, run_at, created_at) "
                "VALUES ($1, $2, '{}', 'every', $3, $3) "
                "ON CONFLICT (kind, unique_key) WHERE unique_key IS NOT NULL DO UPDATE "
                "SET run_at = CASE WHEN job.run_at > $3 + $4 THEN $3 ELSE job.run_at END",
        .in = "isii",
};

enum err job_arm(struct cx *cx, const struct job_kind *kind)
{
        return db_run(cx->db, &JOB_ARM,
                      BIND(V(cx_id(cx)), V(str_of(kind->name)), V(cx_now(cx)), V(kind->every_ms)),
                      NULL);
}

/* ---- for the administrator ---- */

static const struct stmt JOB_COUNT = {
        .name = "job_count",
        .text = "SELECT count(*), coalesce(min(run_at), 0) FROM (SELECT run_at FROM job "
                "WHERE dead = 0 AND kind = $1 ORDER BY run_at LIMIT $2) AS first",
        .in = "si",
        .out = "ii",
};

enum err job_count(struct cx *cx, const char *kind, struct job_counts *ret)
{
        struct row r;
        TRY(db_one(cx->db, &JOB_COUNT, NULL, BIND(V(str_of(kind)), V(COUNT_MOST)), &r));
        int64_t waiting = row_int(&r), first = row_int(&r), now = cx_now(cx);
        TRY(row_end(&r));
        *ret = (struct job_counts){waiting, waiting && first < now ? now - first : 0};
        return OK;
}

static const struct stmt JOB_COUNT_DEAD = {
        .name = "job_count_dead",
        .text = "SELECT count(*) FROM (SELECT id FROM job WHERE dead = 1 AND id > 0 LIMIT $1) AS d",
        .in = "i",
        .out = "i",
};

enum err job_count_dead(struct cx *cx, int64_t *ret)
{
        return db_int(cx->db, &JOB_COUNT_DEAD, BIND(V(COUNT_MOST)), ret);
}

static const struct stmt JOB_LIST_DEAD = {
        .name = "job_list_dead",
        .text = "SELECT id, kind, payload, last_error, run_at, attempts, created_at FROM job "
                "WHERE dead = 1 AND id < $1 ORDER BY id DESC LIMIT $2",
        .in = "ii",
        .out = "issSiii",
};

enum err job_list_dead(struct cx *cx, int64_t before, int64_t limit, struct job_row **ret,
                       size_t *n_ret)
{
        size_t most = limit < 1 ? 1 : limit > LIST_MOST ? LIST_MOST : (size_t)limit, n = 0;
        struct job_row *rows = make_n(cx->arena, most, struct job_row);
        struct row r;
        TRY(db_all(cx->db, &JOB_LIST_DEAD, cx->arena,
                   BIND(V(before ? before : INT64_MAX), V((int64_t)most)), &r));
        while (n < most && row_next(&r)) {
                struct job_row *row = &rows[n++];
                row->id = row_int(&r);
                row->kind = row_str(&r);
                row->payload = row_str(&r);
                row->last_error = row_str(&r);
                row->run_at = row_int(&r);
                row->attempts = row_int(&r);
                row->created_at = row_int(&r);
        }
        TRY(row_end(&r));
        *ret = rows;
        *n_ret = n;
        return OK;
}

static const struct stmt JOB_REVIVE = {
        .name = "job_revive",
        .text = "UPDATE job SET dead = 0, attempts = 0, leased_until = 0, run_at = $2 "
                "WHERE id = $1 AND dead = 1",
        .in = "ii",
};

enum err job_revive(struct cx *cx, int64_t id)
{
        int64_t changed;
        TRY(db_run(cx->db, &JOB_REVIVE, BIND(V(id), V(cx_now(cx))), &changed));
        return changed ? OK : ERR_MISSING;
}

static const struct stmt JOB_TIDY = {
        .name = "job_tidy",
        .text = "DELETE FROM job WHERE id IN (SELECT id FROM job WHERE dead = 1 AND id < $1 "
                "ORDER BY id LIMIT $2)",
        .in = "ii",
};

/* Ids carry the time of their making. */
enum err job_tidy(struct cx *cx)
{
        int64_t before = (cx_now(cx) - DEAD_KEPT_MS) * 65536;
        return db_run(cx->db, &JOB_TIDY, BIND(V(before), V(TIDY_MOST)), NULL);
}

static const struct stmt *const statements[] = {
        &JOB_ADD,  &JOB_UNKEY_RUNNING, &JOB_CANCEL,     &JOB_NEXT_RUN,  &JOB_DUE,      &JOB_LEASE,
        &JOB_FREE, &JOB_DIE,           &JOB_RETRY,      &JOB_EXTEND,    &JOB_PUT_BACK, &JOB_DELETE,
        &JOB_ARM,  &JOB_COUNT,         &JOB_COUNT_DEAD, &JOB_LIST_DEAD, &JOB_REVIVE,   &JOB_TIDY,
};
const struct stmt_list JOB_STATEMENTS = {statements, countof(statements)};
