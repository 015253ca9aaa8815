/* Multipart bodies of strangers. The first bytes choose the boundary and the size of the pieces;
 * the parameters must be the same as from the whole body at once. */
#include "lib/base/arena.h"
#include "lib/http/multipart.h"
#include <assert.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static int opened[2 * MULTIPART_PARTS], n_opened;

static void note(void *owner, struct upload *u)
{
        (void)owner;
        opened[n_opened++] = u->fd;
}

static enum err read_all(struct params *ps, struct str type, struct str body, size_t step)
{
        const struct multipart_settings s = {.params = ps, .keep_files = true, .opened = note};
        struct multipart *m;
        TRY(multipart_open(&s, type, &m));
        while (body.n) {
                struct str piece = str_cut(body, 0, step);
                TRY(multipart_feed(m, piece));
                body = str_after(body, step);
        }
        return multipart_end(m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
        struct arena a, b;
        struct str all = {(const char *)data, n};
        size_t line = str_find_char(all, '\n');
        if (line == n || n > 100000)
                return 0;
        struct str type = str_cut(all, 0, line), body = str_after(all, line + 1);
        arena_open(&a, 64 << 20);
        arena_open(&b, 64 << 20);
        struct params whole = {.arena = &a}, split = {.arena = &b};
        enum err e = read_all(&whole, type, body, n),
                 split_e = read_all(&split, type, body, 1 + n % 13);
        assert(!e == !split_e);
        assert(e || whole.n == split.n);
        for (size_t i = 0; !e && i < whole.n; i++) {
                assert(str_eq(whole.v[i].name, split.v[i].name) &&
                       str_eq(whole.v[i].text, split.v[i].text));
                assert(!whole.v[i].file || whole.v[i].file->size == split.v[i].file->size);
        }
        while (n_opened)
                close(opened[--n_opened]);
        arena_close(&a);
        arena_close(&b);
        return 0;
}
