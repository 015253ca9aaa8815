/* Groups pass on what their members do, as an Announce of the whole activity (FEP-1b12: Lemmy,
 * Mbin, NodeBB, PeerTube). The group's word is good for people of its own server; for all others
 * their own server is asked. See receive.h. */
#include "fedi/receive.h"

static bool is_one_of(const struct json_value *activity, const char *const *types, size_t n)
{
        for (size_t i = 0; i < n; i++)
                if (as_is(activity, types[i]))
                        return true;
        return false;
}

/* A root that somebody put into the group is shown to the group's followers as its boost; comments
 * are only stored, so that threads are whole. */
static enum err pass_on(struct cx *cx, struct incoming *in, const struct json_value *inner,
                        struct str uri)
{
        const struct json_value *object = as_only(json_get(inner, "object"));
        int64_t id;
        TRY(store_find_post(cx, uri, &id));
        if (!id)
                return receive_later(in, NEED_POST, uri);
        if (as_is(inner, "Update") && !in->asked)
                return receive_later(in, NEED_POST_AGAIN, uri);
        if (!as_is(inner, "Create") || json_get_text(object, "inReplyTo").n)
                return receive_done(in);
        return receive_announce(cx, in, object);
}

/* The activity as if its actor had sent it: only for people of the group's own server. */
static enum err as_sent(struct cx *cx, struct incoming *in, const struct json_value *inner)
{
        struct incoming own = {.activity = inner, .asked = in->asked, .budget = in->budget};
        enum err e = account_known_by_uri(cx, as_only_id(json_get(inner, "actor")), &own.by);
        if (e == ERR_MISSING)
                return receive_later(in, NEED_ACTOR, as_only_id(json_get(inner, "actor")));
        TRY(e);
        TRY(receive(cx, &own));
        in->verdict = own.verdict;
        in->why = own.why;
        for (size_t i = 0; i < own.n_needs; i++)
                TRY(receive_later(in, own.needs[i].kind, own.needs[i].uri));
        return OK;
}

enum err receive_group(struct cx *cx, struct incoming *in, const struct json_value *inner)
{
        static const char *const posts[] = {"Create", "Update"};
        static const char *const marks[] = {"Like", "Undo", "Dislike"};
        struct reading r = reading_of(cx);
        struct incoming_head head;
        const struct json_value *object = as_only(json_get(inner, "object"));
        struct str uri = as_id(object);
        struct address a;
        int64_t id;
        bool followed;
        TRY(account_followed_here(cx, in->by.id, &followed));
        if (!followed)
                return receive_ignore(in, "unwanted");
        if (receive_head(&r, inner, &head))
                return receive_refuse(in, r.why);
        if (!address_read_far(cx->arena, cx->settings, uri, &a) && !is_one_of(inner, marks, 3))
                return receive_ignore(in, "unknown_object");
        if (is_one_of(inner, posts, 2))
                return actor_in_is(object) ? receive_ignore(in, "another_actor")
                                           : pass_on(cx, in, inner, uri);
        if (as_is(inner, "Delete")) {
                TRY(store_find_post(cx, uri, &id));
                return id ? receive_later(in, NEED_GONE, uri)
                          : receive_ignore(in, "unknown_object");
        }
        if (!is_one_of(inner, marks, 3))
                return receive_ignore(in, "unknown_type");
        if (receive_is_own(cx, in, head.actor))
                return as_sent(cx, in, inner);
        return receive_ignore(in, "mark_elsewhere");
}
