/* Any text as a key, and any document as one with a key in it. A key found must belong to who the
 * document is about. */
#include "fedi/key_document.h"
#include "fedi/sign_proof.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
        struct arena a;
        struct str text = {(const char *)data, n};
        const struct json_value *doc;
        struct key_claim claim = {STR_NONE, STR_NONE};
        struct proof proof;
        struct key *k = NULL;
        if (!key_read(text, &k) && key_verify(k, S("x"), text))
                abort();
        key_drop(&k);
        arena_open(&a, 256 << 20);
        if (json_read(&a, text, NULL, &doc, NULL)) {
                arena_close(&a);
                return 0;
        }
        struct str id = S("https://peer.example/users/ann#main-key");
        enum key_answer answer =
                key_from_document(&a, doc, S("https://peer.example/users/ann"), id, &claim);
        if (answer != KEY_NONE && !str_starts(claim.owner, S("https://peer.example")))
                abort();
        if (answer != KEY_NONE && !key_read(claim.text, &k))
                key_drop(&k);
        if (proof_read(&a, doc, &proof) && (!proof.key_id.n || proof.bytes.n != 64))
                abort();
        arena_close(&a);
        return 0;
}
