/* Tokens: exchanged for a code or for an app's own secret, listed, ended. Called by /oauth/token,
 * /oauth/revoke, the settings page and the command line. Error words are those of RFC 6749
 * section 5.2, sentences those of Doorkeeper, which apps show. */
#include "lib/base/encode.h"
#include "lib/base/hash.h"
#include "lib/base/rand.h"
#include "social/app.h"

/* T013: a code is exchanged by a program at once; only out of band a person types it (apps tell
 * them of 10 minutes). */
enum { CODE_MS = 60 * 1000, CODE_OOB_MS = 10 * 60 * 1000, LIST_MAX = 200 };

static const struct stmt TOKEN_ADD = {
        .name = "token_add",
        .text = "INSERT INTO token (id, hash, app, account, scopes, scopes_text, created_at) "
                "VALUES ($1, $2, $3, $4, $5, $6, $7)",
        .in = "ibiIisi",
};

static const struct stmt TOKEN_CODE = {
        .name = "token_code",
        .text = "SELECT app, account, redirect_uri, scopes, scopes_text, challenge, token, "
                "created_at FROM grant_code"
                " WHERE hash = $1",
        .in = "b",
        .out = "iisisSIi",
};

static const struct stmt TOKEN_CODE_USED = {
        .name = "token_code_used",
        .text = "UPDATE grant_code SET token = $2 WHERE hash = $1 AND token IS NULL",
        .in = "bi",
};

static const struct stmt TOKEN_BY_HASH = {
        .name = "token_by_hash",
        .text = "SELECT t.id, t.app, t.account FROM token t WHERE t.hash = $1",
        .in = "b",
        .out = "iiI",
};

static const struct stmt TOKEN_DELETE = {
        .name = "token_delete",
        .text = "DELETE FROM token WHERE id = $1",
        .in = "i",
};

static const struct stmt TOKEN_END = {
        .name = "token_end",
        .text = "DELETE FROM token WHERE id = $1 AND account = $2",
        .in = "ii",
};

static const struct stmt TOKEN_LIST = {
        .name = "token_list",
        .text = "SELECT t.id, t.app, t.created_at, t.used_at, t.scopes, t.scopes_text, a.name, "
                "a.website FROM token t"
                " JOIN app a ON a.id = t.app WHERE t.account = $1 ORDER BY t.id DESC LIMIT 200",
        .in = "i",
        .out = "iiiiissS",
};

static const struct oauth_fault
        INVALID_CLIENT = {"invalid_client",
                          "Client authentication failed due to unknown client, no client "
                          "authentication included, or"
                          " unsupported authentication method.",
                          401},
        INVALID_GRANT = {"invalid_grant",
                         "The provided authorization grant is invalid, expired, revoked, does not "
                         "match the redirection"
                         " URI used in the authorization request, or was issued to another client.",
                         400},
        INVALID_SCOPE = {"invalid_scope", "The requested scope is invalid, unknown, or malformed.",
                         400},
        INVALID_REQUEST = {"invalid_request",
                           "The request is missing a required parameter, includes an unsupported "
                           "parameter value, or is"
                           " otherwise malformed.",
                           400},
        UNSUPPORTED = {"unsupported_grant_type",
                       "The authorization grant type is not supported by the authorization server.",
                       400},
        UNAUTHORIZED = {"unauthorized_client", "You are not authorized to revoke this token", 403};

static enum err insert(struct cx *cx, int64_t app, int64_t account, uint64_t scopes,
                       struct str scopes_text, struct token **ret)
{
        struct token *t = make(cx->arena, struct token);
        t->id = cx_id(cx);
        t->app = app;
        t->account = account;
        t->created_at = cx_now(cx);
        t->secret = rand_token(cx->arena, 32);
        t->scopes = scopes;
        t->scopes_text = scopes_text;
        TRY(db_run(cx->db, &TOKEN_ADD,
                   BIND(V(t->id), V_BYTES(sha256(cx->arena, t->secret)), V(app), V_ID(account),
                        V((int64_t)scopes), V(scopes_text), V(t->created_at)),
                   NULL));
        *ret = t;
        return OK;
}

enum err token_create(struct cx *cx, int64_t app, int64_t account, struct str scopes,
                      struct token **ret)
{
        uint64_t bits;
        if (!scope_read(scopes, &bits) || !bits)
                return fail(cx, ERR_INPUT, "%s", INVALID_SCOPE.text);
        return insert(cx, app, account, bits, scope_tidy(cx->arena, scopes), ret);
}

/* ---- a code ---- */

struct code {
        int64_t app, account, token, created_at;
        struct str redirect_uri, scopes_text, challenge;
        uint64_t scopes;
};

static enum err get_code(struct cx *cx, struct str hash, struct code *c)
{
        struct row r;
        TRY(db_one(cx->db, &TOKEN_CODE, cx->arena, BIND(V_BYTES(hash)), &r));
        c->app = row_int(&r);
        c->account = row_int(&r);
        c->redirect_uri = row_str(&r);
        c->scopes = (uint64_t)row_int(&r);
        c->scopes_text = row_str(&r);
        c->challenge = row_str(&r);
        c->token = row_int(&r);
        c->created_at = row_int(&r);
        return row_end(&r);
}

/* RFC 7636; a verifier without a challenge is a downgrade attempt (RFC 9700 section 4.8.2). */
static bool verifier_fits(struct arena *a, struct str challenge, struct str verifier)
{
        if (!challenge.n)
                return !verifier.n;
        if (verifier.n < 43 || verifier.n > 128)
                return false;
        return str_same_secret(base64url_encode(a, sha256(a, verifier)), challenge);
}

static enum err revoke_id(struct cx *cx, int64_t token, int64_t account)
{
        TRY(db_run(cx->db, &TOKEN_DELETE, BIND(V(token)), NULL));
        cx_event(cx, EVENT_ACCESS_ENDED, account, token);
        return OK;
}

static enum err exchange_code(struct cx *cx, const struct exchange *x, const struct app *app,
                              struct token **ret, struct oauth_fault *fault)
{
        *fault = INVALID_GRANT;
        struct str hash = sha256(cx->arena, x->code);
        struct code c = {0};
        enum err e = x->code.n && x->code.n <= 128 ? get_code(cx, hash, &c) : ERR_MISSING;
        if (e == ERR_MISSING)
                return OK;
        TRY(e);
        if (c.app != app->id)
                return OK;
        if (c.token) /* somebody has used it before: both that one and this one are in doubt */
                return revoke_id(cx, c.token, c.account);
        int64_t age = cx_now(cx) - c.created_at;
        if (age < 0 || age > (app_redirect_is_oob(c.redirect_uri) ? CODE_OOB_MS : CODE_MS))
                return OK;
        if (!str_eq(c.redirect_uri, x->redirect_uri) ||
            !verifier_fits(cx->arena, c.challenge, x->code_verifier))
                return OK;
        if (!x->client_secret.n && !c.challenge.n) {
                *fault = INVALID_CLIENT;
                return OK;
        }
        TRY(insert(cx, app->id, c.account, c.scopes, c.scopes_text, ret));
        (*ret)->app_name = app->name;
        return db_run(cx->db, &TOKEN_CODE_USED, BIND(V_BYTES(hash), V((*ret)->id)), NULL);
}

static enum err exchange_secret(struct cx *cx, const struct exchange *x, const struct app *app,
                                struct token **ret, struct oauth_fault *fault)
{
        if (!x->client_secret.n) {
                *fault = INVALID_CLIENT;
                return OK;
        }
        struct str scope = str_trim(x->scope).n ? x->scope : S("read");
        uint64_t bits;
        if (!scope_read(scope, &bits) || !bits || (bits & ~app->scopes)) {
                *fault = INVALID_SCOPE;
                return OK;
        }
        return insert(cx, app->id, 0, bits, scope_tidy(cx->arena, scope), ret);
}

enum err grant_exchange(struct cx *cx, const struct exchange *x, struct token **ret,
                        struct oauth_fault *fault)
{
        *ret = NULL;
        bool code = str_eq(x->grant_type, S("authorization_code"));
        if (!x->grant_type.n) {
                *fault = INVALID_REQUEST;
                return OK;
        }
        if (!code && !str_eq(x->grant_type, S("client_credentials"))) {
                *fault = UNSUPPORTED;
                return OK;
        }
        struct app *app;
        enum err e = app_by_client(cx, x->client_id, &app);
        if (e && e != ERR_MISSING)
                return e;
        if (e || (x->client_secret.n && !app_secret_fits(cx->arena, app, x->client_secret))) {
                *fault = INVALID_CLIENT;
                return OK;
        }
        return code ? exchange_code(cx, x, app, ret, fault)
                    : exchange_secret(cx, x, app, ret, fault);
}

/* ---- ending ---- */

enum err token_revoke(struct cx *cx, struct str client_id, struct str client_secret,
                      struct str token, struct oauth_fault *fault)
{
        fault->error = NULL;
        struct app *app;
        enum err e = app_by_client(cx, client_id, &app);
        if (e && e != ERR_MISSING)
                return e;
        if (e || (client_secret.n && !app_secret_fits(cx->arena, app, client_secret))) {
                *fault = UNAUTHORIZED;
                return OK;
        }
        struct row r;
        bool found = false;
        if (token.n && token.n <= 128)
                TRY(db_find(cx->db, &TOKEN_BY_HASH, cx->arena,
                            BIND(V_BYTES(sha256(cx->arena, token))), &r, &found));
        if (!found)
                return OK; /* RFC 7009: what is not there is revoked */
        int64_t id = row_int(&r), of = row_int(&r), account = row_int(&r);
        TRY(row_end(&r));
        if (of != app->id) {
                *fault = UNAUTHORIZED;
                return OK;
        }
        return revoke_id(cx, id, account);
}

enum err token_end(struct cx *cx, int64_t account, int64_t token)
{
        int64_t changed;
        TRY(db_run(cx->db, &TOKEN_END, BIND(V(token), V(account)), &changed));
        if (!changed)
                return ERR_MISSING;
        cx_event(cx, EVENT_ACCESS_ENDED, account, token);
        return OK;
}

enum err token_list(struct cx *cx, int64_t account, struct token **ret, size_t *n)
{
        struct token *v = make_n(cx->arena, LIST_MAX, struct token);
        size_t k = 0;
        struct row r;
        TRY(db_all(cx->db, &TOKEN_LIST, cx->arena, BIND(V(account)), &r));
        while (k < LIST_MAX && row_next(&r)) {
                struct token *t = &v[k++];
                t->account = account;
                t->id = row_int(&r);
                t->app = row_int(&r);
                t->created_at = row_int(&r);
                t->used_at = row_int(&r);
                t->scopes = (uint64_t)row_int(&r);
                t->scopes_text = row_str(&r);
                t->app_name = row_str(&r);
                t->app_website = row_str(&r);
        }
        TRY(row_end(&r));
        *ret = v;
        *n = k;
        return OK;
}

static const struct stmt *const statements[] = {
        &TOKEN_ADD,    &TOKEN_CODE, &TOKEN_CODE_USED, &TOKEN_BY_HASH,
        &TOKEN_DELETE, &TOKEN_END,  &TOKEN_LIST,
};
const struct stmt_list TOKEN_STATEMENTS = {statements, countof(statements)};
