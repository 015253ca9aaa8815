/* Drafts and the sending pause: see waiting.h. Called by the composer; the job "send" ends a pause.
 * The row and its job are one commit, so a killed server sends neither early nor twice. */
#include "social/waiting.h"
#include "lib/base/log.h"
#include "lib/text/json.h"
#include "social/post_parts.h"
#include "social/scheduled.h"
#include "store/job.h"

static const struct stmt WAITING_ADD = {
        .name = "waiting_add",
        .text = "INSERT INTO waiting (id, account, key, at, params, created_at) VALUES ($1, $2, "
                "$3, $4, $5, $6)",
        .in = "iisisi",
};
static const struct stmt WAITING_BY_KEY = {
        .name = "waiting_by_key",
        .text = "SELECT id FROM waiting WHERE account = $1 AND key = $2",
        .in = "is",
        .out = "i",
};
static const struct stmt WAITING_FORGET = {
        .name = "waiting_forget",
        .text = "DELETE FROM waiting WHERE account = $1 AND post IS NOT NULL AND at < $2",
        .in = "ii",
};
#define WAITING_COLUMNS "id, at, COALESCE(post, 0), created_at, params"
static const struct stmt WAITING_GET = {
        .name = "waiting_get",
        .text = "SELECT " WAITING_COLUMNS " FROM waiting WHERE id = $1 AND account = $2",
        .in = "ii",
        .out = "iiiis",
};
static const struct stmt WAITING_LIST = {
        .name = "waiting_list",
        .text = "SELECT " WAITING_COLUMNS
                " FROM waiting WHERE account = $1 AND post IS NULL ORDER BY id LIMIT $2",
        .in = "ii",
        .out = "iiiis",
};
static const struct stmt WAITING_MOVE = {
        .name = "waiting_move",
        .text = "UPDATE waiting SET at = $2 WHERE id = $1",
        .in = "ii",
};
static const struct stmt WAITING_SENT = {
        .name = "waiting_sent",
        .text = "UPDATE waiting SET post = $2, params = '' WHERE id = $1",
        .in = "ii",
};
static const struct stmt WAITING_DROP = {
        .name = "waiting_drop",
        .text = "DELETE FROM waiting WHERE id = $1",
        .in = "i",
};
static const struct stmt WAITING_DUE = {
        .name = "waiting_due",
        .text = "SELECT account, at, params FROM waiting WHERE id = $1 AND post IS NULL",
        .in = "i",
        .out = "iis",
};
static const struct stmt DRAFT_ADD = {
        .name = "draft_add",
        .text = "INSERT INTO draft (id, account, params, updated_at) VALUES ($1, $2, $3, $4)",
        .in = "iisi",
};
static const struct stmt DRAFT_CHANGE = {
        .name = "draft_change",
        .text = "UPDATE draft SET params = $3, updated_at = $4 WHERE id = $1 AND account = $2",
        .in = "iisi",
};
static const struct stmt DRAFT_GET = {
        .name = "draft_get",
        .text = "SELECT params FROM draft WHERE id = $1 AND account = $2",
        .in = "ii",
        .out = "s",
};
static const struct stmt DRAFT_LIST = {
        .name = "draft_list",
        .text = "SELECT id, updated_at, params FROM draft WHERE account = $1 ORDER BY id DESC "
                "LIMIT $2",
        .in = "ii",
        .out = "iis",
};
static const struct stmt DRAFT_DROP = {
        .name = "draft_drop",
        .text = "DELETE FROM draft WHERE id = $1 AND account = $2",
        .in = "ii",
};

/* ---- the sending pause ---- */

static enum err set_job(struct cx *cx, int64_t id, int64_t at)
{
        TRY(job_cancel(cx, "send", str_int(cx->arena, id)));
        return job_add(cx, "send", str_fmt(cx->arena, "{\"waiting\":\"%lld\"}", (long long)id),
                       str_int(cx->arena, id), at);
}

static enum err read_rows(struct cx *cx, struct row *r, size_t most, struct waiting **ret,
                          size_t *n)
{
        struct waiting *v = make_n(cx->arena, most, struct waiting);
        size_t k = 0;
        while (k < most && row_next(r)) {
                v[k].id = row_int(r);
                v[k].at = row_int(r);
                v[k].post = row_int(r);
                v[k].created_at = row_int(r);
                v[k++].params = row_str(r);
        }
        *ret = v;
        *n = k;
        return row_end(r);
}

enum err waiting_get(struct cx *cx, const struct viewer *by, int64_t id, struct waiting **ret)
{
        struct row r;
        size_t n;
        TRY(db_all(cx->db, &WAITING_GET, cx->arena, BIND(V(id), V(by->account)), &r));
        TRY(read_rows(cx, &r, 1, ret, &n));
        return n ? OK : ERR_MISSING;
}

enum err waiting_list(struct cx *cx, const struct viewer *by, struct waiting **ret, size_t *n)
{
        struct row r;
        TRY(db_all(cx->db, &WAITING_LIST, cx->arena, BIND(V(by->account), V(WAITING_MAX)), &r));
        return read_rows(cx, &r, WAITING_MAX, ret, n);
}

enum err waiting_create(struct cx *cx, const struct viewer *by, const struct draft *d,
                        int64_t pause_s, int64_t *id)
{
        struct row r;
        bool found;
        struct waiting *all;
        size_t n;
        int64_t now = cx_now(cx), most = WAITING_MOST_MS / 1000;
        struct str key = d->idempotency_key.n ? d->idempotency_key : str_int(cx->arena, cx_id(cx));
        TRY(db_find(cx->db, &WAITING_BY_KEY, NULL, BIND(V(by->account), V(key)), &r, &found));
        if (found) {
                *id = row_int(&r);
                return row_end(&r);
        }
        TRY(post_publish_check(cx, by, d));
        TRY(waiting_list(cx, by, &all, &n));
        if (n >= WAITING_MAX)
                return fail(cx, ERR_INPUT, "%d posts wait already. Let one of them go first.",
                            WAITING_MAX);
        TRY(db_run(cx->db, &WAITING_FORGET, BIND(V(by->account), V(now - WAITING_MOST_MS)), NULL));
        int64_t at = now + (pause_s < most ? pause_s : most) * 1000;
        *id = cx_id(cx);
        TRY(db_run(
                cx->db, &WAITING_ADD,
                BIND(V(*id), V(by->account), V(key), V(at), V(scheduled_keep(cx, by, d)), V(now)),
                NULL));
        return set_job(cx, *id, at);
}

/* One that still waits. */
static enum err find_open(struct cx *cx, const struct viewer *by, int64_t id, struct waiting **ret)
{
        TRY(waiting_get(cx, by, id, ret));
        return (*ret)->post ? fail(cx, ERR_CONFLICT, "It has been sent already.") : OK;
}

static enum err move(struct cx *cx, int64_t id, int64_t at)
{
        TRY(db_run(cx->db, &WAITING_MOVE, BIND(V(id), V(at)), NULL));
        return set_job(cx, id, at);
}

enum err waiting_longer(struct cx *cx, const struct viewer *by, int64_t id, int64_t more_s)
{
        struct waiting *w;
        TRY(find_open(cx, by, id, &w));
        int64_t latest = w->created_at + WAITING_MOST_MS;
        if (more_s < 0 || more_s > WAITING_MOST_MS / 1000)
                return ERR_INPUT;
        int64_t at = w->at + more_s * 1000;
        return move(cx, id, at < latest ? at : latest);
}

enum err waiting_now(struct cx *cx, const struct viewer *by, int64_t id)
{
        struct waiting *w;
        TRY(find_open(cx, by, id, &w));
        return move(cx, id, cx_now(cx));
}

enum err waiting_cancel(struct cx *cx, const struct viewer *by, int64_t id, struct draft *d)
{
        struct waiting *w;
        struct viewer from = *by;
        TRY(find_open(cx, by, id, &w));
        TRY(scheduled_kept(cx, w->params, d, &from));
        TRY(scheduled_drop_lost(cx, by, &d->media));
        TRY(db_run(cx->db, &WAITING_DROP, BIND(V(id)), NULL));
        return job_cancel(cx, "send", str_int(cx->arena, id));
}

/* Without asking for room: words that could not be sent are not lost for it. */
static enum err draft_add(struct cx *cx, const struct viewer *by, struct str params, int64_t *ret)
{
        *ret = cx_id(cx);
        return db_run(cx->db, &DRAFT_ADD, BIND(V(*ret), V(by->account), V(params), V(cx_now(cx))),
                      NULL);
}

enum err waiting_send_job(struct cx *cx, struct str payload)
{
        const struct json_value *j;
        struct viewer by = STRANGER;
        struct draft d;
        struct post *post;
        struct row r;
        bool found;
        int64_t id, draft;
        TRY(json_read(cx->arena, payload, NULL, &j, NULL));
        if (!str_to_i64(json_get_text(j, "waiting"), &id))
                return ERR_INPUT;
        TRY(db_find(cx->db, &WAITING_DUE, cx->arena, BIND(V(id)), &r, &found));
        if (!found)
                return OK; /* cancelled, or sent by a try that was not noted */
        by.account = row_int(&r);
        int64_t at = row_int(&r);
        struct str kept = row_str(&r);
        TRY(row_end(&r));
        if (at > cx_now(cx))
                return set_job(cx, id, at);
        TRY(scheduled_kept(cx, kept, &d, &by));
        TRY(scheduled_drop_lost(cx, &by, &d.media));
        enum err e = post_publish_check(cx, &by, &d);
        if (post_hopeless(e)) {
                log_event(LOG_WARN, "waiting_kept", LOG_N("waiting", id), LOG_S("why", cx->fault));
                TRY(db_run(cx->db, &WAITING_DROP, BIND(V(id)), NULL));
                return draft_add(cx, &by, scheduled_keep(cx, &by, &d), &draft);
        }
        TRY(e);
        TRY(post_publish(cx, &by, &d, &post));
        return db_run(cx->db, &WAITING_SENT, BIND(V(id), V(post->id)), NULL);
}

/* ---- drafts ---- */

enum err draft_list(struct cx *cx, const struct viewer *by, struct kept_draft **ret, size_t *n)
{
        struct kept_draft *v = make_n(cx->arena, DRAFTS_MAX, struct kept_draft);
        size_t k = 0;
        struct row r;
        TRY(db_all(cx->db, &DRAFT_LIST, cx->arena, BIND(V(by->account), V(DRAFTS_MAX)), &r));
        while (k < DRAFTS_MAX && row_next(&r)) {
                v[k].id = row_int(&r);
                v[k].updated_at = row_int(&r);
                v[k++].params = row_str(&r);
        }
        *ret = v;
        *n = k;
        return row_end(&r);
}

enum err draft_keep(struct cx *cx, const struct viewer *by, int64_t id, const struct draft *d,
                    int64_t *ret)
{
        struct str params = scheduled_keep(cx, by, d);
        struct kept_draft *all;
        size_t n;
        int64_t changed = 0;
        if (id)
                TRY(db_run(cx->db, &DRAFT_CHANGE,
                           BIND(V(id), V(by->account), V(params), V(cx_now(cx))), &changed));
        *ret = id;
        if (changed)
                return OK;
        TRY(draft_list(cx, by, &all, &n));
        if (n >= DRAFTS_MAX)
                return fail(cx, ERR_INPUT, "You keep %d drafts already. Delete one first.",
                            DRAFTS_MAX);
        return draft_add(cx, by, params, ret);
}

enum err draft_get(struct cx *cx, const struct viewer *by, int64_t id, struct draft *d)
{
        struct row r;
        struct viewer from = *by;
        TRY(db_one(cx->db, &DRAFT_GET, cx->arena, BIND(V(id), V(by->account)), &r));
        struct str params = row_str(&r);
        TRY(row_end(&r));
        TRY(scheduled_kept(cx, params, d, &from));
        return scheduled_drop_lost(cx, by, &d->media);
}

enum err draft_delete(struct cx *cx, const struct viewer *by, int64_t id)
{
        return db_run(cx->db, &DRAFT_DROP, BIND(V(id), V(by->account)), NULL);
}

static const struct stmt *const statements[] = {
        &WAITING_ADD,  &WAITING_BY_KEY, &WAITING_FORGET, &WAITING_GET, &WAITING_LIST,
        &WAITING_MOVE, &WAITING_SENT,   &WAITING_DROP,   &WAITING_DUE, &DRAFT_ADD,
        &DRAFT_CHANGE, &DRAFT_GET,      &DRAFT_LIST,     &DRAFT_DROP,
};
const struct stmt_list WAITING_STATEMENTS = {statements, countof(statements)};
