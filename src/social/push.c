/* Subscriptions for web push: see push.h. Called by the client API, the settings page, and
 * notification_add, which asks only for people of whom the row of the login says that some device
 * wants this kind. */
#include "social/push.h"
#include "lib/base/buf.h"
#include "lib/base/encode.h"
#include "lib/http/fetch.h"
#include "lib/push/push.h"
#include "lib/text/json.h"
#include "lib/text/url.h"
#include "store/job.h"
#include <arpa/inet.h>

#define KIND(k) (UINT32_C(1) << NOTIFICATION_##k)
const uint32_t PUSH_KINDS = KIND(MENTION) | KIND(REBLOG) | KIND(FAVOURITE) | KIND(FOLLOW) |
                            KIND(FOLLOW_REQUEST) | KIND(POLL) | KIND(UPDATE) | KIND(STATUS) |
                            KIND(SIGN_UP) | KIND(REPORT) | KIND(QUOTE) | KIND(QUOTED_UPDATE);
const uint32_t PUSH_KINDS_USUAL = KIND(MENTION);

#define PUSH_COLUMNS                                                                               \
        " p.token, p.id, p.account, p.endpoint, p.host, p.point, p.auth, p.standard, p.bearer, "   \
        "p.kinds, p.policy, p.created_at "
#define PUSH_OUT "iiissbbisiii"

static const struct stmt PUSH_PUT = {
        .name = "push_put",
        .text = "INSERT INTO push (token, id, account, endpoint, host, point, auth, standard, "
                "bearer, kinds, policy, created_at) VALUES ($1, (SELECT COALESCE(MAX(id), 0) + 1 "
                "FROM push), $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (token) DO "
                "UPDATE SET id = excluded.id, endpoint = excluded.endpoint, host = excluded.host, "
                "point = excluded.point, auth = excluded.auth, standard = excluded.standard, "
                "bearer = excluded.bearer, kinds = excluded.kinds, policy = excluded.policy, "
                "refused = 0, created_at = excluded.created_at",
        .in = "iissbbisiii",
};
static const struct stmt PUSH_GET = {
        .name = "push_get",
        .text = "SELECT" PUSH_COLUMNS "FROM push p WHERE p.token = $1 AND p.account = $2",
        .in = "ii",
        .out = PUSH_OUT,
};
static const struct stmt PUSH_CHANGE = {
        .name = "push_change",
        .text = "UPDATE push SET kinds = $3, policy = $4 WHERE token = $1 AND account = $2",
        .in = "iiii",
};
static const struct stmt PUSH_END = {
        .name = "push_end",
        .text = "DELETE FROM push WHERE token = $1 AND account = $2",
        .in = "ii",
};
static const struct stmt PUSH_LIST = {
        .name = "push_list",
        .text = "SELECT" PUSH_COLUMNS ", a.name FROM push p JOIN token t ON t.id = p.token JOIN "
                "app a ON a.id = t.app WHERE p.account = $1 ORDER BY p.token DESC LIMIT $2",
        .in = "ii",
        .out = PUSH_OUT "s",
};
/* What choosing devices needs of them. */
static const struct stmt PUSH_OF_ACCOUNT = {
        .name = "push_of_account",
        .text = "SELECT token, kinds, policy FROM push WHERE account = $1 ORDER BY token DESC "
                "LIMIT $2",
        .in = "ii",
        .out = "iii",
};
static const struct stmt PUSH_SET_KINDS = {
        .name = "push_set_kinds",
        .text = "UPDATE login SET push_kinds = $2 WHERE account = $1 AND push_kinds <> $2",
        .in = "ii",
};
static const struct stmt PUSH_USUAL = {
        .name = "push_usual",
        .text = "SELECT push_policy FROM login WHERE account = $1",
        .in = "i",
        .out = "i",
};
static const struct stmt PUSH_SET_USUAL = {
        .name = "push_set_usual",
        .text = "UPDATE login SET push_policy = $2 WHERE account = $1",
        .in = "ii",
};

static const char *const policy_names[PUSH_POLICIES_] = {
        [PUSH_ALL] = "all",
        [PUSH_FOLLOWED] = "followed",
        [PUSH_FOLLOWER] = "follower",
        [PUSH_NONE] = "none",
};

const char *push_policy_name(enum push_policy p)
{
        return policy_names[p];
}

bool push_policy_read(struct str name, enum push_policy *ret)
{
        for (int i = 0; i < PUSH_POLICIES_; i++)
                if (str_eq(name, str_of(policy_names[i]))) {
                        *ret = (enum push_policy)i;
                        return true;
                }
        return false;
}

/* ---- what an app sends ---- */

/* Elk and Phanpy send the URL alphabet, IceCubes the other one, with padding or without. */
static bool read_key(struct cx *cx, struct str text, size_t n, struct str *ret)
{
        struct str s = str_replace(cx->arena, str_trim(text), S("+"), S("-"));
        s = str_replace(cx->arena, s, S("/"), S("_"));
        return base64url_decode(cx->arena, s, ret) && ret->n == n;
}

/* An address written in digits is judged at once; a name when it is connected to. */
static bool is_private(struct arena *a, struct str host)
{
        struct sockaddr_in four = {.sin_family = AF_INET};
        struct sockaddr_in6 six = {.sin6_family = AF_INET6};
        if (str_starts(host, S("[")) && str_ends(host, S("]")))
                host = str_cut(host, 1, host.n - 2);
        const char *z = str_z(a, host);
        if (inet_pton(AF_INET, z, &four.sin_addr) == 1)
                return !fetch_address_ok((const struct sockaddr *)&four);
        return inet_pton(AF_INET6, z, &six.sin6_addr) == 1 &&
               !fetch_address_ok((const struct sockaddr *)&six);
}

/* T060: push services stand in the open, by https; and are not this server. */
static bool read_endpoint(struct cx *cx, struct str text, struct str *ret, struct str *host)
{
        const struct settings *s = cx->settings;
        struct url u;
        if (!text.n || text.n > PUSH_ENDPOINT_MAX || !url_read(cx->arena, text, &u) ||
            !url_is_http(&u))
                return false;
        *host = url_host_port(cx->arena, &u);
        *ret = url_text(cx->arena, &u);
        if (str_eq(*host, s->host) || str_eq(*host, s->account_domain))
                return false;
        if (s->federation_allow_private_addresses)
                return true;
        return str_eq(u.scheme, S("https")) && !u.port && !is_private(cx->arena, u.host);
}

static enum err check(struct cx *cx, const struct push_draft *d, struct push *p)
{
        if (!d->endpoint.n)
                return fail_field(cx, "endpoint", ERR_INPUT,
                                  "Validation failed: Endpoint can't be blank");
        if (!read_endpoint(cx, d->endpoint, &p->endpoint, &p->host))
                return fail_field(cx, "endpoint", ERR_INPUT,
                                  "Validation failed: Endpoint is not a valid URL");
        if (!read_key(cx, d->p256dh, PUSH_POINT, &p->point) || !push_point_ok(p->point))
                return fail_field(cx, "p256dh", ERR_INPUT,
                                  "Validation failed: Key p256dh is not a valid key");
        if (!read_key(cx, d->auth, PUSH_AUTH, &p->auth))
                return fail_field(cx, "auth", ERR_INPUT,
                                  "Validation failed: Key auth is not a valid key");
        return OK;
}

/* ---- rows ---- */

static void read_row(struct row *r, struct push *p)
{
        p->token = row_int(r);
        p->id = row_int(r);
        p->account = row_int(r);
        p->endpoint = row_str(r);
        p->host = row_str(r);
        p->point = row_bytes(r);
        p->auth = row_bytes(r);
        p->standard = row_int(r) != 0;
        p->bearer = row_str(r);
        p->kinds = (uint32_t)row_int(r);
        p->policy = (enum push_policy)row_int(r);
        p->created_at = row_int(r);
}

struct device {
        int64_t token;
        uint32_t kinds;
        enum push_policy policy;
};

static enum err devices(struct cx *cx, int64_t account, struct device *v, size_t *n)
{
        struct row r;
        *n = 0;
        TRY(db_all(cx->db, &PUSH_OF_ACCOUNT, NULL, BIND(V(account), V(PUSH_DEVICES_MOST + 1)), &r));
        while (*n <= PUSH_DEVICES_MOST && row_next(&r)) {
                struct device *d = &v[(*n)++];
                d->token = row_int(&r);
                d->kinds = (uint32_t)row_int(&r);
                d->policy = (enum push_policy)row_int(&r);
        }
        return row_end(&r);
}

/* Keeps in the login's row what any device wants, so that everybody else costs nothing. */
static enum err settle(struct cx *cx, int64_t account)
{
        struct device v[PUSH_DEVICES_MOST + 1];
        uint32_t kinds = 0;
        size_t n;
        TRY(devices(cx, account, v, &n));
        if (n > PUSH_DEVICES_MOST) {
                n = PUSH_DEVICES_MOST;
                TRY(db_run(cx->db, &PUSH_END, BIND(V(v[n].token), V(account)), NULL));
        }
        for (size_t i = 0; i < n; i++)
                if (v[i].policy != PUSH_NONE)
                        kinds |= v[i].kinds;
        return db_run(cx->db, &PUSH_SET_KINDS, BIND(V(account), V((int64_t)kinds)), NULL);
}

enum err push_put(struct cx *cx, const struct viewer *by, const struct push_draft *d,
                  struct push **ret)
{
        struct push p = {.policy = d->policy};
        TRY(check(cx, d, &p));
        if (!d->policy_given)
                TRY(push_usual(cx, by->account, &p.policy));
        TRY(db_run(cx->db, &PUSH_PUT,
                   BIND(V(by->token), V(by->account), V(p.endpoint), V(p.host), V_BYTES(p.point),
                        V_BYTES(p.auth), V(d->standard ? 1 : 0), V(d->bearer),
                        V((int64_t)(d->kinds & PUSH_KINDS)), V(p.policy), V(cx_now(cx))),
                   NULL));
        TRY(settle(cx, by->account));
        return push_get(cx, by->account, by->token, ret);
}

enum err push_get(struct cx *cx, int64_t account, int64_t token, struct push **ret)
{
        struct row r;
        TRY(db_one(cx->db, &PUSH_GET, cx->arena, BIND(V(token), V(account)), &r));
        struct push *p = make(cx->arena, struct push);
        read_row(&r, p);
        *ret = p;
        return row_end(&r);
}

enum err push_change(struct cx *cx, int64_t account, int64_t token, uint32_t kinds,
                     enum push_policy policy)
{
        int64_t changed;
        TRY(db_run(cx->db, &PUSH_CHANGE,
                   BIND(V(token), V(account), V((int64_t)(kinds & PUSH_KINDS)), V(policy)),
                   &changed));
        return changed ? settle(cx, account) : ERR_MISSING;
}

enum err push_end(struct cx *cx, int64_t account, int64_t token)
{
        TRY(db_run(cx->db, &PUSH_END, BIND(V(token), V(account)), NULL));
        return settle(cx, account);
}

enum err push_list(struct cx *cx, int64_t account, struct push **ret, size_t *n)
{
        struct push *v = make_n(cx->arena, PUSH_DEVICES_MOST, struct push);
        struct row r;
        size_t got = 0;
        TRY(db_all(cx->db, &PUSH_LIST, cx->arena, BIND(V(account), V(PUSH_DEVICES_MOST)), &r));
        while (got < PUSH_DEVICES_MOST && row_next(&r)) {
                read_row(&r, &v[got]);
                v[got++].app_name = row_str(&r);
        }
        *ret = v;
        *n = got;
        return row_end(&r);
}

enum err push_usual(struct cx *cx, int64_t account, enum push_policy *ret)
{
        struct row r;
        TRY(db_one(cx->db, &PUSH_USUAL, NULL, BIND(V(account)), &r));
        *ret = (enum push_policy)row_int(&r);
        return row_end(&r);
}

enum err push_set_usual(struct cx *cx, int64_t account, enum push_policy policy)
{
        return db_run(cx->db, &PUSH_SET_USUAL, BIND(V(account), V(policy)), NULL);
}

/* ---- something was told ---- */

static bool wants(const struct device *d, const struct push_news *n)
{
        if (!(d->kinds >> n->kind & 1))
                return false;
        bool own = n->sender == n->account || n->kind == NOTIFICATION_REPORT ||
                   n->kind == NOTIFICATION_SIGN_UP; /* not about a person one follows or not */
        switch (d->policy) {
        case PUSH_FOLLOWED:
                return own || n->following;
        case PUSH_FOLLOWER:
                return own || n->followed;
        case PUSH_NONE:
                return false;
        default:
                return true;
        }
}

enum err push_queue(struct cx *cx, const struct push_news *n)
{
        struct device v[PUSH_DEVICES_MOST + 1];
        size_t n_devices;
        TRY(devices(cx, n->account, v, &n_devices));
        if (!n_devices)
                return settle(cx, n->account); /* they went with their tokens */
        for (size_t i = 0; i < n_devices; i++) {
                if (!wants(&v[i], n))
                        continue;
                struct str payload = str_fmt(
                        cx->arena,
                        "{\"token\":\"%lld\",\"notification\":\"%lld\",\"born\":\"%lld\"}",
                        (long long)v[i].token, (long long)n->notification, (long long)cx_now(cx));
                TRY(job_add(cx, "push", payload, STR_NONE, 0));
        }
        return OK;
}

static const struct stmt *const statements[] = {
        &PUSH_PUT,        &PUSH_GET,       &PUSH_CHANGE, &PUSH_END,       &PUSH_LIST,
        &PUSH_OF_ACCOUNT, &PUSH_SET_KINDS, &PUSH_USUAL,  &PUSH_SET_USUAL,
};
const struct stmt_list PUSH_STATEMENTS = {statements, countof(statements)};
