/* Paging by id, the same for every list of every door. Bounds are exclusive; results are always newest first. max_id:
 * older than; since_id: newer than, the newest of them; min_id: newer than, the oldest of them (the page right above). A
 * noun has two statements, one for each direction, both with the bounds as `id < $max AND id > $above`:
 *
 *   TRY(page_rows(cx, page, page_up(page) ? &X_LIST_UP : &X_LIST,
 *                 BIND(V(owner), V(page_below(page)), V(page_above(page)), V(page->limit)), read_x, v, sizeof *v, n));
 *
 * X_LIST ends in ORDER BY id DESC LIMIT $4, X_LIST_UP in ORDER BY id LIMIT $4; page_rows is in page_run.h. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct page {
        int64_t max_id, since_id, min_id; /* 0: not given */
        int64_t limit;
        /* Filled by who lists: cursors of the first and the last row scanned (not shown: rows that were filtered out
         * count), in order of the answer; `more` when the limit was reached. */
        int64_t newest, oldest;
        bool more;
};

static inline bool page_up(const struct page *p)
{
        return p->min_id != 0;
}

static inline int64_t page_below(const struct page *p)
{
        return p->max_id ? p->max_id : INT64_MAX;
}

static inline int64_t page_above(const struct page *p)
{
        return p->min_id ? p->min_id : p->since_id;
}

/* Notes one scanned row, in the order the database gave it. */
static inline void page_saw(struct page *p, int64_t cursor)
{
        if (!p->newest || cursor > p->newest)
                p->newest = cursor;
        if (!p->oldest || cursor < p->oldest)
                p->oldest = cursor;
}

#define PAGE_REVERSE(v, n)                                                                         \
        do {                                                                                       \
                for (size_t i_ = 0, j_ = (n); i_ + 1 < j_; i_++) {                                 \
                        __typeof__((v)[0]) x_ = (v)[i_];                                           \
                        (v)[i_] = (v)[--j_];                                                       \
                        (v)[j_] = x_;                                                              \
                }                                                                                  \
        } while (0)
