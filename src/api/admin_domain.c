/* /api/v1/admin/domain_blocks and domain_allows: decisions about other servers. Both are views of
 * one row: what is left of it when one of them is deleted stays. */
#include "api/admin.h"
#include "api/paging.h"
#include "lib/base/encode.h"
#include "lib/base/hash.h"
#include "lib/text/json.h"
#include "social/scope.h"
#include "social/server_policy.h"
#include "store/limits.h"

static const char *const severities[] = {
        [SERVER_FINE] = "noop", [SERVER_LIMITED] = "silence", [SERVER_REFUSED] = "suspend"};

static void write_block(struct json *j, struct cx *cx, const struct server_policy_row *p)
{
        json_object(j, NULL);
        json_id(j, "id", p->id);
        json_str(j, "domain", p->domain);
        json_str(j, "digest", hex_encode(cx->arena, sha256(cx->arena, p->domain)));
        json_time(j, "created_at", p->created_at);
        json_z(j, "severity", severities[p->policy.severity]);
        json_bool(j, "reject_media", p->policy.no_media);
        json_bool(j, "reject_reports", p->policy.no_reports);
        json_str(j, "private_comment", p->private_comment.n ? p->private_comment : STR_NONE);
        json_str(j, "public_comment", p->public_comment.n ? p->public_comment : STR_NONE);
        json_bool(j, "obfuscate", p->obfuscate);
        json_end(j);
}

static void write_allow(struct json *j, struct cx *cx, const struct server_policy_row *p)
{
        (void)cx;
        json_object(j, NULL);
        json_id(j, "id", p->id);
        json_str(j, "domain", p->domain);
        json_time(j, "created_at", p->created_at);
        json_end(j);
}

typedef void write_row(struct json *j, struct cx *cx, const struct server_policy_row *p);

static enum err list(struct req *rq, enum server_policy_kind kind, write_row *write)
{
        struct page page = api_page(rq, 100, 200);
        struct server_policy_row *v;
        size_t n;
        TRY(server_policy_list(rq->cx, kind, STR_NONE, &page, &v, &n));
        api_page_links(rq, &page);
        struct json *j = reply_json(rq, 200);
        json_array(j, NULL);
        for (size_t i = 0; i < n; i++)
                write(j, rq->cx, &v[i]);
        json_end(j);
        return OK;
}

static bool is_block(const struct server_policy_row *p)
{
        return p->policy.severity || p->policy.no_media || p->policy.no_reports ||
               !p->policy.allowed;
}

static enum err get(struct req *rq, enum server_policy_kind kind, struct server_policy_row **ret)
{
        TRY(server_policy_by_id(rq->cx, req_path_id(rq, "id"), ret));
        return kind == SERVER_POLICY_ALLOWED ? (*ret)->policy.allowed ? OK : ERR_MISSING
               : is_block(*ret)              ? OK
                                             : ERR_MISSING;
}

static enum err show(struct req *rq, enum server_policy_kind kind, write_row *write)
{
        struct server_policy_row *p;
        TRY(get(rq, kind, &p));
        write(reply_json(rq, 200), rq->cx, p);
        return OK;
}

/* Keeps it, or lets it go when it says nothing any more; the answer is the row as it was. */
static enum err keep(struct req *rq, struct server_policy_row *p)
{
        int64_t id;
        return server_policy_empty(p) ? server_policy_remove(rq->cx, rq->viewer, p->id)
                                      : server_policy_save(rq->cx, rq->viewer, p, &id);
}

/* ---- blocks ---- */

struct block_input {
        struct str domain, severity, public_comment, private_comment;
        enum tri no_media, no_reports, obfuscate;
};
#define AT(member) offsetof(struct block_input, member)
static const struct field block_fields[] = {
        {"domain", F_STR, AT(domain), 255},
        {"severity", F_STR, AT(severity), 16},
        {"public_comment", F_STR, AT(public_comment), 0},
        {"private_comment", F_STR, AT(private_comment), 0},
        {"reject_media", F_BOOL, AT(no_media), 0},
        {"reject_reports", F_BOOL, AT(no_reports), 0},
        {"obfuscate", F_BOOL, AT(obfuscate), 0},
};

static void take_flag(bool *to, enum tri given)
{
        if (given != TRI_UNSET)
                *to = given == TRI_TRUE;
}

static enum err apply(struct req *rq, const struct block_input *in, struct server_policy_row *p)
{
        bool good = !in->severity.n;
        for (size_t i = 0; i < countof(severities); i++)
                if (str_eq(in->severity, str_of(severities[i]))) {
                        p->policy.severity = (enum server_severity)i;
                        good = true;
                }
        if (!good)
                return fail_field(rq->cx, "severity", ERR_INPUT,
                                  "Validation failed: Severity is not included in the list");
        take_flag(&p->policy.no_media, in->no_media);
        take_flag(&p->policy.no_reports, in->no_reports);
        take_flag(&p->obfuscate, in->obfuscate);
        if (in->public_comment.p)
                p->public_comment = in->public_comment;
        if (in->private_comment.p)
                p->private_comment = in->private_comment;
        return OK;
}

static enum err api_admin_block_list(struct req *rq)
{
        return list(rq, SERVER_POLICY_BLOCKS, write_block);
}

static enum err api_admin_block_show(struct req *rq)
{
        return show(rq, SERVER_POLICY_BLOCKS, write_block);
}

static enum err answer_block(struct req *rq, int64_t id)
{
        struct server_policy_row *p;
        TRY(server_policy_by_id(rq->cx, id, &p));
        write_block(reply_json(rq, 200), rq->cx, p);
        return OK;
}

static enum err api_admin_block_create(struct req *rq)
{
        struct block_input in = {0};
        struct server_policy_row *p;
        int64_t id;
        TRY(req_read(rq, block_fields, countof(block_fields), &in));
        enum err e = server_policy_by_domain(rq->cx, in.domain, &p);
        if (e && e != ERR_MISSING)
                return e;
        if (!e && is_block(p))
                return fail_field(rq->cx, "domain", ERR_INPUT,
                                  "Validation failed: Domain has already been taken");
        if (e)
                p = make(rq->arena, struct server_policy_row);
        p->domain = in.domain;
        p->policy.severity = SERVER_LIMITED; /* Mastodon's default */
        TRY(apply(rq, &in, p));
        TRY(server_policy_save(rq->cx, rq->viewer, p, &id));
        return answer_block(rq, id);
}

static enum err api_admin_block_change(struct req *rq)
{
        struct block_input in = {0};
        struct server_policy_row *p;
        int64_t id;
        TRY(get(rq, SERVER_POLICY_BLOCKS, &p));
        TRY(req_read(rq, block_fields, countof(block_fields), &in));
        TRY(apply(rq, &in, p));
        TRY(server_policy_save(rq->cx, rq->viewer, p, &id));
        return answer_block(rq, id);
}

static enum err api_admin_block_delete(struct req *rq)
{
        struct server_policy_row *p;
        TRY(get(rq, SERVER_POLICY_BLOCKS, &p));
        write_block(reply_json(rq, 200), rq->cx, p);
        p->policy = (struct server_policy){.allowed = p->policy.allowed};
        return keep(rq, p);
}

/* ---- allows ---- */

static enum err api_admin_allow_list(struct req *rq)
{
        return list(rq, SERVER_POLICY_ALLOWED, write_allow);
}

static enum err api_admin_allow_show(struct req *rq)
{
        return show(rq, SERVER_POLICY_ALLOWED, write_allow);
}

static enum err api_admin_allow_create(struct req *rq)
{
        struct server_policy_row *p;
        int64_t id;
        enum err e = server_policy_by_domain(rq->cx, req_param(rq, "domain"), &p);
        if (e && e != ERR_MISSING)
                return e;
        if (e)
                p = make(rq->arena, struct server_policy_row);
        p->domain = req_param(rq, "domain");
        p->policy.allowed = true;
        TRY(server_policy_save(rq->cx, rq->viewer, p, &id));
        TRY(server_policy_by_id(rq->cx, id, &p));
        write_allow(reply_json(rq, 200), rq->cx, p);
        return OK;
}

static enum err api_admin_allow_delete(struct req *rq)
{
        struct server_policy_row *p;
        TRY(get(rq, SERVER_POLICY_ALLOWED, &p));
        write_allow(reply_json(rq, 200), rq->cx, p);
        p->policy.allowed = false;
        return keep(rq, p);
}

#define READ_BLOCKS SCOPE_ADMIN_READ_DOMAIN_BLOCKS, LIMIT_READ, LANE_READ
#define WRITE_BLOCKS SCOPE_ADMIN_WRITE_DOMAIN_BLOCKS, LIMIT_WRITE, LANE_WRITE
#define READ_ALLOWS SCOPE_ADMIN_READ_DOMAIN_ALLOWS, LIMIT_READ, LANE_READ
#define WRITE_ALLOWS SCOPE_ADMIN_WRITE_DOMAIN_ALLOWS, LIMIT_WRITE, LANE_WRITE
#define BLOCKS "/api/v1/admin/domain_blocks"
#define ALLOWS "/api/v1/admin/domain_allows"
static const struct route routes[] = {
        {"GET", BLOCKS, READ_BLOCKS, api_admin_block_list, 0, 0},
        {"POST", BLOCKS, WRITE_BLOCKS, api_admin_block_create, 0, 0},
        {"GET", BLOCKS "/:id", READ_BLOCKS, api_admin_block_show, 0, 0},
        {"PUT", BLOCKS "/:id", WRITE_BLOCKS, api_admin_block_change, 0, 0},
        {"DELETE", BLOCKS "/:id", WRITE_BLOCKS, api_admin_block_delete, 0, 0},
        {"GET", ALLOWS, READ_ALLOWS, api_admin_allow_list, 0, 0},
        {"POST", ALLOWS, WRITE_ALLOWS, api_admin_allow_create, 0, 0},
        {"GET", ALLOWS "/:id", READ_ALLOWS, api_admin_allow_show, 0, 0},
        {"DELETE", ALLOWS "/:id", WRITE_ALLOWS, api_admin_allow_delete, 0, 0},
};
const struct route_list API_ADMIN_DOMAIN_ROUTES = {DOOR_API, routes, countof(routes)};
