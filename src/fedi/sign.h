/* Signatures of requests between servers: draft-cavage-http-signatures-12 as practised, and RFC 9421. Reading says
 * whether a signature is one we accept and which key it claims; the key is then found, and the signature checked. */
#pragma once
#include "fedi/key.h"
#include "lib/base/clock.h"
#include "lib/http/fetch.h"
#include "lib/http/req.h"

enum sign_end {
#define END(name, word, text) SIGN_##name,
#include "fedi/sign_end.def"
#undef END
        SIGN_END_COUNT_
};
const char *sign_end_name(enum sign_end end);
const char *sign_end_text(enum sign_end end);

enum {
        SIGN_HEADER_BYTES = 4096, /* of Signature and Signature-Input; a 4096-bit one takes 1,200 */
        SIGN_PARTS = 32,          /* signed headers; everybody signs 3 to 10 */
        SIGN_LABELS = 4,          /* RFC 9421: signatures in one request; proxies may add theirs */
        SIGN_PAST_MS = 12 * 60 * 60 * 1000, /* queues of other servers are slow; Mastodon takes as much */
        SIGN_FUTURE_MS = 60 * 60 * 1000
};

enum sign_scheme { SIGN_CAVAGE, SIGN_RFC9421 };

struct sign_message {
        const char *method;
        struct str target;       /* path and query as in the request line */
        struct str scheme, host; /* of our public address, whatever a proxy made of them: "https", "social.example" */
        const struct req_header *headers; /* names in lower case */
        size_t n_headers;
        struct str body;
};

struct signature {
        enum sign_scheme scheme;
        struct str key_id;
        struct str algorithm; /* as claimed; only for the log: the key decides */
        struct str bytes;
        struct str base[2];   /* what was signed; the second as old senders do it, without the query */
        size_t n_bases;
};

/* Finds and reads the signature, and checks all but the signature itself: method, target, host and time signed (and on
 * POST the digest), the time within the window, the digest fits the body. Strings point into the arena or the message. */
enum sign_end sign_read(struct arena *a, const struct sign_message *m, int64_t now_ms, struct signature *ret);
bool sign_verify(const struct signature *s, struct key *k);

/* Who signs. */
struct signer {
        struct key *key;
        struct str key_id;
        enum sign_scheme scheme;
        struct str content_type; /* of the body, signed with it; the header itself is the caller's */
        const struct clock *clock;
        bool no_query;           /* Cavage alone: the target is signed as some check it, see base[2] above */
        struct str sum;          /* digest_sum of the body, where it is known already */
        struct str sync;         /* as content_type, of Collection-Synchronization; STR_NONE: none */
};
/* Adds Date, Digest or Content-Digest, and the signature. Fits fetch_request: .sign = sign_hop, .sign_arg = &signer. */
enum err sign_hop(void *signer, struct arena *a, const struct fetch_hop *hop, struct fetch_added *to);
