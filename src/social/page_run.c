/* Runs the statement of a paged list and keeps what is shown. page_run is called by timelines,
 * profiles, home and marks; page_rows by every list that leaves nothing out,
 * page_refill by lists that their reader sifts. */
#include "social/page_run.h"
#include <assert.h>
#include <string.h>

enum { REST_MAX = 12, STEPS = 12 };

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

enum err page_rows(struct cx *cx, struct page *page, const struct stmt *s, const struct value *in,
                   size_t n_in, page_reader *read, void *to, size_t size, size_t *n)
{
        size_t room = (size_t)page->limit, got = 0;
        unsigned char *v = to;
        bool up = page_up(page);
        struct row r;
        TRY(db_all(cx->db, s, cx->arena, in, n_in, &r));
        for (; got < room && row_next(&r); got++)
                page_saw(page, read(&r, v + size * (up ? room - 1 - got : got)));
        TRY(row_end(&r));
        if (up)
                memmove(v, v + size * (room - got), size * got);
        page->more = got == room;
        *n = got;
        return OK;
}

int64_t page_read_id(struct row *r, void *to)
{
        return *(int64_t *)to = row_int(r);
}

enum err page_refill(struct cx *cx, struct page *page, page_step *f, void *of, size_t size,
                     void **ret, size_t *n)
{
        size_t want = (size_t)page->limit, got = 0, more;
        unsigned char *v = arena_take(cx->arena, want + 1, size, sizeof(int64_t));
        bool up = page_up(page);
        struct page step = *page;
        void *next;
        for (int i = 0; i < STEPS && got < want; i++) {
                step.limit = (int64_t)(want - got);
                step.newest = step.oldest = 0;
                TRY(f(of, &step, &next, &more));
                if (step.newest) {
                        page_saw(page, step.newest);
                        page_saw(page, step.oldest);
                }
                if (up)
                        memmove(v + more * size, v, got * size);
                memcpy(up ? v : v + got * size, next, more * size);
                got += more;
                page->more = step.more;
                if (!step.more)
                        break;
                if (up)
                        step.min_id = page->newest;
                else
                        step.max_id = page->oldest;
        }
        *ret = v;
        *n = got;
        return OK;
}
