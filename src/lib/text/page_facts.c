/* Reading the heads of strangers' pages: see page_facts.h. Called by the job that makes previews of
 * links; our own tokenizer finds the elements. */
#include "lib/text/page_facts.h"
#include "lib/base/buf.h"
#include "lib/text/date.h"
#include "lib/text/html_read.h"
#include "lib/text/language.h"
#include "lib/text/unicode.h"
#include "lib/text/url.h"
#include <iconv.h>

/* ---- text ---- */

static struct str one_line(struct arena *a, struct str raw, size_t most)
{
        struct str text;
        if (raw.n > 8 * most) /* references and spaces shrink */
                raw = utf8_cut(raw, 8 * most);
        if (!text_clean(a, html_decode(a, raw), &text))
                return STR_NONE;
        char *to = make_n(a, text.n + 1, char);
        size_t n = 0;
        for (size_t i = 0; i < text.n; i++) {
                char c = text.p[i];
                bool space = c == ' ' || c == '\n' || c == '\t';
                if (!space)
                        to[n++] = c;
                else if (n && to[n - 1] != ' ')
                        to[n++] = ' ';
        }
        return utf8_cut(str_trim((struct str){to, n}), most);
}

static void set(struct str *at, struct str value)
{
        if (!at->n && value.n)
                *at = value;
}

/* ---- addresses ---- */

static struct str relative(struct arena *a, const struct url *base, struct str href)
{
        struct str origin = url_origin(a, base);
        if (str_starts(href, S("//")))
                return str_fmt(a, "%.*s:%.*s", STR_ARG(base->scheme), STR_ARG(href));
        if (str_starts(href, S("/")))
                return str_join(a, origin, href);
        size_t n = base->path.n;
        while (n && base->path.p[n - 1] != '/')
                n--;
        struct str folder = n ? str_cut(base->path, 0, n) : S("/");
        return str_fmt(a, "%.*s%.*s%.*s", STR_ARG(origin), STR_ARG(folder), STR_ARG(href));
}

/* "https:", "data:": a scheme before any slash. */
static bool has_scheme(struct str s)
{
        size_t colon = str_find_char(s, ':');
        return colon < s.n && colon < str_find_char(s, '/') && colon < str_find_char(s, '?') &&
               colon < str_find_char(s, '#');
}

struct str page_address(struct arena *a, struct str base, struct str href)
{
        struct url b, u;
        href = str_trim(href);
        if (!href.n || href.n > PAGE_ADDRESS_BYTES)
                return STR_NONE;
        if (!has_scheme(href)) {
                if (!url_read(a, base, &b) || !url_is_http(&b))
                        return STR_NONE;
                href = relative(a, &b, str_replace(a, href, S(" "), S("%20")));
        } else {
                href = str_replace(a, href, S(" "), S("%20"));
        }
        if (!url_read(a, href, &u) || !url_is_http(&u))
                return STR_NONE;
        href = url_text(a, &u); /* escapes make it longer */
        return href.n <= PAGE_ADDRESS_BYTES ? href : STR_NONE;
}

/* ---- elements ---- */

struct page {
        struct arena *a;
        struct str base;
        struct page_facts *facts;
        /* By worth: OpenGraph before Twitter's before the page's own words. */
        struct str titles[3], descriptions[3], images[2], words[2], authors[2];
        struct str locale;
};

struct meta {
        const char *name;
        size_t at; /* of a struct str in struct page */
        size_t most;
};
#define AT(member) offsetof(struct page, member)
static const struct meta metas[] = {
        {"og:title", AT(titles[0]), PAGE_TITLE_BYTES},
        {"twitter:title", AT(titles[1]), PAGE_TITLE_BYTES},
        {"og:description", AT(descriptions[0]), PAGE_DESCRIPTION_BYTES},
        {"twitter:description", AT(descriptions[1]), PAGE_DESCRIPTION_BYTES},
        {"description", AT(descriptions[2]), PAGE_DESCRIPTION_BYTES},
        {"og:image:secure_url", AT(images[0]), PAGE_ADDRESS_BYTES},
        {"og:image:url", AT(images[0]), PAGE_ADDRESS_BYTES},
        {"og:image", AT(images[0]), PAGE_ADDRESS_BYTES},
        {"twitter:image", AT(images[1]), PAGE_ADDRESS_BYTES},
        {"twitter:image:src", AT(images[1]), PAGE_ADDRESS_BYTES},
        {"og:image:alt", AT(words[0]), PAGE_DESCRIPTION_BYTES},
        {"twitter:image:alt", AT(words[1]), PAGE_DESCRIPTION_BYTES},
        {"article:author", AT(authors[0]), PAGE_ADDRESS_BYTES},
        {"author", AT(authors[1]), PAGE_NAME_BYTES},
        {"og:locale", AT(locale), 64},
};

static void read_meta(struct page *p, const struct html_token *t)
{
        struct str name = html_attr_get(t, "property"), content = html_attr_get(t, "content");
        if (!name.n)
                name = html_attr_get(t, "name");
        if (!name.n || !content.n || name.n > 64)
                return;
        if (str_eq_nocase(name, S("og:site_name")))
                set(&p->facts->site, one_line(p->a, content, PAGE_NAME_BYTES));
        if (str_eq_nocase(name, S("article:published_time")) && !p->facts->published_at &&
            !date_read_iso(one_line(p->a, content, 64), &p->facts->published_at))
                p->facts->published_at = 0;
        for (size_t i = 0; i < countof(metas); i++)
                if (str_eq_nocase(name, str_of(metas[i].name)))
                        set((struct str *)((char *)p + metas[i].at),
                            one_line(p->a, content, metas[i].most));
}

static struct str best(const struct str *v, size_t n)
{
        for (size_t i = 0; i < n; i++)
                if (v[i].n)
                        return v[i];
        return STR_NONE;
}

/* "en_GB", "pt-BR": the language alone. */
static struct str language(struct arena *a, struct str tag)
{
        size_t n = 0;
        while (n < tag.n && tag.p[n] != '-' && tag.p[n] != '_')
                n++;
        struct str code = str_lower(a, str_cut(tag, 0, n));
        return language_name(code).n ? code : STR_NONE;
}

/* article:author is a name on some sites and a profile's address on others. */
static void settle_author(struct page *p)
{
        struct str said = p->authors[0];
        if (has_scheme(said)) {
                p->facts->author_url = page_address(p->a, p->base, said);
                said = STR_NONE;
        }
        p->facts->author = utf8_cut(said.n ? said : p->authors[1], PAGE_NAME_BYTES);
        if (has_scheme(p->facts->author))
                p->facts->author = STR_NONE;
}

static void settle(struct page *p, struct str html_language)
{
        struct page_facts *f = p->facts;
        f->title = best(p->titles, countof(p->titles));
        f->description = best(p->descriptions, countof(p->descriptions));
        f->image_words = best(p->words, countof(p->words));
        for (size_t i = 0; i < countof(p->images) && !f->image.n; i++)
                f->image = page_address(p->a, p->base, p->images[i]);
        f->language = language(p->a, html_language.n ? html_language : p->locale);
        settle_author(p);
}

void page_facts_read(struct arena *a, struct str html, struct str base, struct page_facts *ret)
{
        struct page p = {.a = a, .base = base, .facts = ret};
        struct html_reader r;
        struct html_token t;
        struct str lang = STR_NONE;
        bool in_title = false, in_drawing = false;
        *ret = (struct page_facts){0};
        html_read_open(&r, html);
        while (html_read(&r, &t)) {
                bool open = t.kind == HTML_OPEN;
                if (t.kind == HTML_TEXT && in_title && !in_drawing)
                        set(&p.titles[2], one_line(a, t.text, PAGE_TITLE_BYTES));
                in_title = open && str_eq_nocase(t.name, S("title"));
                if (t.kind != HTML_TEXT && str_eq_nocase(t.name, S("svg"))) /* has titles, too */
                        in_drawing = open && !t.self_closing;
                if (open && str_eq_nocase(t.name, S("html")))
                        set(&lang, one_line(a, html_attr_get(&t, "lang"), 64));
                if (open && str_eq_nocase(t.name, S("meta")))
                        read_meta(&p, &t);
        }
        settle(&p, lang);
}

/* ---- encodings ---- */

/* Names as pages write them; any other is read as UTF-8. Not all that iconv knows: some of its
 * encodings give text of many times the length. */
static const char *const encodings[][2] = {
        {"iso-8859-1", "WINDOWS-1252"}, /* by the standard, and in truth */
        {"latin1", "WINDOWS-1252"},
        {"us-ascii", "WINDOWS-1252"},
        {"windows-1250", "WINDOWS-1250"},
        {"windows-1251", "WINDOWS-1251"},
        {"windows-1252", "WINDOWS-1252"},
        {"windows-1253", "WINDOWS-1253"},
        {"windows-1254", "WINDOWS-1254"},
        {"windows-1255", "WINDOWS-1255"},
        {"windows-1256", "WINDOWS-1256"},
        {"windows-1257", "WINDOWS-1257"},
        {"iso-8859-2", "ISO-8859-2"},
        {"iso-8859-5", "ISO-8859-5"},
        {"iso-8859-7", "ISO-8859-7"},
        {"iso-8859-9", "WINDOWS-1254"},
        {"iso-8859-15", "ISO-8859-15"},
        {"koi8-r", "KOI8-R"},
        {"koi8-u", "KOI8-U"},
        {"shift_jis", "CP932"},
        {"x-sjis", "CP932"},
        {"euc-jp", "EUC-JP"},
        {"euc-kr", "CP949"},
        {"gb2312", "GB18030"},
        {"gbk", "GB18030"},
        {"gb18030", "GB18030"},
        {"big5", "BIG5-HKSCS"},
};

static struct str charset_in(struct str value)
{
        struct str at = str_after(value, str_find(value, S("charset=")) + 8);
        if (str_starts(at, S("\"")) || str_starts(at, S("'")))
                at = str_after(at, 1);
        size_t n = 0;
        while (n < at.n && at.p[n] != '"' && at.p[n] != '\'' && at.p[n] != ';' && at.p[n] != ' ' &&
               at.p[n] != '>' && at.p[n] != '/')
                n++;
        return str_cut(at, 0, n);
}

static const char *encoding_of(struct arena *a, struct str bytes, struct str content_type)
{
        enum { HEAD = 1024 }; /* where the standard has it looked for */
        struct str name = charset_in(str_lower(a, str_cut(content_type, 0, 256)));
        if (!name.n)
                name = charset_in(str_lower(a, str_cut(bytes, 0, HEAD)));
        for (size_t i = 0; i < countof(encodings); i++)
                if (str_eq(name, str_of(encodings[i][0])))
                        return encodings[i][1];
        return NULL;
}

static struct str repair(struct arena *a, struct str s)
{
        struct buf b = {0};
        uint32_t c;
        if (utf8_valid(s))
                return s;
        for (size_t i = 0, from = 0;;) {
                size_t n = i < s.n ? utf8_read(s.p + i, s.n - i, &c) : 0;
                if (n) {
                        i += n;
                        continue;
                }
                buf_add(&b, str_cut(s, from, i - from));
                if (i >= s.n)
                        break;
                buf_add(&b, S("\xEF\xBF\xBD"));
                from = ++i;
        }
        return buf_take(a, &b);
}

static struct str convert(struct arena *a, struct str bytes, iconv_t how)
{
        enum { GROWS = 3 }; /* of one byte, by each of the encodings above */
        char *out = make_n(a, GROWS * bytes.n + 8, char), *to = out, *from = (char *)bytes.p;
        size_t left = bytes.n, room = GROWS * bytes.n + 8;
        while (left && iconv(how, &from, &left, &to, &room) == (size_t)-1) {
                if (!left || room < 4)
                        break;
                *to++ = '?';
                room--;
                from++;
                left--;
        }
        return (struct str){out, (size_t)(to - out)};
}

struct str page_text(struct arena *a, struct str bytes, struct str content_type)
{
        const char *encoding = encoding_of(a, bytes, content_type);
        iconv_t how = encoding ? iconv_open("UTF-8", encoding) : (iconv_t)-1;
        if (how == (iconv_t)-1)
                return repair(a, bytes);
        struct str text = convert(a, bytes, how);
        iconv_close(how);
        return repair(a, text);
}
