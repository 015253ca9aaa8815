/* Any request as a stranger sends it: method and target in the first line, headers in the next, a
 * body after an empty one. What is accepted must have something to check, and no key in the world
 * fits it. */
#include "fedi/sign.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static struct key *some_key(void)
{
        static struct key *k;
        if (!k && key_read(S("z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH"), &k))
                abort();
        return k;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
        struct arena a;
        struct str line, rest = {(const char *)data, n};
        struct req_header headers[32];
        struct sign_message m = {
                .scheme = S("https"), .host = S("tidings.example"), .headers = headers};
        struct signature s;
        if (n > 65536 || !str_next(&rest, '\n', &line))
                return 0;
        arena_open(&a, 64 << 20);
        size_t space = str_find_char(line, ' ');
        m.method = str_z(&a, str_cut(line, 0, space));
        m.target = str_after(line, space + 1);
        while (str_next(&rest, '\n', &line) && line.n && m.n_headers < countof(headers)) {
                size_t colon = str_find_char(line, ':');
                headers[m.n_headers++] =
                        (struct req_header){str_cut(line, 0, colon), str_after(line, colon + 1)};
        }
        m.body = rest;
        if (!sign_read(&a, &m, 1795348800000, &s)) {
                if (!s.n_bases || !s.base[0].n || !s.key_id.n || !s.bytes.n)
                        abort();
                if (sign_verify(&s, some_key()))
                        abort();
        }
        arena_close(&a);
        return 0;
}
