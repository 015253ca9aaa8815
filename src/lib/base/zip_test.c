/* The archive is read back by its own end, as programs that open it do. */
#include "lib/base/die.h"
#include "lib/base/zip.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static uint32_t number(const char *p, int bytes)
{
        uint32_t v = 0;
        for (int i = bytes; i--;)
                v = v << 8 | (unsigned char)p[i];
        return v;
}

static void test_checksum(void **state)
{
        (void)state;
        assert_int_equal(crc32_more(0, S("123456789")), 0xCBF43926);
        assert_int_equal(crc32_more(crc32_more(0, S("1234")), S("56789")), 0xCBF43926);
        assert_int_equal(crc32_more(0, S("")), 0);
}

static void test_two_entries(void **state)
{
        (void)state;
        FILE *file = tmpfile(), *other = tmpfile();
        struct zip z;
        int64_t size;
        char got[512];
        fputs("A lake", other);
        fflush(other);
        zip_open(&z, fileno(file), INT64_C(1763821440000)); /* 22 November 2025, 14:24 UTC */
        zip_add(&z, S("index.html"), S("<p>words</p>"));
        zip_add_file(&z, S("media/a.jpg"), fileno(other));
        assert_int_equal(zip_close(&z, &size), OK);
        ssize_t n = pread(fileno(file), got, sizeof(got), 0);
        assert_int_equal(n, size);
        const char *end = got + size - 22;
        assert_int_equal(number(end, 4), 0x06054b50);
        assert_int_equal(number(end + 10, 2), 2);
        const char *central = got + number(end + 16, 4);
        assert_int_equal(number(central, 4), 0x02014b50);
        assert_int_equal(number(central + 14, 2), (2025 - 1980) << 9 | 11 << 5 | 22);
        const char *second = central + 46 + number(central + 28, 2);
        assert_int_equal(number(second + 16, 4), crc32_more(0, S("A lake")));
        assert_int_equal(number(second + 20, 4), 6);
        const char *local = got + number(second + 42, 4);
        assert_int_equal(number(local, 4), 0x04034b50);
        assert_int_equal(number(local + 14, 4), crc32_more(0, S("A lake")));
        assert_memory_equal(local + 30, "media/a.jpgA lake", 17);
        fclose(file);
        fclose(other);
}

static void test_a_place_that_cannot_be_written(void **state)
{
        (void)state;
        struct zip z;
        int64_t size;
        FILE *full = fopen("/dev/full", "w");
        if (!full)
                skip();
        zip_open(&z, fileno(full), 0);
        zip_add(&z, S("a"), S("b"));
        assert_int_equal(zip_close(&z, &size), ERR_FULL);
        fclose(full);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_checksum),
                cmocka_unit_test(test_two_entries),
                cmocka_unit_test(test_a_place_that_cannot_be_written),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
