/* Whose key is this? Found in documents that were fetched: an actor's, which is the only authority on its own keys, or a
 * key's own, which can only name the actor to ask. */
#pragma once
#include "fedi/key.h"
#include "lib/text/json.h"

struct key_claim {
        struct str owner;  /* id of the actor */
        struct str text;   /* for key_read */
};

enum key_answer {
        KEY_NONE,      /* not in this document, or claimed for somebody it cannot speak for */
        KEY_HERE,      /* the owner's own document has it */
        KEY_ASK_OWNER  /* claim->owner must be fetched, and key_from_document called once more with that and this claim */
};

/* `from` is the address the document came from at last (fetch_answer.url). A key id "acct:name@host" takes the first key
 * of the actor; who that name belongs to was found out before. *claim is zeroed before the first call. */
enum key_answer key_from_document(struct arena *a, const struct json_value *doc, struct str from, struct str key_id,
                                  struct key_claim *claim);
