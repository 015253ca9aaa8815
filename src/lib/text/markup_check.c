/* A strict reader of the canonical grammar: see markup_check.h. */
#include "lib/text/markup_check.h"
#include "lib/base/die.h"
#include "lib/text/unicode.h"

struct check {
        struct str s, stack[200];
        size_t depth;
};

static bool take(struct check *c, struct str head)
{
        if (!str_starts(c->s, head))
                return false;
        c->s = str_after(c->s, head.n);
        return true;
}

static struct str take_run(struct check *c, const char *set)
{
        size_t n = 0;
        while (n < c->s.n && c->s.p[n] && strchr(set, c->s.p[n]))
                n++;
        struct str run = str_cut(c->s, 0, n);
        c->s = str_after(c->s, n);
        return run;
}

static bool is_one_of(struct str word, const char *list)
{
        struct str rest = str_of(list), one;
        while (str_next(&rest, ' ', &one))
                if (str_eq(one, word))
                        return true;
        return false;
}

static bool check_classes(struct str value, bool span)
{
        struct str token;
        while (str_next(&value, ' ', &token)) {
                if (is_one_of(token, "mention hashtag quote-inline"))
                        continue;
                if (span && is_one_of(token, "invisible ellipsis"))
                        continue;
                if (token.n < 3 || !strchr("hpu", token.p[0]) || token.p[1] != '-')
                        return false;
        }
        return true;
}

static bool check_href(struct str value)
{
        static const char *const schemes[] = {
                "http:", "https:",  "dat:",  "dweb:",   "ipfs:",  "ipns:",
                "ssb:",  "gopher:", "xmpp:", "magnet:", "gemini:"};
        for (size_t i = 0; i < countof(schemes); i++)
                if (str_starts_nocase(value, str_of(schemes[i])))
                        return true;
        return false;
}

static const char *check_attribute(struct check *c, struct str tag)
{
        struct str name = take_run(c, "abcdefghijklmnopqrstuvwxyz");
        if (str_eq(tag, S("ol")) && str_eq(name, S("reversed")))
                return NULL;
        if (!take(c, S("=\"")))
                return "attribute without quotes";
        size_t n = str_find_char(c->s, '"');
        struct str value = str_cut(c->s, 0, n);
        c->s = str_after(c->s, n + 1);
        if (str_has_char(value, '<') || str_has_char(value, '>'))
                return "bracket in a value";
        bool a = str_eq(tag, S("a")), span = str_eq(tag, S("span"));
        if (str_eq(name, S("class")) && (a || span || str_eq(tag, S("p"))))
                return check_classes(value, span) ? NULL : "class";
        if (str_eq(name, S("href")) && a)
                return check_href(value) ? NULL : "href";
        if (str_eq(name, S("rel")) && a)
                return str_eq(value, S("nofollow noopener")) ? NULL : "rel";
        if (str_eq(name, S("target")) && a)
                return str_eq(value, S("_blank")) ? NULL : "target";
        if (str_eq(name, S("translate")) && (a || span))
                return str_eq(value, S("no")) ? NULL : "translate";
        int64_t number;
        if ((str_eq(name, S("start")) && str_eq(tag, S("ol"))) ||
            (str_eq(name, S("value")) && str_eq(tag, S("li"))))
                return str_to_i64(value, &number) ? NULL : "number";
        return "attribute";
}

static const char *check_tag(struct check *c, size_t depth_max)
{
        bool close = take(c, S("/"));
        struct str tag = take_run(c, "abcdefghijklmnopqrstuvwxyz");
        if (!is_one_of(tag, "p br span a del s pre blockquote code b strong u sub sup i em ul ol "
                            "li ruby rt rp"))
                return "element";
        if (close) {
                if (!c->depth || !str_eq(c->stack[--c->depth], tag))
                        return "balance";
                return take(c, S(">")) ? NULL : "end tag";
        }
        if (str_eq(tag, S("br")))
                return take(c, S(" />")) ? NULL : "br";
        while (take(c, S(" "))) {
                const char *bad = check_attribute(c, tag);
                if (bad)
                        return bad;
        }
        if (!take(c, S(">")))
                return "tag";
        if (c->depth == depth_max)
                return "depth";
        c->stack[c->depth++] = tag;
        return NULL;
}

static bool check_character(struct check *c)
{
        static const char *const references[] = {"&amp;", "&lt;", "&gt;", "&quot;"};
        if (c->s.p[0] == '&') {
                for (size_t i = 0; i < countof(references); i++)
                        if (take(c, str_of(references[i])))
                                return true;
                return false;
        }
        uint32_t code;
        size_t n = utf8_read(c->s.p, c->s.n, &code);
        c->s = str_after(c->s, n);
        return n && unicode_is_kept(code) && code != '>' && code != '"';
}

const char *markup_check(struct str html, size_t depth_max)
{
        struct check c = {.s = html};
        while (c.s.n) {
                if (take(&c, S("<"))) {
                        const char *bad = check_tag(&c, depth_max);
                        if (bad)
                                return bad;
                } else if (!check_character(&c)) {
                        return "text";
                }
        }
        return c.depth ? "unclosed" : NULL;
}
