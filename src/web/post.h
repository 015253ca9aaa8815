/* The page of one post: what it shows. */
#pragma once
#include "social/way.h"
#include "web/card.h"
#include "web/support.h"

struct post_page {
        const struct card *card;
        struct str path;
        const struct account *above;       /* whom it answers, when that is known here */
        struct str above_name, above_path; /* the thread's root */
        const struct card *comments;
        const unsigned char *depth; /* of each comment, 1 is a direct one */
        size_t n_comments;
        struct str more; /* path of the page with the comments after these; none: that is all */
        bool some_before;
        const struct card *thanks; /* pinned before the others; NULL: none */
        bool reviewed, not_in_print;
        const struct gentle_form *gentle; /* beneath the comment form; NULL: nothing hard is said */
        bool hand, letters;        /* the viewer sorts the comments; may write a letter */
        const struct way *ways;    /* to help */
        size_t n_ways;
        bool helps; /* a keeper who may change them */
        struct str closed;         /* stands instead of the form; none: it is open */
        struct str visibility, who_reads, start, key; /* of the form */
        struct str to_whom; /* letters go: "Maren and Tobias" */
};
/* For link previews elsewhere, of what everybody may see. */
struct preview {
        const char *type; /* article, profile */
        struct str url, uri, server, title, text, image, image_alt, feed;
        struct str oembed; /* where a frame for other sites is described; none: no frames */
        enum wish wish;
};

/* A post by the path /@name/ID, as the viewer may see it: ERR_MISSING for a name that is not its
 * author's. */
MUST_USE enum err web_post_find(struct req *rq, struct card *ret);
/* The same, and it must be the viewer's own. */
MUST_USE enum err web_post_find_own(struct req *rq, struct card *ret);
/* Who will read a post of this audience, in a sentence about the future: "Your followers will read
 * it." */
struct str who_will_read(struct arena *a, enum audience audience, const struct account *answered);
/* Who a comment on `c` speaks to when it starts: "@name " for people who are not the writer. */
struct str comment_start(struct arena *a, const struct viewer *by, const struct card *c);
