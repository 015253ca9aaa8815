/* The tokenizer: see html_read.h. Used on posts of other servers, and on pages fetched for previews
 * and rel=me. */
#include "lib/text/html_read.h"
#include "lib/base/arena.h"
#include "lib/text/entity.h"
#include "lib/text/unicode.h"

void html_read_open(struct html_reader *r, struct str html)
{
        *r = (struct html_reader){.rest = html};
}

static bool is_space(char c)
{
        return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

static bool is_letter(char c)
{
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Elements whose content is text up to their own end tag. */
static bool is_raw(struct str name)
{
        static const char *const names[] = {"script",   "style",     "title",
                                            "textarea", "iframe",    "noframes",
                                            "noembed",  "plaintext", "xmp"};
        for (size_t i = 0; i < countof(names); i++)
                if (str_eq_nocase(name, str_of(names[i])))
                        return true;
        return false;
}

static size_t skip_space(struct str s, size_t i)
{
        while (i < s.n && is_space(s.p[i]))
                i++;
        return i;
}

/* The value behind an attribute's '='. */
static size_t read_value(struct str s, size_t i, struct str *ret)
{
        i = skip_space(s, i);
        char quote = i < s.n ? s.p[i] : 0;
        if (quote == '"' || quote == '\'') {
                size_t n = str_find_char(str_after(s, i + 1), quote);
                *ret = str_cut(s, i + 1, n);
                return i + 1 + n + 1;
        }
        size_t from = i;
        while (i < s.n && !is_space(s.p[i]) && s.p[i] != '>')
                i++;
        *ret = str_cut(s, from, i - from);
        return i;
}

bool html_attr(struct str *attrs, struct str *name, struct str *value)
{
        struct str s = *attrs;
        size_t i = 0;
        while (i < s.n && (is_space(s.p[i]) || s.p[i] == '/'))
                i++;
        *attrs = str_after(s, i);
        if (i >= s.n || s.p[i] == '>')
                return false;
        size_t from = i++; /* a name may begin with '=' */
        while (i < s.n && !is_space(s.p[i]) && s.p[i] != '/' && s.p[i] != '>' && s.p[i] != '=')
                i++;
        *name = str_cut(s, from, i - from);
        *value = S("");
        size_t equals = skip_space(s, i);
        if (equals < s.n && s.p[equals] == '=')
                i = read_value(s, equals + 1, value);
        *attrs = str_after(s, i);
        return true;
}

/* Behind "<!--": "-->" or "--!>" ends it, and so do ">" and "->" at once (section 13.2.5.43). */
static struct str skip_comment(struct str s)
{
        if (str_starts(s, S(">")) || str_starts(s, S("->")))
                return str_after(s, str_find_char(s, '>') + 1);
        for (;;) {
                s = str_after(s, str_find(s, S("--")));
                if (!s.n)
                        return s;
                if (str_starts(s, S("-->")) || str_starts(s, S("--!>")))
                        return str_after(s, str_find_char(s, '>') + 1);
                s = str_after(s, 1);
        }
}

/* At "<" and a letter, or "</" and a letter; false when the text ends inside the tag. */
static bool read_tag(struct html_reader *r, struct html_token *t)
{
        struct str s = str_after(r->rest, 1), name, value;
        bool close = str_starts(s, S("/"));
        size_t n = 0;
        s = str_after(s, close);
        while (n < s.n && !is_space(s.p[n]) && s.p[n] != '/' && s.p[n] != '>')
                n++;
        struct str attrs = str_after(s, n), left = attrs, last = attrs;
        while (html_attr(&left, &name, &value))
                last = left;
        if (!left.n)
                return false;
        *t = (struct html_token){.kind = close ? HTML_CLOSE : HTML_OPEN, .name = str_cut(s, 0, n)};
        t->attrs = str_cut(attrs, 0, attrs.n - left.n);
        t->self_closing = left.p > last.p && left.p[-1] == '/'; /* not the end of a value */
        r->rest = str_after(left, 1);
        if (!close && is_raw(t->name))
                r->inside = t->name;
        return true;
}

/* Text of a raw element: up to "</name" and something that cannot belong to a longer name. */
static bool read_raw(struct html_reader *r, struct html_token *t)
{
        struct str s = r->rest;
        struct str name = r->inside;
        r->inside = STR_NONE;
        for (struct str at = s;; at = str_after(at, 2)) {
                at = str_after(at, str_find(at, S("</")));
                struct str after = str_after(at, 2 + name.n);
                bool ends = str_eq_nocase(str_cut(at, 2, name.n), name) && after.n &&
                            (is_space(after.p[0]) || after.p[0] == '/' || after.p[0] == '>');
                if (!ends && at.n)
                        continue;
                *t = (struct html_token){
                        .kind = HTML_TEXT, .text = str_cut(s, 0, s.n - at.n), .raw = true};
                r->rest = at;
                return t->text.n > 0;
        }
}

/* At a '<'. True when *t is filled; false when something was skipped. */
static bool read_markup(struct html_reader *r, struct html_token *t)
{
        struct str s = r->rest;
        char c = s.n > 1 ? s.p[1] : 0, d = s.n > 2 ? s.p[2] : 0;
        if (is_letter(c) || (c == '/' && is_letter(d))) {
                if (read_tag(r, t))
                        return true;
                r->rest = STR_NONE;
        } else if (str_starts(s, S("<!--"))) {
                r->rest = skip_comment(str_after(s, 4));
        } else if (c == '!' || c == '?' || c == '/') {
                r->rest = str_after(s, str_find_char(s, '>') + 1);
        } else { /* a '<' that is only itself */
                *t = (struct html_token){.kind = HTML_TEXT, .text = str_cut(s, 0, 1)};
                r->rest = str_after(s, 1);
                return true;
        }
        return false;
}

bool html_read(struct html_reader *r, struct html_token *ret)
{
        if (r->inside.p && read_raw(r, ret))
                return true;
        while (r->rest.n) {
                if (r->rest.p[0] == '<') {
                        if (read_markup(r, ret))
                                return true;
                        continue;
                }
                size_t n = str_find_char(r->rest, '<');
                *ret = (struct html_token){.kind = HTML_TEXT, .text = str_cut(r->rest, 0, n)};
                r->rest = str_after(r->rest, n);
                return true;
        }
        return false;
}

struct str html_attr_get(const struct html_token *t, const char *name)
{
        struct str attrs = t->attrs, n, value;
        while (html_attr(&attrs, &n, &value))
                if (str_eq_nocase(n, str_of(name)))
                        return value;
        return STR_NONE;
}

struct str html_decode(struct arena *a, struct str raw)
{
        if (!str_has_char(raw, '&'))
                return raw;
        char *from = make_n(a, raw.n + 1, char),
             *to = from; /* no reference is shorter than its character */
        for (size_t i = 0; i < raw.n;) {
                uint32_t c;
                size_t n = raw.p[i] == '&' ? entity_read(str_after(raw, i), &c) : 0;
                if (n)
                        to += utf8_write(to, c);
                else
                        *to++ = raw.p[i];
                i += n ? n : 1;
        }
        return (struct str){from, (size_t)(to - from)};
}
