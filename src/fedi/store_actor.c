/* Storing an actor: see store.h. Called when an actor was fetched, and for Update activities. */
#include "fedi/store.h"
#include "social/post_far.h"
#include "social/server_policy.h"

struct reading reading_of(struct cx *cx)
{
        return (struct reading){.arena = cx->arena, .settings = cx->settings, .now = cx_now(cx)};
}

static enum err put_emoji(struct cx *cx, const struct actor_in *a, struct str domain)
{
        for (size_t i = 0; i < a->n_emoji; i++)
                TRY(emoji_far_seen(cx, domain, a->emoji[i].shortcode, a->emoji[i].url,
                                   a->emoji[i].updated_at));
        return OK;
}

enum err store_actor(struct cx *cx, const struct actor_in *a, struct str domain, bool named,
                     int64_t *id)
{
        struct server_policy policy;
        TRY(server_policy_get(cx, domain, &policy));
        if (policy.severity == SERVER_REFUSED)
                return ERR_DENIED;
        struct account_far f = {.uri = a->id.text,
                                .url = a->url,
                                .username = a->username,
                                .domain = domain,
                                .kind = a->kind,
                                .display_name = a->suspended ? S("") : a->display_name,
                                .note = a->suspended ? MARKUP_NONE : a->note,
                                .fields = a->fields,
                                .n_fields = a->suspended ? 0 : a->n_fields,
                                .inbox = a->inbox,
                                .shared_inbox = a->shared_inbox,
                                .outbox = a->outbox,
                                .followers_uri = a->followers,
                                .following_uri = a->following,
                                .featured_uri = a->featured,
                                .avatar_url = a->avatar,
                                .avatar_description = a->avatar_description,
                                .header_url = a->header,
                                .header_description = a->header_description,
                                .key_id = a->key_id,
                                .public_key = a->key_pem,
                                .locked = a->locked,
                                .discoverable = a->discoverable,
                                .indexable = a->indexable,
                                .memorial = a->memorial,
                                .aliases = a->aliases,
                                .n_aliases = a->n_aliases,
                                .moved_to = a->moved_to,
                                .created_at = a->created_at};
        if (policy.no_media || a->suspended)
                f.avatar_url = f.header_url = STR_NONE;
        TRY(account_far_store(cx, &f, named, id));
        if (policy.severity == SERVER_LIMITED)
                TRY(server_policy_apply(cx, *id, domain));
        return policy.no_media ? OK : put_emoji(cx, a, domain);
}
