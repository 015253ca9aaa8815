/* Addresses of clients and which of them are our proxies, whose forwarded headers are believed. */
#pragma once
#include "lib/base/arena.h"
#include "lib/base/err.h"
#include "lib/http/req.h"
#include <sys/socket.h>

struct addr {
        unsigned char b[16]; /* IPv4 as ::ffff:a.b.c.d; all zero for a unix socket */
        bool is_unix;
};

struct addr_range {
        struct addr addr;
        int bits;
};

struct addr_rules {
        struct addr_range *v;
        size_t n;
        bool trust_unix;
};

/* "192.0.2.1", "2001:db8::1", with or without brackets; no port, no zone. */
bool addr_read(struct str text, struct addr *ret);
void addr_of_socket(const struct sockaddr_storage *from, struct addr *ret);
bool addr_is_loopback(const struct addr *a);
/* Text form in the arena; "unix" for the socket. */
struct str addr_text(struct arena *arena, const struct addr *a);
/* What limits count by: the address, or the /64 of an IPv6 one, since a household or a rented server has a whole one. */
struct str addr_limit_key(struct arena *arena, const struct addr *a);
struct str addr_count_key(struct addr *a); /* the same as bytes; points into *a */

/* "192.0.2.0/24", "2001:db8::/32", or one address alone. */
bool addr_range_read(struct str text, struct addr_range *ret);
bool addr_in_range(const struct addr_range *r, const struct addr *a);

/* From settings: addresses, CIDR ranges, "unix". ERR_INPUT when one is none of these. */
MUST_USE enum err addr_rules_read(struct addr_rules *rules, const struct str *texts, size_t n);
void addr_rules_free(struct addr_rules *rules);
bool addr_trusted(const struct addr_rules *rules, const struct addr *a);

/* Who asks, seen from the connection's peer and the headers: sets peer, secure and limit_key of the request.
 * ERR_MALFORMED when a stranger sends the headers of two kinds of proxies at once: only a forger does. */
MUST_USE enum err addr_client(const struct addr_rules *rules, const struct addr *peer, struct req *rq);
