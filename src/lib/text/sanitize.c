/* The sanitiser: tokens of a stranger's HTML in, markup of ours out. What comes out is made only
 * from the table of elements below, from escaped text and from attribute values checked one by one,
 * and a stack keeps it balanced; so how a browser and we may differ in reading the input does not
 * matter. Nested elements that HTML does not nest (p in p, a in a, li in li) are closed as browsers
 * close them, so that the output reads back as itself. Used on everything other servers send:
 * posts, profiles, names, previews (T028 to T034, T039). */
#include "lib/text/sanitize.h"
#include "lib/base/buf.h"
#include "lib/text/entity.h"
#include "lib/text/html.h"
#include "lib/text/html_read.h"
#include "lib/text/unicode.h"
#include "lib/text/url.h"

enum { IN_BYTES = 256 * 1024, OUT_BYTES = 64 * 1024, DEPTH = 32, DEPTH_EVER = 128 };
enum { HREF_RAW_MAX = 8192, CLASS_TOKEN_MAX = 64 };

enum element {
#define ELEMENT(id, name, block) E_##id,
#include "lib/text/sanitize.def"
#undef ELEMENT
        ELEMENTS,
        E_DROP,
        E_SPACE,
        E_NONE
};

static const struct {
        const char *name;
        bool block; /* ends an open paragraph */
} ELEMENT[ELEMENTS] = {
#define ELEMENT(id, name, block) {name, block},
#include "lib/text/sanitize.def"
#undef ELEMENT
};

struct state {
        struct arena *arena;
        struct buf b;
        size_t limit, closing; /* bytes in all; bytes of the end tags that are due */
        enum element stack[DEPTH_EVER];
        size_t depth, level, level_max; /* a heading is one entry and two levels */
        bool full;                      /* nothing more fits */
        bool pre_start;                 /* a line end here would be swallowed by the next reader */
        unsigned marks;
        struct str href;  /* of the open link */
        size_t link_from; /* where its content begins */
        bool link_hides;  /* it has invisible or ellipsis parts */
};

static const struct {
        const char *name;
        enum element element;
} NAMES[] = {
#define NAME(name, element) {name, E_##element},
#include "lib/text/sanitize.def"
#undef NAME
};

static int compare_nocase(const char *z, struct str s)
{
        for (size_t i = 0; i < s.n; i++) {
                int c = s.p[i] >= 'A' && s.p[i] <= 'Z' ? s.p[i] + 32 : s.p[i];
                if (z[i] != c || !c)
                        return (unsigned char)z[i] < (unsigned char)c ? -1 : 1;
        }
        return z[s.n] != 0;
}

static enum element element_of(struct str name)
{
        size_t low = 0, high = countof(NAMES);
        while (low < high) {
                size_t middle = (low + high) / 2;
                int order = compare_nocase(NAMES[middle].name, name);
                if (order == 0)
                        return NAMES[middle].element;
                if (order < 0)
                        low = middle + 1;
                else
                        high = middle;
        }
        return E_NONE;
}

/* Whether n more bytes fit; when they do not, the output is complete. */
static bool fits(struct state *s, size_t n)
{
        if (s->full || s->b.n + n + s->closing > s->limit)
                s->full = true;
        return !s->full;
}

static size_t end_tag_bytes(enum element e)
{
        return strlen(ELEMENT[e].name) + 3 + (e == E_HEADING ? strlen("</strong>") : 0);
}

static size_t levels(enum element e)
{
        return e == E_BR ? 0 : e == E_HEADING ? 2 : 1;
}

/* Text. */

static void put(struct state *s, uint32_t c)
{
        char text[4];
        struct str piece = {text, 0};
        if (!unicode_is_kept(c)) /* what is dropped parts no marks */
                return;
        s->marks = unicode_is_mark(c) ? s->marks + 1 : 0;
        if (s->marks > UNICODE_MARKS_MAX)
                return;
        switch (c) {
        case '&':
                piece = S("&amp;");
                break;
        case '<':
                piece = S("&lt;");
                break;
        case '>':
                piece = S("&gt;");
                break;
        case '"':
                piece = S("&quot;");
                break;
        default:
                piece.n = utf8_write(text, c);
        }
        if (fits(s, piece.n))
                buf_add(&s->b, piece);
}

static bool in_pre(const struct state *s)
{
        for (size_t i = s->depth; i--;)
                if (s->stack[i] == E_PRE)
                        return true;
        return false;
}

/* The bytes at the front that go out as they are. */
static size_t plain_run(struct str s)
{
        size_t n = 0;
        while (n < s.n && s.p[n] >= ' ' && s.p[n] < 0x7F && s.p[n] != '&' && s.p[n] != '<' &&
               s.p[n] != '>' && s.p[n] != '"')
                n++;
        return n;
}

/* E_A line end outside of pre is a space: to apps that show markup as it stands, it would be a
 * break.
 */
static void add_text(struct state *s, struct str text)
{
        bool pre = in_pre(s);
        while (text.n && !s->full) {
                size_t n = plain_run(text);
                if (n) {
                        struct str run = str_cut(text, 0, n);
                        if (!fits(s, n))
                                run = str_cut(run, 0,
                                              s->limit > s->b.n + s->closing
                                                      ? s->limit - s->b.n - s->closing
                                                      : 0);
                        buf_add(&s->b, run);
                        s->marks = 0;
                        s->pre_start = false;
                        text = str_after(text, n);
                        continue;
                }
                uint32_t c = 0xFFFD;
                n = text.p[0] == '&' ? entity_read(text, &c) : utf8_read(text.p, text.n, &c);
                if (!n && text.p[0] == '&')
                        c = '&';
                text = str_after(text, n ? n : 1);
                if (!pre && (c == '\n' || c == '\t'))
                        c = ' ';
                if (c == '\n' && s->pre_start)
                        continue;
                if (unicode_is_kept(c))
                        s->pre_start = false;
                put(s, c);
        }
}

/* For an element that was let go and stood for a line of its own; beside what is a line already,
 * nothing. */
static void add_space(struct state *s)
{
        static const char *const lines[] = {" ",     "</p>",   "</ul>",         "</ol>",
                                            "</li>", "</pre>", "</blockquote>", "<br />"};
        for (size_t i = 0; i < countof(lines); i++)
                if (str_ends(buf_str(&s->b), str_of(lines[i])))
                        return;
        if (s->b.n && fits(s, 1))
                buf_add_char(&s->b, ' ');
}

/* Links. */

/* The address to link to, or none: decoded, without the control characters and outer spaces
 * browsers ignore, of an allowed scheme, and readable to our own strict reader. */
static struct str check_href(struct state *s, struct str raw)
{
        static const char *const schemes[] = {"http", "https",  "dat",  "dweb",   "ipfs",  "ipns",
                                              "ssb",  "gopher", "xmpp", "magnet", "gemini"};
        if (!raw.p || raw.n > HREF_RAW_MAX)
                return STR_NONE;
        struct str decoded = html_decode(s->arena, raw);
        char *from = make_n(s->arena, decoded.n + 1, char), *to = from;
        for (size_t i = 0; i < decoded.n; i++)
                if ((unsigned char)decoded.p[i] >= ' ' && decoded.p[i] != 0x7F)
                        *to++ = decoded.p[i];
        struct str href = str_trim((struct str){from, (size_t)(to - from)});
        struct url u;
        if (!url_read(s->arena, href, &u))
                return STR_NONE;
        if (str_eq(u.scheme, S("http")) || str_eq(u.scheme, S("https")))
                return url_is_http(&u) ? href : STR_NONE;
        for (size_t i = 2; i < countof(schemes); i++)
                if (str_eq(u.scheme, str_of(schemes[i])))
                        return href;
        return STR_NONE;
}

static bool same_address(struct arena *a, struct str x, struct str y)
{
        struct url u, v;
        if (str_eq(x, y))
                return true;
        if (!url_read(a, x, &u) || !url_read(a, y, &v))
                return false;
        if (u.path.n == 0)
                u.path = S("/");
        if (v.path.n == 0)
                v.path = S("/");
        return str_eq(url_text(a, &u), url_text(a, &v));
}

/* Takes every `what` out of the output from `from` on. */
static void erase(struct buf *b, size_t from, struct str what)
{
        size_t to = from;
        for (size_t i = from; i < b->n;) {
                if (b->n - i >= what.n && memcmp(b->p + i, what.p, what.n) == 0)
                        i += what.n;
                else
                        b->p[to++] = b->p[i++];
        }
        b->n = to;
}

/* Parts of a link may be hidden only where its whole text is its own address; else one shows a good
 * address and leads to another (T039). Text holds no bare quote, so the attribute's bytes are found
 * in tags alone. */
static void end_link(struct state *s)
{
        if (!s->link_hides)
                return;
        struct str content = str_after(buf_str(&s->b), s->link_from);
        struct str text = markup_to_text(s->arena, (struct markup){content});
        if (same_address(s->arena, text, s->href))
                return;
        erase(&s->b, s->link_from, S(" class=\"invisible\""));
        erase(&s->b, s->link_from, S(" class=\"ellipsis\""));
}

/* Elements. */

static void pop(struct state *s)
{
        enum element e = s->stack[--s->depth];
        s->closing -= end_tag_bytes(e);
        s->level -= levels(e);
        if (e == E_A)
                end_link(s);
        if (e == E_HEADING)
                buf_add(&s->b, S("</strong>"));
        buf_add(&s->b, S("</"));
        buf_add(&s->b, str_of(ELEMENT[e].name));
        buf_add(&s->b, S(">"));
        s->pre_start = false;
}

/* The place above the newest `e`, or 0 when none is open; `stop` and its like hide what is below
 * them. */
static size_t find_open(const struct state *s, enum element e, bool stop_at_list)
{
        for (size_t i = s->depth; i--;) {
                if (s->stack[i] == e)
                        return i + 1;
                if (stop_at_list && (s->stack[i] == E_UL || s->stack[i] == E_OL))
                        return 0;
        }
        return 0;
}

static void close_to(struct state *s, size_t place)
{
        while (place && s->depth >= place)
                pop(s);
}

/* What must be closed before e opens; false when it may not open here. */
static bool make_way(struct state *s, enum element e)
{
        if (ELEMENT[e].block) {
                close_to(s, find_open(s, E_P, false));
                close_to(s, find_open(s, E_HEADING, false));
        }
        switch (e) {
        case E_A:
                close_to(s, find_open(s, E_A, false));
                return true;
        case E_LI:
                close_to(s, find_open(s, E_LI, true));
                return find_open(s, E_UL, false) || find_open(s, E_OL, false);
        case E_RT:
        case E_RP: {
                size_t ruby = find_open(s, E_RUBY, false), text = find_open(s, E_RT, false),
                       paren = find_open(s, E_RP, false);
                if (text > ruby)
                        close_to(s, text);
                else if (paren > ruby)
                        close_to(s, paren);
                return ruby > 0;
        }
        default:
                return true;
        }
}

static bool is_class(struct str token)
{
        if (str_eq(token, S("mention")) || str_eq(token, S("hashtag")) ||
            str_eq(token, S("quote-inline")))
                return true;
        if (token.n < 3 || token.n > CLASS_TOKEN_MAX || token.p[1] != '-' ||
            !strchr("hpu", token.p[0]))
                return false;
        for (size_t i = 2; i < token.n; i++)
                if (!(token.p[i] >= 'a' && token.p[i] <= 'z') && token.p[i] != '-')
                        return false;
        return true;
}

/* Behind "<name". E_A hidden part of a link carries that class alone, so that end_link finds it. */
static void add_class(struct state *s, enum element e, struct str value)
{
        bool any = false, in_link = e == E_SPAN && find_open(s, E_A, false);
        size_t from = s->b.n;
        struct str token;
        for (char *p = str_z(s->arena, value), *save = NULL; (p = strtok_r(p, " \t\n\f\r", &save));
             p = NULL) {
                token = str_of(p);
                if (in_link && (str_eq(token, S("invisible")) || str_eq(token, S("ellipsis")))) {
                        s->b.n = from;
                        s->link_hides = any = true;
                        buf_add(&s->b, S(" class=\""));
                        buf_add(&s->b, token);
                        break;
                }
                if (!is_class(token))
                        continue;
                buf_add(&s->b, any ? S(" ") : S(" class=\""));
                buf_add(&s->b, token);
                any = true;
        }
        if (any)
                buf_add(&s->b, S("\""));
}

static void add_number(struct state *s, const char *name, struct str value)
{
        int64_t v;
        if (value.p && str_to_i64(str_trim(value), &v) && v >= INT32_MIN && v <= INT32_MAX)
                buf_addf(&s->b, " %s=\"%d\"", name, (int)v);
}

static void add_attributes(struct state *s, enum element e, const struct html_token *t)
{
        if (e == E_A) {
                buf_add(&s->b, S(" href=\""));
                html_escape(&s->b, s->href);
                buf_add(&s->b, S("\""));
        }
        if (e == E_A || e == E_SPAN || e == E_P)
                add_class(s, e, html_attr_get(t, "class"));
        if ((e == E_A || e == E_SPAN) && str_eq(html_attr_get(t, "translate"), S("no")))
                buf_add(&s->b, S(" translate=\"no\""));
        if (e == E_A)
                buf_add(&s->b, S(" rel=\"nofollow noopener\" target=\"_blank\""));
        if (e == E_OL) {
                add_number(s, "start", html_attr_get(t, "start"));
                if (html_attr_get(t, "reversed").p)
                        buf_add(&s->b, S(" reversed"));
        }
        if (e == E_LI)
                add_number(s, "value", html_attr_get(t, "value"));
}

static void push(struct state *s, enum element e)
{
        s->stack[s->depth++] = e;
        s->closing += end_tag_bytes(e);
        s->level += levels(e);
        s->pre_start = e == E_PRE;
        s->link_from = e == E_A ? s->b.n : s->link_from;
}

static void open_element(struct state *s, enum element e, const struct html_token *t)
{
        struct str href = e == E_A ? check_href(s, html_attr_get(t, "href")) : STR_NONE;
        if (!make_way(s, e)) {
                add_space(s);
                return;
        }
        if ((e == E_A && !href.p) || s->level + levels(e) > s->level_max)
                return;
        if (e == E_A) {
                s->href = href;
                s->link_hides = false;
        }
        size_t from = s->b.n;
        buf_add(&s->b, S("<"));
        buf_add(&s->b, str_of(ELEMENT[e].name));
        add_attributes(s, e, t);
        buf_add(&s->b, e == E_BR ? S(" />") : e == E_HEADING ? S("><strong>") : S(">"));
        if (!fits(s, e == E_BR ? 0 : end_tag_bytes(e)))
                s->b.n = from;
        else if (e == E_BR)
                s->pre_start = false;
        else
                push(s, e);
}

/* E_A dropped element goes with everything up to its own end tag; svg and math may end themselves.
 */
static void skip_element(struct html_reader *r, const struct html_token *t)
{
        struct html_token next;
        size_t open = 1;
        if (t->self_closing &&
            (str_eq_nocase(t->name, S("svg")) || str_eq_nocase(t->name, S("math"))))
                return;
        while (open && html_read(r, &next)) {
                if (next.kind == HTML_TEXT || !str_eq_nocase(next.name, t->name))
                        continue;
                if (next.kind == HTML_CLOSE)
                        open--;
                else
                        open++;
        }
}

static void take(struct state *s, struct html_reader *r, const struct html_token *t)
{
        if (t->kind == HTML_TEXT) {
                add_text(s, t->text);
                return;
        }
        enum element e = element_of(t->name);
        if (e == E_SPACE)
                add_space(s);
        if (t->kind == HTML_OPEN && e == E_DROP)
                skip_element(r, t);
        if (e >= ELEMENTS)
                return;
        if (t->kind == HTML_OPEN || e == E_BR)
                open_element(s, e, t);
        else
                close_to(s, find_open(s, e, e == E_LI));
}

static size_t limit(size_t given, size_t usual)
{
        return given ? given : usual;
}

struct markup sanitize(struct arena *a, struct str html, const struct sanitize_limits *limits)
{
        struct sanitize_limits l = limits ? *limits : (struct sanitize_limits){0};
        struct state s = {.arena = a,
                          .limit = limit(l.out_bytes, OUT_BYTES),
                          .level_max = limit(l.depth, DEPTH)};
        struct html_reader r;
        struct html_token t;
        if (s.level_max > DEPTH_EVER)
                die("sanitize: depth limit over %d", DEPTH_EVER);
        html_read_open(&r, utf8_cut(html, limit(l.in_bytes, IN_BYTES)));
        while (!s.full && html_read(&r, &t))
                take(&s, &r, &t);
        close_to(&s, s.depth ? 1 : 0);
        if (s.b.failed)
                die("out of memory");
        struct markup m = {str_dup(a, buf_str(&s.b))};
        buf_free(&s.b);
        return m;
}
