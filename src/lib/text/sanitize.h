/* HTML of strangers to markup of ours: our tokenizer (html_read.h) feeds an emitter that keeps a stack of allowed
 * elements, so the output is balanced and allow-listed by construction. Linear time; total: no input aborts. libxml2's
 * push parser was tried instead of the tokenizer: 256 KiB of end tags that match nothing cost it two seconds. */
#pragma once
#include "lib/base/arena.h"
#include "lib/text/markup.h"

struct sanitize_limits {
        size_t in_bytes, out_bytes, depth; /* 0: 256 KiB, 64 KiB, 32 */
};

/* Kept: p br span a del s pre blockquote code b strong u sub sup i em h1-h6 (as p/strong) ul ol(start,reversed)
 * li(value) ruby rt rp; others unwrapped; script style svg math template noscript and comments removed whole.
 * Classes kept: mention hashtag h-* u-* p-* quote-inline, and invisible and ellipsis inside links whose text is their own
 * address. Links: http https (and the few text schemes of Mastodon), with rel="nofollow noopener" target="_blank" and
 * translate kept; no style, id, name. Line ends outside of pre become spaces. */
struct markup sanitize(struct arena *a, struct str html, const struct sanitize_limits *limits);
