/* Interaction requests and their answers: see activity.h. GoToSocial 0.20 reads and 0.21 sends
 * them. Called by the delivery jobs. */
#include "fedi/activity.h"

static void begin(struct json *j, struct buf *b, struct str id, const char *type, struct str actor)
{
        json_open(j, b);
        json_object(j, NULL);
        words_context(j, WORDS_ASKING);
        json_str(j, "id", id);
        json_z(j, "type", type);
        json_str(j, "actor", actor);
}

static struct str end(struct cx *cx, struct json *j, struct buf *b)
{
        json_end(j);
        return buf_take(cx->arena, b);
}

static void put_to(struct json *j, struct str to)
{
        json_array(j, "to");
        json_str(j, NULL, to);
        json_end(j);
}

struct str activity_reply_request(struct cx *cx, const struct note_out *reply, struct str target,
                                  struct str to)
{
        struct buf b = {0};
        struct json j;
        begin(&j, &b, words_of(cx, reply->post->uri, "#request"), "ReplyRequest",
              reply->author->uri);
        put_to(&j, to);
        json_str(&j, "object", target);
        note_put(&j, "instrument", cx, reply);
        return end(cx, &j, &b);
}

struct str activity_announce_request(struct cx *cx, const struct activity_boost *x, struct str to)
{
        struct buf b = {0};
        struct json j;
        begin(&j, &b, words_of(cx, x->wrapper->uri, "#request"), "AnnounceRequest", x->author->uri);
        put_to(&j, to);
        json_str(&j, "object", x->boosted);
        json_object(&j, "instrument");
        activity_put_announce(&j, cx, x);
        json_end(&j);
        return end(cx, &j, &b);
}

struct str activity_like_request(struct cx *cx, const struct activity_like *l, struct str to)
{
        struct str like = words_number(cx, l->by->uri, "#likes/", l->mark);
        struct buf b = {0};
        struct json j;
        begin(&j, &b, words_of(cx, like, "/request"), "LikeRequest", l->by->uri);
        put_to(&j, to);
        json_str(&j, "object", l->uri);
        json_object(&j, "instrument");
        activity_put_like(&j, cx, l);
        json_end(&j);
        return end(cx, &j, &b);
}

struct str activity_request_answer(struct cx *cx, const struct activity_request_answer *a)
{
        bool yes = a->result.n > 0;
        struct buf b = {0};
        struct json j;
        begin(&j, &b,
              words_number(cx, a->by->uri, yes ? "#accepts/requests/" : "#rejects/requests/",
                           a->id),
              yes ? "Accept" : "Reject", a->by->uri);
        put_to(&j, a->other);
        json_object(&j, "object");
        json_str(&j, "id", a->request);
        json_str(&j, "type", a->type);
        json_str(&j, "actor", a->other);
        json_str(&j, "object", a->object);
        json_str(&j, "instrument", a->instrument);
        json_end(&j);
        if (yes)
                json_str(&j, "result", a->result);
        return end(cx, &j, &b);
}
