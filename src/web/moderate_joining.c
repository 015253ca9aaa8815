/* /moderation/joining: mail servers and networks from which no account is made. */
#include "lib/base/die.h"
#include "social/scope.h"
#include "store/limits.h"
#include "web/moderate.h"
#include "web/moderate_servers.html.h"
#include "web/web.h"

enum { SHOWN = 500 };

static enum err show(struct req *rq, int status, struct str error)
{
        struct joining_page v = {.error = error};
        struct page page = {.limit = SHOWN};
        struct email_domain_block *domains;
        struct ip_block *networks;
        TRY(email_domain_block_list(rq->cx, &page, &domains, &v.n_domains));
        page = (struct page){.limit = SHOWN};
        TRY(ip_block_list(rq->cx, &page, &networks, &v.n_networks));
        v.domains = domains;
        v.networks = networks;
        struct web_page p = {0};
        struct html *h;
        TRY(moderate_open(rq, status, "joining", &p, &h));
        web_moderate_joining(h, &p, &v);
        return web_close(h, &p);
}

static enum err joining_page(struct req *rq)
{
        return show(rq, 200, STR_NONE);
}

static enum err add_network(struct req *rq)
{
        struct ip_block b = {.network = req_param(rq, "network"),
                             .comment = str_trim(req_param(rq, "comment"))};
        int64_t days = 0;
        if (!ip_severity_read(req_param(rq, "severity"), &b.severity))
                return fail(rq->cx, ERR_INPUT, "Choose what holds for it.");
        if (str_to_i64(req_param(rq, "days"), &days) && days > 0 && days <= 3650)
                b.expires_at = cx_now(rq->cx) + days * INT64_C(86400000);
        enum err e = ip_block_save(rq->cx, rq->viewer, &b);
        return e == ERR_INPUT ? fail(rq->cx, e, "This is no network, or it stands there already.")
                              : e;
}

static enum err do_it(struct req *rq)
{
        struct str what = req_param(rq, "do");
        struct email_domain_block d;
        int64_t id = 0;
        str_to_i64(req_param(rq, "id"), &id);
        if (str_eq(what, S("drop_domain")))
                return email_domain_block_drop(rq->cx, rq->viewer, id);
        if (str_eq(what, S("drop_network")))
                return ip_block_drop(rq->cx, rq->viewer, id);
        if (str_eq(what, S("add_network")))
                return add_network(rq);
        enum err e = email_domain_block_add(rq->cx, rq->viewer, req_param(rq, "domain"), &d);
        return e == ERR_INPUT
                       ? fail(rq->cx, e, "This is no name of a server, or it stands there already.")
                       : e;
}

static enum err joining_change(struct req *rq)
{
        enum err e = do_it(rq);
        if (e == ERR_INPUT)
                return show(rq, 422, rq->cx->fault);
        TRY(e);
        return moderate_done(rq, rq->path, "saved");
}

static const struct route routes[] = {
        {"GET", "/moderation/joining", SCOPE_PAGE_MODERATOR, LIMIT_PAGE, LANE_READ, joining_page, 0,
         0},
        {"POST", "/moderation/joining", SCOPE_PAGE_MODERATOR, LIMIT_WRITE, LANE_WRITE,
         joining_change, 0, 0},
};
const struct route_list WEB_MODERATE_JOINING_ROUTES = {DOOR_PAGE, routes, countof(routes)};
