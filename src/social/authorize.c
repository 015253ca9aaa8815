/* The consent question: is what the app asks right, and where does the answer go? Called by the
 * authorize page. Until client and redirect address are known to belong together nothing is ever
 * redirected (RFC 6749 section 4.1.2.1, RFC 9700). */
#include "lib/base/encode.h"
#include "lib/base/hash.h"
#include "lib/base/rand.h"
#include "social/app.h"

static const struct stmt GRANT_ADD = {
        .name = "grant_add",
        .text = "INSERT INTO grant_code (hash, app, account, redirect_uri, scopes, scopes_text, "
                "challenge, created_at)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        .in = "biisisSi",
};

/* Codes are kept an hour beyond their life, so that a second use of one still finds what to revoke.
 */
static const struct stmt GRANT_TIDY = {
        .name = "grant_tidy",
        .text = "DELETE FROM grant_code WHERE created_at < $1",
        .in = "i",
};

static const struct stmt GRANT_KNOWN = {
        .name = "grant_known",
        .text = "SELECT scopes FROM token WHERE account = $1 AND app = $2",
        .in = "ii",
        .out = "i",
};

enum { STATE_MAX = 2000, KEEP_MS = 3600 * 1000 };

static bool challenge_good(struct str s)
{
        if (s.n != 43) /* SHA-256 as base64url without padding */
                return false;
        for (size_t i = 0; i < s.n; i++) {
                char c = s.p[i];
                if (!((c | 32) >= 'a' && (c | 32) <= 'z') && !(c >= '0' && c <= '9') && c != '-' &&
                    c != '_')
                        return false;
        }
        return true;
}

static bool given(struct str s)
{
        return s.n && !str_eq(s, S("None")) &&
               !str_eq(s, S("null")); /* Mastodon.py sends state=None */
}

/* What the app must hear of; only from here on may it be redirected to. */
static const char *find_error(struct cx *cx, const struct authorize_params *p,
                              struct authorize_request *q)
{
        if (!str_eq(p->response_type, S("code")))
                return given(p->response_type) ? "unsupported_response_type" : "invalid_request";
        if (given(p->response_mode) && !str_eq(p->response_mode, S("query")))
                return "unsupported_response_mode";
        struct str scope = str_trim(p->scope).n ? p->scope : S("read");
        if (!scope_read(scope, &q->scopes) || !q->scopes || (q->scopes & ~q->app->scopes))
                return "invalid_scope";
        q->scopes_text = scope_tidy(cx->arena, scope);
        if (given(p->code_challenge)) {
                if (!str_eq(p->code_challenge_method, S("S256")) ||
                    !challenge_good(p->code_challenge))
                        return "invalid_request"; /* "plain" protects nothing */
                q->challenge = p->code_challenge;
        } else if (given(p->code_challenge_method)) {
                return "invalid_request";
        }
        return NULL;
}

enum err authorize_check(struct cx *cx, const struct authorize_params *p,
                         struct authorize_request **ret)
{
        struct app *app;
        enum err e = app_by_client(cx, p->client_id, &app);
        if (e == ERR_MISSING)
                return fail(cx, ERR_INPUT,
                            "Client authentication failed due to unknown client, no client "
                            "authentication included, or"
                            " unsupported authentication method.");
        TRY(e);
        if (!app_redirect_allowed(app, p->redirect_uri))
                return fail(cx, ERR_INPUT, "The redirect uri included is not valid.");
        if (p->state.n > STATE_MAX)
                return fail(cx, ERR_INPUT, "The state included is too long.");
        struct authorize_request *q = make(cx->arena, struct authorize_request);
        q->app = app;
        q->redirect_uri = p->redirect_uri;
        q->state = p->state;
        q->oob = app_redirect_is_oob(p->redirect_uri);
        q->error = find_error(cx, p, q);
        *ret = q;
        return OK;
}

/* The address byte for byte as registered, with our parameters behind it: Elk's has escapes that
 * must stay as they are. */
static struct str back(struct cx *cx, const struct authorize_request *q, struct str name,
                       struct str value)
{
        struct str state = STR_NONE;
        if (q->state.n)
                state = str_fmt(cx->arena, "&state=%.*s",
                                STR_ARG(percent_encode(cx->arena, q->state)));
        return str_fmt(cx->arena, "%.*s%s%.*s=%.*s%.*s", STR_ARG(q->redirect_uri),
                       str_has_char(q->redirect_uri, '?') ? "&" : "?", STR_ARG(name),
                       STR_ARG(percent_encode(cx->arena, value)), STR_ARG(state));
}

struct str authorize_error_url(struct cx *cx, const struct authorize_request *q, const char *error)
{
        return back(cx, q, S("error"), str_of(error));
}

enum err grant_create(struct cx *cx, const struct viewer *by, const struct authorize_request *q,
                      struct str *code, struct str *url)
{
        if (q->error || !by->account)
                return fail(cx, ERR_INPUT, "This request cannot be authorized.");
        int64_t now = cx_now(cx);
        TRY(db_run(cx->db, &GRANT_TIDY, BIND(V(now - KEEP_MS)), NULL));
        struct str c = rand_token(cx->arena, 32);
        TRY(db_run(cx->db, &GRANT_ADD,
                   BIND(V_BYTES(sha256(cx->arena, c)), V(q->app->id), V(by->account),
                        V(q->redirect_uri), V((int64_t)q->scopes), V(q->scopes_text),
                        V(q->challenge), V(now)),
                   NULL));
        *code = c;
        *url = q->oob ? STR_NONE : back(cx, q, S("code"), c);
        return OK;
}

enum err grant_known(struct cx *cx, int64_t account, const struct authorize_request *q, bool *ret)
{
        uint64_t held = 0;
        struct row r;
        TRY(db_all(cx->db, &GRANT_KNOWN, cx->arena, BIND(V(account), V(q->app->id)), &r));
        while (row_next(&r))
                held |= (uint64_t)row_int(&r);
        TRY(row_end(&r));
        *ret = !(q->scopes & ~held);
        return OK;
}

static const struct stmt *const statements[] = {&GRANT_ADD, &GRANT_TIDY, &GRANT_KNOWN};
const struct stmt_list AUTHORIZE_STATEMENTS = {statements, countof(statements)};
