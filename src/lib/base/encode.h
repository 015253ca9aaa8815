/* Hex, base64 and percent-encoding. Decoders are strict: false for anything but the canonical alphabet. */
#pragma once
#include "lib/base/str.h"

struct str hex_encode(struct arena *a, struct str bytes);
bool hex_decode(struct arena *a, struct str hex, struct str *ret);
struct str base64_encode(struct arena *a, struct str bytes);
bool base64_decode(struct arena *a, struct str text, struct str *ret); /* padding needed */
struct str base64url_encode(struct arena *a, struct str bytes);        /* no padding */
bool base64url_decode(struct arena *a, struct str text, struct str *ret); /* padding optional */
/* Escapes all but unreserved characters (RFC 3986 section 2.3). */
struct str percent_encode(struct arena *a, struct str s);
/* Fails on a bad or cut escape; `plus_is_space` for application/x-www-form-urlencoded. */
bool percent_decode(struct arena *a, struct str s, bool plus_is_space, struct str *ret);
