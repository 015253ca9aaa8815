/* Filters: words and posts one would rather not read, by context. Matching is by folded text, in time linear in the text
 * however many keywords there are. */
#pragma once
#include "social/audience.h"

enum filter_context { FILTER_HOME = 1, FILTER_NOTIFICATIONS = 2, FILTER_PUBLIC = 4, FILTER_THREAD = 8, FILTER_ACCOUNT = 16 };
enum filter_action { FILTER_WARN, FILTER_HIDE, FILTER_BLUR };
enum { FILTERS_MAX = 100, FILTER_KEYWORDS_MAX = 400 /* a topic pause holds some bundles of words */, FILTER_STATUSES_MAX = 1000, FILTER_TEXT_MAX = 256 };

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
        bool pause;      /* a topic pause, see pause.h; the rest is filled for matching alone: */
        int64_t *topics; /* that authors may have stated */
        size_t n_topics;
        int64_t *spared; /* people whose posts it leaves alone */
        size_t n_spared;
};

/* Own filters, keywords and posts with them; `active` leaves out those that are over. At most three statements. */
MUST_USE enum err filter_list(struct cx *cx, int64_t account, bool active, struct filter **ret, size_t *n);
MUST_USE enum err filter_get(struct cx *cx, int64_t account, int64_t id, struct filter **ret); /* ERR_MISSING: not own */
/* The draft's id 0: a new one. Keywords and posts are not touched. In write transactions, like all that follows. */
MUST_USE enum err filter_save(struct cx *cx, int64_t account, struct filter *f);
MUST_USE enum err filter_drop(struct cx *cx, int64_t account, int64_t id);
MUST_USE enum err filter_keyword_get(struct cx *cx, int64_t account, int64_t id, struct filter_keyword *ret);
MUST_USE enum err filter_keyword_save(struct cx *cx, int64_t account, struct filter_keyword *k); /* id 0: new, in k->filter */
/* Whole words, of a filter just made. */
MUST_USE enum err filter_words_add(struct cx *cx, int64_t filter, const struct str_list *words);
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
struct filter_asked {
        struct str text; /* plain, not folded */
        int64_t post, author;
        const int64_t *topics; /* stated by the author */
        size_t n_topics;
};
/* What in a post meets a filter. */
void filter_set_match(struct filter_set *s, struct arena *a, const struct filter_asked *q, struct filter_match **ret, size_t *n);
/* Of one filter that need not be stored. */
struct filter_set *filter_set_of(struct cx *cx, struct filter *f);
/* Whether one of the filters hides in this context. */
bool filter_set_hides(const struct filter_set *s, unsigned contexts);

/* What a person's filters say about the posts of a page: see filter_post.c. */
struct filter_hits {
        struct filter_match *v;
        size_t n;
};
/* Running beside ids, which were judged and bring no boosts. The words are the note, the text, the descriptions of photos,
 * the answers of a poll and what is quoted. Own posts meet no filter. */
MUST_USE enum err filter_posts(struct cx *cx, const struct viewer *by, struct filter_set *set, const int64_t *ids, size_t n,
                               struct filter_hits *ret);
/* Whether one of them asks to leave the post out in this context (enum filter_context, 0: nowhere). */
bool filter_hits_hide(const struct filter_hits *h, unsigned context);
/* Notes in the login what its filters, and what it put away, mean for reading. After each change of either. */
MUST_USE enum err filter_note(struct cx *cx, int64_t account);
extern const struct stmt_list FILTER_STATEMENTS, FILTER_MATCH_STATEMENTS;
