/* Delivery jobs of answers to requests: see outbox_request.h. Called by fedi when a request
 * arrives, and when a comment that was asked for changes its state. */
#include "social/outbox_request.h"
#include "lib/text/json.h"
#include "store/job.h"

struct str authorization_uri(struct cx *cx, struct str username, int64_t post)
{
        return str_fmt(cx->arena, "%.*s/users/%.*s/authorizations/%lld", STR_ARG(cx->settings->url),
                       STR_ARG(username), (long long)post);
}

struct str authorization_like_uri(struct cx *cx, struct str username, int64_t post, int64_t by)
{
        return str_fmt(cx->arena, "%.*s/likes/%lld", STR_ARG(authorization_uri(cx, username, post)),
                       (long long)by);
}

enum err outbox_request_answer(struct cx *cx, const struct request_answer *a)
{
        struct buf b = {0};
        struct json j;
        json_open(&j, &b);
        json_object(&j, NULL);
        json_id(&j, "account", a->account);
        json_id(&j, "to", a->to);
        json_z(&j, "type", a->type);
        json_str(&j, "request", a->request);
        json_str(&j, "object", a->object);
        json_str(&j, "instrument", a->instrument);
        json_str(&j, "result", a->result);
        json_end(&j);
        return job_add_buf(cx, "deliver_request_answer", &b, STR_NONE);
}
