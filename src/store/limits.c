/* The table of rate limits. Figures follow what Mastodon allows, so that apps written for it never
 * meet a surprise; where the threat list is stricter, that number stands. */
#include "store/limits.h"

const struct limit LIMITS[LIMIT_COUNT_] = {
        [LIMIT_NONE] = {"none", 0, 1},
        [LIMIT_READ] = {"read", 300, 300},
        [LIMIT_WRITE] = {"write", 300, 300},
        [LIMIT_POST] = {"post", 300, 3 * 3600},
        [LIMIT_DELETE] = {"delete", 30, 30 * 60},
        [LIMIT_MEDIA] = {"media", 30, 30 * 60},
        /* A person building a fresh home follows dozens at once; a spammer hundreds. */
        [LIMIT_FOLLOW] = {"follow", 400, 24 * 3600},
        [LIMIT_SEARCH] = {"search", 100, 300},
        /* Guessing passwords: 10 tries in 5 minutes an address; 20 an hour an account are counted
           in social/login.c. */
        [LIMIT_SIGN_IN] = {"sign-in", 10, 300},
        [LIMIT_SIGN_UP] = {"sign-up", 5, 30 * 60},
        [LIMIT_MAIL] = {"mail", 25, 300},
        /* Elk registers from its own server for all its users, once a week. */
        [LIMIT_APP] = {"app", 5, 600},
        [LIMIT_TOKEN] = {"token", 50, 300},
        /* Each reads and writes all that somebody has. */
        [LIMIT_COPY] = {"copy", 6, 3600},
        [LIMIT_PAGE] = {"page", 300, 300},
        [LIMIT_FILE] = {"file", 3000, 300},
        /* Of an address: a proxy or a large server sends for many. What is signed is counted
           again by server and by actor (fedi.c). */
        [LIMIT_INBOX] = {"inbox", 30000, 300},
};
