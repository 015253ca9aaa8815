/* Decisions about other servers: see server_policy.h. Called by everything in fedi that receives or
 * fetches, and by the moderators' pages. */
#include "social/server_policy.h"
#include "lib/text/json.h"
#include "lib/text/url.h"

enum { LABELS_MOST = 64, LIST_MOST = 200 };

#define POLICY_GET(names)                                                                          \
        "SELECT COALESCE(MAX(p.severity), 0), COALESCE(MAX(p.allowed), 0),"                        \
        " COALESCE(MAX(p.no_media), 0), COALESCE(MAX(p.no_reports), 0) FROM " names                \
        " CROSS JOIN server_policy p WHERE p.domain = names.value"
static const struct stmt GET = {
        .name = "server_policy_get",
        .text = POLICY_GET("json_each($1) AS names"),
        .text_pg = POLICY_GET(
                "(SELECT x AS value FROM jsonb_array_elements_text(CAST($1 AS jsonb)) AS x)"
                " AS names"),
        .in = "s",
        .out = "iiii",
};
static const struct stmt SET = {
        .name = "server_policy_set",
        .text = "INSERT INTO server_policy (domain, id, severity, allowed, no_media, no_reports,"
                " obfuscate, public_comment, private_comment, created_at)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (domain) DO UPDATE"
                " SET severity = $3, allowed = $4, no_media = $5, no_reports = $6, obfuscate = $7,"
                " public_comment = $8, private_comment = $9 RETURNING id, created_at",
        .in = "siiiiiissi",
        .out = "ii",
};
static const struct stmt DROP = {
        .name = "server_policy_drop",
        .text = "DELETE FROM server_policy WHERE id = $1 RETURNING domain, created_at",
        .in = "i",
        .out = "si",
};
static const struct stmt LIST = {
        .name = "server_policy_list",
        .text = "SELECT id, domain, severity, allowed, no_media, no_reports, obfuscate,"
                " public_comment, private_comment, created_at FROM server_policy WHERE id < $1"
                " ORDER BY id DESC LIMIT $2",
        .in = "ii",
        .out = "isiiiiissi",
};

/* The decisions that hold for a name. */
#define POLICY_OVER(names)                                                                         \
        "SELECT p.severity, p.created_at FROM " names                                              \
        " CROSS JOIN server_policy p WHERE p.domain = names.value"
static const struct stmt OVER = {
        .name = "server_policy_over",
        .text = POLICY_OVER("json_each($1) AS names"),
        .text_pg = POLICY_OVER(
                "(SELECT x AS value FROM jsonb_array_elements_text(CAST($1 AS jsonb)) AS x)"
                " AS names"),
        .in = "s",
        .out = "ii",
};

/* Accounts there and below: "a.example" also covers "b.a.example" and "a.example:8080". The moment
 * of the decision is the mark by which it is taken back without touching those who were limited or
 * suspended for themselves. */
#define BELOW                                                                                      \
        " domain <> '' AND (domain = $1 OR domain LIKE '%.' || $1 OR domain LIKE $1 || ':%'"       \
        " OR domain LIKE '%.' || $1 || ':%')"
static const struct stmt LIMIT_ACCOUNTS = {
        .name = "server_policy_limit",
        .text = "UPDATE account SET silenced_at = $2 WHERE silenced_at IS NULL AND" BELOW,
        .in = "si",
        .scans = true, /* a moderator's decision, a few times a year */
};
static const struct stmt REFUSE_ACCOUNTS = {
        .name = "server_policy_refuse",
        .text = "UPDATE account SET suspended_at = $2 WHERE suspended_at IS NULL AND" BELOW,
        .in = "si",
        .scans = true, /* likewise */
};
static const struct stmt FREE_ACCOUNTS = {
        .name = "server_policy_free",
        .text = "UPDATE account SET silenced_at = CASE WHEN silenced_at = $2 THEN NULL ELSE"
                " silenced_at END, suspended_at = CASE WHEN suspended_at = $2 THEN NULL ELSE"
                " suspended_at END WHERE (silenced_at = $2 OR suspended_at = $2) AND" BELOW,
        .in = "si",
        .scans = true, /* likewise */
};

static const struct stmt LIMIT_ONE = {
        .name = "server_policy_limit_one",
        .text = "UPDATE account SET silenced_at = $2 WHERE id = $1 AND silenced_at IS NULL",
        .in = "ii",
};

/* The name and all names above it: ["b.a.example","a.example","example"]. */
static struct str names_of(struct cx *cx, struct str host)
{
        struct buf b = {0};
        struct json j;
        struct str rest = str_cut(host, 0, str_find_char(host, ':'));
        json_open(&j, &b);
        json_array(&j, NULL);
        for (int i = 0; i < LABELS_MOST && rest.n; i++) {
                json_str(&j, NULL, rest);
                rest = str_after(rest, str_find_char(rest, '.') + 1);
        }
        json_end(&j);
        struct str ret = str_dup(cx->arena, buf_str(&b));
        buf_free(&b);
        return ret;
}

enum err server_policy_get(struct cx *cx, struct str host, struct server_policy *ret)
{
        struct row r;
        TRY(db_one(cx->db, &GET, NULL, BIND(V(names_of(cx, host))), &r));
        ret->severity = (enum server_severity)row_int(&r);
        ret->allowed = row_int(&r) != 0;
        ret->no_media = row_int(&r) != 0;
        ret->no_reports = row_int(&r) != 0;
        return row_end(&r);
}

struct decisions {
        enum server_severity severity[LABELS_MOST];
        int64_t since[LABELS_MOST];
        size_t n;
};

static enum err decisions_over(struct cx *cx, struct str domain, struct decisions *d)
{
        struct row r;
        d->n = 0;
        TRY(db_all(cx->db, &OVER, NULL, BIND(V(names_of(cx, domain))), &r));
        while (d->n < LABELS_MOST && row_next(&r)) {
                d->severity[d->n] = (enum server_severity)row_int(&r);
                d->since[d->n++] = row_int(&r);
        }
        return row_end(&r);
}

/* Everybody there is judged anew: what the decision of `at` did is undone, what holds now is done.
 */
static enum err mark_accounts(struct cx *cx, struct str domain, int64_t at)
{
        struct decisions d;
        TRY(db_run(cx->db, &FREE_ACCOUNTS, BIND(V(domain), V(at)), NULL));
        TRY(decisions_over(cx, domain, &d));
        for (size_t i = 0; i < d.n; i++) {
                const struct stmt *s = d.severity[i] == SERVER_REFUSED   ? &REFUSE_ACCOUNTS
                                       : d.severity[i] == SERVER_LIMITED ? &LIMIT_ACCOUNTS
                                                                         : NULL;
                if (s)
                        TRY(db_run(cx->db, s, BIND(V(domain), V(d.since[i])), NULL));
        }
        cx_event(cx, EVENT_EVERYTHING, 0, 0);
        return OK;
}

enum err server_policy_apply(struct cx *cx, int64_t account, struct str domain)
{
        struct decisions d;
        TRY(decisions_over(cx, domain, &d));
        for (size_t i = 0; i < d.n; i++)
                if (d.severity[i] == SERVER_LIMITED)
                        TRY(db_run(cx->db, &LIMIT_ONE, BIND(V(account), V(d.since[i])), NULL));
        return OK;
}

enum err server_policy_set(struct cx *cx, const struct server_policy_row *p, int64_t *id)
{
        struct str domain;
        struct row r;
        if (!host_to_ascii(cx->arena, str_trim(p->domain), &domain) ||
            str_eq(domain, cx->settings->account_domain) || str_eq(domain, cx->settings->host))
                return fail_field(cx, "domain", ERR_INPUT,
                                  "Validation failed: Domain is not a valid domain name");
        TRY(db_one(cx->db, &SET, NULL,
                   BIND(V(domain), V(cx_id(cx)), V(p->policy.severity), V(p->policy.allowed),
                        V(p->policy.no_media), V(p->policy.no_reports), V(p->obfuscate),
                        V(p->public_comment.p ? p->public_comment : S("")),
                        V(p->private_comment.p ? p->private_comment : S("")), V(cx_now(cx))),
                   &r));
        *id = row_int(&r);
        int64_t at = row_int(&r);
        TRY(row_end(&r));
        return mark_accounts(cx, domain, at);
}

enum err server_policy_drop(struct cx *cx, int64_t id)
{
        struct row r;
        TRY(db_one(cx->db, &DROP, cx->arena, BIND(V(id)), &r));
        struct str domain = row_str(&r);
        int64_t at = row_int(&r);
        TRY(row_end(&r));
        return mark_accounts(cx, domain, at);
}

enum err server_policy_list(struct cx *cx, int64_t before, int64_t limit,
                            struct server_policy_row **ret, size_t *n)
{
        struct row r;
        size_t most = limit > 0 && limit < LIST_MOST ? (size_t)limit : LIST_MOST, got = 0;
        struct server_policy_row *v = make_n(cx->arena, most, struct server_policy_row);
        TRY(db_all(cx->db, &LIST, cx->arena, BIND(V(before ? before : INT64_MAX), V((int64_t)most)),
                   &r));
        while (got < most && row_next(&r)) {
                struct server_policy_row *p = &v[got++];
                p->id = row_int(&r);
                p->domain = row_str(&r);
                p->policy.severity = (enum server_severity)row_int(&r);
                p->policy.allowed = row_int(&r) != 0;
                p->policy.no_media = row_int(&r) != 0;
                p->policy.no_reports = row_int(&r) != 0;
                p->obfuscate = row_int(&r) != 0;
                p->public_comment = row_str(&r);
                p->private_comment = row_str(&r);
                p->created_at = row_int(&r);
        }
        *ret = v;
        *n = got;
        return row_end(&r);
}

static const struct stmt *const statements[] = {
        &GET,           &SET,      &DROP, &LIST, &OVER, &LIMIT_ACCOUNTS, &REFUSE_ACCOUNTS,
        &FREE_ACCOUNTS, &LIMIT_ONE};
const struct stmt_list SERVER_POLICY_STATEMENTS = {statements, countof(statements)};
