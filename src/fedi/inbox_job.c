/* Activities that had to wait for something to be fetched: see inbox_job.h. Run by the workers. One
 * incoming activity causes at most FEDI_FETCHES requests, counted over all that follows from it
 * (T113). */
#include "fedi/inbox_job.h"
#include "fedi/remote.h"
#include "lib/base/log.h"

static const struct json_limits payload_limits = {.bytes = 16 << 20};

static enum err apply(struct cx *cx, void *arg)
{
        struct incoming *in = arg;
        if (!in->forwarded) /* the actor may have changed, or gone, since */
                TRY(account_known_get(cx, in->by.id, &in->by));
        return receive(cx, in);
}

struct erasing {
        struct str uri;
};

static enum err erase(struct cx *cx, void *arg)
{
        const struct erasing *e = arg;
        struct post *p;
        int64_t id;
        TRY(store_find_post(cx, e->uri, &id));
        if (!id)
                return OK;
        TRY(post_load(cx, id, &p));
        return p->local ? OK : post_erase(cx, id, true);
}

static enum err fetch_proof(struct remote *r, struct str uri, struct incoming *in)
{
        struct remote_document d;
        TRY(remote_document(r, uri, &d));
        in->proof = d.json;
        return OK;
}

static enum err meet(struct remote *r, const struct need *n, struct incoming *in)
{
        struct erasing erasing = {n->uri};
        int64_t id;
        bool gone;
        switch (n->kind) {
        case NEED_POST:
                return remote_post(r, n->uri, REMOTE_KNOWN, 0, &id);
        case NEED_POST_AGAIN:
                return remote_post(r, n->uri, REMOTE_FRESH, 0, &id);
        case NEED_ACTOR:
                return remote_actor(r, n->uri, REMOTE_KNOWN, &id);
        case NEED_ACTOR_AGAIN:
                return remote_actor(r, n->uri, REMOTE_FRESH, &id);
        case NEED_ACTOR_NOW:
                return remote_actor(r, n->uri, REMOTE_NOW, &id);
        case NEED_GONE:
                TRY(remote_is_gone(r, n->uri, &gone));
                return gone ? cx_write(r->cx, erase, &erasing) : OK;
        case NEED_PROOF:
                return fetch_proof(r, n->uri, in);
        }
        return OK;
}

/* What cannot be had now but perhaps later; all else is as good as not there. */
static enum err meet_all(struct remote *r, struct incoming *in)
{
        enum err later = OK;
        for (size_t i = 0; i < in->n_needs; i++) {
                enum err e = meet(r, &in->needs[i], in);
                if (e == ERR_REMOTE || e == ERR_BUSY)
                        later = ERR_REMOTE;
                else if (e == ERR_FULL || e == ERR_FAULT)
                        return e;
        }
        return later;
}

enum err inbox_job_apply(struct cx *cx, struct incoming *in)
{
        struct remote r = remote_of(cx, in->budget);
        if (in->verdict != VERDICT_LATER)
                TRY(cx_write(cx, apply, in));
        if (in->verdict != VERDICT_LATER)
                return OK;
        TRY(meet_all(&r, in));
        in->budget = r.left;
        in->asked = true;
        return cx_write(cx, apply, in);
}

/* ---- the job ---- */

enum err inbox_job_add(struct cx *cx, const struct incoming *in, struct str raw)
{
        struct buf b = {0};
        struct json j;
        json_open(&j, &b);
        json_object(&j, NULL);
        json_str(&j, "activity", raw);
        json_id(&j, "account", in->by.id);
        json_int(&j, "forwarded", in->forwarded);
        json_id(&j, "inbox_of", in->inbox_of);
        json_int(&j, "budget", in->budget);
        json_end(&j);
        return job_add_buf(cx, "inbox", &b, STR_NONE);
}

static enum err read_payload(struct cx *cx, struct str payload, struct incoming *in)
{
        const struct json_value *j;
        int64_t forwarded = 0, budget = 0;
        TRY(json_read(cx->arena, payload, &payload_limits, &j, NULL));
        TRY(json_read(cx->arena, json_get_text(j, "activity"), NULL, &in->activity, NULL));
        (void)!json_i64(json_get(j, "forwarded"), &forwarded);
        (void)!json_i64(json_get(j, "budget"), &budget);
        in->by.id = json_get_id(j, "account");
        in->inbox_of = json_get_id(j, "inbox_of");
        in->forwarded = forwarded != 0;
        in->budget = (int)(budget < FEDI_FETCHES ? budget : FEDI_FETCHES);
        return OK;
}

static enum err load(struct cx *cx, void *arg)
{
        struct incoming *in = arg;
        return account_known_get(cx, in->by.id, &in->by);
}

/* Of somebody else's news, the actor is known by its address alone. */
static void name_actor(struct incoming *in)
{
        in->by.uri = as_only_id(json_get(in->activity, "actor"));
}

enum err inbox_job_run(struct job *job)
{
        struct incoming in = {0};
        TRY(read_payload(job->cx, job->payload, &in));
        enum err e = OK;
        if (in.forwarded)
                name_actor(&in);
        else
                e = cx_read(job->cx, load, &in);
        if (e)
                return e == ERR_MISSING ? OK : e;
        TRY(inbox_job_apply(job->cx, &in));
        if (in.verdict == VERDICT_REFUSED)
                log_event(LOG_INFO, "activity_refused", LOG_Z("why", in.why),
                          LOG_S("actor", in.by.uri));
        return OK;
}
