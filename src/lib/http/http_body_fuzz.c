/* Chunked bodies of strangers: the same whatever the pieces they come in, and the same as llhttp
 * sees. */
#include "lib/http/chunked.h"
#include "lib/http/llhttp_oracle.h"
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

struct seen {
        enum err e;
        bool done;
        size_t used;
        struct buf body;
};

static void read_body(struct str all, size_t step, struct seen *ret)
{
        struct chunked c = {0};
        struct str rest = all;
        *ret = (struct seen){0};
        while (rest.n && !ret->e && !ret->done) {
                struct str piece = str_cut(rest, 0, step), data;
                size_t before = piece.n;
                while (piece.n && !ret->e && !ret->done) {
                        ret->e = chunked_read(&c, &piece, &data, &ret->done);
                        if (!ret->e)
                                buf_add(&ret->body, data);
                }
                rest = str_after(rest, before - piece.n);
        }
        ret->used = all.n - rest.n;
}

#ifdef HAVE_LLHTTP
static void compare(struct str bytes, const struct seen *ours)
{
        struct oracle o;
        struct buf text = {0};
        size_t used;
        struct str head = S("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
        buf_add(&text, head);
        buf_add(&text, bytes);
        oracle_read(&o, buf_str(&text), &used);
        assert(o.done);
        assert(used == head.n + ours->used);
        assert(str_eq(buf_str(&o.body), buf_str(&ours->body)));
        oracle_free(&o);
        buf_free(&text);
}
#endif

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
        struct str all = {(const char *)data, n};
        struct seen whole, split;
        read_body(all, n + 1, &whole);
        read_body(all, 1 + n % 7, &split);
        assert(whole.e == split.e && whole.done == split.done);
        assert(str_eq(buf_str(&whole.body), buf_str(&split.body)) || whole.e);
        assert(!whole.done || whole.used == split.used);
#ifdef HAVE_LLHTTP
        if (whole.done && !str_has_char(all, ';')) /* llhttp 8.1 trips over honest extensions */
                compare(all, &whole);
#endif
        buf_free(&whole.body);
        buf_free(&split.body);
        return 0;
}
