/* Digests of a body: `Digest` (RFC 3230, as draft-cavage signers use it) and `Content-Digest` (RFC 9530). */
#pragma once
#include "lib/base/arena.h"
#include "lib/base/err.h"
#include "lib/base/str.h"

/* "SHA-256=..." and "sha-256=:...:" of this body. */
struct str digest_sum(struct arena *a, struct str body); /* SHA-256, base64: what both say */
struct str digest_header(struct arena *a, struct str body);
struct str digest_content_header(struct arena *a, struct str body);

/* Does the header's value (several fields joined with ", ") name SHA-256 or SHA-512 at least once, none twice, and does
 * every one of them fit the body? Other algorithms are passed over. */
bool digest_check(struct arena *a, struct str value, struct str body);
bool digest_content_check(struct arena *a, struct str value, struct str body);
