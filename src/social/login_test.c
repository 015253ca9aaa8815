/* Joining, passwords, invitations, one-time links. */
#include "social/access.h"
#include "social/app.h"
#include "social/follow.h"
#include "social/invite.h"
#include "social/login.h"
#include "social/password.h"
#include "social/session.h"
#include "social/testing.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void test_names(void **state)
{
        (void)state;
        assert_true(login_name_good(S("ann_2")));
        assert_true(login_name_good(S("abcdefghijklmnopqrstuvwxyz1234")));
        const struct str bad[] = {S(""),      S("abcdefghijklmnopqrstuvwxyz12345"),
                                  S("a b"),   S("a.b"),
                                  S("a-b"),   S("\xd0\xb0nn"),
                                  S("ann\n"), {"a\0b", 3},
                                  S("a@b")};
        for (size_t i = 0; i < countof(bad); i++)
                assert_false(login_name_good(bad[i]));
        assert_true(login_name_reserved(S("Admin")));
        assert_false(login_name_reserved(S("ann")));
}

/* T010. */
static void test_emails(void **state)
{
        char longest[300];
        (void)state;
        const struct str good[] = {S("a@b.example"), S("first.last+tag@mail.sub.example"),
                                   S("o'neil@b.example"), S("a@xn--bcher-kva.example")};
        const struct str bad[] = {S(""),
                                  S("a"),
                                  S("@b.example"),
                                  S("a@"),
                                  S("a@b"),
                                  S("a@b.example,c@d.example"),
                                  S("a b@c.example"),
                                  S("\"a b\"@c.example"),
                                  S("a@b.example (me)"),
                                  S("<a@b.example>"),
                                  S("a@@b.example"),
                                  S("a@b..example"),
                                  S(".a@b.example"),
                                  S("a.@b.example"),
                                  S("a@b.example\r\nBcc: c@d.example"),
                                  {"a\0@b.example", 12},
                                  S("a@[127.0.0.1]"),
                                  S("a@b.example.")};
        for (size_t i = 0; i < countof(good); i++)
                assert_true(email_good(good[i]));
        for (size_t i = 0; i < countof(bad); i++)
                assert_false(email_good(bad[i]));
        snprintf(longest, sizeof longest, "a@%0250d.example", 0);
        assert_false(email_good(str_of(longest)));
}

static const struct login_draft ida = {.username = {"ida", 3},
                                       .email = {"Ida@mail.example", 16},
                                       .password = {"correct horse", 13},
                                       .confirmed = true,
                                       .approved = true};

static void test_creating(void **state)
{
        struct testing t;
        int64_t id, found;
        struct login *l;
        struct account *a;
        struct str pem;
        (void)state;
        testing_open(&t);
        t.settings.new_accounts_approve_followers = true;
        assert_int_equal(login_create(&t.cx, &ida, &id), OK);
        assert_int_equal(account_get(&t.cx, id, &a), OK);
        assert_true(a->locked);
        assert_int_equal(account_private_key(&t.cx, id, &pem), OK);
        assert_true(str_starts(pem, S("-----BEGIN PRIVATE KEY-----")));
        assert_int_equal(login_by_name(&t.cx, S("ida@MAIL.example"), &l), OK);
        assert_int_equal(l->account, id);
        assert_int_equal(l->visibility, AUDIENCE_QUIET);

        struct login_fault f[5];
        size_t n = countof(f);
        const struct login_draft again = {
                .username = S("IDA"), .email = S("ida@mail.example"), .password = S("short")};
        assert_int_equal(login_check_draft(&t.cx, &again, f, &n), OK);
        assert_int_equal(n, 3);
        assert_string_equal(f[0].code, "ERR_TAKEN");
        assert_string_equal(f[1].field, "email");
        assert_string_equal(f[2].code, "ERR_TOO_SHORT");
        assert_int_equal(login_create(&t.cx, &again, &found), ERR_INPUT);
        assert_true(str_eq(t.cx.fault_field, S("username")));
        testing_close(&t);
}

static void test_signing_in(void **state)
{
        struct testing t;
        int64_t id;
        (void)state;
        testing_open(&t);
        int64_t ann = testing_person(&t, "ann");
        const struct str right = S("correct horse"), from = S("192.0.2.7");
        assert_int_equal(login_check_password(&t.cx, S("Ann"), right, from, &id), OK);
        assert_int_equal(id, ann);
        assert_int_equal(login_check_password(&t.cx, S("ann@mail.example"), right, from, &id), OK);
        assert_int_equal(login_check_password(&t.cx, S("ann"), S("wrong"), from, &id), ERR_DENIED);
        struct str sentence = t.cx.fault;
        assert_int_equal(login_check_password(&t.cx, S("nobody"), S("wrong"), from, &id),
                         ERR_DENIED);
        assert_true(str_eq(sentence, t.cx.fault));
        assert_int_equal(login_disable(&t.cx, ann), OK);
        assert_int_equal(login_check_password(&t.cx, S("ann"), right, from, &id), ERR_DENIED);
        testing_close(&t);
}

/* T001: by address (IPv6 by its /64) and by name; both end by themselves. */
static void test_guessing(void **state)
{
        struct testing t;
        int64_t id;
        char address[40];
        (void)state;
        testing_open(&t);
        testing_person(&t, "ann");
        for (int i = 0; i < 10; i++) {
                snprintf(address, sizeof address, "2001:db8::%x", i + 1);
                assert_int_equal(
                        login_check_password(&t.cx, S("ann"), S("no"), str_of(address), &id),
                        ERR_DENIED);
        }
        assert_int_equal(
                login_check_password(&t.cx, S("ann"), S("correct horse"), S("2001:db8::ff"), &id),
                ERR_LIMIT);
        assert_int_equal(login_check_password(&t.cx, S("ann"), S("correct horse"),
                                              S("2001:db8:0:1::1"), &id),
                         OK);
        for (int i = 0; i < 9; i++) {
                snprintf(address, sizeof address, "192.0.2.%d", i);
                assert_int_equal(
                        login_check_password(&t.cx, S("ann"), S("no"), str_of(address), &id),
                        ERR_DENIED);
        }
        assert_int_equal(
                login_check_password(&t.cx, S("ann"), S("correct horse"), S("192.0.2.99"), &id),
                ERR_LIMIT);
        t.clock.offset_ms += 3600 * 1000 + 1;
        assert_int_equal(
                login_check_password(&t.cx, S("ann"), S("correct horse"), S("192.0.2.99"), &id),
                OK);
        /* The limit holds for names that are nobody's as well. */
        for (int i = 0; i < 20; i++) {
                snprintf(address, sizeof address, "198.51.100.%d", i);
                assert_int_equal(
                        login_check_password(&t.cx, S("nobody"), S("no"), str_of(address), &id),
                        ERR_DENIED);
        }
        assert_int_equal(login_check_password(&t.cx, S("nobody"), S("no"), S("198.51.100.99"), &id),
                         ERR_LIMIT);
        testing_close(&t);
}

/* T006: one transaction ends sessions and tokens. */
static void test_new_password(void **state)
{
        struct testing t;
        struct str here, there;
        struct viewer *v;
        struct token *token;
        int64_t app, id;
        (void)state;
        testing_open(&t);
        int64_t ann = testing_person(&t, "ann");
        assert_int_equal(session_create(&t.cx, ann, S(""), S(""), &here), OK);
        assert_int_equal(session_create(&t.cx, ann, S(""), S(""), &there), OK);
        assert_int_equal(app_command_line(&t.cx, &app), OK);
        assert_int_equal(token_create(&t.cx, app, ann, S("read"), &token), OK);
        assert_int_equal(access_by_session(&t.cx, here, &v), OK);
        assert_int_equal(login_set_password(&t.cx, ann, S("short"), v->session), ERR_INPUT);
        assert_int_equal(login_set_password(&t.cx, ann, S("battery staple"), v->session), OK);
        assert_int_equal(access_by_token(&t.cx, token->secret, &v), ERR_NO_TOKEN);
        assert_int_equal(access_by_session(&t.cx, there, &v), OK);
        assert_int_equal(v->account, 0);
        assert_int_equal(access_by_session(&t.cx, here, &v), OK);
        assert_int_equal(v->account, ann);
        assert_int_equal(login_check_password(&t.cx, S("ann"), S("battery staple"), S(""), &id),
                         OK);
        testing_close(&t);
}

static void test_joining_by_invitation(void **state)
{
        struct testing t;
        struct invite *i, *used;
        int64_t id;
        bool waits, follows;
        (void)state;
        testing_open(&t);
        int64_t ann = testing_person(&t, "ann");
        struct login_draft d = ida;
        assert_int_equal(login_sign_up(&t.cx, &d, &id, &waits), ERR_DENIED);
        const struct invite_draft draft = {
                .creator = ann, .uses_max = 1, .days = 7, .autofollow = true};
        assert_int_equal(invite_create(&t.cx, &draft, &i), OK);
        d.invite = i->code;
        d.role = ROLE_OWNER; /* nobody makes themselves one */
        assert_int_equal(login_sign_up(&t.cx, &d, &id, &waits), OK);
        assert_false(waits);
        assert_int_equal(follow_exists(&t.cx, id, ann, &follows), OK);
        assert_true(follows);
        assert_int_equal(follow_exists(&t.cx, ann, id, &follows), OK);
        assert_true(follows);
        assert_int_equal(testing_number(&t, "SELECT max(role) FROM login"), ROLE_MEMBER);
        assert_int_equal(invite_get(&t.cx, i->code, &used), ERR_MISSING);
        assert_int_equal(invite_use(&t.cx, i->code, &used), ERR_MISSING);
        d.username = S("tom");
        d.email = S("tom@mail.example");
        assert_int_equal(login_sign_up(&t.cx, &d, &id, &waits), ERR_INPUT);
        assert_int_equal(invite_create(&t.cx, &draft, &i), OK);
        t.clock.offset_ms += 8 * INT64_C(86400000);
        assert_int_equal(invite_get(&t.cx, i->code, &used), ERR_MISSING);
        testing_close(&t);
}

/* T167. */
static void test_open_doors_have_a_size(void **state)
{
        struct testing t;
        int64_t id;
        bool waits;
        char name[16], email[40];
        (void)state;
        testing_open(&t);
        t.settings.registration = REGISTRATION_OPEN;
        t.settings.registration_approval = true;
        struct login_draft d = ida;
        for (int i = 0; i <= 10; i++) {
                snprintf(name, sizeof name, "p%d", i);
                snprintf(email, sizeof email, "p%d@mail.example", i);
                d.username = str_dup(&t.arena, str_of(name));
                d.email = str_dup(&t.arena, str_of(email));
                assert_int_equal(login_sign_up(&t.cx, &d, &id, &waits), i < 10 ? OK : ERR_LIMIT);
                assert_true(waits);
        }
        testing_close(&t);
}

/* Nobody meets who waits; a suspended person is out at once. */
static void test_waiting_and_suspended(void **state)
{
        struct testing t;
        int64_t id, app;
        bool waits;
        struct token *token;
        struct viewer *v;
        (void)state;
        testing_open(&t);
        int64_t ann = testing_person(&t, "ann");
        t.settings.registration = REGISTRATION_OPEN;
        t.settings.registration_approval = true;
        assert_int_equal(login_sign_up(&t.cx, &ida, &id, &waits), OK);
        assert_int_equal(account_shown(&t.cx, 0, id), ERR_MISSING);
        assert_int_equal(follow_start(&t.cx, ann, id, &(struct follow_options){0}), ERR_MISSING);
        assert_int_equal(
                testing_number(
                        &t, "SELECT count(*) FROM account_search WHERE account_search MATCH 'ida'"),
                0);
        assert_int_equal(login_approve(&t.cx, id), OK);
        assert_int_equal(account_shown(&t.cx, 0, id), OK);
        assert_int_equal(
                testing_number(
                        &t, "SELECT count(*) FROM account_search WHERE account_search MATCH 'ida'"),
                1);
        assert_int_equal(app_command_line(&t.cx, &app), OK);
        assert_int_equal(token_create(&t.cx, app, id, S("read"), &token), OK);
        assert_int_equal(account_suspend(&t.cx, id, true), OK);
        assert_int_equal(account_suspend(&t.cx, id, true), OK);
        assert_int_equal(testing_events(&t, EVENT_ACCESS_ENDED, id), 1);
        assert_int_equal(access_by_token(&t.cx, token->secret, &v), ERR_NO_TOKEN);
        assert_int_equal(account_must(&t.cx, id), ERR_MISSING);
        assert_int_equal(account_suspend(&t.cx, id, false), OK);
        assert_int_equal(account_must(&t.cx, id), OK);
        testing_close(&t);
}

static void test_links_work_once(void **state)
{
        struct testing t;
        struct str secret, older, detail;
        int64_t who;
        (void)state;
        testing_open(&t);
        int64_t ann = testing_person(&t, "ann");
        assert_int_equal(single_use_create(&t.cx, "password", ann, S("x"), 1000, &older), OK);
        assert_int_equal(single_use_create(&t.cx, "password", ann, S("x"), 1000, &secret), OK);
        assert_int_equal(single_use_look(&t.cx, "password", older, &who, &detail), ERR_MISSING);
        assert_int_equal(single_use_take(&t.cx, "confirm", secret, &who, &detail), ERR_MISSING);
        assert_int_equal(single_use_look(&t.cx, "password", secret, &who, &detail), OK);
        assert_int_equal(single_use_take(&t.cx, "password", secret, &who, &detail), OK);
        assert_int_equal(who, ann);
        assert_int_equal(single_use_take(&t.cx, "password", secret, &who, &detail), ERR_MISSING);
        assert_int_equal(single_use_create(&t.cx, "password", ann, S("x"), 1000, &secret), OK);
        t.clock.offset_ms += 1000;
        assert_int_equal(single_use_take(&t.cx, "password", secret, &who, &detail), ERR_MISSING);
        testing_close(&t);
}

/* T004: who asks for mails does not learn whether somebody is there. */
static void test_mails_have_a_limit(void **state)
{
        struct testing t;
        (void)state;
        testing_open(&t);
        t.settings.smtp_url = S("smtp://mail.example"); /* without one no mail is written */
        testing_person(&t, "ann");
        for (int i = 0; i < 8; i++)
                assert_int_equal(login_ask_password(&t.cx, S("ann@mail.example")), OK);
        assert_int_equal(login_ask_password(&t.cx, S("nobody@mail.example")), OK);
        assert_int_equal(testing_number(&t, "SELECT count(*) FROM job WHERE kind = 'mail'"), 5);
        testing_close(&t);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_names),
                cmocka_unit_test(test_emails),
                cmocka_unit_test(test_creating),
                cmocka_unit_test(test_signing_in),
                cmocka_unit_test(test_guessing),
                cmocka_unit_test(test_new_password),
                cmocka_unit_test(test_joining_by_invitation),
                cmocka_unit_test(test_open_doors_have_a_size),
                cmocka_unit_test(test_waiting_and_suspended),
                cmocka_unit_test(test_links_work_once),
                cmocka_unit_test(test_mails_have_a_limit),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
