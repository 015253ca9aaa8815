/* Multipart bodies, fed in every step size: fields, files in temporary files, rows T048 and T049.
 */
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/http/multipart.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static struct arena arena;
static struct params params;
static int opened[64], n_opened;

static void note(void *owner, struct upload *u)
{
        (void)owner;
        opened[n_opened++] = u->fd;
}

static void close_all(void)
{
        while (n_opened)
                close(opened[--n_opened]);
}

static int reset(void **state)
{
        (void)state;
        close_all();
        arena_close(&arena);
        arena_open(&arena, 64 << 20);
        params = (struct params){.arena = &arena};
        return 0;
}

static enum err read_all(const char *type, struct str body, size_t step, bool keep_files)
{
        const struct multipart_settings s = {
                .params = &params, .keep_files = keep_files, .opened = note};
        struct multipart *m;
        reset(NULL);
        TRY(multipart_open(&s, str_of(type), &m));
        while (body.n) {
                struct str piece = str_cut(body, 0, step);
                char *copy = malloc(piece.n); /* so that the sanitizer sees a byte too much */
                memcpy(copy, piece.p, piece.n);
                enum err e = multipart_feed(m, (struct str){copy, piece.n});
                free(copy);
                TRY(e);
                body = str_after(body, step);
        }
        return multipart_end(m);
}

static const char *file_text(const struct upload *u)
{
        char *z = make_n(&arena, (size_t)u->size + 1, char);
        assert_int_equal(pread(u->fd, z, (size_t)u->size + 1, 0), u->size);
        return z;
}

static void reads_fields_and_files(void **state)
{
        (void)state;
        struct str body =
                S("preamble\r\n--b\r\n"
                  "Content-Disposition: form-data; name=\"description\"\r\n\r\na photo\r\n"
                  "--b \t\r\ncontent-disposition:form-data;name=source[privacy]\r\n"
                  "Content-Type: text/plain; charset=utf-8\r\n\r\npublic\r\n"
                  "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\\\"; "
                  "name=x.jpg\"\r\n"
                  "Content-Type: image/jpeg\r\nContent-Transfer-Encoding: binary\r\n\r\n"
                  "\r\n--\r\n--bb? no\r\n-\r\n--b\r\n"
                  "Content-Disposition: form-data; name=\"empty\"\r\n\r\n\r\n--b\r\n"
                  "Content-Disposition: form-data; name=\"none\"; filename=\"\"\r\n\r\n\r\n"
                  "--b--\r\nepilogue --b\r\n");
        /* "--bb" starts like the boundary but RFC 2046 makes it one: such a body is refused. */
        assert_int_equal(read_all("multipart/form-data; boundary=b", body, 10, true),
                         ERR_MALFORMED);
        body = str_replace(&arena, body, S("--bb? no"), S("--a? no"));
        body = str_dup(&arena, body);
        char *kept = malloc(body.n);
        memcpy(kept, body.p, body.n);
        body.p = kept;
        for (size_t step = 1; step <= body.n; step++) {
                assert_int_equal(read_all("multipart/form-data; charset=x; boundary=\"b\"", body,
                                          step, true),
                                 OK);
                assert_int_equal(params.n, 4);
                assert_true(str_eq(params.v[0].name, S("description")) &&
                            str_eq(params.v[0].text, S("a photo")));
                assert_true(str_eq(params.v[1].name, S("source[privacy]")) &&
                            str_eq(params.v[1].text, S("public")));
                assert_true(str_eq(params.v[2].name, S("file")) && params.v[2].type == PARAM_FILE);
                assert_string_equal(file_text(params.v[2].file), "\r\n--\r\n--a? no\r\n-");
                assert_true(str_eq(params.v[2].file->type, S("image/jpeg")));
                assert_true(str_eq(params.v[3].name, S("empty")) && params.v[3].text.n == 0);
        }
        assert_int_equal(read_all("multipart/form-data; boundary=b", body, 7, false), OK);
        assert_int_equal(params.n, 3); /* no files wanted */
        assert_int_equal(n_opened, 0);
        free(kept);
}

static void reads_a_long_file(void **state)
{
        (void)state;
        enum { SIZE = 3000000 };
        struct buf b = {0};
        buf_add(&b,
                S("--x\r\nContent-Disposition: form-data; name=\"f\"; filename*=utf-8''x\r\n\r\n"));
        size_t start = b.n;
        for (int i = 0; i < SIZE; i++)
                buf_add_char(&b, (char)(i * 7 % 251));
        buf_add(&b, S("\r\n--x--"));
        assert_int_equal(read_all("multipart/form-data; boundary=x", buf_str(&b), 65536, true), OK);
        assert_int_equal(params.v[0].file->size, SIZE);
        assert_memory_equal(file_text(params.v[0].file), b.p + start, SIZE);
        buf_free(&b);
}

static struct str repeated(const char *start, const char *unit, int n, const char *end)
{
        struct buf b = {0};
        static char *kept;
        buf_add(&b, str_of(start));
        for (int i = 0; i < n; i++)
                buf_add(&b, str_of(unit));
        buf_add(&b, str_of(end));
        free(kept);
        kept = b.p;
        return buf_str(&b);
}

#define PART "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nv\r\n"

static void t048_refuses(void **state)
{
        (void)state;
        static const char *const types[] = {
                "multipart/form-data",
                ";boundary=01234567890123456789012345678901234567890123456789012345678901234567890",
                "multipart/form-data; boundary=",
                "multipart/form-data; boundary=\"",
                "multipart/form-data; boundary=\"a ",
                "multipart/form-data; boundary=a\x80"};
        for (size_t i = 0; i < countof(types); i++)
                assert_int_equal(read_all(types[i], S(""), 1, true), ERR_MALFORMED);
        static const struct str bad[] = {
                S_ROW(""),
                S_ROW("--b"),
                S_ROW("--b\r\n"),
                S_ROW(PART),
                S_ROW(PART "--b-"),
                S_ROW("--bX\r\n"),
                S_ROW("--b\r\n\r\nno headers\r\n--b--"),
                S_ROW("--b\r\nX: y\r\n\r\nno name\r\n--b--"),
                S_ROW("--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--"),
                S_ROW("--b\r\nContent-Disposition: form-data; name=\"\"\r\n\r\nx\r\n--b--"),
                S_ROW("--b\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\nx\r\n--b--"),
                S_ROW("--b\r\nContent-Disposition: form-data; name=\"a\r\n\r\nx\r\n--b--"),
                S_ROW("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n"
                      "Content-Disposition: form-data; name=\"b\"\r\n\r\nx\r\n--b--"),
                S_ROW("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n "
                      "folded\r\n\r\nx\r\n--b--"),
                S_ROW("--b\r\nContent-Disposition: form-data; name=\"a\0\"\r\n\r\nx\r\n--b--"),
                S_ROW("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\xff\r\n--b--"),
                S_ROW("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\na\0b\r\n--b--"),
        };
        for (size_t i = 0; i < countof(bad); i++)
                for (size_t step = 1; step < 100; step += 7)
                        if (read_all("multipart/form-data; boundary=b", bad[i], step, true) !=
                            ERR_MALFORMED)
                                fail_msg("row %zu", i);
        const char *type = "multipart/form-data; boundary=b";
        assert_int_equal(read_all(type,
                                  S("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n"
                                    "Content-Transfer-Encoding: base64\r\n\r\nx\r\n--b--"),
                                  9, true),
                         ERR_MEDIA_TYPE);
        assert_int_equal(read_all(type, repeated("", PART, 50, "--b--"), 1000, true), OK);
        assert_int_equal(read_all(type, repeated("", PART, 51, "--b--"), 1000, true),
                         ERR_TOO_LARGE);
        assert_int_equal(read_all(type, repeated("", PART, 10000, "--b--"), 1000, true),
                         ERR_TOO_LARGE);
        const char *start = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n",
                   *end = "\r\nx\r\n--b--";
        assert_int_equal(read_all(type, repeated(start, "X: y\r\n", 19, end), 1000, true), OK);
        assert_int_equal(read_all(type, repeated(start, "X: y\r\n", 20, end), 1000, true),
                         ERR_MALFORMED);
        assert_int_equal(read_all(type, repeated(start, "X: y\r\n", 3000, end), 1000, true),
                         ERR_MALFORMED);
        assert_int_equal(
                read_all(type,
                         repeated("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n",
                                  "0123456789", 30000, "\r\n--b--"),
                         1000, true),
                ERR_TOO_LARGE);
}

static void t049_names_of_files_go_nowhere(void **state)
{
        (void)state;
        static const char *const names[] = {"../../etc/passwd", "/etc/passwd", "C:\\\\x", ".",
                                            "a%00b"};
        for (size_t i = 0; i < countof(names); i++) {
                char body[300];
                snprintf(body, sizeof body,
                         "--b\r\nContent-Disposition: form-data; name=f; "
                         "filename=\"%s\"\r\n\r\nx\r\n--b--",
                         names[i]);
                assert_int_equal(read_all("multipart/form-data; boundary=b", str_of(body), 5, true),
                                 OK);
                assert_true(params.n == 1 && params.v[0].text.n == 0);
        }
        struct str huge = repeated("--b\r\nContent-Disposition: form-data; name=f; filename=\"",
                                   "0123456789", 10000, "\"\r\n\r\nx\r\n--b--");
        assert_int_equal(read_all("multipart/form-data; boundary=b", huge, 1000, true),
                         ERR_MALFORMED);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup(reads_fields_and_files, reset),
                cmocka_unit_test_setup(reads_a_long_file, reset),
                cmocka_unit_test_setup(t048_refuses, reset),
                cmocka_unit_test_setup(t049_names_of_files_go_nowhere, reset),
        };
        int failed = cmocka_run_group_tests_name("http_multipart", tests, NULL, NULL);
        close_all();
        (void)repeated("", "", 0, "");
        arena_close(&arena);
        return failed;
}
