/* Hashtags: their rows, who follows them. Names are folded; `display` is how they were first written. */
#pragma once
#include "social/post.h"

enum { TAG_NAME_MAX = 100 /* characters */, TAG_FOLLOWS_MAX = 1000 };

struct tag {
        int64_t id; /* 0: never used here */
        struct str name, display;
        bool following, featuring; /* by the viewer */
};
struct tag_of_post {
        int64_t post;
        struct str name, display;
};

/* Folds; ERR_MISSING for what is no hashtag. */
MUST_USE enum err tag_fold(struct cx *cx, struct str name, struct str *ret);
/* Also for tags nobody used yet (id 0). */
MUST_USE enum err tag_get(struct cx *cx, const struct viewer *by, struct str name, struct tag **ret);
MUST_USE enum err tag_of_posts(struct cx *cx, const int64_t *posts, size_t n, struct tag_of_post **ret, size_t *n_ret);
/* The row's id, made when there is none. */
MUST_USE enum err tag_need(struct cx *cx, struct str name, struct str display, int64_t *ret);
MUST_USE enum err tag_follow(struct cx *cx, const struct viewer *by, struct str name, bool on, struct tag **ret);
/* Tags `by` follows; cursors are the follows'. */
MUST_USE enum err tag_followed(struct cx *cx, const struct viewer *by, struct page *page, struct tag **ret, size_t *n);
/* Uses in public posts by day, today first: how many, by how many people; of the newest 1,000. Limited people do not count. */
enum { TAG_DAYS = 7 };
struct tag_day {
        int64_t from_ms, uses, accounts;
};
MUST_USE enum err tag_history(struct cx *cx, int64_t tag, struct tag_day ret[TAG_DAYS]);
struct str tag_url(struct cx *cx, struct str name); /* https://host/tags/NAME */
extern const struct stmt_list TAG_STATEMENTS;
