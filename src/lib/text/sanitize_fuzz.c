/* The sanitiser: whatever goes in, the output keeps to the grammar, and cleaning it again changes
 * nothing. */
#include "lib/text/html.h"
#include "lib/text/markup_check.h"
#include "lib/text/sanitize.h"
#include "lib/text/unicode.h"
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct arena arena;

static void check(struct str html, const struct sanitize_limits *limits)
{
        struct markup out = sanitize(&arena, html, limits);
        const char *bad = markup_check(out.html, limits->depth);
        struct markup again = sanitize(&arena, out.html, limits);
        if (!bad && out.html.n > limits->out_bytes)
                bad = "size";
        if (!bad && !str_eq(again.html, out.html))
                bad = "not stable";
        if (bad) {
                fprintf(stderr, "%s: %.*s\nagain: %.*s\n", bad, STR_ARG(out.html),
                        STR_ARG(again.html));
                abort();
        }
        if (!utf8_valid(markup_to_text(&arena, out)))
                abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        if (!arena.cap)
                arena_open(&arena, 256 << 20);
        arena_reset(&arena);
        struct str html = {(const char *)data, size};
        check(html, &(struct sanitize_limits){.out_bytes = 65536, .depth = 32});
        check(html, &(struct sanitize_limits){.out_bytes = 100,
                                              .depth = 4}); /* both limits within reach */
        markup_to_text(&arena, markup_of_text(&arena, html));
        return 0;
}
