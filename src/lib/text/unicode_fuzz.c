/* Cleaning and folding: valid whatever goes in, and done after one pass. */
#include "lib/base/arena.h"
#include "lib/text/date.h"
#include "lib/text/language.h"
#include "lib/text/unicode.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct arena arena;

static void check_readers(struct str s)
{
        int64_t ms, again;
        struct str tag, same;
        if (date_read_iso(s, &ms) && (!date_read_iso(date_iso(&arena, ms), &again) || again != ms))
                abort();
        if (date_read_http(s, &ms) &&
            (!date_read_http(date_http(&arena, ms), &again) || again != ms))
                abort();
        if (language_read(&arena, s, &tag) &&
            (!language_read(&arena, tag, &same) || !str_eq(tag, same)))
                abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        if (!arena.cap)
                arena_open(&arena, 256 << 20);
        arena_reset(&arena);
        struct str s = {(const char *)data, size}, clean, again;
        bool valid = utf8_valid(s);
        if (valid != text_clean(&arena, s, &clean))
                abort();
        if (valid &&
            (!utf8_valid(clean) || !text_clean(&arena, clean, &again) || !str_eq(clean, again)))
                abort();
        if (valid && (!name_clean(&arena, s, &clean) || !name_clean(&arena, clean, &again) ||
                      !str_eq(clean, again)))
                abort();
        if (!utf8_valid(text_fold(&arena, s)) || !utf8_valid(text_fold_plain(&arena, s)))
                abort();
        if (text_count(s) > size || (valid && !utf8_valid(utf8_cut(s, size / 2))))
                abort();
        check_readers(s);
        return 0;
}
