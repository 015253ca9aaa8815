/* Running a paged list of posts whose rows are judged one by one: hidden rows are scanned but not shown, so a page
 * always leads on, and no page looks at more than PAGE_SCAN rows. */
#pragma once
#include "social/page.h"
#include "store/cx.h"

enum { PAGE_SCAN = 2000 };

/* Both statements give (cursor, id, shown) rows with a LIMIT of PAGE_SCAN; their first two parameters are the bounds
 * "above" and "below". `down` is ordered downwards by the cursor, `up` (for min_id) upwards. */
struct page_query {
        const struct stmt *down, *up;
};
/* `rest` are the parameters after the bounds. Ids come newest first. */
MUST_USE enum err page_run(struct cx *cx, const struct page_query *q, struct page *page, const struct value *rest,
                           size_t n_rest, int64_t **ids, size_t *n);

/* Lists whose rows are all shown. The reader takes one row into `to` and gives its cursor; `to` has room for page->limit
 * things of `size` bytes each, and `s` has that LIMIT. They come newest first, whichever way they were read. */
typedef int64_t page_reader(struct row *r, void *to);
MUST_USE enum err page_rows(struct cx *cx, struct page *page, const struct stmt *s, const struct value *in, size_t n_in,
                            page_reader *read, void *to, size_t size, size_t *n);
int64_t page_read_id(struct row *r, void *to); /* a reader of rows that are one id and no more */

/* One step of a page: rows as they stay, and the cursors of all that were looked at. */
typedef enum err page_step(void *of, struct page *step, void **rows, size_t *n);
/* A page of rows of `size` bytes, asked for in steps until it is full, so that what a step left out leaves no gap. After
 * some steps it may be short, and leads on. */
MUST_USE enum err page_refill(struct cx *cx, struct page *page, page_step *f, void *of, size_t size, void **ret, size_t *n);
