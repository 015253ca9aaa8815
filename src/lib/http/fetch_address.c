/* Which addresses may be connected to: asked by the fetcher in the moment a socket is opened, so
 * that no name, spelling, redirect or changing DNS answer can lead anywhere else. The lists are the
 * IANA special-purpose registries (RFC 6890 and later); IPv6 is the other way round, only what is
 * given out to the public today (2000::/3) may be. */
#include "lib/http/fetch.h"
#include <netinet/in.h>

struct range {
        unsigned char net[16];
        unsigned bits;
};

static const struct range V4_NOT[] = {
        {{0}, 8},             /* this network */
        {{10}, 8},            /* private */
        {{100, 64}, 10},      /* carrier-grade NAT */
        {{127}, 8},           /* loopback */
        {{169, 254}, 16},     /* link-local; clouds keep their secrets here */
        {{172, 16}, 12},      /* private */
        {{192, 0, 0}, 24},    /* protocol assignments */
        {{192, 0, 2}, 24},    /* documentation */
        {{192, 88, 99}, 24},  /* 6to4 relays */
        {{192, 168}, 16},     /* private */
        {{198, 18}, 15},      /* benchmarks */
        {{198, 51, 100}, 24}, /* documentation */
        {{203, 0, 113}, 24},  /* documentation */
        {{224}, 4},           /* multicast */
        {{240}, 4},           /* reserved, and broadcast */
};

static const struct range V6_PUBLIC = {{0x20}, 3};
static const struct range V6_MAPPED = {{[10] = 0xff, [11] = 0xff}, 96};
static const struct range V6_NOT[] = {
        {{0x20, 0x01}, 23},             /* protocols: Teredo, ORCHID, benchmarks */
        {{0x20, 0x01, 0x0d, 0xb8}, 32}, /* documentation */
        {{0x20, 0x02}, 16},             /* 6to4: any IPv4 address, private ones too */
        {{0x3f, 0xff}, 20},             /* documentation */
};

static bool in_range(const struct range *r, const unsigned char *a)
{
        unsigned whole = r->bits / 8, rest = r->bits % 8;
        if (memcmp(r->net, a, whole) != 0)
                return false;
        return !rest || !((r->net[whole] ^ a[whole]) >> (8 - rest));
}

static bool in_any(const struct range *ranges, size_t n, const unsigned char *a)
{
        for (size_t i = 0; i < n; i++)
                if (in_range(&ranges[i], a))
                        return true;
        return false;
}

static bool v4_ok(const unsigned char *a)
{
        return !in_any(V4_NOT, countof(V4_NOT), a);
}

bool fetch_address_ok(const struct sockaddr *a)
{
        if (a->sa_family == AF_INET)
                return v4_ok((const unsigned char *)&((const struct sockaddr_in *)(const void *)a)
                                     ->sin_addr);
        if (a->sa_family != AF_INET6)
                return false;
        const unsigned char *b = ((const struct sockaddr_in6 *)(const void *)a)->sin6_addr.s6_addr;
        if (in_range(&V6_MAPPED, b))
                return v4_ok(b + 12);
        return in_range(&V6_PUBLIC, b) && !in_any(V6_NOT, countof(V6_NOT), b);
}
