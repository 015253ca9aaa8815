/* HTML of strangers to markup of ours: libxml2's SAX push parser feeds our own emitter, which keeps a stack of allowed
 * elements, so the output is balanced and allow-listed by construction. Linear time; total: no input aborts. */
#pragma once
#include "lib/base/arena.h"
#include "lib/text/markup.h"

struct sanitize_limits {
        size_t in_bytes, out_bytes, depth; /* 0: 256 KiB, 64 KiB, 32 */
};

/* Kept: p br span a del s pre blockquote code b strong u sub sup i em h1-h6 (as p/strong) ul ol(start,reversed)
 * li(value) ruby rt rp; others unwrapped; script style svg math template noscript and comments removed whole. Classes kept:
 * mention hashtag h-* u-* p-* ellipsis invisible quote-inline. Links: http https (and the few text schemes of
 * Mastodon), with rel="nofollow noopener" target="_blank" and translate kept; no style, id, name. */
struct markup sanitize(struct arena *a, struct str html, const struct sanitize_limits *limits);
