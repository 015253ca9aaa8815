/* Photos in rows: the number in each, the author's order, panoramas alone, and one height a row. */
#include "lib/base/die.h"
#include "web/card.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { MOST = 20 };

static size_t rows_of(size_t n, const int *widths, struct photo_row *rows)
{
        static struct media media[MOST];
        const struct media *v[MOST];
        for (size_t i = 0; i < n; i++) {
                media[i] = (struct media){
                        .id = (int64_t)i, .width = widths ? widths[i] : 300, .height = 200};
                v[i] = &media[i];
        }
        return photo_rows(v, n, rows);
}

static void splits(void **state)
{
        (void)state;
        static const size_t want[11][5] = {{0},       {1},       {2},         {1, 2},
                                           {2, 2},    {2, 3},    {3, 3},      {2, 2, 3},
                                           {2, 3, 3}, {3, 3, 3}, {3, 2, 3, 2}};
        for (size_t n = 0; n < countof(want); n++) {
                struct photo_row rows[PHOTO_ROWS_MAX];
                size_t k = rows_of(n, NULL, rows);
                int64_t next = 0;
                for (size_t r = 0; r < k; r++) {
                        assert_int_equal(rows[r].n, want[n][r]);
                        for (size_t i = 0; i < rows[r].n; i++)
                                assert_int_equal(rows[r].v[i]->id, next++);
                }
                assert_int_equal(want[n][k], 0);
        }
}

static void panoramas_stand_alone(void **state)
{
        (void)state;
        struct photo_row rows[PHOTO_ROWS_MAX];
        size_t k = rows_of(4, (const int[]){300, 900, 300, 300}, rows);
        assert_int_equal(k, 3);
        assert_int_equal(rows[0].n, 1);
        assert_int_equal(rows[1].v[0]->id, 1);
        assert_int_equal(rows[2].n, 2);
        k = rows_of(2, (const int[]){900, 900}, rows);
        assert_int_equal(k, 2);
}

/* A row fills the column of 576 px, and never carries a size of 0. */
static void heights_and_widths(void **state)
{
        (void)state;
        struct photo_row rows[PHOTO_ROWS_MAX];
        rows_of(2, (const int[]){150, 300}, rows);
        assert_int_equal(rows[0].height, 1200);
        assert_int_equal(rows[0].width[0], 900);
        assert_int_equal(rows[0].width[1], 1800);
        rows_of(1, (const int[]){100}, rows);
        assert_int_equal(rows[0].height, 640);
        assert_int_equal(rows[0].width[0], 320);
        rows_of(1, (const int[]){0}, rows);
        assert_true(rows[0].width[0] > 0);
        size_t k = rows_of(20, NULL, rows);
        assert_true(k <= PHOTO_ROWS_MAX);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(splits),
                cmocka_unit_test(panoramas_stand_alone),
                cmocka_unit_test(heights_and_widths),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
