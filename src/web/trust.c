/* /settings/people: the page of sections, and those of sessions and apps. Keepers are in
 * web/keeper.c; whoever adds another kind of trust adds a section to the table. */
#include "web/trust.h"
#include "lib/base/die.h"
#include "social/scope.h"
#include "store/limits.h"
#include "web/trust.html.h"
#include "web/web.h"
#include "web/when.h"

static const struct trust_section *const sections[] = {
        &TRUST_ASKED,         &TRUST_COAUTHOR_ASKED, &TRUST_KEEPERS,    &TRUST_KEEPING,
        &TRUST_STEWARD_ASKED, &TRUST_STEWARDS,       &TRUST_STEWARD_OF, &TRUST_COAUTHORS,
        &TRUST_COAUTHOR_OF,   &TRUST_SESSIONS,       &TRUST_APPS,
};

static struct str id_text(struct arena *a, int64_t id)
{
        return str_int(a, id);
}

static enum err list_sessions(struct req *rq, struct trust_row **ret, size_t *n)
{
        struct session *s;
        TRY(session_list(rq->cx, rq->viewer->account, &s, n));
        *ret = make_n(rq->arena, *n + 1, struct trust_row);
        for (size_t i = 0; i < *n; i++) {
                bool here = s[i].id == rq->viewer->session;
                (*ret)[i] = (struct trust_row){.who = agent_words(rq->arena, s[i].agent),
                                               .what = here ? S("This browser.")
                                                            : S("Signed in with your name."),
                                               .action = here ? STR_NONE : S("/settings/sessions"),
                                               .field = "session",
                                               .value = id_text(rq->arena, s[i].id)};
        }
        return OK;
}
const struct trust_section TRUST_SESSIONS = {.title = "Browsers signed in with your name",
                                             .list = list_sessions};

static enum err list_apps(struct req *rq, struct trust_row **ret, size_t *n)
{
        struct token *t;
        TRY(token_list(rq->cx, rq->viewer->account, &t, n));
        *ret = make_n(rq->arena, *n + 1, struct trust_row);
        for (size_t i = 0; i < *n; i++)
                (*ret)[i] = (struct trust_row){
                        .who = t[i].app_name,
                        .what = str_fmt(rq->arena, "May: %.*s.", STR_ARG(t[i].scopes_text)),
                        .action = S("/settings/sessions"),
                        .field = "token",
                        .value = id_text(rq->arena, t[i].id)};
        return OK;
}
const struct trust_section TRUST_APPS = {
        .title = "Apps", .empty = "No app can act for you.", .list = list_apps};

static enum err people_page(struct req *rq)
{
        struct trust_part parts[countof(sections)];
        for (size_t i = 0; i < countof(sections); i++) {
                struct trust_row *rows;
                parts[i] = (struct trust_part){.section = sections[i]};
                TRY(sections[i]->list(rq, &rows, &parts[i].n));
                parts[i].v = rows;
        }
        struct web_page p = {0};
        struct html *h;
        TRY(settings_open(rq, 200, "people", &p, &h));
        web_trust_body(h, &p, parts, countof(parts));
        return web_close(h, &p);
}

static const struct route routes[] = {
        {"GET", "/settings/people", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, people_page, 0, 0},
};
const struct route_list WEB_TRUST_ROUTES = {DOOR_PAGE, routes, countof(routes)};
