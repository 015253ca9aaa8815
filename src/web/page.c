/* The chrome of a page: every handler of the pages opens one before it writes and closes it after.
 * A signed-in reader's look and zone come from their settings, one statement a page; strangers see
 * the server's. */
#include "web/page.h"
#include "lib/base/die.h"
#include "lib/text/language.h"
#include "social/login.h"
#include "web/page.html.h"
#include "web/web.h"

static void fill(struct req *rq, struct web_page *p)
{
        static const struct viewer stranger = {0};
        struct cx *cx = rq->cx;
        p->cx = cx;
        p->by = rq->viewer ? *rq->viewer : stranger;
        p->signed_in = p->by.account != 0;
        p->server = cx->settings->title;
        p->language = cx->settings->language.n ? cx->settings->language : S("en");
        p->rtl = language_is_rtl(p->language);
        p->now = cx_now(cx);
        p->back = web_own_path(rq->target, S("/"));
        if (p->signed_in)
                p->csrf = web_csrf(rq);
}

static void look_of(struct web_page *p)
{
        const struct login *me = p->me;
        if (str_eq(me->theme, S("light")) || str_eq(me->theme, S("dark")))
                p->theme = me->theme;
        if (str_eq(me->text_size, S("large")) || str_eq(me->text_size, S("larger")))
                p->text_size = me->text_size;
}

static struct html *begin(struct req *rq, int status, struct web_page *p)
{
        struct html *h = reply_html(rq, status);
        /* What a person reads here is theirs alone; the way back shows it as it is then. */
        if (p->signed_in)
                reply_cache(rq, "private, no-cache");
        page_head(h, p);
        return h;
}

enum err web_open(struct req *rq, int status, struct web_page *p, struct html **ret)
{
        fill(rq, p);
        struct str zone = rq->cx->settings->zone;
        if (p->signed_in) {
                TRY(login_get(rq->cx, p->by.account, &p->me));
                look_of(p);
                if (p->me->zone.n)
                        zone = p->me->zone;
        }
        p->zone = zone_open(rq->arena, zone);
        *ret = begin(rq, status, p);
        return OK;
}

struct html *web_open_plain(struct req *rq, int status, struct web_page *p)
{
        fill(rq, p);
        p->zone = zone_open(rq->arena, rq->cx->settings->zone);
        return begin(rq, status, p);
}

enum err web_close(struct html *h, const struct web_page *p)
{
        page_foot(h, p);
        return OK;
}

/* Also refused: what could turn into a host or another path once somebody decodes it again (threats
 * T021). */
struct str web_own_path(struct str path, struct str otherwise)
{
        static const char *const bad[] = {"//",  "/.",  "\\",  "%2f", "%2F",
                                          "%5c", "%5C", "%2e", "%2E"};
        if (!path.n || path.p[0] != '/')
                return otherwise;
        struct str before = str_cut(path, 0, str_find_char(path, '?'));
        for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
                if (str_has(before, str_of(bad[i])))
                        return otherwise;
        for (size_t i = 0; i < path.n; i++)
                if ((unsigned char)path.p[i] <= 0x20 || path.p[i] == 0x7f || path.p[i] == '\\')
                        return otherwise;
        return path;
}

struct str web_back(struct req *rq)
{
        return web_own_path(req_param(rq, "back"), S("/"));
}

static void aside_free(void *p)
{
        buf_free(p);
}

struct html *web_aside(struct req *rq)
{
        struct html *h = make(rq->arena, struct html);
        h->arena = rq->arena;
        h->out = make(rq->arena, struct buf);
        req_defer(rq, aside_free, h->out);
        return h;
}

struct markup web_aside_markup(const struct html *h)
{
        return (struct markup){buf_str(h->out)};
}
