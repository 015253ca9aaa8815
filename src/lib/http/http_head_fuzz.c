/* Request heads of strangers. What we take, llhttp must take too, and see the same message in it.
 */
#include "lib/base/arena.h"
#include "lib/http/head.h"
#include "lib/http/llhttp_oracle.h"
#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#ifdef HAVE_LLHTTP
static void compare(const struct head *h, struct str bytes)
{
        static const int methods[] = {[METHOD_GET] = HTTP_GET,        [METHOD_HEAD] = HTTP_HEAD,
                                      [METHOD_POST] = HTTP_POST,      [METHOD_PUT] = HTTP_PUT,
                                      [METHOD_PATCH] = HTTP_PATCH,    [METHOD_DELETE] = HTTP_DELETE,
                                      [METHOD_OPTIONS] = HTTP_OPTIONS};
        struct oracle o;
        size_t used;
        oracle_read(&o, bytes, &used);
        assert(o.head_done);
        assert(o.method == methods[h->method] && o.minor == h->minor);
        assert(str_eq(buf_str(&o.url), h->target));
        assert(o.headers == h->n);
        assert(o.chunked == h->chunked);
        assert(o.length == (uint64_t)(h->length > 0 ? h->length : 0));
        assert(!h->keep_alive || o.keep_alive);
        oracle_free(&o);
}
#endif

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
        static struct head head;
        struct head_scan whole = {0}, split = {0};
        struct str all = {(const char *)data, n};
        bool done = false, split_done = false;
        enum err e = n ? head_find(&whole, all, &done) : OK, split_e = OK;
        for (size_t i = 1; i <= n && !split_e && !split_done; i += 1 + i / 16)
                split_e = head_find(&split, str_cut(all, 0, i), &split_done);
        if (split_done)
                assert(done && split.end == whole.end && split.from == whole.from);
        if (e || !done)
                return 0;
        struct str bytes = str_cut(all, whole.from, whole.end - whole.from);
        char *copy = malloc(bytes.n);
        memcpy(copy, bytes.p, bytes.n);
        e = head_read(copy, bytes.n, &head);
        if (!e) {
                assert(head.n <= HEAD_HEADERS && head.target.n && (head.minor == 0 || head.host.n));
                assert(!head.chunked || head.length < 0);
                for (size_t i = 0; i < head.n; i++)
                        assert(head_is_token(head.headers[i].name));
#ifdef HAVE_LLHTTP
                compare(&head, bytes);
#endif
        }
        free(copy);
        return 0;
}
