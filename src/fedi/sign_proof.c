/* eddsa-jcs-2022: Ed25519 over SHA-256(canonical proof without proofValue) and SHA-256(canonical
 * document without proof). Used for activities that somebody else delivers than their actor. */
#include "fedi/sign_proof.h"
#include "fedi/key_parts.h"
#include "lib/text/date.h"
#include "lib/text/jcs.h"

enum { PROOFS_MAX = 4, CANONICAL_MAX = 4 << 20 };

static bool hash_canonical(struct arena *a, const struct json_value *v, const struct str *without,
                           size_t n, unsigned char to[32])
{
        struct buf b = {.cap = CANONICAL_MAX};
        bool good = jcs_write(a, &b, v, without, n) &&
                    EVP_Digest(b.p, b.n, to, NULL, EVP_sha256(), NULL) == 1;
        buf_free(&b);
        return good;
}

static bool same_value(struct arena *a, const struct json_value *x, const struct json_value *y)
{
        unsigned char u[32], v[32];
        return x && y && hash_canonical(a, x, NULL, 0, u) && hash_canonical(a, y, NULL, 0, v) &&
               memcmp(u, v, sizeof u) == 0;
}

static bool read_one(struct arena *a, const struct json_value *doc, const struct json_value *proof,
                     struct proof *ret)
{
        /* Fedify adds a signature of linked data after the proof was made. */
        static const struct str around[] = {S_ROW("proof"), S_ROW("signature")};
        static const struct str value_name[] = {S_ROW("proofValue")};
        struct str value = json_get_text(proof, "proofValue");
        struct str created = json_get_text(proof, "created");
        const struct json_value *context = json_get(proof, "@context");
        struct proof p = {.key_id = json_get_text(proof, "verificationMethod")};
        unsigned char *bytes = make_n(a, crypto_sign_BYTES, unsigned char);
        size_t n;
        if (!str_eq(json_get_text(proof, "type"), S("DataIntegrityProof")) ||
            !str_eq(json_get_text(proof, "cryptosuite"), S("eddsa-jcs-2022")) ||
            !str_eq(json_get_text(proof, "proofPurpose"), S("assertionMethod")) || !p.key_id.n)
                return false;
        if (created.p && !date_read_iso(created, &p.created_ms))
                return false;
        /* what the words mean must not differ between the two */
        if (context && !same_value(a, context, json_get(doc, "@context")))
                return false;
        if (!str_starts(value, S("z")) || value.n > 100 ||
            !base58_decode(str_after(value, 1), bytes, crypto_sign_BYTES, &n) ||
            n != crypto_sign_BYTES)
                return false;
        p.bytes = (struct str){(char *)bytes, n};
        if (!hash_canonical(a, proof, value_name, 1, p.hash) ||
            !hash_canonical(a, doc, around, countof(around), p.hash + 32))
                return false;
        *ret = p;
        return true;
}

bool proof_read(struct arena *a, const struct json_value *doc, struct proof *ret)
{
        const struct json_value *proof = json_get(doc, "proof");
        if (!proof || proof->type != JSON_ARRAY)
                return proof && read_one(a, doc, proof, ret);
        int i = 0;
        for (proof = proof->child; proof && i < PROOFS_MAX; proof = proof->next, i++)
                if (read_one(a, doc, proof, ret))
                        return true;
        return false;
}

bool proof_verify(const struct proof *p, struct key *k)
{
        return key_kind(k) == KEY_ED25519 &&
               key_verify(k, (struct str){(const char *)p->hash, sizeof p->hash}, p->bytes);
}
