/* Called by the HTTP server on its loop for every request. The API takes bearer tokens and never
 * reads cookies; pages take the session cookie and never tokens; streams also take a token where
 * browsers can put one (the WebSocket protocol, the query), because they cannot send headers. */
#include "server/admit.h"
#include "lib/text/json.h"
#include "social/access.h"
#include "social/join_block.h"
#include "web/web.h"

static struct str bearer(const struct req *rq)
{
        struct str h = req_header(rq, "authorization");
        if (str_starts_nocase(h, S("Bearer ")))
                return str_trim(str_after(h, 7));
        if (!(rq->route->flags & ROUTE_STREAM))
                return STR_NONE;
        struct str protocol = req_header(rq, "sec-websocket-protocol");
        if (protocol.n)
                return protocol;
        return req_param(rq, "access_token");
}

static enum err who(struct req *rq, struct cx *cx)
{
        struct str credential;
        if (rq->door == DOOR_PAGE) {
                credential = req_cookie(rq, "session");
                enum err e = credential.n ? access_by_session(cx, credential, &rq->viewer) : OK;
                return e == ERR_NO_TOKEN ? OK : e; /* an old cookie: a stranger */
        }
        credential = bearer(rq);
        return credential.n ? access_by_token(cx, credential, &rq->viewer) : OK;
}

/* Networks that the moderators shut out reach nothing that knows people apart. */
static enum err check_address(struct req *rq, struct cx *cx)
{
        bool refused;
        if (rq->viewer->no_network_refused)
                return OK;
        TRY(ip_refused(cx, rq->peer, &refused));
        return refused ? fail(cx, ERR_DENIED, "Nothing is served to your network.") : OK;
}

/* Strangers send forms and activities, never files: the greatest is an inbox's body. */
enum { STRANGER_BODY_MAX = 1024 * 1024 };

enum err admit(struct req *rq, struct lanes *lanes, struct loop_state *loop)
{
        struct cx *cx = lanes_cx(lanes, rq, loop);
        rq->viewer = make(rq->arena, struct viewer);
        enum err e = rq->route->scope == SCOPE_NONE ? OK : who(rq, cx); /* nobody is asked for */
        if (!e && rq->route->scope != SCOPE_NONE)
                e = check_address(rq, cx);
        if (!e && !rq->viewer->account)
                rq->body_max = STRANGER_BODY_MAX;
        if (!e && rq->viewer->account)
                rq->limit_key = str_fmt(rq->arena, "a%lld", (long long)rq->viewer->account);
        if (!e)
                e = access_check(cx, rq->viewer, rq->route->scope);
        return e;
}

enum err admit_check(struct req *rq, struct lanes *lanes, struct loop_state *loop)
{
        lanes_cx(lanes, rq, loop);
        if (rq->door != DOOR_PAGE || rq->method != METHOD_POST || rq->route->flags & ROUTE_NO_CSRF)
                return OK;
        return web_check_csrf(rq);
}

/* Addresses that programs ask for; everything else that is unknown gets a page. */
static bool for_programs(const struct req *rq)
{
        static const char *const heads[] = {
                "/api/",      "/oauth/token", "/oauth/revoke", "/oauth/userinfo", "/.well-known/",
                "/nodeinfo/", "/media/",      "/users/",       "/metrics",        "/health"};
        if (rq->route)
                return rq->door != DOOR_PAGE;
        for (size_t i = 0; i < countof(heads); i++)
                if (str_starts(rq->path, str_of(heads[i])))
                        return true;
        return !rq->path.n || str_eq(rq->path, S("/api"));
}

static void error_json(struct req *rq, enum err e, struct str sentence)
{
        struct str field = rq->cx->fault_field;
        struct json *j = reply_json(rq, err_status(e));
        json_object(j, NULL);
        json_str(j, "error", sentence);
        if (field.n) {
                json_object(j, "details");
                json_key_array(j, field);
                json_object(j, NULL);
                json_z(j, "error", "ERR_INVALID");
                json_str(j, "description", sentence);
                json_end(j);
                json_end(j);
                json_end(j);
        }
        json_end(j);
}

void admit_error(struct req *rq, enum err e, struct lanes *lanes)
{
        if (!rq->cx)
                lanes_cx(lanes, rq, NULL);
        struct str sentence = rq->fault.n       ? rq->fault
                              : rq->cx->fault.n ? rq->cx->fault
                                                : str_of(err_text(e));
        if (rq->viewer == NULL)
                rq->viewer = make(rq->arena, struct viewer);
        if (for_programs(rq))
                error_json(rq, e, sentence);
        else
                web_error(rq, e, sentence);
}
