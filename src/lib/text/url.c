/* The URL reader. Every program in a chain (we, the proxy, curl, the peer's browser) must see the
 * same host in the same text, or checks made on one reading are void for the other; so whatever two
 * readers are known to disagree about is refused: backslashes, control bytes, a second @, hosts
 * that look like odd numbers, percent signs in hosts. What is merely not allowed by RFC 3986 in a
 * path or query but seen every day (spaces excepted) is percent-encoded as browsers do. Used
 * wherever an address comes from a person or another server. */
#include "lib/text/url.h"
#include "lib/base/arena.h"
#include "lib/text/unicode.h"
#include <arpa/inet.h>
#include <idn2.h>

enum { URL_MAX = 2048, HOST_MAX = 253, LABEL_MAX = 63, IDN_MAX = 1000 };

static bool is_alpha(char c)
{
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
        return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
        return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_one_of(char c, const char *set)
{
        return c && strchr(set, c);
}

/* unreserved / sub-delims, section 2.2 and 2.3 */
static bool is_plain(char c)
{
        return is_alpha(c) || is_digit(c) || is_one_of(c, "-._~!$&'()*+,;=");
}

/* Path, query or fragment: what stands as it is, and what is encoded. False on a bad escape. */
static bool read_part(struct arena *a, struct str s, const char *extra, struct str *ret)
{
        static const char hex[] = "0123456789ABCDEF";
        size_t odd = 0;
        for (size_t i = 0; i < s.n; i++) {
                char c = s.p[i];
                if (c == '%') {
                        if (i + 2 >= s.n || !is_hex(s.p[i + 1]) || !is_hex(s.p[i + 2]))
                                return false;
                } else if (!is_plain(c) && !is_one_of(c, extra)) {
                        odd++;
                }
        }
        *ret = s;
        if (!odd)
                return true;
        char *p = make_n(a, s.n + 2 * odd + 1, char), *to = p;
        for (size_t i = 0; i < s.n; i++) {
                unsigned char c = (unsigned char)s.p[i];
                if (c == '%' || is_plain((char)c) || is_one_of((char)c, extra)) {
                        *to++ = (char)c;
                        continue;
                }
                *to++ = '%';
                *to++ = hex[c >> 4];
                *to++ = hex[c & 15];
        }
        *ret = (struct str){p, (size_t)(to - p)};
        return true;
}

static struct str last_label(struct str host)
{
        size_t from = host.n;
        while (from && host.p[from - 1] != '.')
                from--;
        return str_after(host, from);
}

/* 2130706433, 0x7f.1 and 0177.0.0.1 are addresses to some readers and names to others. */
static bool ends_in_number(struct str host)
{
        struct str label = last_label(host);
        bool digits = label.n > 0, hex = str_starts(label, S("0x"));
        for (size_t i = 0; i < label.n; i++) {
                digits &= is_digit(label.p[i]);
                hex &= i < 2 || is_hex(label.p[i]);
        }
        return digits || hex;
}

static bool is_ipv4(struct str host)
{
        char z[16];
        struct in_addr ignored;
        if (host.n >= sizeof z)
                return false;
        memcpy(z, host.p, host.n);
        z[host.n] = 0;
        return inet_pton(AF_INET, z, &ignored) == 1;
}

/* Lower-case ASCII labels of letters, digits, hyphens inside, and underscores (not a host name by
 * RFC 1123, but in the DNS and in use). */
static bool check_labels(struct str host)
{
        struct str label, rest = host;
        if (host.n == 0 || host.n > HOST_MAX)
                return false;
        while (str_next(&rest, '.', &label)) {
                if (label.n == 0 || label.n > LABEL_MAX || label.p[0] == '-' ||
                    label.p[label.n - 1] == '-')
                        return false;
                for (size_t i = 0; i < label.n; i++)
                        if (!(label.p[i] >= 'a' && label.p[i] <= 'z') && !is_digit(label.p[i]) &&
                            label.p[i] != '-' && label.p[i] != '_')
                                return false;
        }
        return !ends_in_number(host) || is_ipv4(host);
}

/* RFC 5891 with the mappings of UTS 46; A-labels are checked by going there and back. */
static bool idn_to_ascii(struct arena *a, struct str host, struct str *ret)
{
        uint8_t *out = NULL;
        if (host.n > IDN_MAX || !utf8_valid(host))
                return false;
        int e = idn2_lookup_u8((const uint8_t *)str_z(a, host), &out,
                               IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
        if (e == IDN2_MALLOC)
                die("out of memory");
        if (e == IDN2_OK)
                *ret = str_dup(a, str_of((const char *)out));
        idn2_free(out);
        return e == IDN2_OK;
}

bool host_to_ascii(struct arena *a, struct str host, struct str *ret)
{
        bool idn = false;
        for (size_t i = 0; i < host.n; i++) {
                if (host.p[i] == 0)
                        return false;
                idn |= (host.p[i] & 0x80) != 0;
        }
        struct str ascii = str_lower(a, host);
        if ((idn || str_has(ascii, S("xn--"))) && !idn_to_ascii(a, ascii, &ascii))
                return false;
        if (!check_labels(ascii))
                return false;
        *ret = ascii;
        return true;
}

/* In brackets; put into its one canonical form (RFC 5952), so that equal addresses are equal texts.
 */
static bool read_ipv6(struct arena *a, struct str s, struct str *ret)
{
        struct in6_addr address;
        char text[INET6_ADDRSTRLEN];
        if (s.n < 4 || s.n > 47 || s.p[s.n - 1] != ']')
                return false;
        if (inet_pton(AF_INET6, str_z(a, str_cut(s, 1, s.n - 2)), &address) != 1)
                return false;
        inet_ntop(AF_INET6, &address, text, sizeof text);
        *ret = str_fmt(a, "[%s]", text);
        return true;
}

static int default_port(struct str scheme)
{
        if (str_eq(scheme, S("https")))
                return 443;
        return str_eq(scheme, S("http")) ? 80 : str_eq(scheme, S("gemini")) ? 1965 : 0;
}

static bool read_port(struct str s, struct url *u)
{
        int64_t port;
        if (s.n == 0) /* "host:" is allowed, section 3.2.3 */
                return true;
        if (s.n > 5 || !str_to_i64(s, &port) || port < 1 || port > 65535)
                return false;
        u->port = port == default_port(u->scheme) ? 0 : (int)port;
        return true;
}

/* userinfo@host:port, section 3.2. */
static bool read_authority(struct arena *a, struct str s, struct url *u)
{
        size_t at = str_find_char(s, '@');
        if (at < s.n) {
                struct str user = str_cut(s, 0, at);
                if (!read_part(a, user, ":", &u->user) || u->user.p != user.p)
                        return false; /* only what needs no encoding */
                s = str_after(s, at + 1);
        }
        bool bracket = str_starts(s, S("["));
        size_t end = bracket ? str_find_char(s, ']') + 1 : str_find_char(s, ':');
        struct str host = str_cut(s, 0, end);
        struct str port = str_after(s, end);
        if (port.n && port.p[0] != ':')
                return false;
        if (!(bracket ? read_ipv6(a, host, &u->host) : host_to_ascii(a, host, &u->host)))
                return false;
        u->has_authority = true;
        return read_port(str_after(port, 1), u);
}

static bool read_scheme(struct arena *a, struct str *s, struct url *u)
{
        size_t n = str_find_char(*s, ':');
        if (n == s->n || n == 0 || !is_alpha(s->p[0]))
                return false;
        for (size_t i = 0; i < n; i++)
                if (!is_alpha(s->p[i]) && !is_digit(s->p[i]) && !is_one_of(s->p[i], "+-."))
                        return false;
        u->scheme = str_lower(a, str_cut(*s, 0, n));
        *s = str_after(*s, n + 1);
        return true;
}

static bool check_bytes(struct str s)
{
        for (size_t i = 0; i < s.n; i++) {
                unsigned char c = (unsigned char)s.p[i];
                if (c <= ' ' || c == 0x7F || c == '\\')
                        return false;
        }
        return s.n <= URL_MAX && utf8_valid(s);
}

/* Takes what follows `sep` off the end of *s; whether there was a `sep`. */
static bool split(struct str *s, char sep, struct str *ret)
{
        size_t at = str_find_char(*s, sep);
        bool found = at < s->n;
        *ret = str_after(*s, at + found);
        *s = str_cut(*s, 0, at);
        return found;
}

bool url_read(struct arena *a, struct str text, struct url *ret)
{
        struct url u = {.user = STR_NONE};
        struct str query, fragment;
        if (!text.n || !check_bytes(text))
                return false;
        struct str s = str_dup(a, text);
        if (!read_scheme(a, &s, &u))
                return false;
        u.has_fragment = split(&s, '#', &fragment);
        u.has_query = split(&s, '?', &query);
        if (str_starts(s, S("//"))) {
                s = str_after(s, 2);
                size_t slash = str_find_char(s, '/');
                if (!read_authority(a, str_cut(s, 0, slash), &u))
                        return false;
                s = str_after(s, slash);
        }
        if (!read_part(a, s, ":@/", &u.path) || !read_part(a, query, ":@/?", &u.query) ||
            !read_part(a, fragment, ":@/?", &u.fragment))
                return false;
        *ret = u;
        return true;
}

bool url_is_http(const struct url *u)
{
        return u->has_authority && !u->user.p &&
               (str_eq(u->scheme, S("http")) || str_eq(u->scheme, S("https")));
}

struct str url_host_port(struct arena *a, const struct url *u)
{
        if (!u->port)
                return u->host;
        return str_fmt(a, "%.*s:%d", STR_ARG(u->host), u->port);
}

struct str url_origin(struct arena *a, const struct url *u)
{
        struct str host = url_host_port(a, u);
        return str_fmt(a, "%.*s://%.*s", STR_ARG(u->scheme), STR_ARG(host));
}

struct str url_text(struct arena *a, const struct url *u)
{
        struct str host = u->has_authority ? url_host_port(a, u) : STR_NONE;
        return str_fmt(a, "%.*s:%s%.*s%s%.*s%.*s%s%.*s%s%.*s", STR_ARG(u->scheme),
                       u->has_authority ? "//" : "", STR_ARG(u->user), u->user.p ? "@" : "",
                       STR_ARG(host), STR_ARG(u->path), u->has_query ? "?" : "", STR_ARG(u->query),
                       u->has_fragment ? "#" : "", STR_ARG(u->fragment));
}

static struct str without_fragment(struct arena *a, struct str text)
{
        struct url u;
        if (!url_read(a, text, &u))
                return STR_NONE;
        u.has_fragment = false;
        u.fragment = STR_NONE;
        return url_text(a, &u);
}

bool url_same(struct arena *a, struct str x, struct str y)
{
        struct str u = without_fragment(a, x), v = without_fragment(a, y);
        return u.p && v.p && str_eq(u, v);
}
