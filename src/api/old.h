/* What has had a newer form for years and is kept for apps: the answer says since when (RFC 9745), on the routes and with the days
 * of Mastodon, so that whoever writes an app is told the same everywhere. */
#pragma once
#include "lib/http/req.h"

#define OLD_SUGGESTIONS S("@1621123200") /* 2021-05-16 */
#define OLD_TRENDS S("@1648598400")      /* 2022-03-30; identity proofs, too */
#define OLD_FILTERS S("@1668384000")     /* 2022-11-14; the first form of the instance, too */

static inline void api_old(struct req *rq, struct str since)
{
        reply_header(rq, "Deprecation", since);
}
