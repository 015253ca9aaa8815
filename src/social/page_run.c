/* Runs the statement of a paged list and keeps what is shown. Called by timelines, profiles, home
 * and marks. */
#include "social/page_run.h"
#include <assert.h>

enum { REST_MAX = 12 };

enum err page_run(struct cx *cx, const struct page_query *q, struct page *page,
                  const struct value *rest, size_t n_rest, int64_t **ids, size_t *n)
{
        struct value in[2 + REST_MAX] = {V(page_above(page)), V(page_below(page))};
        assert(n_rest <= REST_MAX);
        for (size_t i = 0; i < n_rest; i++)
                in[2 + i] = rest[i];

        bool up = page_up(page);
        size_t want = page->limit > 0 ? (size_t)page->limit : 1, kept = 0, scanned = 0;
        int64_t *v = make_n(cx->arena, want, int64_t);
        struct row r;
        TRY(db_all(cx->db, up ? q->up : q->down, cx->arena, in, 2 + n_rest, &r));
        while (kept < want && row_next(&r)) {
                int64_t cursor = row_int(&r), id = row_int(&r);
                page_saw(page, cursor);
                scanned++;
                if (row_int(&r))
                        v[kept++] = id;
        }
        TRY(row_end(&r));
        page->more = kept == want || scanned == PAGE_SCAN;
        if (up)
                PAGE_REVERSE(v, kept);
        *ids = v;
        *n = kept;
        return OK;
}
