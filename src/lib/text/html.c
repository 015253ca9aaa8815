/* What compiled templates call, and the way between plain text and markup. Text is escaped for both
 * places it may stand in, element content and quoted attribute values, so that a template cannot
 * choose wrongly. */
#include "lib/text/html.h"
#include "lib/base/arena.h"
#include "lib/text/entity.h"
#include "lib/text/unicode.h"

/* 0: as it is; 1: dropped (no XML document and no page may hold C0); else an index into ENTITIES.
 */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverride-init"
#pragma GCC diagnostic ignored "-Wpedantic"
#ifdef __clang__
#pragma GCC diagnostic ignored "-Winitializer-overrides"
#endif
static const unsigned char KIND[256] = {[0 ... 31] = 1, ['\t'] = 0, ['\n'] = 0, ['&'] = 2,
                                        ['<'] = 3,      ['>'] = 4,  ['"'] = 5,  ['\''] = 6};
#pragma GCC diagnostic pop
static const struct str ENTITIES[] = {
        [1] = {"", 0},     [2] = {"&amp;", 5},  [3] = {"&lt;", 4},
        [4] = {"&gt;", 4}, [5] = {"&quot;", 6}, [6] = {"&#39;", 5},
};

void html_escape(struct buf *b, struct str s)
{
        size_t from = 0;
        for (size_t i = 0; i < s.n; i++) {
                unsigned char kind = KIND[(unsigned char)s.p[i]];
                if (!kind)
                        continue;
                buf_add(b, str_cut(s, from, i - from));
                buf_add(b, ENTITIES[kind]);
                from = i + 1;
        }
        buf_add(b, str_after(s, from));
}

void html_lit(struct html *h, const char *p, size_t n)
{
        buf_add(h->out, (struct str){p, n});
}

void html_str(struct html *h, struct str s)
{
        html_escape(h->out, s);
}

void html_z(struct html *h, const char *z)
{
        html_escape(h->out, str_of(z));
}

void html_int(struct html *h, int64_t v)
{
        buf_add_i64(h->out, v);
}

void html_markup(struct html *h, struct markup m)
{
        buf_add(h->out, m.html);
}

/* The arena's copy of what was written, so that the heap part can go at once. */
static struct str settle(struct arena *a, struct buf *b)
{
        if (b->failed)
                die("out of memory");
        struct str s = str_dup(a, buf_str(b));
        buf_free(b);
        return s;
}

struct markup markup_of_text(struct arena *a, struct str text)
{
        struct buf b = {0};
        struct str line;
        bool open = false;
        while (str_next(&text, '\n', &line)) {
                if (str_trim(line).n == 0) {
                        if (open)
                                buf_add(&b, S("</p>"));
                        open = false;
                        continue;
                }
                buf_add(&b, open ? S("<br>") : S("<p>"));
                open = true;
                html_escape(&b, line);
        }
        if (open)
                buf_add(&b, S("</p>"));
        return (struct markup){settle(a, &b)};
}

static void add_text(struct buf *b, struct str s)
{
        while (s.n) {
                size_t at = str_find_char(s, '&');
                buf_add(b, str_cut(s, 0, at));
                s = str_after(s, at);
                if (!s.n)
                        break;
                uint32_t c = '&';
                size_t n = entity_read(s, &c);
                char text[4];
                if (unicode_is_kept(c))
                        buf_add(b, (struct str){text, utf8_write(text, c)});
                s = str_after(s, n ? n : 1);
        }
}

/* How many line ends a tag stands for: 0, 1 or 2. */
static int tag_lines(struct str tag)
{
        static const struct str blocks[] = {{"p", 1},   {"blockquote", 10}, {"pre", 3}, {"ul", 2},
                                            {"ol", 2},  {"h1", 2},          {"h2", 2},  {"h3", 2},
                                            {"div", 3}, {"section", 7}};
        if (str_starts(tag, S("/")))
                tag = str_after(tag, 1);
        size_t n = 0;
        while (n < tag.n && tag.p[n] != ' ' && tag.p[n] != '/' && tag.p[n] != '\n')
                n++;
        tag = str_cut(tag, 0, n);
        for (size_t i = 0; i < countof(blocks); i++)
                if (str_eq(tag, blocks[i]))
                        return 2;
        return str_eq(tag, S("br")) ? 1 : str_eq(tag, S("li")) ? -1 : 0;
}

/* Line ends that are due: at most two in a row, none at the very start. */
static void add_lines(struct buf *b, int n)
{
        if (!b->n)
                return;
        int have = 0;
        while (have < 2 && (size_t)have < b->n && b->p[b->n - 1 - (size_t)have] == '\n')
                have++;
        for (; have < n; have++)
                buf_add_char(b, '\n');
}

struct str markup_to_text(struct arena *a, struct markup m)
{
        struct buf b = {0};
        struct str s = m.html;
        while (s.n) {
                size_t at = str_find_char(s, '<');
                add_text(&b, str_cut(s, 0, at));
                s = str_after(s, at);
                if (!s.n)
                        break;
                size_t end = str_find_char(s, '>');
                int lines = tag_lines(str_cut(s, 1, end - 1));
                if (lines == 1)
                        buf_add_char(&b, '\n');
                else
                        add_lines(&b, lines < 0 ? 1 : lines);
                s = str_after(s, end + 1);
        }
        while (b.n && (b.p[b.n - 1] == '\n' || b.p[b.n - 1] == ' '))
                b.n--;
        return settle(a, &b);
}
