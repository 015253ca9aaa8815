/* Any bytes end, in rows whose fields lie inside them; what is written of a field is read back as
 * it was. */
#include "lib/text/csv.h"
#include <stdlib.h>

enum { ROOM = 8 };

static void check_round(struct arena *a, struct str field)
{
        struct buf b = {0};
        struct str again;
        csv_put(&b, field);
        struct str written = buf_take(a, &b);
        bool end = csv_read(a, &written, &again);
        if (!end || written.n || !str_eq(again, field))
                abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        struct arena a;
        struct str rest = {(const char *)data, size}, fields[ROOM];
        size_t n, rows = 0;
        arena_open(&a, 256 << 20);
        while (csv_row(&a, &rest, fields, ROOM, &n)) {
                if (!n || n > ROOM || ++rows > size)
                        abort();
                for (size_t i = 0; i < n; i++)
                        check_round(&a, fields[i]);
        }
        arena_close(&a);
        return 0;
}
