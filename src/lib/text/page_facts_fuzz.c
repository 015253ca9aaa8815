/* Heads of strangers' pages: whatever comes, what is read is clean text within its limits, and
 * every address is one that may be asked. */
#include "lib/text/page_facts.h"
#include "lib/text/unicode.h"
#include "lib/text/url.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct arena arena;

static void check_text(struct str s, size_t most)
{
        if (s.n > most || !utf8_valid(s) || str_has_char(s, '\n'))
                abort();
}

static void check_address(struct str s)
{
        struct url u;
        if (s.p && (!url_read(&arena, s, &u) || !url_is_http(&u)))
                abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        static const struct str types[] = {
                S_ROW("text/html"), S_ROW("text/html; charset=shift_jis"),
                S_ROW("text/html;charset=\"gb18030\""), S_ROW("text/html; charset=koi8-r")};
        struct page_facts f;
        if (!size)
                return 0;
        if (!arena.cap)
                arena_open(&arena, 256 << 20);
        arena_reset(&arena);
        struct str text = page_text(&arena, (struct str){(const char *)data + 1, size - 1},
                                    types[data[0] % 4]);
        if (!utf8_valid(text))
                abort();
        page_facts_read(&arena, text, S("https://page.example/a/b?c"), &f);
        check_text(f.title, PAGE_TITLE_BYTES);
        check_text(f.description, PAGE_DESCRIPTION_BYTES);
        check_text(f.image_words, PAGE_DESCRIPTION_BYTES);
        check_text(f.site, PAGE_NAME_BYTES);
        check_text(f.author, PAGE_NAME_BYTES);
        check_text(f.language, 64);
        check_address(f.image);
        check_address(f.author_url);
        return 0;
}
