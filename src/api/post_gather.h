/* What a page of Status entities is made of: the posts, what they boost and quote, their authors, and what differs from
 * reader to reader, brought together with one statement for each kind of thing. Asked by post_json.c alone. */
#pragma once
#include "api/filter_json.h"
#include "api/post_json.h"
#include "api/post_render.h"
#include "social/switches.h"

struct post_author {
        int64_t id;
        struct str bytes; /* the Account; none: it is gone */
        bool shows;       /* counts, to others */
        bool followed;    /* by the reader; only of those whose followers may quote them */
};

struct post_entry {
        struct rendered r;
        size_t author;
        unsigned marks;
        const struct poll *poll;
        struct filter_hits hits;
        const struct switches *switches; /* of its thread; NULL: an everyday one */
        const struct str *beside;        /* Accounts of its second authors */
        size_t n_beside;
};

/* Ids to places: open addressing, at most half full. */
struct post_index {
        uint32_t *v; /* place + 1, 0 is free */
        size_t mask;
};

struct api_posts {
        struct cx *cx;
        const struct viewer *by;
        struct post_entry *v;
        size_t n;
        struct post_author *authors;
        size_t n_authors;
        struct post_index by_id, by_author;
        enum err *fault; /* the first while writing */
};

/* Everything about these, which must be judged visible already; all of it stays in the arena. */
MUST_USE enum err api_posts_gather(struct api_posts *p, struct cx *cx, const struct viewer *by, const int64_t *ids, size_t n);
/* NULL: it is not among them. */
const struct post_entry *api_posts_find(const struct api_posts *p, int64_t id);
