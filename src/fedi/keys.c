/* Finding the keys that requests and proofs are signed with: see keys.h. A key is parsed once and
 * kept; one that is unknown is asked for from its own server, and believed only when its owner's
 * own document lists it (T089, T108). */
#include "fedi/keys.h"
#include "fedi/fedi.h"
#include "fedi/key_document.h"

static const struct stmt OF_ACTOR = {
        .name = "keys_of_actor",
        .text = "SELECT public_key, key_id FROM account WHERE uri = $1 AND domain <> ''"
                " AND public_key IS NOT NULL",
        .in = "s",
        .out = "sS",
};

/* Where the key's owner most likely is: most ids are the actor's with a fragment or a last part. */
static struct str actor_of(struct str key_id, int turn)
{
        size_t hash = str_find_char(key_id, '#'), slash = key_id.n;
        if (turn == 0)
                return str_cut(key_id, 0, hash);
        if (hash < key_id.n)
                return STR_NONE;
        while (slash && key_id.p[slash - 1] != '/')
                slash--;
        return slash > 1 ? str_cut(key_id, 0, slash - 1) : STR_NONE;
}

static enum err from_row(struct cx *cx, struct str key_id, struct key_found *ret)
{
        for (int turn = 0; turn < 2 && !ret->key; turn++) {
                struct str uri = actor_of(key_id, turn), pem, id;
                struct row r;
                bool found;
                if (!uri.n)
                        continue;
                TRY(db_find(cx->db, &OF_ACTOR, cx->arena, BIND(V(uri)), &r, &found));
                if (!found)
                        continue;
                pem = row_str(&r);
                id = row_str(&r);
                TRY(row_end(&r));
                if (str_eq(id, key_id) && !key_read(pem, &ret->key))
                        ret->owner = uri;
        }
        return OK;
}

enum err keys_here(struct cx *cx, struct str key_id, struct key_found *ret, bool *missed)
{
        struct key_cache *cache = cx->instance->fedi->keys;
        int64_t now = cx_now(cx);
        *ret = (struct key_found){0};
        enum key_known known =
                key_cache_find(cache, cx->arena, key_id, now, &ret->key, &ret->owner);
        *missed = known == KEY_MISSED;
        if (known == KEY_KNOWN)
                return OK;
        ret->key = NULL;
        TRY(from_row(cx, key_id, ret));
        if (ret->key)
                key_cache_put(cache, key_id, ret->owner, ret->key, now, 0);
        return OK;
}

/* The document with the key; when that only names an owner, the owner's. */
static enum err ask(struct remote *r, struct str key_id, struct key_claim *claim,
                    struct remote_document *d)
{
        struct str url = str_cut(key_id, 0, str_find_char(key_id, '#'));
        for (int turn = 0; turn < 2; turn++) {
                TRY(remote_document(r, url, d));
                switch (key_from_document(r->cx->arena, d->json, d->id.text, key_id, claim)) {
                case KEY_HERE:
                        return OK;
                case KEY_ASK_OWNER:
                        url = claim->owner;
                        break;
                case KEY_NONE:
                        r->why = "key_not_listed";
                        return ERR_MISSING;
                }
        }
        r->why = "key_not_listed";
        return ERR_MISSING;
}

enum err keys_fetch(struct remote *r, struct str key_id, struct key_found *ret, int64_t *account)
{
        struct key_cache *cache = r->cx->instance->fedi->keys;
        struct remote_document d;
        struct key_claim claim = {0};
        *ret = (struct key_found){0};
        *account = 0;
        enum err e = ask(r, key_id, &claim, &d);
        if (!e && key_read(claim.text, &ret->key)) {
                r->why = "key_unreadable";
                e = ERR_MISSING;
        }
        if (e) {
                if (e != ERR_GONE && e != ERR_LIMIT)
                        key_cache_miss(cache, key_id, cx_now(r->cx));
                return e;
        }
        ret->owner = claim.owner;
        if (remote_actor_document(r, d.json, account))
                *account = 0; /* a key without a person: kept all the same */
        key_cache_put(cache, key_id, ret->owner, ret->key, cx_now(r->cx), cx_now(r->cx));
        return OK;
}

static const struct stmt *const statements[] = {&OF_ACTOR};
const struct stmt_list KEYS_STATEMENTS = {statements, countof(statements)};
