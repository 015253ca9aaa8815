/* Scopes: broad ones hold granular ones, nothing else slips in; and who may pass a route. */
#include "social/access.h"
#include "social/app.h"
#include "social/login.h"
#include "social/session.h"
#include "social/testing.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static uint64_t bits(const char *text)
{
        uint64_t b = 0;
        assert_true(scope_read(str_of(text), &b));
        return b;
}

static void test_reading(void **state)
{
        uint64_t b;
        (void)state;
        assert_int_equal(bits("read:lists"), SCOPE_READ_LISTS);
        assert_true(bits("read") & SCOPE_READ_LISTS);
        assert_false(bits("read") & SCOPE_WRITE_LISTS);
        assert_false(bits("read") & SCOPE_PROFILE);
        assert_false(bits("read:lists") & SCOPE_READ);
        assert_true(bits("follow") & SCOPE_WRITE_FOLLOWS);
        assert_false(bits("follow") & SCOPE_WRITE_STATUSES);
        assert_true(bits("admin:read") & SCOPE_ADMIN_READ_REPORTS);
        assert_false(bits("admin:read") & SCOPE_READ_ACCOUNTS);
        assert_int_equal(bits(" read   write "), bits("write read"));
        assert_int_equal(bits(""), 0);
        assert_false(scope_read(S("read everything"), &b));
        assert_false(scope_read(S("reads"), &b));
        assert_false(scope_read(S("Read"), &b));
}

static void test_tidy(void **state)
{
        struct arena a;
        (void)state;
        arena_open(&a, 1 << 20);
        assert_true(str_eq(scope_tidy(&a, S("  write read  write ")), S("write read")));
        assert_true(str_eq(scope_tidy(&a, S("")), S("")));
        arena_close(&a);
}

static enum err check(struct testing *t, struct viewer v, uint64_t route)
{
        return access_check(&t->cx, &v, route);
}

static void test_routes(void **state)
{
        struct testing t;
        (void)state;
        testing_open(&t);
        struct viewer nobody = STRANGER, app = {.token = 1, .app = 1, .scopes = bits("read")};
        struct viewer ann = {.token = 1, .account = 7, .scopes = bits("read:lists")};
        assert_int_equal(check(&t, nobody, SCOPE_NONE), OK);
        assert_int_equal(check(&t, nobody, SCOPE_READ_LISTS), ERR_NO_TOKEN);
        assert_int_equal(check(&t, nobody, SCOPE_OPTIONAL | SCOPE_READ_STATUSES), OK);
        assert_int_equal(check(&t, ann, SCOPE_OPTIONAL | SCOPE_READ_STATUSES), ERR_DENIED);
        assert_int_equal(check(&t, ann, SCOPE_READ_LISTS), OK);
        assert_int_equal(check(&t, ann, SCOPE_WRITE_LISTS), ERR_DENIED);
        assert_int_equal(check(&t, ann, SCOPE_WRITE_LISTS | SCOPE_READ_LISTS), OK);
        assert_int_equal(check(&t, ann, SCOPE_ALL_OF | SCOPE_WRITE_LISTS | SCOPE_READ_LISTS),
                         ERR_DENIED);
        assert_int_equal(check(&t, ann, SCOPE_USER), OK);
        assert_int_equal(check(&t, app, SCOPE_USER), ERR_INPUT);
        assert_int_equal(check(&t, app, SCOPE_READ_LISTS), ERR_INPUT);
        assert_int_equal(check(&t, app, SCOPE_APP), OK);
        assert_int_equal(check(&t, app, SCOPE_APP | SCOPE_WRITE_ACCOUNTS), ERR_DENIED);
        /* A session is no token, and a token no session. */
        struct viewer browser = {.session = 1, .account = 7, .scopes = SCOPES_REAL};
        assert_int_equal(check(&t, browser, SCOPE_READ_LISTS), ERR_NO_TOKEN);
        assert_int_equal(check(&t, browser, SCOPE_PAGE_SIGNED_IN), OK);
        assert_int_equal(check(&t, browser, SCOPE_PAGE_MODERATOR), ERR_DENIED);
        assert_int_equal(check(&t, nobody, SCOPE_PAGE_SIGNED_IN), ERR_NO_TOKEN);
        assert_int_equal(check(&t, nobody, SCOPE_PAGE_PUBLIC), OK);
        testing_close(&t);
}

/* T144, T146: a scope is not a role, and a waiting or disabled person does nothing. */
static void test_roles_and_states(void **state)
{
        struct testing t;
        (void)state;
        testing_open(&t);
        struct viewer ann = {.token = 1, .account = 7, .scopes = SCOPES_REAL};
        assert_int_equal(check(&t, ann, SCOPE_ADMIN_READ_REPORTS), ERR_DENIED);
        ann.role = ROLE_MODERATOR;
        assert_int_equal(check(&t, ann, SCOPE_ADMIN_READ_REPORTS), OK);
        for (int s = VIEWER_UNCONFIRMED; s <= VIEWER_DISABLED; s++) {
                ann.state = (enum viewer_state)s;
                assert_int_equal(check(&t, ann, SCOPE_READ_LISTS), ERR_DENIED);
                assert_int_equal(check(&t, ann, SCOPE_READ_LISTS | SCOPE_ANY_STATE), OK);
        }
        testing_close(&t);
}

static void test_credentials(void **state)
{
        struct testing t;
        struct viewer *v;
        struct token *token;
        struct str cookie;
        int64_t app;
        (void)state;
        testing_open(&t);
        int64_t ann = testing_person(&t, "ann");
        assert_int_equal(app_command_line(&t.cx, &app), OK);
        assert_int_equal(token_create(&t.cx, app, ann, S("read"), &token), OK);
        assert_int_equal(access_by_token(&t.cx, token->secret, &v), OK);
        assert_int_equal(v->account, ann);
        assert_int_equal(v->scopes, bits("read"));
        assert_int_equal(v->state, VIEWER_FINE);
        assert_true(access_touch_due(v));
        assert_int_equal(access_touch(&t.cx, v), OK);
        assert_int_equal(access_by_token(&t.cx, token->secret, &v), OK);
        assert_false(access_touch_due(v));
        assert_int_equal(access_by_token(&t.cx, S("nonsense nonsense"), &v), ERR_NO_TOKEN);

        assert_int_equal(session_create(&t.cx, ann, S("Firefox"), S("192.0.2.1"), &cookie), OK);
        assert_int_equal(access_by_session(&t.cx, cookie, &v), OK);
        assert_int_equal(v->account, ann);
        assert_int_equal(access_by_session(&t.cx, token->secret, &v), OK);
        assert_int_equal(v->account, 0);
        t.clock.offset_ms += (SESSION_DAYS + 1) * INT64_C(86400000);
        assert_int_equal(access_by_session(&t.cx, cookie, &v), OK);
        assert_int_equal(v->account, 0);

        assert_int_equal(login_disable(&t.cx, ann), OK);
        assert_int_equal(access_by_token(&t.cx, token->secret, &v), ERR_NO_TOKEN);
        assert_int_equal(testing_events(&t, EVENT_ACCESS_ENDED, ann), 1);
        testing_close(&t);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_reading),     cmocka_unit_test(test_tidy),
                cmocka_unit_test(test_routes),      cmocka_unit_test(test_roles_and_states),
                cmocka_unit_test(test_credentials),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
