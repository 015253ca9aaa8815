/* The strict reader of request heads; conn.c calls it with a growing buffer. Surprising: nothing is
 * read before the whole head is there, so there is no state between two reads but where the search
 * for its end stands. */
#include "lib/http/head.h"

enum { T = 1, V = 2, H = 4, U = 8 }; /* token, field value, host, target */

/* What each byte may be part of, 16 a row. Values take obs-text (0x80 and above) as RFC 9110 5.5
 * asks; targets are visible ASCII without '#'. */
/* clang-format off */
static const unsigned char kind[256] = {
        0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, /* ................ */
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, /* ................ */
        2, 11, 10, 3, 11, 11, 11, 11, 10, 10, 11, 11, 10, 15, 15, 10, /*  !"#$%&'().+,-.. */
        15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 10, 10, 10, 10, 10, 10, /* 0123456789:;<=>? */
        10, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, /* @ABCDEFGHIJKLMNO */
        15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 10, 10, 10, 11, 15, /* PQRSTUVWXYZ[\]^_ */
        11, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, /* `abcdefghijklmno */
        15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 10, 11, 10, 15, 0, /* pqrstuvwxyz{|}~. */
        2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, /* ................ */
        2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, /* ................ */
        2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, /* ................ */
        2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, /* ................ */
        2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, /* ................ */
        2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, /* ................ */
        2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, /* ................ */
        2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, /* ................ */
};
/* clang-format on */

static bool all_of(struct str s, unsigned what)
{
        for (size_t i = 0; i < s.n; i++)
                if (!(kind[(unsigned char)s.p[i]] & what))
                        return false;
        return true;
}

bool head_is_token(struct str s)
{
        return s.n && all_of(s, T);
}

bool head_list_has(struct str list, struct str token)
{
        struct str item;
        while (str_next(&list, ',', &item))
                if (str_eq_nocase(str_trim(item), token))
                        return true;
        return false;
}

/* A line ended at newline offset nl. */
static enum err end_line(struct head_scan *s, struct str seen, size_t nl, bool *done)
{
        if (nl == s->line || seen.p[nl - 1] != '\r')
                return ERR_MALFORMED; /* a bare LF: some proxy may see another line here than we do
                                       */
        size_t length = nl - 1 - s->line;
        bool first = s->line == s->from;
        s->line = s->at = nl + 1;
        if (length && first)
                return length > HEAD_LINE_MAX ? ERR_TARGET_LONG : OK;
        if (length)
                return OK;
        if (!first) {
                s->end = nl + 1;
                *done = true;
                return OK;
        }
        s->from = nl + 1;
        return ++s->blanks > HEAD_BLANK_LINES ? ERR_MALFORMED : OK;
}

enum err head_find(struct head_scan *s, struct str seen, bool *done)
{
        *done = false;
        while (s->at < seen.n && !*done) {
                const char *lf = memchr(seen.p + s->at, '\n', seen.n - s->at);
                if (!lf) {
                        s->at = seen.n;
                        break;
                }
                TRY(end_line(s, seen, (size_t)(lf - seen.p), done));
        }
        size_t n = (*done ? s->end : seen.n) - s->from;
        if (n && seen.p[s->from] != '\r' && !(kind[(unsigned char)seen.p[s->from]] & T))
                return ERR_MALFORMED; /* a TLS hello and the like: no reason to wait for more */
        if (!*done && s->line == s->from && n > HEAD_LINE_MAX + 2)
                return ERR_TARGET_LONG;
        return n > HEAD_MAX ? ERR_HEAD_LARGE : OK;
}

static enum err read_method(struct str s, enum method *ret)
{
        static const struct str names[] = {
                [METHOD_GET] = S_ROW("GET"),         [METHOD_HEAD] = S_ROW("HEAD"),
                [METHOD_POST] = S_ROW("POST"),       [METHOD_PUT] = S_ROW("PUT"),
                [METHOD_PATCH] = S_ROW("PATCH"),     [METHOD_DELETE] = S_ROW("DELETE"),
                [METHOD_OPTIONS] = S_ROW("OPTIONS"),
        };
        for (size_t i = 0; i < countof(names); i++)
                if (str_eq(s, names[i])) {
                        *ret = (enum method)i;
                        return OK;
                }
        return ERR_METHOD;
}

/* A host with an optional port. Strict, because links and cache keys are compared with it (RFC
 * 3986 3.2.2). */
static bool host_ok(struct str host)
{
        struct str port;
        if (host.n && host.p[0] == '[') {
                size_t close = str_find_char(host, ']');
                struct str inside = str_cut(host, 1, close - 1);
                for (size_t i = 0; i < inside.n; i++)
                        if (!strchr("0123456789abcdefABCDEF:.", inside.p[i]))
                                return false;
                port = str_after(host, close + 1);
                if (close == host.n || !inside.n || (port.n && port.p[0] != ':'))
                        return false;
        } else {
                size_t colon = str_find_char(host, ':');
                if (!colon || colon > 255 || !all_of(str_cut(host, 0, colon), H))
                        return false;
                port = str_after(host, colon);
        }
        if (!port.n)
                return true;
        uint64_t number;
        return str_to_u64(str_after(port, 1), &number) && port.n <= 6 && number <= 65535;
}

/* Splits the target; *authority is set for the absolute form. */
static enum err read_target(struct head *h, struct str target, struct str *authority)
{
        if (!target.n || !all_of(target, U))
                return ERR_MALFORMED;
        h->target = target;
        struct str rest = target;
        *authority = STR_NONE;
        if (str_eq(target, S("*"))) {
                h->path = target;
                return h->method == METHOD_OPTIONS ? OK : ERR_MALFORMED;
        }
        if (rest.p[0] != '/') {
                bool plain = str_starts_nocase(rest, S("http://"));
                if (!plain && !str_starts_nocase(rest, S("https://")))
                        return ERR_MALFORMED;
                rest = str_after(rest, plain ? 7 : 8);
                size_t end = 0;
                while (end < rest.n && rest.p[end] != '/' && rest.p[end] != '?')
                        end++;
                *authority = str_cut(rest, 0, end);
                rest = str_after(rest, end);
        }
        size_t mark = str_find_char(rest, '?');
        h->path = mark ? str_cut(rest, 0, mark) : S("/");
        h->query = mark < rest.n ? str_after(rest, mark + 1) : STR_NONE;
        return OK;
}

static enum err read_version(struct str s, struct head *h)
{
        if (s.n != 8 || !str_starts(s, S("HTTP/")) || s.p[6] != '.' || s.p[5] < '0' ||
            s.p[5] > '9' || s.p[7] < '0' || s.p[7] > '9')
                return ERR_MALFORMED;
        h->minor = s.p[7] - '0';
        return s.p[5] == '1' && h->minor <= 1 ? OK : ERR_VERSION;
}

static enum err read_length(struct head *h, struct str value)
{
        uint64_t v;
        if (h->length >= 0 || !value.n)
                return ERR_MALFORMED; /* two of them, even alike: RFC 9112 6.3 lets us refuse */
        for (size_t i = 0; i < value.n; i++)
                if (value.p[i] < '0' || value.p[i] > '9')
                        return ERR_MALFORMED;
        if (value.n > HEAD_LENGTH_DIGITS || !str_to_u64(value, &v))
                return ERR_TOO_LARGE;
        h->length = (int64_t)v;
        return OK;
}

static void read_connection(struct head *h, struct str value)
{
        if (head_list_has(value, S("close")))
                h->keep_alive = false;
        else if (h->minor == 0 && head_list_has(value, S("keep-alive")))
                h->keep_alive = true;
        if (head_list_has(value, S("upgrade")))
                h->upgrade = true;
}

/* The fields that decide where the message ends and whom it is for. */
static enum err framing_field(struct head *h, struct str name, struct str value)
{
        if (str_eq(name, S("host"))) {
                if (h->host.p || !host_ok(value))
                        return ERR_MALFORMED;
                h->host = value;
        } else if (str_eq(name, S("content-length"))) {
                return read_length(h, value);
        } else if (str_eq(name, S("transfer-encoding"))) {
                if (h->chunked || h->minor == 0 || !str_eq_nocase(value, S("chunked")))
                        return ERR_MALFORMED;
                h->chunked = true;
        } else if (str_eq(name, S("connection"))) {
                read_connection(h, value);
        } else if (str_eq(name, S("expect"))) {
                h->expect_continue = h->minor && str_eq_nocase(value, S("100-continue"));
        }
        return OK;
}

static enum err read_field(struct head *h, char *p, size_t n)
{
        size_t colon = 0;
        for (; colon < n && kind[(unsigned char)p[colon]] & T; colon++)
                if (p[colon] >= 'A' && p[colon] <= 'Z')
                        p[colon] = (char)(p[colon] + 32);
        if (!colon || colon == n || p[colon] != ':')
                return ERR_MALFORMED; /* also obs-fold and a space before the colon */
        struct str name = {p, colon}, value = {p + colon + 1, n - colon - 1};
        if (!all_of(value, V))
                return ERR_MALFORMED;
        while (value.n && (value.p[0] == ' ' || value.p[0] == '\t'))
                value = str_after(value, 1);
        while (value.n && (value.p[value.n - 1] == ' ' || value.p[value.n - 1] == '\t'))
                value.n--;
        if (h->n == HEAD_HEADERS)
                return ERR_HEAD_LARGE;
        h->headers[h->n++] = (struct req_header){name, value};
        return framing_field(h, name, value);
}

static enum err read_line(struct head *h, struct str line, struct str *authority)
{
        struct str method, target, version;
        if (!str_next(&line, ' ', &method) || !head_is_token(method) ||
            !str_next(&line, ' ', &target) || !str_next(&line, ' ', &version) || line.p)
                return ERR_MALFORMED;
        TRY(read_version(version, h));
        TRY(read_method(method, &h->method));
        TRY(read_target(h, target, authority));
        h->keep_alive = h->minor == 1;
        return OK;
}

enum err head_read(char *p, size_t n, struct head *ret)
{
        struct head *h = ret;
        memset(h, 0, offsetof(struct head, headers));
        h->length = -1;
        struct str authority = STR_NONE;
        bool first = true;
        for (size_t at = 0; at < n;) {
                char *lf = memchr(p + at, '\n', n - at);
                size_t end = lf ? (size_t)(lf - p) : n;
                if (!lf || end == at || p[end - 1] != '\r')
                        return ERR_MALFORMED;
                size_t length = end - 1 - at;
                if (first)
                        TRY(read_line(h, (struct str){p + at, length}, &authority));
                else if (length)
                        TRY(read_field(h, p + at, length));
                else if (end + 1 != n)
                        return ERR_MALFORMED;
                first = false;
                at = end + 1;
        }
        if (h->minor == 1 && !h->host.p)
                return ERR_MALFORMED;
        if (authority.p &&
            (!host_ok(authority) || (h->host.p && !str_eq_nocase(authority, h->host))))
                return ERR_MALFORMED;
        if (authority.p)
                h->host = authority;
        if (h->chunked && h->length >= 0)
                return ERR_MALFORMED;
        return OK;
}
