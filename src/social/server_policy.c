/* Decisions about other servers: see server_policy.h. Called by everything in fedi that receives or
 * fetches, and by the moderators' pages. */
#include "social/server_policy.h"
#include "lib/text/json.h"
#include "lib/text/unicode.h"
#include "lib/text/url.h"
#include "social/audit.h"
#include "social/page_run.h"
#include "social/severance.h"

enum { LABELS_MOST = 64, LIST_MOST = 200, COMMENT_MAX = 2000 };

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
#define COLUMNS                                                                                    \
        "id, domain, severity, allowed, no_media, no_reports, obfuscate, public_comment,"          \
        " private_comment, created_at"
#define LETTERS "isiiiiissi"
static const struct stmt BY_ID = {
        .name = "server_policy_by_id",
        .text = "SELECT " COLUMNS " FROM server_policy WHERE id = $1",
        .in = "i",
        .out = LETTERS,
};
static const struct stmt BY_DOMAIN = {
        .name = "server_policy_by_domain",
        .text = "SELECT " COLUMNS " FROM server_policy WHERE domain = $1",
        .in = "s",
        .out = LETTERS,
};
/* $4: 0 all, 1 sanctions, 2 allowed; $5 how the name begins. */
#define LIST_TEXT(order)                                                                           \
        "SELECT " COLUMNS " FROM server_policy WHERE id > $1 AND id < $2 AND ($4 = 0 OR ($4 = 1"   \
        " AND (severity > 0 OR no_media = 1 OR no_reports = 1)) OR ($4 = 2 AND allowed = 1))"      \
        " AND ($5 = '' OR domain LIKE $5 || '%') ORDER BY id " order " LIMIT $3"
static const struct stmt LIST = {
        .name = "server_policy_list", .text = LIST_TEXT("DESC"), .in = "iiiis", .out = LETTERS};
static const struct stmt LIST_UP = {
        .name = "server_policy_list_up", .text = LIST_TEXT("ASC"), .in = "iiiis", .out = LETTERS};

/* One name after the other through the index: as many steps as names are shown. */
#define NEXT(after)                                                                                \
        "(SELECT min(a.domain) FROM account a WHERE a.domain <> '' AND a.domain > " after ")"
static const struct stmt KNOWN_LIST = {
        .name = "server_known_list",
        .text = "WITH RECURSIVE names(domain) AS (SELECT " NEXT("$1") " UNION ALL SELECT " NEXT(
                "names.domain") " FROM names WHERE names.domain IS NOT NULL)"
                                " SELECT names.domain, (SELECT count(*) FROM (SELECT 1 FROM"
                                " account b WHERE b.domain = names.domain AND b.domain <> ''"
                                " LIMIT 10000) AS c), COALESCE(p.severity, 0),"
                                " COALESCE(p.allowed, 0), COALESCE(p.no_media, 0),"
                                " COALESCE(p.id, 0), COALESCE((SELECT s.failing_since FROM"
                                " far_server s WHERE s.host = names.domain), 0) FROM names"
                                " LEFT JOIN server_policy p ON p.domain = names.domain"
                                " WHERE names.domain IS NOT NULL LIMIT $2",
        .in = "si",
        .out = "siiiiii",
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
        return buf_take(cx->arena, &b);
}

enum err server_policy_said(struct cx *cx, struct str host, struct server_policy *ret)
{
        struct row r;
        TRY(db_one(cx->db, &GET, NULL, BIND(V(names_of(cx, host))), &r));
        ret->severity = (enum server_severity)row_int(&r);
        ret->allowed = row_int(&r) != 0;
        ret->no_media = row_int(&r) != 0;
        ret->no_reports = row_int(&r) != 0;
        return row_end(&r);
}

enum err server_policy_get(struct cx *cx, struct str host, struct server_policy *ret)
{
        TRY(server_policy_said(cx, host, ret));
        if (cx->settings->federation_allow_list && !ret->allowed)
                ret->severity = SERVER_REFUSED;
        return OK;
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
                if (d.severity[i] == SERVER_REFUSED)
                        TRY(severance_begin(cx, SEVERANCE_SERVER, domain, d.since[i]));
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
        if (utf8_count(p->public_comment) > COMMENT_MAX ||
            utf8_count(p->private_comment) > COMMENT_MAX)
                return fail_field(cx, "public_comment", ERR_INPUT,
                                  "Validation failed: Public comment is too long (maximum is %d "
                                  "characters)",
                                  COMMENT_MAX);
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

enum err server_policy_save(struct cx *cx, const struct viewer *by,
                            const struct server_policy_row *row, int64_t *id)
{
        static const char *const acts[] = {"server_noted", "server_limited", "server_refused"};
        TRY(server_policy_set(cx, row, id));
        const char *act = !row->policy.severity && row->policy.allowed ? "server_allowed"
                                                                       : acts[row->policy.severity];
        return audit_note(cx, by, act, 0, str_trim(row->domain));
}

enum err server_policy_remove(struct cx *cx, const struct viewer *by, int64_t id)
{
        struct server_policy_row *row;
        TRY(server_policy_by_id(cx, id, &row));
        TRY(server_policy_drop(cx, id));
        return audit_note(cx, by, "server_forgotten", 0, row->domain);
}

static int64_t read_policy(struct row *r, void *to)
{
        struct server_policy_row *p = to;
        p->id = row_int(r);
        p->domain = row_str(r);
        p->policy.severity = (enum server_severity)row_int(r);
        p->policy.allowed = row_int(r) != 0;
        p->policy.no_media = row_int(r) != 0;
        p->policy.no_reports = row_int(r) != 0;
        p->obfuscate = row_int(r) != 0;
        p->public_comment = row_str(r);
        p->private_comment = row_str(r);
        p->created_at = row_int(r);
        return p->id;
}

static enum err one(struct cx *cx, const struct stmt *s, struct value key,
                    struct server_policy_row **ret)
{
        struct row r;
        TRY(db_one(cx->db, s, cx->arena, &key, 1, &r));
        *ret = make(cx->arena, struct server_policy_row);
        read_policy(&r, *ret);
        return row_end(&r);
}

enum err server_policy_by_id(struct cx *cx, int64_t id, struct server_policy_row **ret)
{
        return one(cx, &BY_ID, V(id), ret);
}

enum err server_policy_by_domain(struct cx *cx, struct str domain, struct server_policy_row **ret)
{
        struct str name;
        if (!host_to_ascii(cx->arena, str_trim(domain), &name))
                return ERR_MISSING;
        return one(cx, &BY_DOMAIN, V(name), ret);
}

bool server_policy_empty(const struct server_policy_row *p)
{
        return !p->policy.severity && !p->policy.allowed && !p->policy.no_media &&
               !p->policy.no_reports;
}

enum err server_policy_list(struct cx *cx, enum server_policy_kind kind, struct str find,
                            struct page *page, struct server_policy_row **ret, size_t *n)
{
        if (page->limit <= 0 || page->limit > LIST_MOST)
                page->limit = LIST_MOST;
        struct server_policy_row *v =
                make_n(cx->arena, (size_t)page->limit, struct server_policy_row);
        TRY(page_rows(cx, page, page_up(page) ? &LIST_UP : &LIST,
                      BIND(V(page_above(page)), V(page_below(page)), V(page->limit), V(kind),
                           V(find.n ? str_lower(cx->arena, find) : S(""))),
                      read_policy, v, sizeof *v, n));
        *ret = v;
        return OK;
}

/* Names that begin so lie together: the walk starts just before the first of them. No host name
 * has a tilde, which comes after all that they have. */
static struct str just_before(struct arena *a, struct str head)
{
        if (!head.n)
                return S("");
        return str_fmt(a, "%.*s%c~", STR_ARG(str_cut(head, 0, head.n - 1)),
                       (head.p[head.n - 1] & 0x7f) - 1);
}

enum err server_known_list(struct cx *cx, struct str find, struct str after, int64_t limit,
                           struct server_known **ret, size_t *n)
{
        struct row r;
        size_t most = (size_t)limit, got = 0;
        struct server_known *v = make_n(cx->arena, most, struct server_known);
        struct str head = str_lower(cx->arena, find.n ? find : S(""));
        struct str from = after.n ? after : just_before(cx->arena, head);
        TRY(db_all(cx->db, &KNOWN_LIST, cx->arena, BIND(V(from), V(limit)), &r));
        while (got < most && row_next(&r)) {
                struct server_known k = {.domain = row_str(&r)};
                k.accounts = row_int(&r);
                k.severity = (enum server_severity)row_int(&r);
                k.allowed = row_int(&r) != 0;
                k.no_media = row_int(&r) != 0;
                k.policy = row_int(&r);
                k.failing_since = row_int(&r);
                if (str_starts(k.domain, head))
                        v[got++] = k;
        }
        *ret = v;
        *n = got;
        return row_end(&r);
}

static const char *const severity_names[] = {"none", "limited", "refused"};

const char *server_severity_name(enum server_severity s)
{
        return severity_names[s];
}

bool server_severity_read(struct str name, enum server_severity *ret)
{
        for (size_t i = 0; i < countof(severity_names); i++)
                if (str_eq(name, str_of(severity_names[i]))) {
                        *ret = (enum server_severity)i;
                        return true;
                }
        return false;
}

static const struct stmt *const statements[] = {
        &GET,           &SET,       &DROP,      &BY_ID,          &BY_DOMAIN,
        &LIST,          &LIST_UP,   &OVER,      &LIMIT_ACCOUNTS, &REFUSE_ACCOUNTS,
        &FREE_ACCOUNTS, &LIMIT_ONE, &KNOWN_LIST};
const struct stmt_list SERVER_POLICY_STATEMENTS = {statements, countof(statements)};
