/* /oauth/authorize: somebody who signed in decides whether an app may act for them. The page is
 * shown each time, so that nothing is let in by a link alone. Its policy names no form-action:
 * browsers would apply that to the redirect into the app, whose scheme may be anything. */
#include "web/authorize.h"
#include "lib/base/die.h"
#include "lib/text/url.h"
#include "social/account.h"
#include "social/scope.h"
#include "store/limits.h"
#include "web/authorize.html.h"
#include "web/web.h"

static const struct field fields[] = {
        {"response_type", F_STR, offsetof(struct authorize_params, response_type), 64},
        {"client_id", F_STR, offsetof(struct authorize_params, client_id), 256},
        {"redirect_uri", F_STR, offsetof(struct authorize_params, redirect_uri), 4096},
        {"scope", F_STR, offsetof(struct authorize_params, scope), 4096},
        {"state", F_STR, offsetof(struct authorize_params, state), 4096},
        {"code_challenge", F_STR, offsetof(struct authorize_params, code_challenge), 256},
        {"code_challenge_method", F_STR, offsetof(struct authorize_params, code_challenge_method),
         32},
        {"response_mode", F_STR, offsetof(struct authorize_params, response_mode), 32},
};

static struct html *open_alone(struct req *rq, int status, struct web_page *p)
{
        p->alone = true;
        reply_header(rq, "Content-Security-Policy",
                     S("default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
                       "frame-ancestors 'none'"));
        return web_open_plain(rq, status, p);
}

static enum err show_plain(struct req *rq, int status, struct str title, struct str text)
{
        struct web_page p = {.title = title};
        struct html *h = open_alone(rq, status, &p);
        web_authorize_plain(h, title, text);
        return web_close(h, &p);
}

/* The host the app claims: of its site, else of where it wants the code. */
static struct str claimed_host(struct arena *a, const struct authorize_request *q)
{
        struct url u;
        if (q->app->website.n && url_read(a, q->app->website, &u) && url_is_http(&u))
                return url_host_port(a, &u);
        if (!q->oob && url_read(a, q->redirect_uri, &u) && url_is_http(&u))
                return url_host_port(a, &u);
        return STR_NONE;
}

static void list_scopes(struct arena *a, struct consent *c, struct str scopes)
{
        struct str rest = scopes, word;
        c->can = make_n(a, scope_count(), struct str);
        while (scope_next(&rest, &word) && c->n_can < scope_count())
                for (size_t i = 0; i < scope_count(); i++)
                        if (str_eq(scope_name(i), word))
                                c->can[c->n_can++] = scope_words(i);
}

static enum err consent_of(struct req *rq, const struct authorize_request *q,
                           const struct authorize_params *params, struct consent *c)
{
        struct account *me;
        TRY(account_get(rq->cx, rq->viewer->account, &me));
        *c = (struct consent){.app = q->app->name,
                              .from = claimed_host(rq->arena, q),
                              .me = me->username,
                              .params = *params};
        list_scopes(rq->arena, c, q->scopes_text);
        return OK;
}

/* Reads and checks. *done: the answer is written, there is nothing to consent to. */
static enum err check(struct req *rq, struct authorize_params *params, struct authorize_request **q,
                      bool *done)
{
        *done = true;
        TRY(req_read(rq, fields, countof(fields), params));
        enum err e = authorize_check(rq->cx, params, q);
        if (e == ERR_INPUT)
                return show_plain(rq, 400, S("This app asked in a wrong way"), rq->cx->fault);
        TRY(e);
        if (!(*q)->error) {
                *done = false;
                return OK;
        }
        /* Nobody is sent elsewhere by a bad link alone (RFC 9700 section 4.11.2). */
        if ((*q)->oob || !rq->viewer->account)
                return show_plain(rq, 400, S("This app asked in a wrong way"),
                                  str_fmt(rq->arena,
                                          "It was not let in. Its makers know this as “%s”.",
                                          (*q)->error));
        reply_redirect_out(rq, authorize_error_url(rq->cx, *q, (*q)->error));
        return OK;
}

static enum err web_authorize_show(struct req *rq)
{
        struct authorize_params params = {0};
        struct authorize_request *q;
        bool done;
        TRY(check(rq, &params, &q, &done));
        if (done)
                return OK;
        if (!rq->viewer->account)
                return ERR_NO_TOKEN;
        struct consent c;
        TRY(consent_of(rq, q, &params, &c));
        struct web_page p = {.title = S("Let an app in")};
        struct html *h = open_alone(rq, 200, &p);
        web_authorize_body(h, &p, &c);
        return web_close(h, &p);
}

static enum err let_in(struct req *rq, const struct authorize_request *q,
                       const struct authorize_params *params)
{
        struct str code, url;
        TRY(grant_create(rq->cx, rq->viewer, q, &code, &url));
        if (!q->oob) {
                reply_redirect_out(rq, url);
                return OK;
        }
        struct consent c;
        TRY(consent_of(rq, q, params, &c));
        struct web_page p = {.title = S("Your code")};
        struct html *h = open_alone(rq, 200, &p);
        web_authorize_code(h, &c, code);
        return web_close(h, &p);
}

static enum err web_authorize_send(struct req *rq)
{
        struct authorize_params params = {0};
        struct authorize_request *q;
        bool done;
        TRY(check(rq, &params, &q, &done));
        if (done)
                return OK;
        if (str_eq(req_param(rq, "do"), S("yes")))
                return let_in(rq, q, &params);
        if (q->oob)
                return show_plain(rq, 200, S("Not let in"),
                                  S("The app got nothing. You can close this page."));
        reply_redirect_out(rq, authorize_error_url(rq->cx, q, "access_denied"));
        return OK;
}

static const struct route routes[] = {
        {"GET", "/oauth/authorize", SCOPE_PAGE_PUBLIC, LIMIT_PAGE, LANE_READ, web_authorize_show, 0,
         0},
        {"POST", "/oauth/authorize", SCOPE_PAGE_SIGNED_IN, LIMIT_WRITE, LANE_WRITE,
         web_authorize_send, 0, 0},
};
const struct route_list WEB_AUTHORIZE_ROUTES = {DOOR_PAGE, routes, countof(routes)};
