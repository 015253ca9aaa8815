/* Object integrity proofs (FEP-8b32, cryptosuite eddsa-jcs-2022): an activity that others forward carries the signature
 * of whoever made it. Only read; others check ours by fetching. */
#pragma once
#include "fedi/key.h"
#include "lib/text/json.h"

struct proof {
        struct str key_id;      /* verificationMethod: its owner must be the actor of the activity */
        unsigned char hash[64]; /* of proof and document */
        struct str bytes;
        int64_t created_ms;     /* 0: not said */
};

/* True when the document carries one of this kind that is complete; the key is then found and proof_verify called. */
bool proof_read(struct arena *a, const struct json_value *doc, struct proof *ret);
bool proof_verify(const struct proof *p, struct key *k);
