/* Frames of posts for other sites, as oEmbed describes them. */
#pragma once
#include "social/switches.h"

/* Where the frame of this post is described: a complete address. */
struct str web_oembed_path(struct arena *a, const struct post *p);
/* A wish as metadata: free-with-link, ask-first, please-dont. */
const char *web_wish_word(enum wish wish);
