/* Actor documents. Called by document.c for those who ask, by the delivery of changed profiles. */
#include "fedi/actor.h"
#include "lib/text/date.h"
#include "social/account_far.h"
#include "social/emoji.h"
#include "social/way.h"

static const struct stmt ACTOR_KEY = {
        .name = "actor_key",
        .text = "SELECT public_key, avatar_type, header_type FROM account WHERE id = $1",
        .in = "i",
        .out = "SSS",
};

static const char *type_of(const struct account *a)
{
        static const char *const types[] = {[ACCOUNT_PERSON] = "Person",
                                            [ACCOUNT_BOT] = "Service",
                                            [ACCOUNT_GROUP] = "Group",
                                            [ACCOUNT_ORGANIZATION] = "Organization",
                                            [ACCOUNT_APPLICATION] = "Application",
                                            [ACCOUNT_JOURNAL] = "Organization"};
        return types[a->kind];
}

static void put_picture(struct json *j, const char *key, struct cx *cx, struct str file,
                        struct str type, struct str words)
{
        if (!file.n)
                return;
        json_object(j, key);
        json_z(j, "type", "Image");
        if (type.n)
                json_str(j, "mediaType", type);
        json_str(j, "url", media_url(cx, file));
        if (words.n)
                json_str(j, "summary", words);
        json_end(j);
}

static void put_key(struct json *j, struct cx *cx, struct str actor, struct str pem)
{
        json_object(j, "publicKey");
        json_str(j, "id", words_of(cx, actor, FEDI_KEY_FRAGMENT));
        json_str(j, "owner", actor);
        json_str(j, "publicKeyPem", pem);
        json_end(j);
}

static void put_boxes(struct json *j, struct cx *cx, struct str actor)
{
        json_str(j, "inbox", words_of(cx, actor, "/inbox"));
        json_str(j, "outbox", words_of(cx, actor, "/outbox"));
        json_str(j, "followers", words_of(cx, actor, "/followers"));
        json_str(j, "following", words_of(cx, actor, "/following"));
        json_str(j, "featured", words_of(cx, actor, "/collections/featured"));
        json_str(j, "featuredTags", words_of(cx, actor, "/collections/tags"));
        json_object(j, "endpoints");
        json_str(j, "sharedInbox", words_of(cx, cx->settings->url, "/inbox"));
        json_end(j);
}

static void put_field(struct json *j, struct str name, struct markup value)
{
        json_object(j, NULL);
        json_z(j, "type", "PropertyValue");
        json_str(j, "name", name);
        json_markup(j, "value", value);
        json_end(j);
}

/* The ways to help of a journal are one link to their list. */
static enum err put_ways(struct json *j, struct cx *cx, const struct account *a)
{
        struct way *v;
        size_t n;
        if (a->kind != ACCOUNT_JOURNAL)
                return OK;
        TRY(way_list(cx, (struct way_of){.journal = a->id}, &v, &n));
        if (n)
                put_field(j, S("Ways to help"),
                          (struct markup){str_fmt(cx->arena, "<a href=\"%.*s#ways\">%.*s#ways</a>",
                                                  STR_ARG(a->url), STR_ARG(a->url))});
        return OK;
}

static enum err put_fields(struct json *j, struct cx *cx, const struct account *a)
{
        json_array(j, "attachment");
        for (size_t i = 0; i < a->n_fields; i++)
                put_field(j, a->fields[i].name, a->fields[i].html);
        TRY(put_ways(j, cx, a));
        json_end(j);
        return OK;
}

static enum err put_emoji(struct json *j, struct cx *cx, const struct account *a)
{
        struct str texts[] = {a->display_name, a->note_html.html};
        struct emoji *v;
        size_t n;
        TRY(emoji_find(cx, S(""), texts, countof(texts), &v, &n));
        json_array(j, "tag");
        for (size_t i = 0; i < n; i++) {
                json_object(j, NULL);
                json_z(j, "type", "Emoji");
                json_str(j, "name", str_fmt(cx->arena, ":%.*s:", STR_ARG(v[i].shortcode)));
                json_object(j, "icon");
                json_z(j, "type", "Image");
                json_str(j, "url", v[i].url);
                json_end(j);
                json_end(j);
        }
        json_end(j);
        return OK;
}

/* Where it came from and where it went. */
static enum err put_moves(struct json *j, struct cx *cx, const struct account *a)
{
        struct str_list aliases;
        struct account *moved;
        TRY(account_aliases(cx, a->id, &aliases));
        if (aliases.n) {
                json_array(j, "alsoKnownAs");
                for (size_t i = 0; i < aliases.n; i++)
                        json_str(j, NULL, aliases.v[i]);
                json_end(j);
        }
        if (!a->moved_to)
                return OK;
        TRY(account_get(cx, a->moved_to, &moved));
        json_str(j, "movedTo", moved->uri);
        return OK;
}

static void put_profile(struct json *j, struct cx *cx, const struct account *a)
{
        json_str(j, "preferredUsername", a->username);
        json_str(j, "name", a->suspended ? S("") : account_name(a));
        json_str(j, "summary", a->suspended ? S("") : a->note_html.html);
        json_str(j, "url", a->url);
        json_str(j, "webfinger",
                 str_fmt(cx->arena, "%.*s@%.*s", STR_ARG(a->username),
                         STR_ARG(cx->settings->account_domain)));
        json_bool(j, "manuallyApprovesFollowers", a->locked);
        json_bool(j, "discoverable", a->discoverable);
        json_bool(j, "indexable", a->indexable);
        json_bool(j, "memorial", a->memorial);
        if (a->suspended)
                json_bool(j, "suspended", true);
        words_time(j, "published", date_midnight(a->created_at));
        words_time(j, "updated", a->updated_at);
}

enum err actor_put(struct json *j, const char *key, struct cx *cx, const struct account *a)
{
        struct row r;
        TRY(db_one(cx->db, &ACTOR_KEY, cx->arena, BIND(V(a->id)), &r));
        struct str pem = row_str(&r), avatar = row_str(&r), header = row_str(&r);
        TRY(row_end(&r));
        json_object(j, key);
        if (!key)
                words_context(j, WORDS_ACTOR);
        json_str(j, "id", a->uri);
        json_z(j, "type", type_of(a));
        put_boxes(j, cx, a->uri);
        put_profile(j, cx, a);
        put_key(j, cx, a->uri, pem);
        if (!a->suspended) {
                put_picture(j, "icon", cx, a->avatar, avatar, a->avatar_description);
                put_picture(j, "image", cx, a->header, header, a->header_description);
                TRY(put_fields(j, cx, a));
                TRY(put_emoji(j, cx, a));
        }
        TRY(put_moves(j, cx, a));
        json_end(j);
        return OK;
}

/* ---- the server itself ---- */

struct str actor_server_id(struct cx *cx)
{
        return words_of(cx, cx->settings->url, FEDI_ACTOR_PATH);
}

enum err actor_server_put(struct json *j, struct cx *cx)
{
        struct str id = actor_server_id(cx), pem;
        TRY(key_public_pem(cx->arena, cx->instance->fedi->key, &pem));
        json_object(j, NULL);
        words_context(j, WORDS_ACTOR);
        json_str(j, "id", id);
        json_z(j, "type", "Application");
        json_str(j, "inbox", words_of(cx, id, "/inbox"));
        json_str(j, "outbox", words_of(cx, id, "/outbox"));
        json_object(j, "endpoints");
        json_str(j, "sharedInbox", words_of(cx, cx->settings->url, "/inbox"));
        json_end(j);
        json_str(j, "preferredUsername", cx->settings->host);
        json_str(j, "name", cx->settings->title);
        json_str(j, "url", words_of(cx, cx->settings->url, "/about"));
        json_bool(j, "manuallyApprovesFollowers", true);
        put_key(j, cx, id, pem);
        json_end(j);
        return OK;
}

const struct stmt_list ACTOR_STATEMENTS = {(const struct stmt *const[]){&ACTOR_KEY}, 1};
