/* Passing answers on: see forward.h. Called where posts arrive, change and go. */
#include "fedi/forward.h"
#include "fedi/deliver.h"
#include "fedi/deliver_job.h"
#include "fedi/deliver_run.h"

static const struct stmt FOLLOWED_FAR = {
        .name = "forward_followed_far",
        .text = "SELECT f.account FROM follow f JOIN account a ON a.id = f.account"
                " WHERE f.target = $1 AND f.state = 1 AND a.domain <> '' LIMIT 1",
        .in = "i",
        .out = "i",
};

/* Theirs of Linked Data, or FEP-8b32. */
static bool signs_itself(const struct json_value *activity)
{
        const struct json_value *signature = json_get(activity, "signature"),
                                *proof = json_get(activity, "proof");
        return (signature && signature->type == JSON_OBJECT) || as_first(proof);
}

/* What everybody may read, beneath what everybody may read here, and shown. */
static enum err goes_on(struct cx *cx, const struct incoming *in, const struct post *p,
                        struct post **parent, bool *ret)
{
        int64_t somebody = 0;
        *ret = false;
        if (in->forwarded || in->asked || p->local || !p->reply_to || p->state != COMMENT_SHOWN ||
            p->audience > AUDIENCE_QUIET || !signs_itself(in->activity))
                return OK;
        TRY(post_load(cx, p->reply_to, parent));
        if (!(*parent)->local || (*parent)->local_only || (*parent)->audience > AUDIENCE_QUIET)
                return OK;
        TRY(db_find_int(cx->db, &FOLLOWED_FAR, BIND(V((*parent)->account)), &somebody));
        *ret = somebody != 0;
        return OK;
}

enum err forward(struct cx *cx, const struct incoming *in, const struct post *p)
{
        struct buf b = {.cap = FORWARD_BYTES}, payload = {0};
        struct post *parent;
        struct json j;
        bool wanted;
        TRY(goes_on(cx, in, p, &parent, &wanted));
        if (!wanted)
                return OK;
        json_open(&j, &b);
        json_write_value(&j, NULL, in->activity);
        enum err e = OK;
        if (!b.failed) {
                json_open(&j, &payload);
                json_object(&j, NULL);
                json_id(&j, "account", parent->account);
                json_str(&j, "activity", buf_str(&b));
                json_end(&j);
                e = job_add_buf(cx, "deliver_forward", &payload, STR_NONE);
        }
        buf_free(&b);
        return e;
}

enum err deliver_forward_job(struct job *job)
{
        const struct json_value *v;
        TRY(deliver_payload(job, &v));
        int64_t account = json_get_id(v, "account");
        struct deliver_to to = {.followers_of = account};
        TRY(deliver_send(job, 0, account, json_get_text(v, "activity"), &to));
        deliverer_wake(job->cx->instance->deliverer);
        return OK;
}

const struct stmt_list FORWARD_STATEMENTS = {(const struct stmt *const[]){&FOLLOWED_FAR}, 1};
