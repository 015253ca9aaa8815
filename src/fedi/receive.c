/* Activities of other servers: the table of what is understood, and what all of them go through.
 * Called by the inbox and by the job that goes on with what had to be fetched. See receive.h. */
#include "fedi/receive.h"
#include "social/server_policy.h"

static const struct {
        const char *type;
        receive_function *f;
} kinds[] = {
        {"Create", receive_create},
        {"Update", receive_update},
        {"Delete", receive_delete},
        {"Announce", receive_announce},
        {"Follow", receive_follow},
        {"Accept", receive_accept},
        {"Reject", receive_reject},
        {"Undo", receive_undo},
        {"Like", receive_like},
        {"EmojiReact", receive_react},
        {"Add", receive_add},
        {"Remove", receive_remove},
        {"Block", receive_block},
        {"Flag", receive_flag},
        {"Move", receive_move},
        {"QuoteRequest", receive_quote_request},
        {"LikeRequest", receive_request},
        {"ReplyRequest", receive_request},
        {"AnnounceRequest", receive_request},
};

enum err receive_done(struct incoming *in)
{
        in->verdict = VERDICT_DONE;
        return OK;
}

enum err receive_ignore(struct incoming *in, const char *why)
{
        in->verdict = VERDICT_IGNORED;
        in->why = why;
        return OK;
}

enum err receive_refuse(struct incoming *in, const char *why)
{
        in->verdict = VERDICT_REFUSED;
        in->why = why;
        return OK;
}

enum err receive_later(struct incoming *in, enum need_kind kind, struct str uri)
{
        if (in->asked)
                return receive_ignore(in, "not_to_be_had");
        in->verdict = VERDICT_LATER;
        for (size_t i = 0; i < in->n_needs; i++)
                if (in->needs[i].kind == kind && str_eq(in->needs[i].uri, uri))
                        return OK;
        if (in->n_needs < RECEIVE_NEEDS)
                in->needs[in->n_needs++] = (struct need){kind, uri};
        return OK;
}

bool receive_is_own(struct cx *cx, const struct incoming *in, struct str id)
{
        struct address mine, theirs;
        return address_read_far(cx->arena, cx->settings, id, &theirs) &&
               address_read_far(cx->arena, cx->settings, in->by.uri, &mine) &&
               address_same_origin(&mine, &theirs);
}

enum err receive_find_local(struct cx *cx, struct str uri, int64_t *id)
{
        *id = 0;
        if (!str_starts(uri, cx->settings->url))
                return OK;
        return account_find_uri(cx, uri, id);
}

enum err receive_head(struct reading *r, const struct json_value *activity, struct incoming_head *h)
{
        struct address id;
        *h = (struct incoming_head){0};
        r->why = NULL;
        if (!activity || activity->type != JSON_OBJECT)
                return reading_refuse(r, "no_object");
        const struct json_value *type = as_first(json_get(activity, "type"));
        h->type = json_text(type);
        if (!h->type.n)
                return reading_refuse(r, "no_type");
        if (!as_is_plain(activity))
                return reading_refuse(r, "graph");
        h->actor = as_only_id(json_get(activity, "actor"));
        if (!address_read(r->arena, r->settings, h->actor, &h->actor_address))
                return reading_refuse(r, "no_actor");
        if (h->actor_address.ours)
                return reading_refuse(r, "our_actor");
        if (!json_get(activity, "id") || json_get(activity, "id")->type == JSON_NULL)
                return OK;
        h->id = json_get_text(activity, "id");
        if (!address_read(r->arena, r->settings, h->id, &id))
                return reading_refuse(r, "bad_id");
        return address_same_origin(&id, &h->actor_address) ? OK : reading_refuse(r, "id_elsewhere");
}

/* Sanctions of a server hold for what its people do, whoever brings it (T099). */
static enum err admits(struct cx *cx, struct incoming *in, bool *ret)
{
        struct server_policy policy;
        *ret = false;
        if (in->by.suspended || in->by.local)
                return receive_refuse(in, in->by.local ? "our_actor" : "suspended");
        TRY(server_policy_get(cx, in->by.domain, &policy));
        if (policy.severity == SERVER_REFUSED)
                return receive_refuse(in, "blocked");
        *ret = true;
        return OK;
}

static receive_function *function_of(const struct json_value *activity)
{
        for (size_t i = 0; i < countof(kinds); i++)
                if (as_is(activity, kinds[i].type))
                        return kinds[i].f;
        return NULL;
}

/* What came of several objects is what came of the one that matters most. */
static enum verdict graver(enum verdict a, enum verdict b)
{
        static const int weight[] = {[VERDICT_IGNORED] = 0,
                                     [VERDICT_REFUSED] = 1,
                                     [VERDICT_DONE] = 2,
                                     [VERDICT_LATER] = 3};
        return weight[a] >= weight[b] ? a : b;
}

/* A list of objects is several activities in one (GoToSocial sends votes so). */
static enum err each_object(struct cx *cx, struct incoming *in, receive_function *f)
{
        const struct json_value *objects = json_get(in->activity, "object");
        enum verdict verdict = VERDICT_IGNORED;
        int n = 0;
        if (!as_first(objects))
                return receive_refuse(in, "no_object");
        for (const struct json_value *v = as_first(objects); v && n < RECEIVE_OBJECTS;
             v = as_next(objects, v), n++) {
                in->verdict = VERDICT_IGNORED;
                TRY(f(cx, in, v));
                verdict = graver(in->verdict, verdict);
        }
        in->verdict = verdict;
        return OK;
}

/* Of what somebody else brings, only the addresses are looked at: news of a post is asked for where
 * the post lives, and only when the post matters here. */
static enum err forwarded(struct cx *cx, struct incoming *in)
{
        const struct json_value *object = as_only(json_get(in->activity, "object"));
        struct str uri = as_id(object);
        int64_t known, parent;
        if (!receive_is_own(cx, in, uri))
                return receive_refuse(in, "forwarded");
        TRY(store_find_post(cx, uri, &known));
        if (as_is(in->activity, "Delete"))
                return known ? receive_later(in, NEED_GONE, uri)
                             : receive_ignore(in, "unknown_object");
        if (!as_is(in->activity, "Create") && !as_is(in->activity, "Update"))
                return receive_refuse(in, "forwarded");
        if (known)
                return as_is(in->activity, "Update") ? receive_later(in, NEED_POST_AGAIN, uri)
                                                     : receive_ignore(in, "known");
        TRY(store_find_post(cx, as_only_id(json_get(object, "inReplyTo")), &parent));
        return parent ? receive_later(in, NEED_POST, uri) : receive_ignore(in, "unwanted");
}

enum err receive(struct cx *cx, struct incoming *in)
{
        bool admitted = in->forwarded;
        receive_function *f = function_of(in->activity);
        in->verdict = VERDICT_IGNORED;
        in->why = NULL;
        in->n_needs = 0;
        if (!in->forwarded)
                TRY(admits(cx, in, &admitted));
        if (!admitted)
                return OK;
        if (in->forwarded)
                return forwarded(cx, in);
        if (as_is(in->activity, "Collection") || as_is(in->activity, "OrderedCollection") ||
            as_is(in->activity, "CollectionPage") || as_is(in->activity, "OrderedCollectionPage"))
                return receive_refuse(in, "collection");
        if (!f)
                return receive_ignore(in, "unknown_type");
        /* A report names several things at once. */
        if (f == receive_flag)
                return f(cx, in, json_get(in->activity, "object"));
        return each_object(cx, in, f);
}
