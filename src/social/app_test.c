/* Apps: addresses, consent, codes, PKCE, tokens. */
#include "lib/base/buf.h"
#include "social/access.h"
#include "social/app.h"
#include "social/testing.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct str OOB = {"urn:ietf:wg:oauth:2.0:oob", 25};

static struct app *registered(struct testing *t, struct str uris, struct str scopes,
                              struct str *secret)
{
        struct app *a;
        const struct app_draft d = {.name = S("Heron"), .redirect_uris = uris, .scopes = scopes};
        assert_int_equal(app_register(&t->cx, &d, &a, secret), OK);
        return a;
}

/* T012, and the addresses of real apps. */
static void test_redirects_at_registration(void **state)
{
        struct testing t;
        struct app *a;
        struct str secret;
        (void)state;
        testing_open(&t);
        const struct str good[] = {
                OOB,
                S("https://elk.example/api/host.example/oauth/https%3A%2F%2Felk.example"),
                S("icecubesapp://"),
                S("com.tapbots.Ivory.22:/request_token/8A2B"),
                S("oauth2redirect://com.keylesspalace.tusky/"),
                S("http://localhost:4343/cb?already=1"),
                S("https://a.example/1\nhttps://a.example/2")};
        const struct str bad[] = {S(""),
                                  S("javascript:alert(1)"),
                                  S("JavaScript:alert(1)"),
                                  S("data:text/html,x"),
                                  S("vbscript:x"),
                                  S("/callback"),
                                  S("//evil.example"),
                                  S("https://a.example/#x"),
                                  S("https://u:p@a.example/"),
                                  S("https://"),
                                  S("ht tp://a.example"),

                                  S("file:///etc/passwd"),
                                  S("1http://a.example")};
        for (size_t i = 0; i < countof(good); i++)
                registered(&t, good[i], S("read"), &secret);
        for (size_t i = 0; i < countof(bad); i++) {
                const struct app_draft d = {.name = S("x"), .redirect_uris = bad[i]};
                assert_int_equal(app_register(&t.cx, &d, &a, &secret), ERR_INPUT);
        }
        struct buf b = {0};
        for (int i = 0; i < 11; i++)
                buf_addf(&b, "https://a.example/%d\n", i);
        assert_int_equal(
                app_register(&t.cx,
                             &(struct app_draft){.name = S("x"), .redirect_uris = buf_str(&b)}, &a,
                             &secret),
                ERR_INPUT);
        buf_clear(&b);
        buf_addf(&b, "https://a.example/%02000d", 0);
        assert_int_equal(
                app_register(&t.cx,
                             &(struct app_draft){.name = S("x"), .redirect_uris = buf_str(&b)}, &a,
                             &secret),
                ERR_INPUT);
        buf_free(&b);
        assert_int_equal(app_register(&t.cx,
                                      &(struct app_draft){.name = S("x"),
                                                          .redirect_uris = OOB,
                                                          .scopes = S("read all")},
                                      &a, &secret),
                         ERR_INPUT);
        assert_int_equal(app_register(&t.cx,
                                      &(struct app_draft){.name = S(" "), .redirect_uris = OOB}, &a,
                                      &secret),
                         ERR_INPUT);
        assert_int_equal(app_register(&t.cx,
                                      &(struct app_draft){.name = S("x"),
                                                          .redirect_uris = OOB,
                                                          .website = S("javascript:1")},
                                      &a, &secret),
                         ERR_INPUT);
        testing_close(&t);
}

/* T011. */
static void test_redirects_are_compared_byte_for_byte(void **state)
{
        (void)state;
        const struct app a = {
                .redirect_uris =
                        S("https://a.example/cb\nhttp://127.0.0.1/back\nhttp://localhost/x")};
        assert_true(app_redirect_allowed(&a, S("https://a.example/cb")));
        const struct str bad[] = {S(""),
                                  S("https://a.example/cb/"),
                                  S("https://a.example/cb?x"),
                                  S("https://A.example/cb"),
                                  S("https://a.example:443/cb"),
                                  S("https://a.example/c%62"),
                                  S("https://a.example/cb/../cb"),
                                  S("https://u@a.example/cb"),
                                  S("https:\\\\a.example\\cb"),
                                  S("http://a.example/cb"),
                                  S("https://a.example/c"),
                                  S("https://a.example/cb\nhttps://b.example/"),
                                  S("http://localhost:99/x"),
                                  S("http://127.0.0.1:99/other"),
                                  S("http://127.0.0.1:99@evil.example/back"),
                                  S("http://127.0.0.1.evil.example/back"),
                                  S("http://127.0.0.1:/back"),
                                  S("http://[::1]:99/back")};
        for (size_t i = 0; i < countof(bad); i++)
                assert_false(app_redirect_allowed(&a, bad[i]));
        assert_true(app_redirect_allowed(&a, S("http://127.0.0.1:49152/back")));
}

static struct authorize_request *asked(struct testing *t, const struct app *a, struct str uri,
                                       struct str scope, struct str challenge)
{
        struct authorize_request *q;
        const struct authorize_params p = {.response_type = S("code"),
                                           .client_id = a->client_id,
                                           .redirect_uri = uri,
                                           .scope = scope,
                                           .state = S("a b&c"),
                                           .code_challenge = challenge,
                                           .code_challenge_method =
                                                   challenge.n ? S("S256") : STR_NONE};
        assert_int_equal(authorize_check(&t->cx, &p, &q), OK);
        return q;
}

static void test_consent(void **state)
{
        struct testing t;
        struct str secret, code, url;
        struct authorize_request *q;
        (void)state;
        testing_open(&t);
        struct viewer ann = testing_viewer(testing_person(&t, "ann"));
        struct app *a = registered(&t, S("https://a.example/cb?x=1\nicecubesapp://"),
                                   S("read write"), &secret);
        struct authorize_params p = {.response_type = S("code"),
                                     .client_id = a->client_id,
                                     .redirect_uri = S("https://evil.example/")};
        assert_int_equal(authorize_check(&t.cx, &p, &q), ERR_INPUT);
        p.client_id = S("nobody");
        assert_int_equal(authorize_check(&t.cx, &p, &q), ERR_INPUT);
        q = asked(&t, a, S("https://a.example/cb?x=1"), S("read"), STR_NONE);
        assert_null(q->error);
        assert_true(str_eq(authorize_error_url(&t.cx, q, "access_denied"),
                           S("https://a.example/cb?x=1&error=access_denied&state=a%20b%26c")));
        assert_int_equal(grant_create(&t.cx, &ann, q, &code, &url), OK);
        assert_true(str_starts(url, S("https://a.example/cb?x=1&code=")));
        q = asked(&t, a, S("icecubesapp://"), S("read"), STR_NONE);
        assert_int_equal(grant_create(&t.cx, &ann, q, &code, &url), OK);
        assert_true(str_starts(url, S("icecubesapp://?code=")));
        assert_string_equal(asked(&t, a, S("icecubesapp://"), S("read push"), STR_NONE)->error,
                            "invalid_scope");
        assert_string_equal(asked(&t, a, S("icecubesapp://"), S("nonsense"), STR_NONE)->error,
                            "invalid_scope");
        p = (struct authorize_params){.response_type = S("token"),
                                      .client_id = a->client_id,
                                      .redirect_uri = S("icecubesapp://")};
        assert_int_equal(authorize_check(&t.cx, &p, &q), OK);
        assert_string_equal(q->error, "unsupported_response_type");
        p.response_type = S("code");
        p.code_challenge = S("plainplainplainplainplainplainplainplainpla");
        p.code_challenge_method = S("plain");
        assert_int_equal(authorize_check(&t.cx, &p, &q), OK);
        assert_string_equal(q->error, "invalid_request");
        testing_close(&t);
}

static const char *exchanged(struct testing *t, const struct exchange *x, struct token **ret)
{
        struct oauth_fault f = {0};
        assert_int_equal(grant_exchange(&t->cx, x, ret, &f), OK);
        return *ret ? "ok" : f.error;
}

/* T013: once, by its app, for its address, in time, with its verifier. */
static void test_codes(void **state)
{
        struct testing t;
        struct str secret, other_secret, code, url;
        struct token *token, *none;
        struct viewer *v;
        (void)state;
        testing_open(&t);
        int64_t ann = testing_person(&t, "ann");
        struct viewer by = testing_viewer(ann);
        struct app *a = registered(&t, S("https://a.example/cb"), S("read write"), &secret);
        struct app *b = registered(&t, S("https://a.example/cb"), S("read write"), &other_secret);
        struct authorize_request *q =
                asked(&t, a, S("https://a.example/cb"), S("write read"), STR_NONE);
        assert_int_equal(grant_create(&t.cx, &by, q, &code, &url), OK);
        struct exchange x = {.grant_type = S("authorization_code"),
                             .code = code,
                             .redirect_uri = S("https://a.example/cb"),
                             .client_id = b->client_id,
                             .client_secret = other_secret};
        assert_string_equal(exchanged(&t, &x, &none), "invalid_grant");
        x.client_id = a->client_id;
        assert_string_equal(exchanged(&t, &x, &none), "invalid_client");
        x.client_secret = STR_NONE;
        assert_string_equal(exchanged(&t, &x, &none), "invalid_client");
        x.client_secret = secret;
        x.redirect_uri = S("https://a.example/cb/");
        assert_string_equal(exchanged(&t, &x, &none), "invalid_grant");
        x.redirect_uri = S("https://a.example/cb");
        x.code_verifier = S("a verifier where there was no challenge, forty-three");
        assert_string_equal(exchanged(&t, &x, &none), "invalid_grant");
        x.code_verifier = STR_NONE;
        assert_string_equal(exchanged(&t, &x, &token), "ok");
        assert_true(str_eq(token->scopes_text, S("write read")));
        assert_int_equal(access_by_token(&t.cx, token->secret, &v), OK);
        assert_int_equal(v->account, ann);
        /* The second use takes the first token with it. */
        assert_string_equal(exchanged(&t, &x, &none), "invalid_grant");
        assert_int_equal(access_by_token(&t.cx, token->secret, &v), ERR_NO_TOKEN);

        assert_int_equal(grant_create(&t.cx, &by, q, &x.code, &url), OK);
        t.clock.offset_ms += 61 * 1000;
        assert_string_equal(exchanged(&t, &x, &none), "invalid_grant");
        x.grant_type = S("password");
        assert_string_equal(exchanged(&t, &x, &none), "unsupported_grant_type");
        testing_close(&t);
}

static void test_pkce(void **state)
{
        struct testing t;
        struct str secret, url;
        struct token *token;
        (void)state;
        testing_open(&t);
        struct viewer by = testing_viewer(testing_person(&t, "ann"));
        struct app *a = registered(&t, OOB, S("read"), &secret);
        struct str verifier = S("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        /* The pair of RFC 7636 appendix B. */
        struct authorize_request *q =
                asked(&t, a, OOB, S("read"), S("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"));
        struct exchange x = {.grant_type = S("authorization_code"),
                             .redirect_uri = OOB,
                             .client_id = a->client_id};
        assert_int_equal(grant_create(&t.cx, &by, q, &x.code, &url), OK);
        assert_null(url.p);
        assert_string_equal(exchanged(&t, &x, &token), "invalid_grant");
        x.code_verifier = S("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXK");
        assert_string_equal(exchanged(&t, &x, &token), "invalid_grant");
        x.code_verifier = verifier;
        t.clock.offset_ms += 9 * 60 * 1000; /* out of band: a person types it */
        assert_string_equal(exchanged(&t, &x, &token), "ok");
        testing_close(&t);
}

/* T014. */
static void test_the_apps_own_token(void **state)
{
        struct testing t;
        struct str secret;
        struct token *token;
        struct viewer *v;
        (void)state;
        testing_open(&t);
        struct app *a = registered(&t, OOB, S("read"), &secret);
        struct exchange x = {.grant_type = S("client_credentials"),
                             .client_id = a->client_id,
                             .client_secret = secret,
                             .scope = S("read write")};
        assert_string_equal(exchanged(&t, &x, &token), "invalid_scope");
        x.scope = S("read");
        assert_string_equal(exchanged(&t, &x, &token), "ok");
        assert_int_equal(access_by_token(&t.cx, token->secret, &v), OK);
        assert_int_equal(v->account, 0);
        assert_int_equal(access_check(&t.cx, v, SCOPE_READ_LISTS), ERR_INPUT);
        x.client_secret = STR_NONE;
        assert_string_equal(exchanged(&t, &x, &token), "invalid_client");
        testing_close(&t);
}

static void test_revoking(void **state)
{
        struct testing t;
        struct str secret, other_secret;
        struct token *token;
        struct viewer *v;
        struct oauth_fault f;
        (void)state;
        testing_open(&t);
        int64_t ann = testing_person(&t, "ann");
        struct app *a = registered(&t, OOB, S("read"), &secret),
                   *b = registered(&t, OOB, S("read"), &other_secret);
        assert_int_equal(token_create(&t.cx, a->id, ann, S("read"), &token), OK);
        assert_int_equal(token_revoke(&t.cx, b->client_id, other_secret, token->secret, &f), OK);
        assert_string_equal(f.error, "unauthorized_client");
        assert_int_equal(token_revoke(&t.cx, a->client_id, other_secret, token->secret, &f), OK);
        assert_string_equal(f.error, "unauthorized_client");
        assert_int_equal(access_by_token(&t.cx, token->secret, &v), OK);
        assert_int_equal(token_revoke(&t.cx, a->client_id, secret, token->secret, &f), OK);
        assert_null(f.error);
        assert_int_equal(access_by_token(&t.cx, token->secret, &v), ERR_NO_TOKEN);
        assert_int_equal(testing_events(&t, EVENT_ACCESS_ENDED, ann), 1);
        assert_int_equal(token_revoke(&t.cx, a->client_id, secret, S("never was"), &f), OK);
        assert_null(f.error);
        testing_close(&t);
}

/* T020: what nobody used goes; what somebody holds a token of stays. */
static void test_tidying(void **state)
{
        struct testing t;
        struct str secret;
        struct token *token;
        struct app *x;
        (void)state;
        testing_open(&t);
        int64_t ann = testing_person(&t, "ann");
        struct app *used = registered(&t, OOB, S("read"), &secret),
                   *idle = registered(&t, OOB, S("read"), &secret);
        assert_int_equal(token_create(&t.cx, used->id, ann, S("read"), &token), OK);
        t.clock.offset_ms += 25 * 3600 * 1000;
        assert_int_equal(app_tidy(&t.cx), OK);
        assert_int_equal(app_get(&t.cx, used->id, &x), OK);
        assert_int_equal(app_get(&t.cx, idle->id, &x), ERR_MISSING);
        testing_close(&t);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_redirects_at_registration),
                cmocka_unit_test(test_redirects_are_compared_byte_for_byte),
                cmocka_unit_test(test_consent),
                cmocka_unit_test(test_codes),
                cmocka_unit_test(test_pkce),
                cmocka_unit_test(test_the_apps_own_token),
                cmocka_unit_test(test_revoking),
                cmocka_unit_test(test_tidying),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
