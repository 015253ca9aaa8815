/* GET /about: who runs the server, by what rules, what is kept for how long. */
#include "web/about.h"
#include "social/instance.h"
#include "social/scope.h"
#include "social/support.h"
#include "store/limits.h"
#include "web/about.html.h"
#include "web/page.h"
#include "web/web.h"

static const char *const joining[] = {
        [REGISTRATION_INVITE] = "New people come by invitation of those who are here.",
        [REGISTRATION_OPEN] = "Anybody may make an account here.",
        [REGISTRATION_CLOSED] = "No new accounts are made here at the moment.",
};

static enum err web_about_show(struct req *rq)
{
        const struct settings *s = rq->cx->settings;
        struct about a = {
                .description = s->description,
                .contact_account = s->contact_account,
                .contact_email = s->contact_email,
                .source = s->source_url,
                .joining = joining[s->registration],
                .version = TIDINGS_VERSION,
        };
        TRY(rule_list(rq->cx, &a.rules, &a.n_rules));
        a.with_reasons = instance_shown_to(s->show_server_block_reasons, rq->viewer);
        if (instance_shown_to(s->show_server_blocks, rq->viewer))
                TRY(instance_blocks(rq->cx, &a.blocks, &a.n_blocks));
        TRY(support_any(rq->cx, &a.support));
        struct web_page p = {.title = S("About"), .here = HERE_ABOUT, .indexable = true};
        struct html *h;
        TRY(web_open(rq, 200, &p, &h));
        web_about_body(h, &p, &a);
        return web_close(h, &p);
}

static const struct route routes[] = {
        {"GET", "/about", SCOPE_PAGE_PUBLIC, LIMIT_PAGE, LANE_READ, web_about_show, 0, 0},
};
const struct route_list WEB_ABOUT_ROUTES = {DOOR_PAGE, routes, countof(routes)};
