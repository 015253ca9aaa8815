/* XHTML out of our own markup: see xhtml.h. The tokenizer of the sanitiser reads it once more, so
 * that well-formedness rests on the stack here and not on what was stored years ago. Called by the
 * writers of keepsakes. */
#include "lib/text/xhtml.h"
#include "lib/base/die.h"
#include "lib/text/html.h"
#include "lib/text/html_read.h"
#include "lib/text/unicode.h"

enum { DEPTH = 64 };

void xml_put(struct buf *b, struct str s)
{
        size_t from = 0, at = 0;
        while (at < s.n) {
                uint32_t c;
                size_t n = utf8_read(s.p + at, s.n - at, &c);
                bool good = n && unicode_is_kept(c) && (c & 0xfffe) != 0xfffe;
                if (!good) {
                        buf_add(b, str_cut(s, from, at - from));
                        from = at + (n ? n : 1);
                }
                at += n ? n : 1;
        }
        buf_add(b, str_after(s, from));
}

static const char *const elements[] = {
        "p",  "span", "del", "s", "pre", "blockquote", "code", "b",    "strong", "u",
        "em", "sub",  "sup", "i", "ul",  "ol",         "li",   "ruby", "rt",     "rp",
};
static const char *const attributes[] = {"lang", "dir", "start", "value"};

/* One of the names in the list, or NULL. */
static const char *listed(const char *const *v, size_t n, struct str name)
{
        for (size_t i = 0; i < n; i++)
                if (str_eq_nocase(name, str_of(v[i])))
                        return v[i];
        return NULL;
}

static void put_attributes(struct buf *b, struct arena *a, struct str attrs)
{
        unsigned seen = 0;
        struct str name, value;
        while (html_attr(&attrs, &name, &value)) {
                if (str_eq_nocase(name, S("reversed")) && !(seen & 1)) {
                        seen |= 1;
                        buf_add(b, S(" reversed=\"reversed\""));
                        continue;
                }
                const char *known = listed(attributes, countof(attributes), name);
                for (size_t i = 0; known && i < countof(attributes); i++) {
                        if (known != attributes[i] || seen & 2u << i)
                                continue;
                        seen |= 2u << i;
                        buf_addf(b, " %s=\"", known);
                        html_escape(b, html_decode(a, value));
                        buf_add_char(b, '"');
                }
        }
}

struct stack {
        const char *v[DEPTH];
        size_t n;
};

static void close_to(struct buf *b, struct stack *s, size_t n)
{
        while (s->n > n)
                buf_addf(b, "</%s>", s->v[--s->n]);
}

static void put_tag(struct buf *b, struct arena *a, struct stack *s, const struct html_token *t)
{
        if (str_eq_nocase(t->name, S("br"))) {
                if (t->kind == HTML_OPEN)
                        buf_add(b, S("<br/>"));
                return;
        }
        const char *name = listed(elements, countof(elements), t->name);
        if (!name)
                return;
        if (t->kind == HTML_CLOSE) {
                for (size_t i = s->n; i--;)
                        if (s->v[i] == name) {
                                close_to(b, s, i);
                                return;
                        }
                return;
        }
        if (s->n == DEPTH)
                return;
        buf_addf(b, "<%s", name);
        put_attributes(b, a, t->attrs);
        buf_add_char(b, '>');
        s->v[s->n++] = name;
}

void xhtml_put(struct buf *b, struct arena *a, struct markup m)
{
        struct buf raw = {0};
        struct html_reader r;
        struct html_token t;
        struct stack open = {.n = 0};
        html_read_open(&r, m.html);
        while (html_read(&r, &t))
                if (t.kind == HTML_TEXT)
                        html_escape(&raw, html_decode(a, t.text));
                else
                        put_tag(&raw, a, &open, &t);
        close_to(&raw, &open, 0);
        if (raw.failed)
                b->failed = true;
        xml_put(b, buf_str(&raw));
        buf_free(&raw);
}
