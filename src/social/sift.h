/* Leaving out of a reader's lists what they do not want to meet: filters that hide (a topic pause is one) and posts put
 * away. Whoever has neither (viewer.sifts) costs nothing. What is left out leaves no gap: a page goes on until it is full. */
#pragma once
#include "social/filter.h"
#include "social/page.h"

struct sift;
/* For one place (enum filter_context). NULL: nothing is to be left out there. */
MUST_USE enum err sift_load(struct cx *cx, const struct viewer *by, unsigned context, struct sift **ret);
/* Of one filter alone, which need not be stored. */
struct sift *sift_of(struct cx *cx, const struct viewer *by, struct filter *f, unsigned context);
/* Which of these posts and boosts are to be left out. s may be NULL. */
MUST_USE enum err sift_judge(struct cx *cx, const struct sift *s, const int64_t *ids, size_t n, bool *hidden);
/* Keeps those that stay, in their order; *n becomes fewer. s may be NULL. */
MUST_USE enum err sift_keep(struct cx *cx, const struct sift *s, int64_t *ids, size_t *n);
/* Both at once, for one list without pages. */
MUST_USE enum err sift_list(struct cx *cx, const struct viewer *by, unsigned context, int64_t *ids, size_t *n);
/* One post and one person, who need not be the one who asks: for streams and what is told. */
MUST_USE enum err sift_hides(struct cx *cx, int64_t account, unsigned context, int64_t post, bool *ret);

/* Lists one page as the database has it. Its cursors are the ids. */
typedef enum err sift_source(void *of, struct page *page, int64_t **ids, size_t *n);
/* The same page without what is left out, refilled. */
MUST_USE enum err sift_page(struct cx *cx, const struct viewer *by, unsigned context, sift_source *source, void *of,
                            struct page *page, int64_t **ids, size_t *n);
