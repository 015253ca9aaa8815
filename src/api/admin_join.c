/* Who may not join: /api/v1/admin/email_domain_blocks, ip_blocks and canonical_email_blocks. */
#include "api/admin.h"
#include "api/paging.h"
#include "lib/text/json.h"
#include "social/join_block.h"
#include "social/scope.h"
#include "store/limits.h"

/* ---- mail servers ---- */

static void write_domain(struct json *j, const struct email_domain_block *b)
{
        json_object(j, NULL);
        json_id(j, "id", b->id);
        json_str(j, "domain", b->domain);
        json_time(j, "created_at", b->created_at);
        json_array(j, "history"); /* who tried is not kept */
        json_end(j);
        json_end(j);
}

static enum err api_admin_email_domain_list(struct req *rq)
{
        struct page page = api_page(rq, 100, 200);
        struct email_domain_block *v;
        size_t n;
        TRY(email_domain_block_list(rq->cx, &page, &v, &n));
        api_page_links(rq, &page);
        struct json *j = reply_json(rq, 200);
        json_array(j, NULL);
        for (size_t i = 0; i < n; i++)
                write_domain(j, &v[i]);
        json_end(j);
        return OK;
}

static enum err api_admin_email_domain_create(struct req *rq)
{
        struct email_domain_block b;
        TRY(email_domain_block_add(rq->cx, rq->viewer, req_param(rq, "domain"), &b));
        write_domain(reply_json(rq, 200), &b);
        return OK;
}

static enum err api_admin_email_domain_show(struct req *rq)
{
        struct email_domain_block b;
        TRY(email_domain_block_get(rq->cx, req_path_id(rq, "id"), &b));
        write_domain(reply_json(rq, 200), &b);
        return OK;
}

static enum err api_admin_email_domain_delete(struct req *rq)
{
        TRY(api_admin_email_domain_show(rq));
        return email_domain_block_drop(rq->cx, rq->viewer, req_path_id(rq, "id"));
}

/* ---- networks ---- */

static void write_ip(struct json *j, const struct ip_block *b)
{
        json_object(j, NULL);
        json_id(j, "id", b->id);
        json_str(j, "ip", b->network);
        json_z(j, "severity", ip_severity_name(b->severity));
        json_str(j, "comment", b->comment);
        json_time(j, "created_at", b->created_at);
        json_time(j, "expires_at", b->expires_at);
        json_end(j);
}

struct ip_input {
        struct str ip, severity, comment;
        struct opt_int expires_in;
};
static const struct field ip_fields[] = {
        {"ip", F_STR, offsetof(struct ip_input, ip), 64},
        {"severity", F_STR, offsetof(struct ip_input, severity), 40},
        {"comment", F_STR, offsetof(struct ip_input, comment), 0},
        {"expires_in", F_INT, offsetof(struct ip_input, expires_in), 3155760000},
};

static enum err apply_ip(struct req *rq, struct ip_block *b)
{
        struct ip_input in = {0};
        TRY(req_read(rq, ip_fields, countof(ip_fields), &in));
        if (in.ip.p)
                b->network = in.ip;
        if (in.comment.p)
                b->comment = in.comment;
        if (in.severity.n && !ip_severity_read(in.severity, &b->severity))
                return fail_field(rq->cx, "severity", ERR_INPUT,
                                  "Validation failed: Severity is not included in the list");
        if (!in.severity.n && !b->id)
                return fail_field(rq->cx, "severity", ERR_INPUT,
                                  "Validation failed: Severity can't be blank");
        if (in.expires_in.given)
                b->expires_at = in.expires_in.v ? cx_now(rq->cx) + in.expires_in.v * 1000 : 0;
        TRY(ip_block_save(rq->cx, rq->viewer, b));
        write_ip(reply_json(rq, 200), b);
        return OK;
}

static enum err api_admin_ip_list(struct req *rq)
{
        struct page page = api_page(rq, 100, 200);
        struct ip_block *v;
        size_t n;
        TRY(ip_block_list(rq->cx, &page, &v, &n));
        api_page_links(rq, &page);
        struct json *j = reply_json(rq, 200);
        json_array(j, NULL);
        for (size_t i = 0; i < n; i++)
                write_ip(j, &v[i]);
        json_end(j);
        return OK;
}

static enum err api_admin_ip_create(struct req *rq)
{
        struct ip_block b = {0};
        return apply_ip(rq, &b);
}

static enum err api_admin_ip_show(struct req *rq)
{
        struct ip_block b;
        TRY(ip_block_get(rq->cx, req_path_id(rq, "id"), &b));
        write_ip(reply_json(rq, 200), &b);
        return OK;
}

static enum err api_admin_ip_change(struct req *rq)
{
        struct ip_block b;
        TRY(ip_block_get(rq->cx, req_path_id(rq, "id"), &b));
        return apply_ip(rq, &b);
}

static enum err api_admin_ip_delete(struct req *rq)
{
        TRY(api_admin_ip_show(rq));
        return ip_block_drop(rq->cx, rq->viewer, req_path_id(rq, "id"));
}

/* ---- single addresses ---- */

static void write_hash(struct json *j, const struct email_hash_block *b)
{
        json_object(j, NULL);
        json_id(j, "id", b->id);
        json_str(j, "canonical_email_hash", b->hash);
        json_end(j);
}

static enum err api_admin_email_list(struct req *rq)
{
        struct page page = api_page(rq, 100, 200);
        struct email_hash_block *v;
        size_t n;
        TRY(email_hash_block_list(rq->cx, &page, &v, &n));
        api_page_links(rq, &page);
        struct json *j = reply_json(rq, 200);
        json_array(j, NULL);
        for (size_t i = 0; i < n; i++)
                write_hash(j, &v[i]);
        json_end(j);
        return OK;
}

static enum err api_admin_email_create(struct req *rq)
{
        struct email_hash_block b;
        struct str hash = req_param(rq, "canonical_email_hash");
        TRY(email_hash_block_add(rq->cx, rq->viewer, hash.n ? hash : req_param(rq, "email"),
                                 hash.n != 0, &b));
        write_hash(reply_json(rq, 200), &b);
        return OK;
}

static enum err api_admin_email_test(struct req *rq)
{
        struct email_hash_block b;
        bool found;
        if (!req_param(rq, "email").n)
                return fail_field(rq->cx, "email", ERR_INPUT,
                                  "Validation failed: Email can't be blank");
        TRY(email_hash_block_test(rq->cx, req_param(rq, "email"), &b, &found));
        struct json *j = reply_json(rq, 200);
        json_array(j, NULL);
        if (found)
                write_hash(j, &b);
        json_end(j);
        return OK;
}

static enum err api_admin_email_show(struct req *rq)
{
        struct email_hash_block b;
        TRY(email_hash_block_get(rq->cx, req_path_id(rq, "id"), &b));
        write_hash(reply_json(rq, 200), &b);
        return OK;
}

static enum err api_admin_email_delete(struct req *rq)
{
        struct email_hash_block b;
        TRY(email_hash_block_drop(rq->cx, rq->viewer, req_path_id(rq, "id"), &b));
        write_hash(reply_json(rq, 200), &b);
        return OK;
}

#define READS LIMIT_READ, LANE_READ
#define WRITES LIMIT_WRITE, LANE_WRITE
#define DOMAINS "/api/v1/admin/email_domain_blocks"
#define NETWORKS "/api/v1/admin/ip_blocks"
#define EMAILS "/api/v1/admin/canonical_email_blocks"
#define R_DOMAIN SCOPE_ADMIN_READ_EMAIL_DOMAIN_BLOCKS, READS
#define W_DOMAIN SCOPE_ADMIN_WRITE_EMAIL_DOMAIN_BLOCKS, WRITES
#define R_IP SCOPE_ADMIN_READ_IP_BLOCKS, READS
#define W_IP SCOPE_ADMIN_WRITE_IP_BLOCKS, WRITES
#define R_EMAIL SCOPE_ADMIN_READ_CANONICAL_EMAIL_BLOCKS, READS
#define W_EMAIL SCOPE_ADMIN_WRITE_CANONICAL_EMAIL_BLOCKS, WRITES
static const struct route routes[] = {
        {"GET", DOMAINS, R_DOMAIN, api_admin_email_domain_list, 0, 0},
        {"POST", DOMAINS, W_DOMAIN, api_admin_email_domain_create, 0, 0},
        {"GET", DOMAINS "/:id", R_DOMAIN, api_admin_email_domain_show, 0, 0},
        {"DELETE", DOMAINS "/:id", W_DOMAIN, api_admin_email_domain_delete, 0, 0},
        {"GET", NETWORKS, R_IP, api_admin_ip_list, 0, 0},
        {"POST", NETWORKS, W_IP, api_admin_ip_create, 0, 0},
        {"GET", NETWORKS "/:id", R_IP, api_admin_ip_show, 0, 0},
        {"PUT", NETWORKS "/:id", W_IP, api_admin_ip_change, 0, 0},
        {"DELETE", NETWORKS "/:id", W_IP, api_admin_ip_delete, 0, 0},
        {"GET", EMAILS, R_EMAIL, api_admin_email_list, 0, 0},
        {"POST", EMAILS, W_EMAIL, api_admin_email_create, 0, 0},
        {"POST", EMAILS "/test", R_EMAIL, api_admin_email_test, 0, 0},
        {"GET", EMAILS "/:id", R_EMAIL, api_admin_email_show, 0, 0},
        {"DELETE", EMAILS "/:id", W_EMAIL, api_admin_email_delete, 0, 0},
};
const struct route_list API_ADMIN_JOIN_ROUTES = {DOOR_API, routes, countof(routes)};
