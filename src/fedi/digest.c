/* Digests of bodies: signed in place of the body itself, so a signature is worth as much as this
 * check. Used by sign.c for what comes in and what goes out. */
#include "fedi/digest.h"
#include "lib/base/encode.h"
#include <openssl/evp.h>

enum { SHA256, SHA512, ALGORITHMS, VALUES_MAX = 8 };

static const struct {
        struct str name;
        size_t bytes;
        const EVP_MD *(*md)(void);
} KNOWN[ALGORITHMS] = {
        {S_ROW("sha-256"), 32, EVP_sha256},
        {S_ROW("sha-512"), 64, EVP_sha512},
};

static bool hash(int algorithm, struct str body, unsigned char to[64])
{
        return EVP_Digest(body.n ? body.p : "", body.n, to, NULL, KNOWN[algorithm].md(), NULL) == 1;
}

struct str digest_sum(struct arena *a, struct str body)
{
        unsigned char bytes[64];
        if (!hash(SHA256, body, bytes))
                die("sha256 failed");
        return base64_encode(a, (struct str){(char *)bytes, KNOWN[SHA256].bytes});
}

struct str digest_header(struct arena *a, struct str body)
{
        return str_join(a, S("SHA-256="), digest_sum(a, body));
}

struct str digest_content_header(struct arena *a, struct str body)
{
        return str_fmt(a, "sha-256=:%.*s:", STR_ARG(digest_sum(a, body)));
}

static bool fits(struct arena *a, int algorithm, struct str text, struct str body)
{
        unsigned char bytes[64];
        struct str said;
        return text.n <= 88 && base64_decode(a, text, &said) && said.n == KNOWN[algorithm].bytes &&
               hash(algorithm, body, bytes) && memcmp(bytes, said.p, said.n) == 0;
}

/* name=value, name=value; with `byte_sequence` the value stands between colons. */
static bool check(struct arena *a, struct str rest, struct str body, bool byte_sequence)
{
        struct str item;
        bool seen[ALGORITHMS] = {false};
        for (int values = 0; str_next(&rest, ',', &item); values++) {
                item = str_trim(item);
                size_t eq = str_find_char(item, '=');
                struct str value = str_after(item, eq + 1);
                if (eq == item.n || values == VALUES_MAX)
                        return false;
                int i = 0;
                while (i < ALGORITHMS && !str_eq_nocase(str_cut(item, 0, eq), KNOWN[i].name))
                        i++;
                if (i == ALGORITHMS)
                        continue;
                if (byte_sequence) {
                        if (value.n < 2 || value.p[0] != ':' || value.p[value.n - 1] != ':')
                                return false;
                        value = str_cut(value, 1, value.n - 2);
                }
                if (seen[i] || !fits(a, i, value, body))
                        return false;
                seen[i] = true;
        }
        return seen[SHA256] || seen[SHA512];
}

bool digest_check(struct arena *a, struct str value, struct str body)
{
        return check(a, value, body, false);
}

bool digest_content_check(struct arena *a, struct str value, struct str body)
{
        return check(a, value, body, true);
}
