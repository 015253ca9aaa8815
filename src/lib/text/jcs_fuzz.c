/* Any JSON: its canonical form must be JSON again, with itself as its canonical form. */
#include "lib/text/jcs.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
        struct arena a;
        struct buf once = {0}, twice = {0};
        const struct json_value *v;
        arena_open(&a, 512 << 20);
        if (!json_read(&a, (struct str){(const char *)data, n}, NULL, &v, NULL) &&
            jcs_write(&a, &once, v, NULL, 0)) {
                struct json_limits limits = {.bytes = once.n + 1};
                if (json_read(&a, buf_str(&once), &limits, &v, NULL) ||
                    !jcs_write(&a, &twice, v, NULL, 0) || !str_eq(buf_str(&once), buf_str(&twice)))
                        abort();
        }
        buf_free(&once);
        buf_free(&twice);
        arena_close(&a);
        return 0;
}
