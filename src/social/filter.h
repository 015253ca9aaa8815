/* Filters: words and posts one would rather not read, by context. Matching is by folded text, in time linear in the text
 * however many keywords there are. */
#pragma once
#include "social/audience.h"

enum filter_context { FILTER_HOME = 1, FILTER_NOTIFICATIONS = 2, FILTER_PUBLIC = 4, FILTER_THREAD = 8, FILTER_ACCOUNT = 16 };
enum filter_action { FILTER_WARN, FILTER_HIDE, FILTER_BLUR };
enum { FILTERS_MAX = 100, FILTER_KEYWORDS_MAX = 100, FILTER_STATUSES_MAX = 1000, FILTER_TEXT_MAX = 256 };

struct filter_keyword {
        int64_t id, filter;
        struct str keyword;
        bool whole_word;
};
struct filter_status {
        int64_t id, filter, post;
};
struct filter {
        int64_t id;
        struct str title;
        unsigned contexts;
        enum filter_action action;
        int64_t expires_at; /* 0: never */
        struct filter_keyword *keywords;
        size_t n_keywords;
        struct filter_status *statuses;
        size_t n_statuses;
};

/* Own filters, keywords and posts with them; `active` leaves out those that are over. At most three statements. */
MUST_USE enum err filter_list(struct cx *cx, int64_t account, bool active, struct filter **ret, size_t *n);
MUST_USE enum err filter_get(struct cx *cx, int64_t account, int64_t id, struct filter **ret); /* ERR_MISSING: not own */
/* The draft's id 0: a new one. Keywords and posts are not touched. In write transactions, like all that follows. */
MUST_USE enum err filter_save(struct cx *cx, int64_t account, struct filter *f);
MUST_USE enum err filter_drop(struct cx *cx, int64_t account, int64_t id);
MUST_USE enum err filter_keyword_get(struct cx *cx, int64_t account, int64_t id, struct filter_keyword *ret);
MUST_USE enum err filter_keyword_save(struct cx *cx, int64_t account, struct filter_keyword *k); /* id 0: new, in k->filter */
MUST_USE enum err filter_keyword_drop(struct cx *cx, int64_t account, int64_t id);
MUST_USE enum err filter_status_get(struct cx *cx, int64_t account, int64_t id, struct filter_status *ret);
MUST_USE enum err filter_status_add(struct cx *cx, int64_t account, int64_t filter, int64_t post, struct filter_status *ret);
MUST_USE enum err filter_status_drop(struct cx *cx, int64_t account, int64_t id);

/* Ready for matching a whole page. */
struct filter_set;
/* NULL when the viewer has no active filter: then nothing is asked of the database. */
MUST_USE enum err filter_set_load(struct cx *cx, const struct viewer *by, struct filter_set **ret);
struct filter_match {
        const struct filter *filter;
        struct str_list keywords; /* as the person wrote them */
        int64_t post;             /* the post named by the filter, 0: none */
};
/* What in `text` (plain, not folded) or about `post` meets a filter. */
void filter_set_match(struct filter_set *s, struct arena *a, struct str text, int64_t post, struct filter_match **ret, size_t *n);
extern const struct stmt_list FILTER_STATEMENTS;
