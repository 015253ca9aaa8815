/* Form tokens against requests that other sites forge (threats T024, T025). The token is derived
 * from the cookie that the browser sends by itself, and another site can neither read nor set that:
 * nothing has to be stored. The hook checks each POST of a page before the handler runs. At the
 * end, what handlers ask of a form that came. */
#include "web/form.h"
#include "lib/base/encode.h"
#include "lib/base/hash.h"
#include "lib/base/rand.h"
#include "social/audience.h"
#include "web/web.h"

enum { VISITOR_BYTES = 16, COOKIE_BYTES_MAX = 128 };

static bool cookie_good(struct str s)
{
        return s.n >= VISITOR_BYTES && s.n <= COOKIE_BYTES_MAX;
}

static struct str token_of(struct req *rq, struct str cookie)
{
        struct str made = str_join(rq->arena, S("csrf "), cookie);
        return base64url_encode(rq->arena, sha256(rq->arena, made));
}

struct str web_csrf(struct req *rq)
{
        struct str cookie = req_cookie(rq, "session");
        if (rq->viewer && rq->viewer->account && cookie_good(cookie))
                return token_of(rq, cookie);
        cookie = req_cookie(rq, "visitor");
        if (!cookie_good(cookie)) {
                cookie = rand_token(rq->arena, VISITOR_BYTES);
                reply_cookie(rq, "visitor", cookie, 86400);
        }
        return token_of(rq, cookie);
}

/* Browsers say where a request comes from; those that do not say it are judged by the token alone.
 */
static bool from_us(struct req *rq)
{
        struct str site = req_header(rq, "sec-fetch-site");
        if (site.n)
                return str_eq(site, S("same-origin")) || str_eq(site, S("none"));
        struct str origin = req_header(rq, "origin");
        if (!origin.n)
                return true;
        size_t at = str_find(origin, S("://"));
        return str_eq_nocase(str_after(origin, at + 3), rq->host);
}

enum err web_check_csrf(struct req *rq)
{
        /* A form may have been opened signed out, and its session may have ended since; but who is
         * signed in now proves it with the session alone. */
        static const char *const cookies[] = {"session", "visitor"};
        size_t n = rq->viewer && rq->viewer->account ? 1 : 2;
        struct str given = req_param(rq, "csrf");
        if (!from_us(rq))
                return req_fail(rq, ERR_DENIED,
                                "This form was sent from another site, so nothing was done.");
        for (size_t i = 0; i < n; i++) {
                struct str cookie = req_cookie(rq, cookies[i]);
                if (cookie_good(cookie) && str_same_secret(given, token_of(rq, cookie)))
                        return OK;
        }
        return req_fail(rq, ERR_DENIED,
                        "This form is too old, or its cookie is gone. Nothing was done. "
                        "Go back, load the page again, and send it once more.");
}

bool web_ticked(const struct req *rq, const char *name)
{
        return web_chose(rq, name, "yes");
}

bool web_chose(const struct req *rq, const char *name, const char *value)
{
        return str_eq(req_param(rq, name), str_of(value));
}

struct str web_plain_fault(struct str fault)
{
        struct str head = S("Validation failed: ");
        return str_starts(fault, head) ? str_after(fault, head.n) : fault;
}
