/* Reading keys out of documents: `publicKey` and FEP-521a's `assertionMethod` of actors, one or a
 * list, embedded or by id; key documents with an `owner`; and GoToSocial's .../main-key, which
 * answers with a short form of the actor. */
#include "fedi/key_document.h"
#include "lib/text/url.h"

enum { KEYS_MAX = 10 };

/* The same host and port; key ids and actors live together in all known software. */
static bool same_host(struct arena *a, struct str x, struct str y)
{
        struct url u, v;
        return url_read(a, x, &u) && url_read(a, y, &v) && url_is_http(&u) && url_is_http(&v) &&
               str_eq(u.scheme, v.scheme) && str_eq(url_host_port(a, &u), url_host_port(a, &v));
}

static struct str key_text(const struct json_value *key)
{
        struct str pem = json_get_text(key, "publicKeyPem");
        return pem.p ? pem : json_get_text(key, "publicKeyMultibase");
}

static struct str key_owner(const struct json_value *key)
{
        struct str owner = json_get_text(key, "owner");
        return owner.p ? owner : json_get_text(key, "controller");
}

/* Is this entry of the actor's list the wanted key? By id alone it is when its own document said
 * the rest. */
static bool is_wanted(const struct json_value *entry, struct str actor, struct str key_id,
                      struct key_claim *claim)
{
        bool any = str_starts(key_id, S("acct:"));
        if (entry->type == JSON_STRING)
                return str_eq(entry->text, key_id) && claim->text.p && str_eq(claim->owner, actor);
        struct str text = key_text(entry);
        if (!text.p || !str_eq(key_owner(entry), actor) ||
            (!any && !str_eq(json_get_text(entry, "id"), key_id)))
                return false;
        *claim = (struct key_claim){actor, text};
        return true;
}

static bool in_list(const struct json_value *list, struct str actor, struct str key_id,
                    struct key_claim *claim)
{
        size_t n = 0;
        if (!list)
                return false;
        if (list->type != JSON_ARRAY)
                return is_wanted(list, actor, key_id, claim);
        for (const struct json_value *e = list->child; e && n < KEYS_MAX; e = e->next, n++)
                if (is_wanted(e, actor, key_id, claim))
                        return true;
        return false;
}

enum key_answer key_from_document(struct arena *a, const struct json_value *doc, struct str from,
                                  struct str key_id, struct key_claim *claim)
{
        struct str id = json_get_text(doc, "id");
        bool by_name = str_starts(key_id, S("acct:"));
        if (!id.p || (!by_name && !same_host(a, id, key_id)))
                return KEY_NONE;
        if (in_list(json_get(doc, "publicKey"), id, key_id, claim) ||
            in_list(json_get(doc, "assertionMethod"), id, key_id, claim)) {
                if (url_same(a, from, id))
                        return KEY_HERE;
                return same_host(a, from, id) ? KEY_ASK_OWNER : KEY_NONE;
        }
        struct key_claim says = {key_owner(doc), key_text(doc)};
        if (claim->text.p || by_name || !str_eq(id, key_id) || !says.owner.p || !says.text.p ||
            !same_host(a, says.owner, key_id) || !same_host(a, from, key_id))
                return KEY_NONE;
        *claim = says;
        return KEY_ASK_OWNER;
}
