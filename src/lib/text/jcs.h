/* Canonical JSON (RFC 8785, "JCS"): the one text of a document that its signature is made over, whatever the spelling it
 * came in. Used for object integrity proofs. */
#pragma once
#include "lib/text/json.h"

/* Writes v in canonical form, without the n named members of its top object. False when it has none: a number out of
 * the range of a double, or a buf that is full. */
bool jcs_write(struct arena *a, struct buf *out, const struct json_value *v, const struct str *without, size_t n);
