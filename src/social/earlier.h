/* Earlier posts: news changes a story, and its author says so on what they wrote before: a line that leads to the news,
 * comments closed, out of pins and search, or for their own eyes. One act for many posts, and one undo for all of it. What
 * other servers hold stays as it is unless the author asks. */
#pragma once
#include "social/post.h"

enum earlier_what { EARLIER_LINE = 1, EARLIER_CLOSE = 2, EARLIER_DROP = 4, EARLIER_SELF = 8 };
enum { EARLIER_POSTS_MAX = 100, LATER_WORDS_MAX = 200, EARLIER_ACTS_SHOWN = 20 };
#define LATER_WORDS "There is later news."

struct earlier_draft {
        int64_t news;         /* the post the line leads to */
        struct id_list posts; /* older ones of the same author; roots */
        unsigned what;        /* enum earlier_what */
        struct str words;     /* "": LATER_WORDS */
        bool far;             /* also change copies on other servers */
};
/* By the author, or an owner of the journal. ERR_INPUT with a sentence; ERR_MISSING when a post is not theirs. In a write
 * transaction: all of it or nothing. */
MUST_USE enum err earlier_do(struct cx *cx, const struct viewer *by, const struct earlier_draft *d, int64_t *act);
/* Puts back what the act changed and nobody changed since. Undoing twice is OK. ERR_MISSING for acts of others. */
MUST_USE enum err earlier_undo(struct cx *cx, const struct viewer *by, int64_t act);
/* Who writes for this post's account: the author, or the journal an owner stands in for. ERR_MISSING for others, for
 * comments and for boosts. */
MUST_USE enum err earlier_author(struct cx *cx, const struct viewer *by, int64_t post, struct viewer *ret);

struct earlier_act {
        int64_t id, news, at, undone_at, posts;
        unsigned what;
        bool far;
        struct str words;
};
/* The newest acts on this account's posts. */
MUST_USE enum err earlier_acts(struct cx *cx, int64_t account, struct earlier_act **ret, size_t *n);

/* The line of a post, for its page; of posts that carry POST_HAS_LATER. */
struct later {
        int64_t post, news, at; /* news 0: it is gone */
        struct str words;       /* "": no line */
        bool unsearched, far;
};
MUST_USE enum err later_of_posts(struct cx *cx, const int64_t *posts, size_t n, struct later **ret, size_t *n_ret);
extern const struct stmt_list EARLIER_STATEMENTS, LATER_STATEMENTS;
