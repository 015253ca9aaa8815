/* The linkifier: spans in order and within the text; rendered and read as text again, the text is
 * as before. */
#include "lib/text/html.h"
#include "lib/text/link.h"
#include "lib/text/unicode.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct arena arena;

static void check_spans(struct str text, const struct link_list *l)
{
        size_t from = 0;
        for (size_t i = 0; i < l->n; i++) {
                const struct link_span *s = &l->v[i];
                if (s->from < from || s->n == 0 || s->n > text.n - s->from || s->name.n == 0 ||
                    s->name.n > s->n)
                        abort();
                if (str_has_char(str_cut(text, s->from, s->n), '\n'))
                        abort();
                from = s->from + s->n;
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        if (!arena.cap)
                arena_open(&arena, 256 << 20);
        arena_reset(&arena);
        struct str raw = {(const char *)data, size}, text;
        struct link_list links = link_find(&arena, raw); /* total on bytes that are no text, too */
        check_spans(raw, &links);
        link_render(&arena, raw, &links);
        link_count(&arena, raw);
        if (!text_clean(&arena, raw, &text))
                return 0;
        text = str_trim(str_replace(&arena, text, S("\n"), S(" ")));
        links = link_find(&arena, text);
        check_spans(text, &links);
        for (size_t i = 0; i < links.n; i++)
                if (links.v[i].kind == LINK_HASHTAG && text.p[links.v[i].from] == '#')
                        links.v[i].href = S("https://a.example/?a=1&b='\"");
        struct markup m = link_render(&arena, text, &links);
        if (!str_eq(markup_to_text(&arena, m), text))
                abort();
        if (link_count(&arena, text) > utf8_count(text) + 23 * links.n)
                abort();
        return 0;
}
