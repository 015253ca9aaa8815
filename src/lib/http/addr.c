/* Client addresses: conn.c asks once a request. The last address of X-Forwarded-For that is not
 * itself one of our proxies is the client; what stands left of it came from the client and is not
 * believed. */
#include "lib/http/addr.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>

static const unsigned char V4_HEAD[12] = {[10] = 0xff, [11] = 0xff};

static bool is_v4(const struct addr *a)
{
        return memcmp(a->b, V4_HEAD, sizeof V4_HEAD) == 0;
}

bool addr_read(struct str text, struct addr *ret)
{
        char z[INET6_ADDRSTRLEN];
        struct addr a = {0};
        if (text.n >= 2 && text.p[0] == '[' && text.p[text.n - 1] == ']')
                text = str_cut(text, 1, text.n - 2);
        if (!text.n || text.n >= sizeof z || memchr(text.p, 0, text.n))
                return false;
        memcpy(z, text.p, text.n);
        z[text.n] = 0;
        if (inet_pton(AF_INET, z, a.b + 12) == 1)
                memcpy(a.b, V4_HEAD, sizeof V4_HEAD);
        else if (inet_pton(AF_INET6, z, a.b) != 1)
                return false;
        *ret = a;
        return true;
}

void addr_of_socket(const struct sockaddr_storage *from, struct addr *ret)
{
        *ret = (struct addr){0};
        if (from->ss_family == AF_INET) {
                memcpy(ret->b, V4_HEAD, sizeof V4_HEAD);
                memcpy(ret->b + 12, &((const struct sockaddr_in *)from)->sin_addr, 4);
        } else if (from->ss_family == AF_INET6) {
                memcpy(ret->b, &((const struct sockaddr_in6 *)from)->sin6_addr, 16);
        } else {
                ret->is_unix = true;
        }
}

bool addr_is_loopback(const struct addr *a)
{
        static const unsigned char one[16] = {[15] = 1};
        return a->is_unix || (is_v4(a) && a->b[12] == 127) || memcmp(a->b, one, 16) == 0;
}

struct str addr_text(struct arena *arena, const struct addr *a)
{
        if (a->is_unix)
                return S("unix");
        char *z = make_n(arena, INET6_ADDRSTRLEN, char);
        if (is_v4(a))
                inet_ntop(AF_INET, a->b + 12, z, INET6_ADDRSTRLEN);
        else
                inet_ntop(AF_INET6, a->b, z, INET6_ADDRSTRLEN);
        return str_of(z);
}

struct str addr_limit_key(struct arena *arena, const struct addr *a)
{
        if (a->is_unix || is_v4(a))
                return addr_text(arena, a);
        struct addr net = *a;
        memset(net.b + 8, 0, 8);
        return str_join(arena, addr_text(arena, &net), S("/64"));
}

struct str addr_count_key(struct addr *a)
{
        return (struct str){(const char *)a->b, is_v4(a) ? 16 : 8};
}

bool addr_range_read(struct str text, struct addr_range *ret)
{
        size_t slash = str_find_char(text, '/');
        uint64_t bits = 0;
        if (!addr_read(str_cut(text, 0, slash), &ret->addr))
                return false;
        int whole = is_v4(&ret->addr) ? 32 : 128;
        if (slash == text.n)
                bits = (uint64_t)whole;
        else if (!str_to_u64(str_after(text, slash + 1), &bits) || bits > (uint64_t)whole)
                return false;
        ret->bits = (int)bits + 128 - whole;
        return true;
}

enum err addr_rules_read(struct addr_rules *rules, const struct str *texts, size_t n)
{
        *rules = (struct addr_rules){.v = must_alloc(n + 1, sizeof *rules->v)};
        for (size_t i = 0; i < n; i++) {
                if (str_eq(texts[i], S("unix")))
                        rules->trust_unix = true;
                else if (addr_range_read(texts[i], &rules->v[rules->n]))
                        rules->n++;
                else
                        return ERR_INPUT;
        }
        return OK;
}

void addr_rules_free(struct addr_rules *rules)
{
        free(rules->v);
        *rules = (struct addr_rules){0};
}

bool addr_in_range(const struct addr_range *r, const struct addr *a)
{
        size_t whole = (size_t)r->bits / 8;
        unsigned rest = (unsigned)r->bits % 8;
        if (memcmp(r->addr.b, a->b, whole) != 0)
                return false;
        return !rest || !((r->addr.b[whole] ^ a->b[whole]) >> (8 - rest));
}

bool addr_trusted(const struct addr_rules *rules, const struct addr *a)
{
        if (a->is_unix)
                return rules->trust_unix;
        for (size_t i = 0; i < rules->n; i++)
                if (addr_in_range(&rules->v[i], a))
                        return true;
        return false;
}

/* Some proxies (Azure, IIS) append the port. */
static struct str without_port(struct str s)
{
        size_t colon = str_find_char(s, ':'), close = str_find_char(s, ']');
        if (close < s.n)
                return str_cut(s, 0, close + 1);
        bool one_colon = colon < s.n && !str_has_char(str_after(s, colon + 1), ':');
        return one_colon ? str_cut(s, 0, colon) : s;
}

/* Walks from the right: each address was written by the hop on its right, which we trust so far. */
static struct addr forwarded(const struct addr_rules *rules, struct addr peer, struct str list)
{
        enum { HOPS = 16 };
        for (int i = 0; i < HOPS && list.n; i++) {
                size_t start = list.n;
                while (start && list.p[start - 1] != ',')
                        start--;
                struct addr a;
                if (!addr_read(without_port(str_trim(str_after(list, start))), &a))
                        return peer;
                peer = a;
                if (!addr_trusted(rules, &a))
                        return peer;
                list.n = start ? start - 1 : 0;
        }
        return peer;
}

enum err addr_client(const struct addr_rules *rules, const struct addr *peer, struct req *rq)
{
        struct addr client = *peer;
        struct str list = req_header(rq, "x-forwarded-for");
        rq->secure = false;
        if (addr_trusted(rules, peer)) {
                struct str scheme = req_header(rq, "x-forwarded-proto");
                size_t comma = scheme.n;
                while (comma && scheme.p[comma - 1] != ',')
                        comma--;
                rq->secure = str_eq_nocase(str_trim(str_after(scheme, comma)), S("https"));
                client = forwarded(rules, client, list);
        } else if (list.p &&
                   (req_header(rq, "client-ip").p || req_header(rq, "true-client-ip").p)) {
                return ERR_MALFORMED;
        }
        rq->peer = addr_text(rq->arena, &client);
        rq->limit_key = addr_limit_key(rq->arena, &client);
        return OK;
}
