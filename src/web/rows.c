/* Photos in rows that fill the column without script or style attributes: all of a row carry the
 * same height attribute and a width by their ratio, so that shrinking gives all the same height.
 * The sum of the widths must exceed the column, which it does at this height. */
#include "lib/base/die.h"
#include "web/card.h"

enum { ROW_HEIGHT = 1200, ALONE_HEIGHT = 640 };

/* How many photos stand in each row, by their number; the author's order is kept. */
static const unsigned char splits[11][4] = {{0},       {1},       {2},         {1, 2},
                                            {2, 2},    {2, 3},    {3, 3},      {2, 2, 3},
                                            {2, 3, 3}, {3, 3, 3}, {3, 2, 3, 2}};

static double ratio(const struct media *m)
{
        int64_t w = m->width > 0 ? m->width : m->preview_width,
                height = m->height > 0 ? m->height : m->preview_height;
        if (w <= 0 || height <= 0)
                return 4.0 / 3.0;
        double r = (double)w / (double)height;
        return r < 0.1 ? 0.1 : r > 10 ? 10 : r;
}

static bool panorama(const struct media *m)
{
        return ratio(m) > 2.2;
}

static void close_row(struct photo_row *row)
{
        row->height = row->n == 1 && ratio(row->v[0]) < 1 ? ALONE_HEIGHT : ROW_HEIGHT;
        for (size_t i = 0; i < row->n; i++)
                row->width[i] = (int)(ratio(row->v[i]) * row->height + 0.5);
}

/* A run of photos without a panorama among them. */
static size_t split(const struct media *const *v, size_t n, struct photo_row *rows)
{
        size_t at = 0, k = 0;
        while (at < n) {
                size_t left = n - at, part = left < countof(splits) ? left : countof(splits) - 1;
                for (size_t i = 0; i < countof(splits[0]) && splits[part][i]; i++, k++) {
                        rows[k] = (struct photo_row){.n = splits[part][i]};
                        for (size_t j = 0; j < rows[k].n; j++)
                                rows[k].v[j] = v[at++];
                        close_row(&rows[k]);
                }
        }
        return k;
}

size_t photo_rows(const struct media *const *v, size_t n, struct photo_row *rows)
{
        size_t k = 0, from = 0;
        n = n < PHOTO_ROWS_MAX ? n : PHOTO_ROWS_MAX;
        for (size_t i = 0; i <= n; i++) {
                if (i < n && !panorama(v[i]))
                        continue;
                k += split(v + from, i - from, rows + k);
                from = i + 1;
                if (i == n)
                        break;
                rows[k] = (struct photo_row){.v = {v[i]}, .n = 1};
                close_row(&rows[k++]);
        }
        return k;
}
