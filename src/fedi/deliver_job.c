/* Delivery of what concerns two people, and of changed profiles. Called by the workers; the
 * payloads are described in social/outbox.h, outbox_relation.h and outbox_quote.h. */
#include "fedi/deliver_job.h"
#include "fedi/activity.h"
#include "fedi/deliver.h"
#include "fedi/deliver_run.h"
#include "social/leave.h"
#include "social/outbox_comment.h"
#include "social/outbox_request.h"

enum { NAMES_MOST = 50 };

enum err deliver_payload(struct job *job, const struct json_value **ret)
{
        return json_read(job->cx->arena, job->payload, NULL, ret, NULL) ? ERR_INPUT : OK;
}

/* What all of them need: who acts, whom it concerns. */
struct pair_job {
        struct job *job;
        const struct json_value *payload;
        const char *by_key, *other_key; /* NULL: nobody */
        struct account *by, *other;
        struct str body, move;
};

static enum err load(struct cx *cx, void *arg)
{
        struct pair_job *p = arg;
        TRY(account_get(cx, json_get_id(p->payload, p->by_key), &p->by));
        if (!p->other_key)
                return OK;
        return account_get(cx, json_get_id(p->payload, p->other_key), &p->other);
}

/* *gone: one of them is, and there is nothing to tell. */
static enum err open_pair(struct job *job, const char *by_key, const char *other_key,
                          struct pair_job *p, bool *gone)
{
        *p = (struct pair_job){.job = job, .by_key = by_key, .other_key = other_key};
        TRY(deliver_payload(job, &p->payload));
        enum err e = cx_read(job->cx, load, p);
        *gone = e == ERR_MISSING;
        return *gone ? OK : e;
}

static enum err send_to(const struct pair_job *p, int part, struct str body)
{
        struct deliver_to to = {.people = &p->other->id, .n_people = 1, .in_person = true};
        if (!body.n)
                return ERR_FAULT;
        TRY(deliver_send(p->job, part, p->by->id, body, &to));
        deliverer_wake(p->job->cx->instance->deliverer);
        return OK;
}

enum err deliver_mark_job(struct job *job)
{
        struct pair_job p;
        bool gone;
        TRY(open_pair(job, "account", "to", &p, &gone));
        if (gone)
                return OK;
        struct str act = json_get_text(p.payload, "act");
        const struct activity_like l = {.by = p.by,
                                        .uri = json_get_text(p.payload, "uri"),
                                        .approved_by = json_get_text(p.payload, "stamp"),
                                        .mark = json_get_id(p.payload, "mark")};
        return send_to(&p, 0,
                       str_eq(act, S("undo_like")) ? activity_like_undo(job->cx, &l)
                       : str_eq(act, S("request_like"))
                               ? activity_like_request(job->cx, &l, p.other->uri)
                               : activity_like(job->cx, &l));
}

enum err deliver_vote_job(struct job *job)
{
        struct pair_job p;
        bool gone;
        int part = 0;
        TRY(open_pair(job, "account", "to", &p, &gone));
        if (gone)
                return OK;
        const struct json_value *names = json_get(p.payload, "names");
        for (const struct json_value *n = names ? names->child : NULL; n && part < NAMES_MOST;
             n = n->next, part++) {
                struct activity_vote v = {.by = p.by,
                                          .poll = json_get_text(p.payload, "uri"),
                                          .poll_author = p.other->uri,
                                          .name = json_text(n),
                                          .id = json_get_id(p.payload, "post"),
                                          .part = part};
                TRY(send_to(&p, part, activity_vote(job->cx, &v)));
        }
        return OK;
}

static struct str relation_body(struct cx *cx, struct str act, struct activity_pair *p)
{
        p->type = str_ends(act, S("block")) ? "Block" : "Follow";
        if (str_eq(act, S("accept")) || str_eq(act, S("reject")))
                return activity_follow_answer(cx, p, str_eq(act, S("accept")));
        return str_starts(act, S("undo_")) ? activity_pair_undo(cx, p) : activity_pair(cx, p);
}

enum err deliver_relation_job(struct job *job)
{
        struct pair_job p;
        bool gone;
        TRY(open_pair(job, "account", "target", &p, &gone));
        if (gone)
                return OK;
        struct activity_pair pair = {.by = p.by,
                                     .other = p.other->uri,
                                     .id = json_get_id(p.payload, "id"),
                                     .uri = json_get_text(p.payload, "uri")};
        return send_to(&p, 0, relation_body(job->cx, json_get_text(p.payload, "act"), &pair));
}

static enum err make_profile(struct cx *cx, void *arg)
{
        struct pair_job *p = arg;
        p->body = activity_update_actor(cx, p->by, p->job->id);
        return p->body.n ? OK : ERR_FAULT;
}

enum err deliver_profile_job(struct job *job)
{
        struct pair_job p;
        bool gone;
        TRY(open_pair(job, "account", NULL, &p, &gone));
        if (gone)
                return OK;
        TRY(cx_read(job->cx, make_profile, &p));
        struct deliver_to to = {.followers_of = p.by->id};
        TRY(deliver_send(job, 0, p.by->id, p.body, &to));
        deliverer_wake(job->cx->instance->deliverer);
        return OK;
}

static enum err make_move(struct cx *cx, void *arg)
{
        struct pair_job *p = arg;
        TRY(make_profile(cx, arg));
        p->move = activity_move(cx, p->by, p->other->uri, p->job->id);
        return p->move.n ? OK : ERR_FAULT;
}

/* The profile first: whoever gets the Move reads there where it leads. */
enum err deliver_move_job(struct job *job)
{
        struct pair_job p;
        bool gone;
        TRY(open_pair(job, "from", "to", &p, &gone));
        if (gone)
                return OK;
        TRY(cx_read(job->cx, make_move, &p));
        struct deliver_to to = {.followers_of = p.by->id};
        TRY(deliver_send(job, 0, p.by->id, p.body, &to));
        TRY(deliver_send(job, 1, p.by->id, p.move, &to));
        deliverer_wake(job->cx->instance->deliverer);
        return OK;
}

enum err deliver_quote_answer_job(struct job *job)
{
        struct pair_job p;
        bool gone;
        TRY(open_pair(job, "account", "to", &p, &gone));
        if (gone)
                return OK;
        struct activity_quote_answer a = {
                .by = p.by,
                .other = p.other->uri,
                .request = json_get_text(p.payload, "request"),
                .quote = json_get_text(p.payload, "quote"),
                .quoted = post_uri(job->cx, p.by->username, json_get_id(p.payload, "post")),
                .stamp = json_get_text(p.payload, "stamp"),
                .id = job->id};
        return send_to(&p, 0, activity_quote_answer(job->cx, &a));
}

enum err deliver_quote_revoked_job(struct job *job)
{
        struct pair_job p;
        bool gone;
        TRY(open_pair(job, "account", NULL, &p, &gone));
        if (gone)
                return OK;
        int64_t to_id = json_get_id(p.payload, "to");
        struct deliver_to to = {
                .followers_of = p.by->id, .people = &to_id, .n_people = to_id ? 1 : 0};
        struct str body = activity_delete(job->cx, p.by, json_get_text(p.payload, "stamp"));
        if (!body.n)
                return ERR_FAULT;
        TRY(deliver_send(job, 0, p.by->id, body, &to));
        deliverer_wake(job->cx->instance->deliverer);
        return OK;
}

enum err deliver_comment_answer_job(struct job *job)
{
        struct pair_job p;
        bool gone;
        TRY(open_pair(job, "account", "to", &p, &gone));
        if (gone)
                return OK;
        const struct json_value *v = json_get(p.payload, "shown");
        bool shown = v && v->type == JSON_TRUE, asked = json_is_true(json_get(p.payload, "asked"));
        int64_t comment = json_get_id(p.payload, "comment");
        struct activity_comment_answer a = {
                .by = p.by,
                .other = p.other->uri,
                .comment = json_get_text(p.payload, "uri"),
                .approval = asked ? authorization_uri(job->cx, p.by->username, comment)
                                  : comment_approval_uri(job->cx, p.by->username, comment),
                .id = job->id};
        return send_to(&p, 0,
                       shown ? activity_comment_answer(job->cx, &a)
                             : activity_delete(job->cx, p.by, a.approval));
}

enum err deliver_request_answer_job(struct job *job)
{
        struct pair_job p;
        bool gone;
        TRY(open_pair(job, "account", "to", &p, &gone));
        if (gone)
                return OK;
        const struct activity_request_answer a = {.by = p.by,
                                                  .other = p.other->uri,
                                                  .type = json_get_text(p.payload, "type"),
                                                  .request = json_get_text(p.payload, "request"),
                                                  .object = json_get_text(p.payload, "object"),
                                                  .instrument =
                                                          json_get_text(p.payload, "instrument"),
                                                  .result = json_get_text(p.payload, "result"),
                                                  .id = job->id};
        return send_to(&p, 0, activity_request_answer(job->cx, &a));
}

static enum err load_target(struct cx *cx, void *arg)
{
        struct pair_job *p = arg;
        return account_get(cx, json_get_id(p->payload, "target"), &p->other);
}

enum err deliver_report_job(struct job *job)
{
        struct pair_job p = {.job = job};
        TRY(deliver_payload(job, &p.payload));
        enum err e = cx_read(job->cx, load_target, &p);
        if (e == ERR_MISSING)
                return OK;
        TRY(e);
        struct str comment = json_get_text(p.payload, "comment");
        p.body = activity_flag(job->cx, json_get_id(p.payload, "report"), p.other->uri,
                               json_get(p.payload, "posts"), comment.p ? comment : S(""));
        struct deliver_to to = {.people = &p.other->id, .n_people = 1};
        if (!p.body.n)
                return ERR_FAULT;
        TRY(deliver_send(job, 0, 0, p.body, &to));
        deliverer_wake(job->cx->instance->deliverer);
        return OK;
}

/* ---- somebody left ---- */

struct going {
        int64_t account;
        struct str uri, pem;
};

static enum err load_going(struct cx *cx, void *arg)
{
        struct going *g = arg;
        return leave_signer(cx, g->account, &g->uri, &g->pem);
}

enum err deliver_gone_job(struct job *job)
{
        const struct json_value *payload;
        struct deliver_to to = {.everybody = true};
        TRY(deliver_payload(job, &payload));
        struct going g = {.account = json_get_id(payload, "account")};
        enum err e = cx_read(job->cx, load_going, &g);
        if (e)
                return e == ERR_MISSING ? OK : e;
        struct str body = activity_delete_actor(job->cx, g.uri);
        if (!body.n)
                return ERR_FAULT;
        TRY(deliver_send(job, 0, g.account, body, &to));
        deliverer_wake(job->cx->instance->deliverer);
        return OK;
}

static enum err tidy(struct cx *cx, void *arg)
{
        (void)arg;
        return deliver_tidy(cx);
}

enum err deliver_tidy_job(struct job *job)
{
        return cx_write(job->cx, tidy, NULL);
}
