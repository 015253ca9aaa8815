/* The rate limits that routes name: a row each, with its number and its reason in limits.c. Counted by the account of
 * the credential, else by the address (IPv6 by /64). `rate-limits = off` switches them off for tests. */
#pragma once
#include "lib/http/route.h"

enum limit_name {
        LIMIT_NONE,
        LIMIT_READ,    /* whatever only reads */
        LIMIT_WRITE,   /* small changes: marks, follows, settings */
        LIMIT_POST,    /* new and edited posts */
        LIMIT_DELETE,  /* deleting posts and taking boosts back */
        LIMIT_MEDIA,   /* uploads: photos, videos, avatars */
        LIMIT_FOLLOW,  /* new follows */
        LIMIT_SEARCH,  /* search and looking up far accounts */
        LIMIT_SIGN_IN, /* whatever checks a password */
        LIMIT_SIGN_UP, /* new accounts */
        LIMIT_MAIL,    /* whatever makes us send a mail */
        LIMIT_APP,     /* registering an app */
        LIMIT_TOKEN,   /* token exchange and revocation: checks a secret */
        LIMIT_COPY,    /* whole copies, put together while one waits */
        LIMIT_PAGE,    /* pages */
        LIMIT_FILE,    /* media files and other static answers */
        LIMIT_INBOX,   /* activities of other servers */
        LIMIT_COUNT_
};

extern const struct limit LIMITS[LIMIT_COUNT_];
