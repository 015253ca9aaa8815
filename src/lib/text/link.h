/* The linkifier: finds mentions, hashtags and links in plain text as Mastodon does, in linear time, and counts
 * characters as Mastodon counts them. */
#pragma once
#include "lib/base/arena.h"
#include "lib/text/markup.h"

enum link_kind { LINK_MENTION, LINK_HASHTAG, LINK_URL };

struct link_span {
        enum link_kind kind;
        size_t from, n;      /* bytes in the text, with the @ or # */
        struct str name;     /* mention: user; hashtag: name without #, as written; URL: the address */
        struct str domain;   /* mention: domain, or empty */
        /* Filled by whoever resolves them, before link_render: */
        struct str href;     /* none: the span stays plain text; link_find fills it for URLs */
        struct str label;    /* mention: what to show after the @; none: name */
};

struct link_list {
        struct link_span *v;
        size_t n;
};

/* All spans in order, not overlapping. At most 500 are looked at; the rest stays text. */
struct link_list link_find(struct arena *a, struct str text);
/* Text with its spans as Mastodon's content HTML: <p>, <br />, span.h-card mentions, a.mention.hashtag, links with
 * invisible/ellipsis spans (see "Status content" in the entities table). */
struct markup link_render(struct arena *a, struct str text, const struct link_list *links);
/* Length as Mastodon and its apps count: what a person sees as one character (text_count), each URL 23, a mention
 * without its domain. */
size_t link_count(struct arena *a, struct str text);
/* The same words without their links (mentions and hashtags may stay), shortened addresses whole. */
struct markup link_drop(struct arena *a, struct markup m, bool keep_mentions);
