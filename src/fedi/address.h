/* Addresses in others' documents: which may be an id, whose they are, and which are our own. */
#pragma once
#include "lib/text/url.h"
#include "store/settings.h"

enum { ADDRESS_MAX = 2048 };

struct address {
        struct str text;   /* as written: ids are compared byte by byte */
        struct str origin; /* scheme://host[:port]: who may speak for it */
        struct str host;   /* host[:port], lower-case ASCII */
        bool ours;         /* on this server, however it is spelled */
};

/* https (in test mode also http and any port), a host, no user name, at most ADDRESS_MAX bytes. */
bool address_read(struct arena *a, const struct settings *s, struct str text, struct address *ret);
/* The same, and not ours: what another server may call its own. */
bool address_read_far(struct arena *a, const struct settings *s, struct str text, struct address *ret);
/* May the one speak for the other? */
bool address_same_origin(const struct address *x, const struct address *y);
/* For links and pictures that are shown: any http or https address, in its one form; else STR_NONE. */
struct str address_link(struct arena *a, struct str text);
/* "NAME" of our own https://host/users/NAME; STR_NONE when it is no such address. */
struct str address_own_name(const struct settings *s, struct str text);
