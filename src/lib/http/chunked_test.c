/* Chunked bodies: split at every byte, and the junk of rows T062 and T063. */
#include "lib/base/buf.h"
#include "lib/base/die.h"
#include "lib/http/chunked.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* Reads `text` in pieces of `step` bytes; what came out is in *out. ERR_BUSY: more is needed. */
static enum err read_all(struct str text, size_t step, struct buf *out, size_t *left)
{
        struct chunked c = {0};
        struct str data;
        bool done = false;
        buf_clear(out);
        while (text.n) {
                struct str piece = str_cut(text, 0, step);
                text = str_after(text, step);
                while (piece.n && !done) {
                        TRY(chunked_read(&c, &piece, &data, &done));
                        buf_add(out, data);
                }
                if (done) {
                        *left = text.n + piece.n;
                        return OK;
                }
        }
        return ERR_BUSY;
}

static void reads_bodies(void **state)
{
        (void)state;
        struct str text = S("5\r\nhello\r\n00a;ext=1\r\n, world\r\n!\r\n0\r\nTrailer: x\r\nY: "
                            "z\r\n\r\nNEXT");
        struct buf out = {0};
        for (size_t step = 1; step <= text.n; step++) {
                size_t left = 0;
                assert_int_equal(read_all(text, step, &out, &left), OK);
                assert_true(str_eq(buf_str(&out), S("hello, world\r\n!")));
                assert_int_equal(left, 4);
        }
        buf_free(&out);
}

static void t062_t063_refuses_junk(void **state)
{
        (void)state;
        static const struct str bad[] = {
                S_ROW("\r\n"),
                S_ROW("g\r\n"),
                S_ROW("-1\r\n"),
                S_ROW("+5\r\nhello\r\n"),
                S_ROW("0x5\r\nhello\r\n"),
                S_ROW(" 5\r\nhello\r\n"),
                S_ROW("5 \r\nhello\r\n"),
                S_ROW("5\nhello\r\n"),
                S_ROW("5\r\nhelloX\r\n"),
                S_ROW("5\r\nhello\n"),
                S_ROW("5\r\nhello\r0\r\n"),
                S_ROW("5;\n\r\n"),
                S_ROW("5;a\rb\r\n"),
                S_ROW("0\r\n\n"),
                S_ROW("0\r\nX: \n\r\n"),
                S_ROW("0\r\n: y\r\n\r\n"),
                S_ROW("0\r\nX: a\0b\r\n\r\n"),
                S_ROW("0\r\n folded\r\n\r\n"),
                S_ROW("0\r\nno colon\r\n\r\n"),
                S_ROW("0\r\nContent-Length : 5\r\n\r\n"),
        };
        struct buf out = {0};
        size_t left;
        for (size_t i = 0; i < countof(bad); i++)
                if (read_all(bad[i], 1, &out, &left) != ERR_MALFORMED)
                        fail_msg("row %zu", i);
        assert_int_equal(read_all(S("123456789\r\n"), 1, &out, &left), ERR_TOO_LARGE);
        assert_int_equal(read_all(S("ffffffffffffffff\r\n"), 1, &out, &left), ERR_TOO_LARGE);
        assert_int_equal(read_all(S("ffffffff\r\nx"), 1, &out, &left), ERR_BUSY);
        buf_free(&out);
}

static void limits_what_is_dropped(void **state)
{
        (void)state;
        struct buf text = {0}, out = {0};
        size_t left;
        buf_add(&text, S("5;"));
        for (int i = 0; i < 300; i++)
                buf_add_char(&text, 'x');
        assert_int_equal(read_all(buf_str(&text), 1000, &out, &left), ERR_MALFORMED);
        buf_clear(&text);
        buf_add(&text, S("0\r\n"));
        for (int i = 0; i < 2000; i++)
                buf_add(&text, S("X: y\r\n"));
        assert_int_equal(read_all(buf_str(&text), 1000, &out, &left), ERR_HEAD_LARGE);
        buf_free(&text);
        buf_free(&out);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(reads_bodies),
                cmocka_unit_test(t062_t063_refuses_junk),
                cmocka_unit_test(limits_what_is_dropped),
        };
        return cmocka_run_group_tests_name("http_chunked", tests, NULL, NULL);
}
