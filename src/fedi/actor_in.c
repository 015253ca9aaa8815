/* Reading an actor document: see actor_in.h. Called for what is fetched, for Update activities, and
 * for actors that stand inside activities. */
#include "fedi/actor_in.h"
#include "lib/text/sanitize.h"
#include "lib/text/unicode.h"

static const struct {
        const char *type;
        enum account_kind kind;
} types[] = {{"Person", ACCOUNT_PERSON},
             {"Service", ACCOUNT_BOT},
             {"Group", ACCOUNT_GROUP},
             {"Organization", ACCOUNT_ORGANIZATION},
             {"Application", ACCOUNT_APPLICATION}};

static bool read_kind(const struct json_value *object, enum account_kind *ret)
{
        for (size_t i = 0; i < countof(types); i++)
                if (as_is(object, types[i].type)) {
                        *ret = types[i].kind;
                        return true;
                }
        return false;
}

bool actor_in_is(const struct json_value *object)
{
        enum account_kind ignored;
        return read_kind(object, &ignored);
}

/* Letters, digits, and "_.-" as in the names of servers that allow more than Mastodon does; nothing
 * that could be read as another address. */
static bool is_name(struct str s, bool colon)
{
        if (!s.n || s.n > ACTOR_NAME_MAX)
                return false;
        for (size_t i = 0; i < s.n;) {
                uint32_t c;
                size_t n = utf8_read(s.p + i, s.n - i, &c);
                if (!n || !(unicode_is_word(c) || c == '.' || c == '-' || (colon && c == ':')))
                        return false;
                i += n;
        }
        return s.p[0] != '.' && s.p[s.n - 1] != '.';
}

bool handle_read(struct arena *a, struct str text, struct str *name, struct str *domain)
{
        if (str_starts_nocase(text, S("acct:")))
                text = str_after(text, 5);
        if (str_starts(text, S("@")))
                text = str_after(text, 1);
        size_t at = str_find_char(text, '@');
        struct str host = str_after(text, at + 1);
        size_t colon = str_find_char(host, ':');
        struct str port = str_after(host, colon);
        int64_t number;
        *name = str_cut(text, 0, at);
        if (at == text.n || !is_name(*name, false) ||
            !host_to_ascii(a, str_cut(host, 0, colon), domain))
                return false;
        if (str_ends(*domain, S(".")))
                return false;
        if (port.n && (!str_to_i64(str_after(port, 1), &number) || number < 1 || number > 65535))
                return false;
        *domain = str_join(a, *domain, port);
        return true;
}

/* ---- pieces ---- */

static struct str reference(struct reading *r, const struct json_value *v)
{
        struct address a;
        struct str id = as_only_id(v);
        return address_read_far(r->arena, r->settings, id, &a) ? id : STR_NONE;
}

/* The first key that says it is this actor's own, and stands under this actor's origin. */
static void read_key(struct reading *r, const struct json_value *actor, struct actor_in *n)
{
        const struct json_value *keys = json_get(actor, "publicKey");
        struct address a;
        for (const struct json_value *k = as_first(keys); k; k = as_next(keys, k)) {
                struct str id = json_get_text(k, "id"), pem = json_get_text(k, "publicKeyPem");
                if (!pem.n || pem.n > ACTOR_KEY_BYTES ||
                    !str_eq(as_only_id(json_get(k, "owner")), n->id.text) ||
                    !address_read(r->arena, r->settings, id, &a) ||
                    !address_same_origin(&a, &n->id))
                        continue;
                n->key_id = id;
                n->key_pem = pem;
                return;
        }
}

static void read_picture(struct reading *r, const struct json_value *icons, struct str *url,
                         struct str *words)
{
        *url = STR_NONE;
        *words = S("");
        for (const struct json_value *v = as_first(icons); v && !url->p; v = as_next(icons, v)) {
                const struct json_value *place = json_get(v, "url");
                *url = address_link(r->arena, place ? as_href(as_first(place)) : as_href(v));
                if (!url->p)
                        continue;
                struct str alt = json_get_text(v, "summary");
                *words = note_in_text(r, alt.n ? alt : json_get_text(v, "name"), 1500);
        }
}

static void read_fields(struct reading *r, const struct json_value *list, struct actor_in *n)
{
        n->fields = make_n(r->arena, ACTOR_FIELDS_MAX, struct account_field);
        for (const struct json_value *v = as_first(list); v; v = as_next(list, v)) {
                struct account_field *f = &n->fields[n->n_fields];
                if (!as_is(v, "PropertyValue") || n->n_fields == ACTOR_FIELDS_MAX)
                        continue;
                f->name = note_in_text(r, json_get_text(v, "name"), ACTOR_FIELD_BYTES);
                struct str html = note_in_text(r, json_get_text(v, "value"), ACTOR_FIELD_BYTES);
                f->html = sanitize(r->arena, html, NULL);
                f->value = f->html.html;
                n->n_fields += f->name.n > 0;
        }
}

static void read_aliases(struct reading *r, const struct json_value *list, struct actor_in *n)
{
        struct address a;
        n->aliases = make_n(r->arena, ACTOR_ALIASES_MAX, struct str);
        for (const struct json_value *v = as_first(list); v; v = as_next(list, v))
                if (n->n_aliases < ACTOR_ALIASES_MAX &&
                    address_read(r->arena, r->settings, as_id(v), &a))
                        n->aliases[n->n_aliases++] = a.text;
}

/* What is shown as the profile's page must not be a page elsewhere. */
static struct str read_url(struct reading *r, const struct json_value *urls,
                           const struct actor_in *n)
{
        struct address a;
        for (const struct json_value *v = as_first(urls); v; v = as_next(urls, v)) {
                struct str type = json_get_text(v, "mediaType");
                struct str link = address_link(r->arena, as_href(v));
                if (type.p && !str_eq_nocase(type, S("text/html")))
                        continue;
                if (link.n && address_read(r->arena, r->settings, link, &a) &&
                    address_same_origin(&a, &n->id))
                        return link;
        }
        return n->id.text;
}

static struct str display_name(struct reading *r, const struct json_value *actor)
{
        struct str clean, name = json_get_text(actor, "name");
        if (!name.n || !name_clean(r->arena, utf8_cut(name, 8192), &clean))
                return S("");
        return utf8_cut_count(clean, ACTOR_TITLE_MAX);
}

static void read_looks(struct reading *r, const struct json_value *actor, struct actor_in *n)
{
        struct str words = json_get_text(actor, "summary"), clean;
        n->display_name = display_name(r, actor);
        n->url = read_url(r, json_get(actor, "url"), n);
        n->note = MARKUP_NONE;
        if (words.n && text_clean(r->arena, words, &clean))
                n->note = sanitize(r->arena, clean,
                                   &(struct sanitize_limits){.out_bytes = ACTOR_NOTE_BYTES});
        read_fields(r, json_get(actor, "attachment"), n);
        read_picture(r, json_get(actor, "icon"), &n->avatar, &n->avatar_description);
        read_picture(r, json_get(actor, "image"), &n->header, &n->header_description);
        note_in_emoji(r, json_get(actor, "tag"), &n->emoji, &n->n_emoji);
        n->locked = json_is_true(json_get(actor, "manuallyApprovesFollowers"));
        n->discoverable = json_is_true(json_get(actor, "discoverable"));
        n->indexable = json_is_true(json_get(actor, "indexable"));
        n->memorial = json_is_true(json_get(actor, "memorial"));
        n->suspended = json_is_true(json_get(actor, "suspended"));
        n->created_at = note_in_time(r, json_get(actor, "published"), 0);
}

static void read_places(struct reading *r, const struct json_value *actor, struct actor_in *n)
{
        n->shared_inbox = reference(r, json_get(json_get(actor, "endpoints"), "sharedInbox"));
        if (!n->shared_inbox.p)
                n->shared_inbox = reference(r, json_get(actor, "sharedInbox")); /* Misskey */
        n->outbox = reference(r, json_get(actor, "outbox"));
        n->followers = reference(r, json_get(actor, "followers"));
        n->following = reference(r, json_get(actor, "following"));
        n->featured = reference(r, json_get(actor, "featured"));
        n->moved_to = reference(r, json_get(actor, "movedTo"));
}

enum err actor_in_read(struct reading *r, const struct json_value *actor, struct actor_in *ret)
{
        *ret = (struct actor_in){0};
        r->why = NULL;
        if (!actor || actor->type != JSON_OBJECT || !read_kind(actor, &ret->kind))
                return reading_refuse(r, "no_actor");
        if (!as_is_plain(actor))
                return reading_refuse(r, "graph");
        if (!address_read(r->arena, r->settings, json_get_text(actor, "id"), &ret->id))
                return reading_refuse(r, "bad_id");
        if (ret->id.ours)
                return reading_refuse(r, "our_id");
        ret->inbox = reference(r, json_get(actor, "inbox"));
        if (!ret->inbox.p)
                return reading_refuse(r, "no_inbox");
        ret->username = json_get_text(actor, "preferredUsername");
        /* A server's own actor goes by its host, which may have a port. */
        if (!is_name(ret->username, ret->kind == ACCOUNT_APPLICATION || ret->kind == ACCOUNT_BOT))
                return reading_refuse(r, "no_name");
        ret->handle = json_get_text(actor, "webfinger");
        read_places(r, actor, ret);
        read_key(r, actor, ret);
        read_aliases(r, json_get(actor, "alsoKnownAs"), ret);
        read_looks(r, actor, ret);
        return OK;
}
