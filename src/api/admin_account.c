/* /api/v1/admin/accounts and /api/v2/admin/accounts: finding accounts, seeing what moderators may
 * see of them, and acting on them. */
#include "api/account_json.h"
#include "api/admin.h"
#include "api/paging.h"
#include "social/moderation.h"
#include "social/report.h"
#include "social/scope.h"
#include "store/limits.h"

/* ---- the entity ---- */

static void write_addresses(struct json *j, const struct review *v)
{
        struct str newest = v->n_sessions ? v->sessions[0].address : STR_NONE;
        json_str(j, "ip", newest.n ? newest : STR_NONE);
        json_array(j, "ips");
        for (size_t i = 0; i < v->n_sessions; i++) {
                if (!v->sessions[i].address.n)
                        continue;
                json_object(j, NULL);
                json_str(j, "ip", v->sessions[i].address);
                json_time(j, "used_at", v->sessions[i].used_at);
                json_end(j);
        }
        json_end(j);
}

static void write_login(struct json *j, const struct review *v)
{
        const struct login *l = v->login;
        json_str(j, "email", l ? l->email : S(""));
        write_addresses(j, v);
        json_str(j, "locale", l ? l->locale : S(""));
        json_str(j, "invite_request", l && l->reason.n ? l->reason : STR_NONE);
        api_role_json(j, l ? l->role : ROLE_MEMBER);
        json_bool(j, "confirmed", l && l->confirmed_at);
        json_bool(j, "approved", l && l->approved);
        json_bool(j, "disabled", l && l->disabled);
}

static enum err write_account(struct json *j, const char *key, struct cx *cx,
                              const struct review *v)
{
        const struct account *a = v->account;
        json_object(j, key);
        json_id(j, "id", a->id);
        json_str(j, "username", a->username);
        json_str(j, "domain", a->domain.n ? a->domain : STR_NONE);
        json_time(j, "created_at", a->created_at);
        write_login(j, v);
        json_bool(j, "sensitized", v->covered);
        json_bool(j, "silenced", a->silenced);
        json_bool(j, "suspended", a->suspended);
        TRY(api_account_json(j, "account", cx, a));
        json_end(j);
        return OK;
}

enum err api_admin_account_json(struct json *j, const char *key, struct cx *cx, int64_t account)
{
        struct review v;
        enum err e = account ? review_get(cx, account, &v) : ERR_MISSING;
        if (e == ERR_MISSING) {
                json_null(j, key);
                return OK;
        }
        TRY(e);
        return write_account(j, key, cx, &v);
}

/* ---- lists ---- */

static enum err answer_list(struct req *rq, const struct review_filter *f)
{
        struct page page = api_page(rq, 100, 200);
        int64_t *ids;
        size_t n;
        TRY(review_list(rq->cx, f, &page, &ids, &n));
        api_page_links(rq, &page);
        struct json *j = reply_json(rq, 200);
        json_array(j, NULL);
        for (size_t i = 0; i < n; i++)
                TRY(api_admin_account_json(j, NULL, rq->cx, ids[i]));
        json_end(j);
        return OK;
}

static void common_filter(struct req *rq, struct review_filter *f)
{
        f->name = req_param(rq, "username");
        f->display = req_param(rq, "display_name");
        f->domain = req_param(rq, "by_domain");
        f->email = req_param(rq, "email");
        f->address = req_param(rq, "ip");
        if (f->domain.n)
                f->origin = REVIEW_ELSEWHERE;
}

/* The first version has a flag for each state. */
static enum err api_admin_account_list_v1(struct req *rq)
{
        static const struct {
                const char *name;
                enum review_state state;
        } flags[] = {{"active", REVIEW_ACTIVE},       {"pending", REVIEW_WAITING},
                     {"disabled", REVIEW_DISABLED},   {"silenced", REVIEW_LIMITED},
                     {"suspended", REVIEW_SUSPENDED}, {"sensitized", REVIEW_COVERED}};
        struct review_filter f = {0};
        common_filter(rq, &f);
        for (size_t i = 0; i < countof(flags); i++)
                if (api_flag(rq, flags[i].name, false))
                        f.state = flags[i].state;
        if (api_flag(rq, "local", false))
                f.origin = REVIEW_HERE;
        if (api_flag(rq, "remote", false))
                f.origin = REVIEW_ELSEWHERE;
        f.staff = api_flag(rq, "staff", false);
        return answer_list(rq, &f);
}

static enum err api_admin_account_list_v2(struct req *rq)
{
        static const struct {
                const char *name;
                enum review_state state;
        } states[] = {{"active", REVIEW_ACTIVE},
                      {"pending", REVIEW_WAITING},
                      {"disabled", REVIEW_DISABLED},
                      {"silenced", REVIEW_LIMITED},
                      {"suspended", REVIEW_SUSPENDED}};
        struct review_filter f = {0};
        struct str origin = req_param(rq, "origin"), status = req_param(rq, "status");
        common_filter(rq, &f);
        if (str_eq(origin, S("local")))
                f.origin = REVIEW_HERE;
        if (str_eq(origin, S("remote")))
                f.origin = REVIEW_ELSEWHERE;
        for (size_t i = 0; i < countof(states); i++)
                if (str_eq(status, str_of(states[i].name)))
                        f.state = states[i].state;
        f.staff = str_eq(req_param(rq, "permissions"), S("staff"));
        return answer_list(rq, &f);
}

/* ---- one ---- */

static enum err answer(struct req *rq, int64_t id)
{
        struct review v;
        TRY(review_get(rq->cx, id, &v));
        return write_account(reply_json(rq, 200), NULL, rq->cx, &v);
}

static enum err api_admin_account_show(struct req *rq)
{
        return answer(rq, req_path_id(rq, "id"));
}

struct action_input {
        struct str type, text;
        int64_t report;
        enum tri mail;
        struct id_list posts;
};
static const struct field action_fields[] = {
        {"type", F_STR, offsetof(struct action_input, type), 40},
        {"text", F_STR, offsetof(struct action_input, text), 0},
        {"report_id", F_ID, offsetof(struct action_input, report), 0},
        {"send_email_notification", F_BOOL, offsetof(struct action_input, mail), 0},
        {"status_ids", F_IDS, offsetof(struct action_input, posts), REPORT_POSTS_MAX},
};

/* The acts on posts take those of the report when none are named. */
static enum err fill_posts(struct req *rq, const struct action_input *in, struct moderation *m)
{
        struct report *r;
        m->posts = in->posts;
        if (in->posts.n || !in->report ||
            (m->act != ACT_DELETE_POSTS && m->act != ACT_MARK_POSTS_SENSITIVE &&
             m->act != ACT_ASK_VEIL))
                return OK;
        TRY(report_get(rq->cx, in->report, &r));
        return report_ids(rq->cx, r->posts, &m->posts);
}

static enum err api_admin_account_action(struct req *rq)
{
        struct action_input in = {0};
        TRY(req_read(rq, action_fields, countof(action_fields), &in));
        struct moderation m = {.target = req_path_id(rq, "id"),
                               .text = in.text,
                               .report = in.report,
                               .silent = in.mail == TRI_FALSE && !in.text.n};
        if (!moderation_act_read(in.type, &m.act))
                return fail_field(rq->cx, "type", ERR_INPUT,
                                  "Validation failed: Type is not included in the list");
        TRY(fill_posts(rq, &in, &m));
        TRY(moderate(rq->cx, rq->viewer, &m));
        reply_empty_object(rq);
        return OK;
}

static enum err undo(struct req *rq, enum moderation_act act)
{
        int64_t id = req_path_id(rq, "id");
        TRY(moderate_undo(rq->cx, rq->viewer, id, act));
        return answer(rq, id);
}

static enum err api_admin_account_enable(struct req *rq)
{
        return undo(rq, ACT_DISABLE);
}

static enum err api_admin_account_unsensitive(struct req *rq)
{
        return undo(rq, ACT_SENSITIVE);
}

static enum err api_admin_account_unsilence(struct req *rq)
{
        return undo(rq, ACT_SILENCE);
}

static enum err api_admin_account_unsuspend(struct req *rq)
{
        return undo(rq, ACT_SUSPEND);
}

static enum err api_admin_account_approve(struct req *rq)
{
        int64_t id = req_path_id(rq, "id");
        TRY(moderate_approve(rq->cx, rq->viewer, id));
        return answer(rq, id);
}

/* Written before it goes. */
static enum err api_admin_account_reject(struct req *rq)
{
        int64_t id = req_path_id(rq, "id");
        TRY(answer(rq, id));
        return moderate_reject(rq->cx, rq->viewer, id);
}

/* Mastodon deletes what is left of a suspended account; here that is the same as rejecting one that
 * waits, and otherwise it needs the suspension first. */
static enum err api_admin_account_delete(struct req *rq)
{
        int64_t id = req_path_id(rq, "id");
        struct review v;
        TRY(review_get(rq->cx, id, &v));
        if (v.login && !v.login->approved)
                return api_admin_account_reject(rq);
        if (!v.account->suspended)
                return fail(rq->cx, ERR_DENIED, "Suspend the account first.");
        return fail(rq->cx, ERR_DENIED,
                    "A suspended account is kept for a time, so that the suspension can be "
                    "taken back; then it is deleted.");
}

#define READ SCOPE_ADMIN_READ_ACCOUNTS, LIMIT_READ, LANE_READ
#define WRITE SCOPE_ADMIN_WRITE_ACCOUNTS, LIMIT_WRITE, LANE_WRITE
#define ONE "/api/v1/admin/accounts/:id"
static const struct route routes[] = {
        {"GET", "/api/v1/admin/accounts", READ, api_admin_account_list_v1, 0, 0},
        {"GET", "/api/v2/admin/accounts", READ, api_admin_account_list_v2, 0, 0},
        {"GET", ONE, READ, api_admin_account_show, 0, 0},
        {"DELETE", ONE, WRITE, api_admin_account_delete, 0, 0},
        {"POST", ONE "/action", WRITE, api_admin_account_action, 0, 0},
        {"POST", ONE "/approve", WRITE, api_admin_account_approve, 0, 0},
        {"POST", ONE "/reject", WRITE, api_admin_account_reject, 0, 0},
        {"POST", ONE "/enable", WRITE, api_admin_account_enable, 0, 0},
        {"POST", ONE "/unsensitive", WRITE, api_admin_account_unsensitive, 0, 0},
        {"POST", ONE "/unsilence", WRITE, api_admin_account_unsilence, 0, 0},
        {"POST", ONE "/unsuspend", WRITE, api_admin_account_unsuspend, 0, 0},
};
const struct route_list API_ADMIN_ACCOUNT_ROUTES = {DOOR_API, routes, countof(routes)};
