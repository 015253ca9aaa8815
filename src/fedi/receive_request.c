/* Somebody elsewhere asks whether an answer, a favourite or a boost of theirs may be (GoToSocial's
 * ReplyRequest, LikeRequest, AnnounceRequest; "polite" there, while what comes unasked is
 * "impolite"). See receive.h. What the rules let pass is taken as if it had come by itself and is
 * accepted with an authorization; what they do not is rejected; an answer that an author looks at
 * first is answered once it is shown (product rule: nobody is told of one that is not). */
#include "fedi/receive.h"
#include "social/approval.h"
#include "social/comment.h"
#include "social/follow_far.h"
#include "social/mark.h"
#include "social/outbox_request.h"
#include "social/switches.h"

struct request {
        const char *type;
        const struct json_value *made; /* the answer, favourite or boost, or its address */
        struct str id, made_uri;
        struct post *target;
};

static enum err answer(struct cx *cx, struct incoming *in, const struct request *q,
                       struct str result)
{
        const struct request_answer a = {.account = q->target->account,
                                         .to = in->by.id,
                                         .type = q->type,
                                         .request = q->id,
                                         .object = q->target->uri,
                                         .instrument = q->made_uri,
                                         .result = result};
        TRY(outbox_request_answer(cx, &a));
        return receive_done(in);
}

/* ---- answers ---- */

/* In its author's own words, as an unasked one: here already, or brought along, or asked for. */
static enum err take_reply(struct cx *cx, struct incoming *in, const struct request *q, int64_t *id)
{
        TRY(store_find_post(cx, q->made_uri, id));
        if (*id)
                return OK;
        if (q->made->type != JSON_OBJECT || !json_get(q->made, "type"))
                return receive_later(in, NEED_POST, q->made_uri);
        if (!str_eq(as_id(as_first(json_get(q->made, "inReplyTo"))), q->target->uri))
                return receive_refuse(in, "answers_another");
        TRY(receive_create(cx, in, q->made));
        return store_find_post(cx, q->made_uri, id);
}

static enum err reply_request(struct cx *cx, struct incoming *in, const struct request *q)
{
        const struct viewer by = {.account = in->by.id};
        struct str sentence;
        struct post *reply;
        int64_t id;
        bool late;
        TRY(comment_may(cx, &by, q->target->thread, &sentence));
        TRY(comment_is_late(cx, q->target->thread, &late));
        if (sentence.n && !late)
                return answer(cx, in, q, STR_NONE);
        TRY(take_reply(cx, in, q, &id));
        if (!id)
                return OK;
        TRY(post_load(cx, id, &reply));
        if (reply->account != in->by.id || reply->reply_to != q->target->id)
                return receive_refuse(in, "somebody_elses");
        TRY(approval_asked(cx, in->by.id, q->target->id, id, q->id));
        if (reply->state != COMMENT_SHOWN)
                return receive_done(in);
        return answer(cx, in, q, authorization_uri(cx, q->target->author, id));
}

/* ---- favourites ---- */

static enum err like_request(struct cx *cx, struct incoming *in, const struct request *q)
{
        struct str uri;
        TRY(mark_add(cx, in->by.id, q->target->id, MARK_FAVOURITE, q->made_uri));
        enum err e = mark_far_uri(cx, in->by.id, q->target->id, &uri);
        if (e)
                return e == ERR_MISSING ? receive_ignore(in, "known") : e;
        return answer(cx, in, q,
                      authorization_like_uri(cx, q->target->author, q->target->id, in->by.id));
}

/* ---- boosts ---- */

static enum err announce_request(struct cx *cx, struct incoming *in, const struct request *q)
{
        struct post *boost;
        int64_t id;
        bool may;
        TRY(switches_boosts(cx, q->target, &may));
        if (!may || !receive_may_boost(in, q->target))
                return answer(cx, in, q, STR_NONE);
        TRY(receive_boost(cx, in, q->made, q->target));
        TRY(store_find_post(cx, q->made_uri, &id));
        if (!id)
                return OK;
        TRY(post_load(cx, id, &boost));
        if (boost->account != in->by.id || boost->boost_of != q->target->id)
                return receive_refuse(in, "somebody_elses");
        return answer(cx, in, q, authorization_uri(cx, q->target->author, id));
}

enum err receive_request(struct cx *cx, struct incoming *in, const struct json_value *object)
{
        static const struct {
                const char *type;
                enum err (*f)(struct cx *, struct incoming *, const struct request *);
        } kinds[] = {{"ReplyRequest", reply_request},
                     {"LikeRequest", like_request},
                     {"AnnounceRequest", announce_request}};
        struct request q = {.made = as_only(json_get(in->activity, "instrument")),
                            .id = json_get_text(in->activity, "id")};
        q.made_uri = as_id(q.made);
        if (!q.id.n)
                return receive_refuse(in, "no_id");
        if (!receive_is_own(cx, in, q.made_uri))
                return receive_refuse(in, "object_elsewhere");
        TRY(receive_find_visible(cx, in, as_id(object), &q.target));
        if (!q.target || !q.target->local || q.target->local_only)
                return receive_ignore(in, "unknown_object");
        for (size_t i = 0; i < countof(kinds); i++)
                if (as_is(in->activity, kinds[i].type)) {
                        q.type = kinds[i].type;
                        return kinds[i].f(cx, in, &q);
                }
        return receive_ignore(in, "unknown_type");
}
