/* A person here typed a name or an address of another server: asked for at once, with a few fetches
 * at most. Every reason why nothing is found looks the same to them. */
#include "fedi/find.h"
#include "fedi/remote.h"

enum { FETCHES = 8 };

enum err find_far(struct cx *cx, struct str text, int64_t *account, int64_t *post)
{
        struct remote r = remote_of(cx, FETCHES);
        struct remote_found found = {0};
        r.urgent = true;
        enum err e = remote_find(&r, text, &found);
        if (e == ERR_FAULT || e == ERR_FULL)
                return e;
        *account = found.account;
        *post = found.post;
        return e || (!found.account && !found.post) ? ERR_MISSING : OK;
}
