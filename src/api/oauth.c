/* POST /oauth/token, POST /oauth/revoke, /oauth/userinfo, and the metadata document (RFC 8414). The
 * consent page is web's. OAuth errors have a word and a sentence; a token used up must be revoked
 * although the answer is an error, so errors of the protocol are answers here and the transaction
 * stands. */
#include "api/oauth.h"
#include "lib/base/encode.h"
#include "lib/http/req.h"
#include "lib/text/json.h"
#include "social/account.h"
#include "social/app.h"
#include "store/limits.h"

static enum err answer_fault(struct req *rq, const struct oauth_fault *f)
{
        if (f->status == 401)
                reply_header(rq, "WWW-Authenticate", S("Basic realm=\"Tidings\""));
        reply_cache(rq, "no-store");
        struct json *j = reply_json(rq, f->status);
        json_object(j, NULL);
        json_z(j, "error", f->error);
        json_z(j, "error_description", f->text);
        json_end(j);
        return OK;
}

/* Client id and secret from HTTP Basic (RFC 6749 section 2.3.1: each is form-encoded), else from
 * the body. */
static void read_client(struct req *rq, struct str *id, struct str *secret)
{
        struct str h = req_header(rq, "authorization"), pair;
        *id = req_param(rq, "client_id");
        *secret = req_param(rq, "client_secret");
        if (!str_starts_nocase(h, S("Basic ")) ||
            !base64_decode(rq->arena, str_trim(str_after(h, 6)), &pair))
                return;
        size_t colon = str_find_char(pair, ':');
        struct str name, word;
        if (colon == pair.n || !percent_decode(rq->arena, str_cut(pair, 0, colon), true, &name) ||
            !percent_decode(rq->arena, str_after(pair, colon + 1), true, &word))
                return;
        *id = name;
        *secret = word;
}

static void write_token(struct json *j, const struct token *t)
{
        json_object(j, NULL);
        json_str(j, "access_token", t->secret);
        json_z(j, "token_type", "Bearer");
        json_str(j, "scope", t->scopes_text);
        json_int(j, "created_at", t->created_at / 1000);
        json_end(j);
}

/* POST /oauth/token. */
static enum err api_oauth_token(struct req *rq)
{
        struct exchange x = {.grant_type = req_param(rq, "grant_type"),
                             .code = req_param(rq, "code"),
                             .redirect_uri = req_param(rq, "redirect_uri"),
                             .code_verifier = req_param(rq, "code_verifier"),
                             .scope = req_param(rq, "scope")};
        read_client(rq, &x.client_id, &x.client_secret);
        struct token *t;
        struct oauth_fault fault;
        TRY(grant_exchange(rq->cx, &x, &t, &fault));
        if (!t)
                return answer_fault(rq, &fault);
        reply_cache(rq, "no-store");
        write_token(reply_json(rq, 200), t);
        return OK;
}

/* POST /oauth/revoke (RFC 7009). */
static enum err api_oauth_revoke(struct req *rq)
{
        struct str id, secret;
        struct oauth_fault fault;
        read_client(rq, &id, &secret);
        TRY(token_revoke(rq->cx, id, secret, req_param(rq, "token"), &fault));
        if (fault.error)
                return answer_fault(rq, &fault);
        reply_empty_object(rq);
        return OK;
}

/* GET and POST /oauth/userinfo: OpenID Connect's, enough to say who somebody is. */
static enum err api_oauth_userinfo(struct req *rq)
{
        struct account *a;
        struct cx *cx = rq->cx;
        TRY(account_get(cx, rq->viewer->account, &a));
        struct json *j = reply_json(rq, 200);
        json_object(j, NULL);
        json_str(j, "iss", str_fmt(rq->arena, "%.*s/", STR_ARG(cx->settings->url)));
        json_str(j, "sub", a->uri);
        json_str(j, "name", account_name(a));
        json_str(j, "preferred_username", a->username);
        json_str(j, "profile", a->url);
        json_str(j, "picture",
                 a->avatar.n ? media_url(cx, a->avatar)
                             : str_fmt(rq->arena, "%.*s/static/avatar.png",
                                       STR_ARG(cx->settings->url)));
        json_end(j);
        return OK;
}

static void json_address(struct json *j, struct req *rq, const char *key, const char *path)
{
        json_str(j, key, str_fmt(rq->arena, "%.*s%s", STR_ARG(rq->cx->settings->url), path));
}

static void json_words(struct json *j, const char *key, const char *const *words, size_t n)
{
        json_array(j, key);
        for (size_t i = 0; i < n; i++)
                json_z(j, NULL, words[i]);
        json_end(j);
}
#define WORDS(j, key, ...)                                                                         \
        json_words((j), (key), (const char *const[]){__VA_ARGS__},                                 \
                   countof(((const char *const[]){__VA_ARGS__})))

/* GET /.well-known/oauth-authorization-server. */
static enum err api_oauth_metadata(struct req *rq)
{
        reply_cache(rq, "public, max-age=3600");
        struct json *j = reply_json(rq, 200);
        json_object(j, NULL);
        json_address(j, rq, "issuer", "/");
        json_address(j, rq, "authorization_endpoint", "/oauth/authorize");
        json_address(j, rq, "token_endpoint", "/oauth/token");
        json_address(j, rq, "revocation_endpoint", "/oauth/revoke");
        json_address(j, rq, "userinfo_endpoint", "/oauth/userinfo");
        json_address(j, rq, "app_registration_endpoint", "/api/v1/apps");
        json_z(j, "service_documentation", "https://docs.joinmastodon.org/");
        json_array(j, "scopes_supported");
        for (size_t i = 0; i < scope_count(); i++)
                json_str(j, NULL, scope_name(i));
        json_end(j);
        WORDS(j, "response_types_supported", "code");
        WORDS(j, "response_modes_supported", "query");
        WORDS(j, "grant_types_supported", "authorization_code", "client_credentials");
        WORDS(j, "token_endpoint_auth_methods_supported", "client_secret_basic",
              "client_secret_post");
        WORDS(j, "code_challenge_methods_supported", "S256");
        json_end(j);
        return OK;
}

/* A page of another site may call these (CORS): ROUTE_CORS is every API route's. */
static const struct route oauth_routes[] = {
        {"POST", "/oauth/token", SCOPE_NONE, LIMIT_TOKEN, LANE_WRITE, api_oauth_token, 0, 0},
        {"POST", "/oauth/revoke", SCOPE_NONE, LIMIT_TOKEN, LANE_WRITE, api_oauth_revoke, 0, 0},
        {"GET", "/oauth/userinfo", SCOPE_PROFILE, LIMIT_READ, LANE_READ, api_oauth_userinfo, 0, 0},
        {"POST", "/oauth/userinfo", SCOPE_PROFILE, LIMIT_READ, LANE_READ, api_oauth_userinfo, 0, 0},
        {"GET", "/.well-known/oauth-authorization-server", SCOPE_NONE, LIMIT_READ, LANE_READ,
         api_oauth_metadata, 0, 0},
};
const struct route_list API_OAUTH_ROUTES = {DOOR_API, oauth_routes, countof(oauth_routes)};
