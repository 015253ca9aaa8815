/* Who asks, and may they? Called by the server's admit hook for each request with a credential, on
 * the loop: one indexed statement, no hashing slower than SHA-256 (credentials are 256 random bits,
 * so a fast hash is enough). */
#include "social/access.h"
#include "lib/base/hash.h"
#include "social/join_block.h"
#include "social/session.h"

_Static_assert(IP_NO_ACCESS == 2, "the statements below carry it as a number");

enum { TOUCH_MS = 3600 * 1000, SEEN_MS = 24 * 3600 * 1000 };

/* The columns both statements share, of the person behind a credential. */
#define PERSON                                                                                     \
        "l.role, l.confirmed_at, l.approved, l.disabled, l.has_filters, l.sifts, l.locale, "       \
        "l.seen_at, "                                                                              \
        "a.suspended_at, a.memorial, CASE WHEN EXISTS (SELECT 1 FROM ip_block WHERE severity = "   \
        "2) THEN 1 ELSE 0 END, l.memorial_at"

static const struct stmt ACCESS_TOKEN = {
        .name = "access_token",
        .text = "SELECT t.id, t.app, t.account, t.scopes, t.used_at, " PERSON " FROM token t"
                " LEFT JOIN login l ON l.account = t.account LEFT JOIN account a ON a.id = "
                "t.account"
                " WHERE t.hash = $1",
        .in = "b",
        .out = "iiIiiIIIIIISIIIiI",
};

static const struct stmt ACCESS_SESSION = {
        .name = "access_session",
        .text = "SELECT s.id, s.account, s.used_at, " PERSON " FROM session s"
                " JOIN login l ON l.account = s.account JOIN account a ON a.id = s.account"
                " WHERE s.hash = $1",
        .in = "b",
        .out = "iiiiIiiiisiIiii",
};

static const struct stmt ACCESS_TOUCH_TOKEN = {
        .name = "access_touch_token",
        .text = "UPDATE token SET used_at = $1 WHERE id = $2",
        .in = "ii",
};

static const struct stmt ACCESS_TOUCH_SESSION = {
        .name = "access_touch_session",
        .text = "UPDATE session SET used_at = $1 WHERE id = $2",
        .in = "ii",
};

static const struct stmt ACCESS_TOUCH_LOGIN = {
        .name = "access_touch_login",
        .text = "UPDATE login SET seen_at = $1 WHERE account = $2 AND seen_at < $1",
        .in = "ii",
};

/* Takes the columns of PERSON. */
static void read_person(struct cx *cx, struct row *r, struct viewer *v, int64_t used_at)
{
        v->role = (enum role)row_int(r);
        bool confirmed = row_int(r) != 0;
        bool approved = row_int(r) != 0;
        bool disabled = row_int(r) != 0;
        v->has_filters = row_int(r) != 0;
        v->sifts = row_int(r) != 0;
        v->locale = row_str(r);
        int64_t seen_at = row_int(r);
        bool suspended = row_int(r) != 0;
        bool memorial = row_int(r) != 0;
        v->no_network_refused = row_int(r) == 0;
        v->memorial_waits = row_int(r) != 0 && !memorial;
        if (v->account && (disabled || suspended || memorial))
                v->state = VIEWER_DISABLED;
        else if (v->account && !confirmed)
                v->state = VIEWER_UNCONFIRMED;
        else if (v->account && !approved)
                v->state = VIEWER_WAITING;
        int64_t now = cx_now(cx);
        v->touch_due = now - used_at >= TOUCH_MS || (v->account && now - seen_at >= SEEN_MS);
}

enum err access_by_token(struct cx *cx, struct str bearer, struct viewer **ret)
{
        if (bearer.n < 8 || bearer.n > 128) /* ours have 43 characters */
                return ERR_NO_TOKEN;
        struct row r;
        bool found;
        TRY(db_find(cx->db, &ACCESS_TOKEN, cx->arena, BIND(V_BYTES(sha256(cx->arena, bearer))), &r,
                    &found));
        if (!found)
                return ERR_NO_TOKEN;
        struct viewer *v = make(cx->arena, struct viewer);
        v->token = row_int(&r);
        v->app = row_int(&r);
        v->account = row_int(&r);
        v->scopes = (uint64_t)row_int(&r) & SCOPES_REAL;
        int64_t used_at = row_int(&r);
        read_person(cx, &r, v, used_at);
        TRY(row_end(&r));
        *ret = v;
        return OK;
}

enum err access_by_session(struct cx *cx, struct str cookie, struct viewer **ret)
{
        struct viewer *v = make(cx->arena, struct viewer);
        *ret = v;
        if (cookie.n < 8 || cookie.n > 128)
                return OK;
        struct row r;
        bool found;
        TRY(db_find(cx->db, &ACCESS_SESSION, cx->arena, BIND(V_BYTES(sha256(cx->arena, cookie))),
                    &r, &found));
        if (!found)
                return OK;
        v->session = row_int(&r);
        v->account = row_int(&r);
        int64_t used_at = row_int(&r);
        v->scopes = SCOPES_REAL;
        read_person(cx, &r, v, used_at);
        if (cx_now(cx) - used_at > SESSION_DAYS * INT64_C(86400000))
                *v = STRANGER;
        return row_end(&r);
}

/* The sentences are Mastodon's: apps show them. */
static enum err check_state(struct cx *cx, const struct viewer *by, uint64_t route)
{
        if (by->state == VIEWER_FINE || (route & SCOPE_ANY_STATE))
                return OK;
        if (by->state == VIEWER_UNCONFIRMED)
                return fail(cx, ERR_DENIED, "Your login is missing a confirmed e-mail address");
        if (by->state == VIEWER_WAITING)
                return fail(cx, ERR_DENIED, "Your login is currently pending approval");
        return fail(cx, ERR_DENIED, "Your login is currently disabled");
}

static enum err check_page(struct cx *cx, const struct viewer *by, uint64_t route)
{
        if (!by->account) {
                if (route & SCOPE_PAGE_PUBLIC)
                        return OK;
                return fail(cx, ERR_NO_TOKEN, "Please sign in.");
        }
        TRY(check_state(cx, by, route));
        if (((route & SCOPE_PAGE_OWNER) && by->role < ROLE_OWNER) ||
            ((route & SCOPE_PAGE_MODERATOR) && by->role < ROLE_MODERATOR))
                return fail(cx, ERR_DENIED, "This page is for those who run the server.");
        return OK;
}

static const uint64_t admin_bits = SCOPE_BIT(SCOPE_N_COUNT_) - SCOPE_ADMIN_READ;

enum err access_check(struct cx *cx, const struct viewer *by, uint64_t route)
{
        if (route & SCOPE_PAGES)
                return check_page(cx, by, route);
        if (route == SCOPE_NONE)
                return OK;
        if (!by->token) {
                if (route & SCOPE_OPTIONAL)
                        return OK;
                return fail(cx, ERR_NO_TOKEN, "The access token is invalid");
        }
        uint64_t named = route & SCOPES_REAL, has = named & by->scopes;
        if (named && ((route & SCOPE_ALL_OF) ? has != named : !has))
                return fail(cx, ERR_DENIED, "This action is outside the authorized scopes");
        if (!by->account) {
                if (route & (SCOPE_APP | SCOPE_OPTIONAL))
                        return OK;
                return fail(cx, ERR_INPUT, "This method requires an authenticated user");
        }
        if (!(route & SCOPE_APP))
                TRY(check_state(cx, by, route));
        if ((named & admin_bits) && by->role < ROLE_MODERATOR)
                return fail(cx, ERR_DENIED, "This action is not allowed");
        return OK;
}

bool access_touch_due(const struct viewer *by)
{
        return by->touch_due;
}

enum err access_touch(struct cx *cx, const struct viewer *by)
{
        int64_t now = cx_now(cx);
        if (by->token)
                TRY(db_run(cx->db, &ACCESS_TOUCH_TOKEN, BIND(V(now), V(by->token)), NULL));
        if (by->session)
                TRY(db_run(cx->db, &ACCESS_TOUCH_SESSION, BIND(V(now), V(by->session)), NULL));
        if (by->account)
                TRY(db_run(cx->db, &ACCESS_TOUCH_LOGIN, BIND(V(now), V(by->account)), NULL));
        return OK;
}

static const struct stmt *const statements[] = {
        &ACCESS_TOKEN,         &ACCESS_SESSION,     &ACCESS_TOUCH_TOKEN,
        &ACCESS_TOUCH_SESSION, &ACCESS_TOUCH_LOGIN,
};
const struct stmt_list ACCESS_STATEMENTS = {statements, countof(statements)};
