/* URLs: one strict reader for everything a person or server sends (RFC 3986, host per IDNA 2008). */
#pragma once
#include "lib/base/arena.h"
#include "lib/base/str.h"

struct url {
        struct str scheme, user, host, path, query, fragment; /* host lower case, ASCII (xn--), no brackets changed */
        int port;                                             /* 0: none written; a scheme's default counts as none */
        bool has_authority, has_query, has_fragment;
};

/* Parts are copies in the arena; what RFC 3986 does not allow in a path, query or fragment is percent-encoded there.
 * False for control bytes, spaces, backslashes, bad escapes, bad hosts, relative references, over 2,048 bytes. */
bool url_read(struct arena *a, struct str text, struct url *ret);
bool url_is_http(const struct url *u); /* http or https with a host and no user part */
/* scheme://host[:port], lower case, default port left out: two are the same origin when these are equal. */
struct str url_origin(struct arena *a, const struct url *u);
struct str url_host_port(struct arena *a, const struct url *u);
/* The whole URL again, in the one form url_read puts it into. */
struct str url_text(struct arena *a, const struct url *u);
/* Do both name one document? Compared in that form, without fragments. */
bool url_same(struct arena *a, struct str x, struct str y);
/* A host name to lower-case ASCII; false when it is none. */
bool host_to_ascii(struct arena *a, struct str host, struct str *ret);
