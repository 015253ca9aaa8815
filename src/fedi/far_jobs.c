/* Jobs that bring what a stored post or a looked-at profile names, carry followers over when
 * somebody moves, and remove what a deleted account wrote. See inbox_job.h. */
#include "fedi/inbox_job.h"
#include "fedi/remote.h"
#include "social/coauthor.h"
#include "social/move.h"

static const int64_t SEEN_MS = (int64_t)30 * 24 * 3600 * 1000;

static const struct stmt SEEN_TIDY = {
        .name = "fedi_seen_tidy",
        .text = "DELETE FROM activity_seen WHERE hash IN (SELECT hash FROM activity_seen"
                " WHERE at < $1 LIMIT 5000)",
        .in = "i",
};
static const struct stmt MISS_TIDY = {
        .name = "fedi_miss_tidy",
        .text = "DELETE FROM far_miss WHERE hash IN (SELECT hash FROM far_miss"
                " WHERE until < $1 LIMIT 5000)",
        .in = "i",
};

static enum err add_once(struct cx *cx, const char *kind, const char *what, int64_t id)
{
        return job_add(cx, kind, str_fmt(cx->arena, "{\"%s\":\"%lld\"}", what, (long long)id),
                       str_int(cx->arena, id), 0);
}

/* ---- the rest of a post ---- */

struct resting {
        int64_t post;
        const struct json_value *mentions, *authors;
};

static enum err put_authors(struct cx *cx, const struct resting *rest)
{
        int64_t ids[COAUTHORS_MAX];
        size_t n = 0;
        for (const struct json_value *v = as_first(rest->authors); v && n < COAUTHORS_MAX;
             v = as_next(rest->authors, v)) {
                TRY(account_find_uri(cx, json_text(v), &ids[n]));
                n += ids[n] ? 1 : 0;
        }
        return n ? coauthor_given(cx, rest->post, ids, n, true) : OK;
}

static enum err put_mentions(struct cx *cx, void *arg)
{
        const struct resting *rest = arg;
        for (const struct json_value *v = as_first(rest->mentions); v;
             v = as_next(rest->mentions, v)) {
                int64_t id;
                TRY(account_find_uri(cx, json_text(v), &id));
                if (id)
                        TRY(store_mention(cx, rest->post, id));
        }
        return put_authors(cx, rest);
}

/* One that cannot be had keeps the others from nothing; only our own troubles are tried again. */
static enum err unless_ours(enum err e)
{
        return e == ERR_FULL || e == ERR_FAULT ? e : OK;
}

enum err note_rest_run(struct job *job)
{
        const struct json_value *j;
        int64_t budget = 0, id;
        TRY(json_read(job->cx->arena, job->payload, NULL, &j, NULL));
        (void)!json_i64(json_get(j, "budget"), &budget);
        struct resting rest = {json_get_id(j, "post"), json_get(j, "mentions"),
                               json_get(j, "authors")};
        struct remote r = remote_of(job->cx, (int)(budget < FEDI_FETCHES ? budget : FEDI_FETCHES));
        int people = 0;
        for (const struct json_value *v = as_first(rest.mentions); v;
             v = as_next(rest.mentions, v), people++)
                TRY(unless_ours(remote_actor(&r, json_text(v), REMOTE_KNOWN, &id)));
        if (people)
                TRY(cx_write(job->cx, put_mentions, &rest));
        enum err e = remote_quote(&r, rest.post);
        TRY(unless_ours(e == ERR_MISSING ? OK : e));
        e = remote_ancestors(&r, rest.post);
        return e == ERR_MISSING ? OK : e;
}

/* ---- somebody looks ---- */

enum err thread_job_add(struct cx *cx, int64_t post)
{
        return add_once(cx, "thread", "post", post);
}

enum err thread_run(struct job *job)
{
        const struct json_value *j;
        TRY(json_read(job->cx->arena, job->payload, NULL, &j, NULL));
        struct remote r = remote_of(job->cx, FEDI_FETCHES);
        enum err e = remote_ancestors(&r, json_get_id(j, "post"));
        if (!e)
                e = remote_replies(&r, json_get_id(j, "post"));
        return e == ERR_MISSING || e == ERR_REMOTE ? OK : e;
}

enum err far_account_job_add(struct cx *cx, int64_t account, bool doubt)
{
        struct str id = str_int(cx->arena, account);
        struct str payload = str_fmt(cx->arena, "{\"account\":\"%.*s\",\"doubt\":%s}", STR_ARG(id),
                                     doubt ? "true" : "false");
        return job_add(cx, "far_account", payload,
                       doubt ? str_join(cx->arena, S("doubt-"), id) : id, 0);
}

struct looking {
        int64_t id;
        struct account_known known;
};

static enum err load(struct cx *cx, void *arg)
{
        struct looking *l = arg;
        return account_known_get(cx, l->id, &l->known);
}

enum err far_account_run(struct job *job)
{
        const struct json_value *j;
        TRY(json_read(job->cx->arena, job->payload, NULL, &j, NULL));
        struct looking l = {.id = json_get_id(j, "account")};
        struct remote r = remote_of(job->cx, FEDI_FETCHES);
        enum err e = cx_read(job->cx, load, &l);
        if (e || l.known.local)
                return e == ERR_MISSING ? OK : e;
        const struct json_value *doubt = json_get(j, "doubt");
        bool in_doubt = doubt && doubt->type == JSON_TRUE;
        bool stale = cx_now(job->cx) - l.known.fetched_at > ACCOUNT_FRESH_MS;
        if (stale || in_doubt)
                TRY(unless_ours(remote_actor(&r, l.known.uri, REMOTE_FRESH, &l.id)));
        if (in_doubt)
                return OK;
        return unless_ours(remote_featured(&r, l.id));
}

/* ---- moving ---- */

struct moving {
        struct move_batch batch;
        bool more;
};

static enum err carry_over(struct cx *cx, void *arg)
{
        struct moving *m = arg;
        return move_some(cx, &m->batch, &m->more);
}

enum err move_followers_run(struct job *job)
{
        const struct json_value *j;
        TRY(json_read(job->cx->arena, job->payload, NULL, &j, NULL));
        struct moving m = {.batch = {.from = json_get_id(j, "from"), .to = json_get_id(j, "to")},
                           .more = true};
        while (m.more) {
                if (job_must_stop(job))
                        return ERR_BUSY;
                TRY(cx_write(job->cx, carry_over, &m));
        }
        return OK;
}

/* ---- deleting ---- */

struct deleting {
        int64_t account;
        bool more;
};

static enum err erase_some(struct cx *cx, void *arg)
{
        struct deleting *d = arg;
        return account_erase_batch(cx, d->account, &d->more);
}

enum err account_erase_run(struct job *job)
{
        const struct json_value *j;
        TRY(json_read(job->cx->arena, job->payload, NULL, &j, NULL));
        struct deleting d = {.account = json_get_id(j, "account"), .more = true};
        while (d.more) {
                if (job_must_stop(job))
                        return ERR_BUSY;
                TRY(cx_write(job->cx, erase_some, &d));
        }
        return OK;
}

/* ---- tidying ---- */

enum err fedi_tidy(struct cx *cx)
{
        TRY(db_run(cx->db, &SEEN_TIDY, BIND(V(cx_now(cx) - SEEN_MS)), NULL));
        return db_run(cx->db, &MISS_TIDY, BIND(V(cx_now(cx))), NULL);
}

static const struct stmt *const statements[] = {&SEEN_TIDY, &MISS_TIDY};
const struct stmt_list INBOX_JOB_STATEMENTS = {statements, countof(statements)};
