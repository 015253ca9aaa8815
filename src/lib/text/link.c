/* The linkifier. What counts as a mention, hashtag or link follows Mastodon (app/lib/extractor.rb
 * and the twitter-text rules it changes), because people and apps have learnt them; instead of its
 * expressions there is one scanner that goes forward only, so no text is slow. Where we differ on
 * purpose: hosts are checked as hosts and not against a list of top-level domains, and test
 * machines' names may carry a port in a mention. */
#include "lib/text/link.h"
#include "lib/base/arena.h"
#include "lib/text/unicode.h"
#include "lib/text/url.h"

enum {
        SPANS_FIRST = 16,
        SPANS_MAX = 500
}; /* 50 mentions, 100 tags and 20 links of a post are kept at all (T157, T158) */
enum { URL_CHARS = 23 };

struct scan {
        struct arena *arena;
        struct str text;
        struct link_list *list;
        size_t room;
};

/* The code point at i, and in *n its length; bytes that are none give U+FFFD, the end gives 0. */
static uint32_t at(struct str s, size_t i, size_t *n)
{
        uint32_t c;
        *n = i < s.n ? utf8_read(s.p + i, s.n - i, &c) : 0;
        if (*n)
                return c;
        *n = i < s.n;
        return i < s.n ? 0xFFFD : 0;
}

static uint32_t before(struct str s, size_t i)
{
        size_t n, from = i;
        if (!i)
                return 0;
        while (from > 0 && i - from < 4 && (s.p[from - 1] & 0xC0) == 0x80)
                from--;
        return at(s, from ? from - 1 : 0, &n);
}

static char byte(struct str s, size_t i)
{
        return i < s.n ? s.p[i] : 0;
}

static bool is_digit(char c)
{
        return c >= '0' && c <= '9';
}

static bool is_user_char(char c)
{
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_';
}

static struct link_span *add(struct scan *s, enum link_kind kind, size_t from, size_t end)
{
        if (s->list->n == s->room) {
                s->room = s->room ? s->room * 2 : SPANS_FIRST;
                struct link_span *v = make_n(s->arena, s->room, struct link_span);
                if (s->list->n)
                        memcpy(v, s->list->v, s->list->n * sizeof *v);
                s->list->v = v;
        }
        struct link_span *span = &s->list->v[s->list->n++];
        *span = (struct link_span){.kind = kind, .from = from, .n = end - from};
        return span;
}

/* A run of word characters, with dots and hyphens inside; its end. */
static size_t domain_end(struct str s, size_t i)
{
        size_t end = i, n;
        for (;; i += n) {
                uint32_t c = at(s, i, &n);
                if (unicode_is_word(c))
                        end = i + n;
                else if ((c != '.' && c != '-') || end == 0)
                        return end;
        }
}

/* Names that are never public (RFC 6761) and addresses: a server there has a port that belongs to
 * its name. */
static bool is_test_host(struct str host)
{
        static const char *const names[] = {"localhost", "test", "example", "invalid"};
        size_t dot = host.n;
        while (dot && host.p[dot - 1] != '.')
                dot--;
        struct str last = str_after(host, dot);
        for (size_t i = 0; i < countof(names); i++)
                if (str_eq_nocase(last, str_of(names[i])))
                        return true;
        int64_t ignored;
        return dot && str_to_i64(last, &ignored);
}

static size_t port_end(struct str s, size_t i)
{
        size_t end = i + 1;
        while (end - i < 6 && is_digit(byte(s, end)))
                end++;
        size_t n;
        return byte(s, i) == ':' && end > i + 2 && !unicode_is_word(at(s, end, &n)) ? end : i;
}

/* A Latin letter with an accent goes on with the word, as "@josé"; so does "://" ("user@host://").
 */
static bool spoils_mention(struct str s, size_t end)
{
        size_t n;
        uint32_t c = at(s, end, &n);
        return c == '@' || c == 0xFF20 || (c >= 0xC0 && c <= 0x24F && c != 0xD7 && c != 0xF7) ||
               (c >= 0x300 && c <= 0x36F) || (c >= 0x1E00 && c <= 0x1EFF) ||
               str_starts(str_after(s, end), S("://"));
}

/* At an '@'. Each of these gives how many bytes were looked at for good. */
static size_t find_mention(struct scan *s, size_t from)
{
        uint32_t c = before(s->text, from);
        size_t i = from + 1, end = i;
        if (unicode_is_word(c) || c == '/' || c == '=')
                return 1;
        for (; is_user_char(byte(s->text, i)) ||
               (i > from + 1 && (byte(s->text, i) == '.' || byte(s->text, i) == '-'));
             i++)
                if (is_user_char(byte(s->text, i)))
                        end = i + 1;
        if (end == from + 1)
                return 1;
        struct str name = str_cut(s->text, from + 1, end - from - 1), domain = STR_NONE;
        size_t n;
        if (byte(s->text, end) == '@' && unicode_is_word(at(s->text, end + 1, &n))) {
                i = domain_end(s->text, end + 1);
                if (is_test_host(str_cut(s->text, end + 1, i - end - 1)))
                        i = port_end(s->text, i);
                domain = str_cut(s->text, end + 1, i - end - 1);
                end = i;
        }
        if (!spoils_mention(s->text, end)) {
                struct link_span *span = add(s, LINK_MENTION, from, end);
                span->name = name;
                span->domain = domain.p ? domain : S("");
        }
        return end - from;
}

/* Characters that may stand inside a tag but neither begin nor end it: middle dots and the
 * non-joiner. */
static bool is_tag_separator(uint32_t c)
{
        return c == 0xB7 || c == 0x30FB || c == 0x200C;
}

/* At a '#' of `sign` bytes. A tag has a letter or a separator in it; "#1" is no tag. */
static size_t find_hashtag(struct scan *s, size_t from, size_t sign)
{
        uint32_t c = before(s->text, from);
        if (unicode_is_word(c) || c == '/' || c == ')' || c == '=')
                return sign;
        size_t i = from + sign, end = i, n, underscore = 0;
        bool letter = false, separator = false, pending = false;
        for (;; i += n) {
                c = at(s->text, i, &n);
                if (unicode_is_word(c)) {
                        letter |= unicode_is_letter(c);
                        separator |= pending;
                        end = i + n;
                        if (c == '_' && i > from + sign && !underscore)
                                underscore = end;
                } else if (is_tag_separator(c) && end > from + sign) {
                        pending = true;
                } else {
                        break;
                }
        }
        if (!letter && !separator && !(underscore && underscore < end))
                return end > from + sign ? end - from : sign;
        struct str name = str_cut(s->text, from + sign, end - from - sign);
        if (str_starts(str_after(s->text, end), S("://"))) { /* "#taghttps://..." */
                size_t scheme = str_ends(name, S("https")) ? 5 : str_ends(name, S("http")) ? 4 : 0;
                if (scheme < name.n) {
                        name.n -= scheme;
                        end -= scheme;
                }
        }
        add(s, LINK_HASHTAG, from, end)->name = name;
        return end - from;
}

static bool is_host_char(uint32_t c)
{
        return c == '-' || unicode_is_word(c);
}

/* Labels with single dots between. The last label of a real name is all ASCII or not at all, so
 * where ASCII goes over into something else the address has ended and Japanese or Chinese goes on
 * without a space. */
static size_t host_end(struct str s, size_t from)
{
        size_t i = from, n, next, label = from, ascii = from;
        for (;; i += n) {
                uint32_t c = at(s, i, &n);
                if (is_host_char(c)) {
                        if (c < 0x80 && ascii == i)
                                ascii = i + n;
                } else if (c == '.' && i > label && is_host_char(at(s, i + 1, &next))) {
                        label = ascii = i + 1;
                } else {
                        break;
                }
        }
        if (ascii > label)
                i = ascii;
        while (i > from && s.p[i - 1] == '-')
                i--;
        return i;
}

static bool is_path_char(uint32_t c)
{
        return c && c != '<' && c != '>' && c != '(' && c != ')' && c != '?' &&
               !unicode_is_space(c);
}

/* Punctuation that belongs to the sentence around when it stands at the very end. */
static bool may_end_path(uint32_t c)
{
        return c >= 0x80 ? c != 0x300C && c != 0x300D : !strchr("!*\"':;=,.$%[]~&|@", (int)c);
}

/* A '(' with its ')': something inside, at most one more pair. How many bytes; 0 when it is not
 * closed so. */
static size_t parentheses(struct str s, size_t from)
{
        size_t i = from + 1, n, depth = 1, inside = 0;
        for (;; i += n) {
                uint32_t c = at(s, i, &n);
                if (c == '(' && depth == 1) {
                        depth++;
                        inside = 0;
                } else if (c == ')' && inside) {
                        if (--depth == 0)
                                return i + 1 - from;
                } else if (is_path_char(c)) {
                        inside++;
                } else {
                        return 0;
                }
        }
}

static size_t path_end(struct str s, size_t from)
{
        size_t i = from, end = from, n;
        for (;; i += n) {
                uint32_t c = at(s, i, &n);
                if (c == '(' && (n = parentheses(s, i)) > 0) {
                        end = i + n;
                } else if (is_path_char(c)) {
                        if (may_end_path(c))
                                end = i + n;
                } else {
                        return end;
                }
        }
}

static size_t query_end(struct str s, size_t from)
{
        size_t i = from + 1, end = from, n;
        for (;; i += n) {
                uint32_t c = at(s, i, &n);
                bool ends = c >= 0xA0 ? !unicode_is_space(c)
                                      : is_user_char((char)c) || (c && strchr("&=#/-", (int)c));
                if (ends)
                        end = i + n;
                else if (!c || c >= 0x80 || !strchr("!?*'();:+$%[].,~|@^", (int)c))
                        return end;
        }
}

/* A name with a dot in it, an address, or this machine; anything that host_to_ascii takes. */
static bool check_host(struct scan *s, struct str host)
{
        struct str ignored;
        if (!str_has_char(host, '.') && !str_eq_nocase(host, S("localhost")))
                return false;
        return host_to_ascii(s->arena, host, &ignored);
}

/* At an 'h'. */
static size_t find_url(struct scan *s, size_t from)
{
        struct str rest = str_after(s->text, from);
        size_t scheme = str_starts_nocase(rest, S("https://"))  ? 8
                        : str_starts_nocase(rest, S("http://")) ? 7
                                                                : 0;
        uint32_t c = before(s->text, from);
        if (!scheme)
                return 1;
        if ((c < 0x80 && c != '_' && unicode_is_word(c)) || c == '@' || c == 0xFF20 || c == '$' ||
            c == '#' || c == 0xFF03)
                return scheme;
        size_t host = from + scheme, end = host_end(s->text, host);
        if (byte(s->text, end) == '@' || !check_host(s, str_cut(s->text, host, end - host)))
                return scheme;
        if (byte(s->text, end) == ':' && is_digit(byte(s->text, end + 1)))
                for (end++; is_digit(byte(s->text, end));)
                        end++;
        if (byte(s->text, end) == '/')
                end = path_end(s->text, end);
        if (byte(s->text, end) == '?')
                end = query_end(s->text, end);
        struct link_span *span = add(s, LINK_URL, from, end);
        struct url u;
        span->name = str_cut(s->text, from, end - from);
        if (url_read(s->arena, span->name, &u) && url_is_http(&u))
                span->href = span->name;
        return end - from;
}

struct link_list link_find(struct arena *a, struct str text)
{
        struct link_list list = {.n = 0};
        struct scan s = {.arena = a, .text = text, .list = &list};
        for (size_t i = 0; i < text.n && list.n < SPANS_MAX;) {
                switch (text.p[i]) {
                case '@':
                        i += find_mention(&s, i);
                        break;
                case '#':
                        i += find_hashtag(&s, i, 1);
                        break;
                case '\xef': /* U+FF03, the wide '#' */
                        i += str_starts(str_after(text, i), S("\xef\xbc\x83"))
                                     ? find_hashtag(&s, i, 3)
                                     : 1;
                        break;
                case 'h':
                case 'H':
                        i += find_url(&s, i);
                        break;
                default:
                        i++;
                }
        }
        return list;
}

size_t link_count(struct arena *a, struct str text)
{
        struct link_list links = link_find(a, text);
        size_t count = 0, from = 0;
        for (size_t i = 0; i < links.n; i++) {
                const struct link_span *l = &links.v[i];
                count += text_count(str_cut(text, from, l->from - from));
                if (l->kind == LINK_URL)
                        count += URL_CHARS;
                else
                        count += text_count(l->name) + 1;
                from = l->from + l->n;
        }
        return count + text_count(str_after(text, from));
}
