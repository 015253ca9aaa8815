/* /api/v1/push/subscription: what an app is woken for. Apps send it as JSON, as a form or in the
 * query (IceCubes); Elk relies on 404 where there is none. */
#include "api/push.h"
#include "api/paging.h"
#include "api/post.h"
#include "lib/http/req.h"
#include "lib/text/json.h"
#include "social/push.h"
#include "social/scope.h"
#include "store/limits.h"

static struct str alert_param(struct req *rq, enum notification_kind k)
{
        return str_fmt(rq->arena, "data[alerts][%.*s]", STR_ARG(notification_name(k)));
}

/* The alerts that are named; *given false: none is. */
static uint32_t read_alerts(struct req *rq, bool *given)
{
        uint32_t kinds = 0;
        *given = false;
        for (size_t i = 0; i < rq->n_params; i++)
                *given = *given || str_starts(rq->params[i].name, S("data[alerts]"));
        for (int k = 0; k < NOTIFICATION_KINDS_; k++)
                if (PUSH_KINDS >> k & 1 &&
                    api_flag(rq, str_z(rq->arena, alert_param(rq, (enum notification_kind)k)),
                             false))
                        kinds |= UINT32_C(1) << k;
        return kinds;
}

static enum err read_policy(struct req *rq, enum push_policy *policy, bool *given)
{
        struct str said = str_trim(req_param(rq, "data[policy]"));
        if (!said.n)
                said = str_trim(req_param(rq, "policy")); /* Mastodon.py */
        *given = said.n > 0;
        if (*given && !push_policy_read(said, policy))
                return fail_field(rq->cx, "policy", ERR_INPUT,
                                  "Validation failed: Policy is not included in the list");
        return OK;
}

static enum err show(struct req *rq, const struct push *p)
{
        struct json *j = reply_json(rq, 200);
        reply_cache(rq, "no-store");
        json_object(j, NULL);
        json_int(j, "id", p->id); /* a number of 32 bits: Tusky, IceCubes */
        json_str(j, "endpoint", p->endpoint);
        json_bool(j, "standard", p->standard);
        json_object(j, "alerts");
        for (int k = 0; k < NOTIFICATION_KINDS_; k++)
                if (PUSH_KINDS >> k & 1)
                        json_bool(j, str_z(rq->arena, notification_name((enum notification_kind)k)),
                                  p->kinds >> k & 1);
        json_end(j);
        json_z(j, "policy", push_policy_name(p->policy));
        json_str(j, "server_key", rq->cx->instance->vapid_public);
        json_end(j);
        return OK;
}

static enum err api_push_show(struct req *rq)
{
        struct push *p;
        TRY(push_get(rq->cx, rq->viewer->account, rq->viewer->token, &p));
        return show(rq, p);
}

static enum err api_push_create(struct req *rq)
{
        struct push *p;
        bool given;
        struct push_draft d = {.endpoint = str_trim(req_param(rq, "subscription[endpoint]")),
                               .p256dh = req_param(rq, "subscription[keys][p256dh]"),
                               .auth = req_param(rq, "subscription[keys][auth]"),
                               .standard = api_flag(rq, "subscription[standard]", false),
                               .bearer = str_trim(str_after(req_header(rq, "authorization"), 7))};
        d.kinds = read_alerts(rq, &given);
        if (!given)
                d.kinds = PUSH_KINDS_USUAL;
        TRY(read_policy(rq, &d.policy, &d.policy_given));
        TRY(push_put(rq->cx, rq->viewer, &d, &p));
        return show(rq, p);
}

/* Only what is named changes: alerts as a whole, the policy. */
static enum err api_push_update(struct req *rq)
{
        int64_t me = rq->viewer->account, token = rq->viewer->token;
        struct push *p;
        bool alerts, policy;
        TRY(push_get(rq->cx, me, token, &p));
        uint32_t kinds = read_alerts(rq, &alerts);
        if (alerts)
                p->kinds = kinds;
        TRY(read_policy(rq, &p->policy, &policy));
        TRY(push_change(rq->cx, me, token, p->kinds, p->policy));
        return show(rq, p);
}

static enum err api_push_end(struct req *rq)
{
        TRY(push_end(rq->cx, rq->viewer->account, rq->viewer->token));
        reply_empty_object(rq);
        return OK;
}

#define ROUTE(method, lane, f)                                                                     \
        {                                                                                          \
                method, "/api/v1/push/subscription", SCOPE_PUSH,                                   \
                        lane == LANE_READ ? LIMIT_READ : LIMIT_WRITE, lane, f, 0, 0                \
        }
static const struct route routes[] = {
        ROUTE("GET", LANE_READ, api_push_show),    ROUTE("POST", LANE_WRITE, api_push_create),
        ROUTE("PUT", LANE_WRITE, api_push_update), ROUTE("PATCH", LANE_WRITE, api_push_update),
        ROUTE("DELETE", LANE_WRITE, api_push_end),
};
const struct route_list API_PUSH_ROUTES = {DOOR_API, routes, countof(routes)};
