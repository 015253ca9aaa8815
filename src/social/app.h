/* Apps that speak for people: registration, consent, codes, tokens (OAuth 2.0, RFC 6749, 7636, 7009, 9700). Secrets, codes
 * and tokens are stored as SHA-256. */
#pragma once
#include "social/audience.h"
#include "social/scope.h"

struct app {
        int64_t id, created_at;
        struct str client_id, name, website; /* website: STR_NONE when not set */
        struct str redirect_uris;            /* one a line */
        uint64_t scopes;
        struct str scopes_text;
        struct str secret_hash;
};
struct app_draft {
        struct str name, website, redirect_uris /* one a line */, scopes;
};
/* Write transaction. *secret is shown this once. */
MUST_USE enum err app_register(struct cx *cx, const struct app_draft *d, struct app **ret, struct str *secret);
MUST_USE enum err app_get(struct cx *cx, int64_t id, struct app **ret);
MUST_USE enum err app_by_client(struct cx *cx, struct str client_id, struct app **ret); /* ERR_MISSING */
bool app_secret_fits(struct arena *a, const struct app *app, struct str secret);
/* Is this one of the registered addresses, byte for byte (the port of http://127.0.0.1 and http://[::1] may vary)? */
bool app_redirect_allowed(const struct app *app, struct str uri);
bool app_redirect_is_oob(struct str uri); /* urn:ietf:wg:oauth:2.0:oob: the code is shown on our page */
/* Apps without a token or code a day after they registered. Write transaction. */
MUST_USE enum err app_tidy(struct cx *cx);

/* The authorize page. Texts as they came; STR_NONE where not given. */
struct authorize_params {
        struct str response_type, client_id, redirect_uri, scope, state, code_challenge, code_challenge_method, response_mode;
};
struct authorize_request {
        const struct app *app;
        struct str redirect_uri, state, challenge;
        uint64_t scopes;
        struct str scopes_text;
        bool oob;
        /* An error that the app must hear (RFC 6749 4.1.2.1): redirect to authorize_error_url. NULL: all is well. */
        const char *error;
};
/* ERR_INPUT with a sentence: show a 400 page and redirect nowhere (client or redirect_uri is not right). */
MUST_USE enum err authorize_check(struct cx *cx, const struct authorize_params *p, struct authorize_request **ret);
/* "https://app.example/back?error=access_denied&state=..." */
struct str authorize_error_url(struct cx *cx, const struct authorize_request *q, const char *error);
/* The person said yes: a code, and where to send the browser (STR_NONE for oob: show the code). Write transaction. */
MUST_USE enum err grant_create(struct cx *cx, const struct viewer *by, const struct authorize_request *q, struct str *code, struct str *url);
/* Did this person agree to these scopes for this app before (a living token holds them)? */
MUST_USE enum err grant_known(struct cx *cx, int64_t account, const struct authorize_request *q, bool *ret);

struct token {
        int64_t id, app, account, created_at, used_at;
        struct str secret; /* only when it was just made */
        struct str scopes_text, app_name, app_website;
        uint64_t scopes;
};
/* POST /oauth/token. What the RFC calls an error is OK here, with *ret NULL and *fault told: a code used twice takes its
 * first token with it, and that must be committed. Write transaction. */
struct oauth_fault {
        const char *error, *text; /* "invalid_grant", and Doorkeeper's sentence */
        int status;
};
struct exchange {
        struct str grant_type, code, redirect_uri, client_id, client_secret, code_verifier, scope;
};
MUST_USE enum err grant_exchange(struct cx *cx, const struct exchange *x, struct token **ret, struct oauth_fault *fault);
/* POST /oauth/revoke: silent about tokens that are not there or not this client's. */
MUST_USE enum err token_revoke(struct cx *cx, struct str client_id, struct str client_secret, struct str token, struct oauth_fault *fault);

/* A token of the built-in app "Command line" (or any app), for tools and for the answer of a sign-up. Write transaction. */
MUST_USE enum err token_create(struct cx *cx, int64_t app, int64_t account, struct str scopes, struct token **ret);
MUST_USE enum err app_command_line(struct cx *cx, int64_t *app); /* made when it is not there */
MUST_USE enum err token_list(struct cx *cx, int64_t account, struct token **ret, size_t *n);
MUST_USE enum err token_end(struct cx *cx, int64_t account, int64_t token); /* ERR_MISSING: not this person's */
extern const struct stmt_list APP_STATEMENTS, AUTHORIZE_STATEMENTS, TOKEN_STATEMENTS;
