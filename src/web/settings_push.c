/* Settings → Notifications: the devices that may wake a person, each with what it wakes them for.
 * They are added by the apps themselves (api/push.c). */
#include "web/settings_push.h"
#include "lib/base/die.h"
#include "social/scope.h"
#include "store/limits.h"
#include "web/settings.h"
#include "web/settings_push.html.h"
#include "web/web.h"

const struct push_word PUSH_WORDS[] = {
        {NOTIFICATION_MENTION, "Mentions and private mentions", false},
        {NOTIFICATION_STATUS, "New posts of people I asked to hear of", false},
        {NOTIFICATION_FOLLOW_REQUEST, "Follow requests", false},
        {NOTIFICATION_FOLLOW, "New followers", false},
        {NOTIFICATION_FAVOURITE, "Favourites", false},
        {NOTIFICATION_REBLOG, "Boosts", false},
        {NOTIFICATION_QUOTE, "Quotes", false},
        {NOTIFICATION_POLL, "Polls that ended", false},
        {NOTIFICATION_UPDATE, "Changes to posts I boosted", false},
        {NOTIFICATION_QUOTED_UPDATE, "Changes to posts I quoted", false},
        {NOTIFICATION_SIGN_UP, "New accounts here", true},
        {NOTIFICATION_REPORT, "Reports", true},
};
const size_t PUSH_WORDS_COUNT = countof(PUSH_WORDS);

const char *push_id(struct arena *a, const char *name, int64_t device)
{
        return str_z(a, str_fmt(a, "%s-%lld", name, (long long)device));
}

static enum err push_page(struct req *rq)
{
        struct push_page v = {.moderates = rq->viewer->role != ROLE_MEMBER};
        struct push *devices;
        TRY(push_list(rq->cx, rq->viewer->account, &devices, &v.n));
        TRY(push_usual(rq->cx, rq->viewer->account, &v.usual));
        v.v = devices;
        struct web_page p = {0};
        struct html *h;
        TRY(settings_open(rq, 200, "notifications", &p, &h));
        web_settings_push(h, &p, &v);
        return web_close(h, &p);
}

static uint32_t kinds_of(struct req *rq)
{
        uint32_t kinds = 0;
        for (size_t i = 0; i < countof(PUSH_WORDS); i++) {
                struct str name = notification_name(PUSH_WORDS[i].kind);
                if (str_eq(req_param(rq, str_z(rq->arena, name)), S("yes")))
                        kinds |= UINT32_C(1) << PUSH_WORDS[i].kind;
        }
        return kinds;
}

static enum err push_save(struct req *rq)
{
        int64_t device, me = rq->viewer->account;
        enum push_policy policy;
        if (!push_policy_read(req_param(rq, "policy"), &policy))
                return req_fail(rq, ERR_INPUT, "Choose one of the four.");
        if (!req_param(rq, "device").n) {
                TRY(push_set_usual(rq->cx, me, policy));
        } else if (!str_to_i64(req_param(rq, "device"), &device)) {
                return ERR_MISSING;
        } else if (str_eq(req_param(rq, "end"), S("yes"))) {
                TRY(push_end(rq->cx, me, device));
                reply_redirect(rq, S("/settings/notifications?done=ended"));
                return OK;
        } else {
                TRY(push_change(rq->cx, me, device, kinds_of(rq), policy));
        }
        reply_redirect(rq, S("/settings/notifications?done=saved"));
        return OK;
}

static const struct route routes[] = {
        {"GET", "/settings/notifications", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, push_page,
         0, 0},
        {"POST", "/settings/notifications", SCOPE_PAGE_SIGNED_IN, LIMIT_WRITE, LANE_WRITE,
         push_save, 0, 0},
};
const struct route_list WEB_SETTINGS_PUSH_ROUTES = {DOOR_PAGE, routes, countof(routes)};
