/* Hashtags a person shows on their profile, with how often they used them. */
#pragma once
#include "social/tag.h"

enum { TAG_FEATURES_MAX = 10 };
struct tag_feature {
        int64_t id; /* of the featuring */
        struct str name, display;
        int64_t posts, last_post; /* its public posts with the tag; the newest one's id, 0: none */
};
MUST_USE enum err tag_feature_list(struct cx *cx, int64_t account, struct tag_feature **ret, size_t *n);
/* Write transaction; twice is once. ERR_INPUT past the maximum or for what is no hashtag. */
MUST_USE enum err tag_feature_add(struct cx *cx, int64_t account, struct str name, struct tag_feature **ret);
MUST_USE enum err tag_feature_remove(struct cx *cx, int64_t account, int64_t id); /* ERR_MISSING */
MUST_USE enum err tag_feature_remove_name(struct cx *cx, int64_t account, struct str name);
/* Folded names the person used lately and does not show yet. */
MUST_USE enum err tag_feature_suggest(struct cx *cx, int64_t account, struct str_list *ret);
extern const struct stmt_list TAG_FEATURE_STATEMENTS;
