/* Journals: owners, the fourteen days, who may write and who is told; readers by e-mail and their
 * limits. */
#include "social/follow.h"
#include "social/leave.h"
#include "social/mail_follow.h"
#include "social/notification.h"
#include "social/testing.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define DAY_MS (24 * 3600 * INT64_C(1000))

static struct testing t;
static int64_t ann, ben, cat, boats;
static const struct account_keys keys = {S_ROW("public"), S_ROW("private")};

static int64_t start_journal(int64_t by, const char *name, enum journal_reach reach)
{
        const struct journal_form f = {
                .username = str_of(name), .name = S("The boats"), .reach = reach, .signs = true};
        int64_t id;
        assert_int_equal(journal_create(&t.cx, by, &f, &keys, &id), OK);
        return id;
}

static int start(void **state)
{
        (void)state;
        testing_open(&t);
        t.settings.smtp_url = S("smtp://mail.example");
        ann = testing_person(&t, "ann");
        ben = testing_person(&t, "ben");
        cat = testing_person(&t, "cat");
        boats = start_journal(ann, "boats", JOURNAL_APPROVAL);
        return 0;
}

static int stop(void **state)
{
        (void)state;
        testing_close(&t);
        return 0;
}

static void share(int64_t with)
{
        assert_int_equal(journal_invite(&t.cx, ann, boats, with), OK);
        assert_int_equal(journal_answer(&t.cx, with, boats, true), OK);
}

static struct journal *row(void)
{
        struct journal *j;
        assert_int_equal(journal_get(&t.cx, boats, &j), OK);
        return j;
}

static struct str end_payload(void)
{
        return str_fmt(&t.arena, "{\"journal\":\"%lld\"}", (long long)boats);
}

static void is_gone(bool gone)
{
        bool was;
        assert_int_equal(leave_was_here(&t.cx, S("boats"), &was), OK);
        assert_int_equal(was, gone);
}

static void test_fourteen_days(void **state)
{
        (void)state;
        bool ended;
        share(ben);
        assert_int_equal(journal_end_ask(&t.cx, cat, boats, &ended), ERR_MISSING);
        assert_int_equal(journal_end_ask(&t.cx, ann, boats, &ended), OK);
        assert_false(ended);
        assert_int_equal(row()->end_at, cx_now(&t.cx) + 14 * DAY_MS);
        t.clock.offset_ms += 14 * DAY_MS - 1000;
        assert_int_equal(journal_end_job(&t.cx, end_payload()), OK);
        is_gone(false);
        assert_int_equal(journal_end_object(&t.cx, ben, boats), OK);
        t.clock.offset_ms += DAY_MS;
        assert_int_equal(journal_end_job(&t.cx, end_payload()), OK);
        is_gone(false);
        /* Asked again, with nobody objecting. */
        assert_int_equal(journal_end_ask(&t.cx, ben, boats, &ended), OK);
        assert_false(ended);
        t.clock.offset_ms += 14 * DAY_MS;
        assert_int_equal(journal_end_job(&t.cx, end_payload()), OK);
        is_gone(true);
        assert_int_equal(journal_end_job(&t.cx, end_payload()), OK); /* twice is once */
}

static void test_all_agree(void **state)
{
        (void)state;
        bool ended;
        share(ben);
        assert_int_equal(journal_invite(&t.cx, ann, boats, cat), OK); /* who has no say yet */
        assert_int_equal(journal_end_ask(&t.cx, ann, boats, &ended), OK);
        assert_false(ended);
        assert_int_equal(journal_leave(&t.cx, ben, boats),
                         OK); /* the only one who had not agreed */
        is_gone(true);
}

static void test_six_owners(void **state)
{
        (void)state;
        char name[] = "p0";
        for (int i = 0; i < 5; i++, name[1]++)
                share(testing_person(&t, name));
        assert_int_equal(journal_invite(&t.cx, ann, boats, cat), ERR_INPUT);
        int64_t far = testing_stranger(&t, "eva", "far.example");
        assert_int_equal(journal_invite(&t.cx, ann, boats, far), ERR_INPUT);
        assert_int_equal(journal_leave(&t.cx, ann, boats), OK);
        assert_int_equal(journal_must_own(&t.cx, boats, ann), ERR_MISSING);
}

static void test_an_account_that_ends(void **state)
{
        (void)state;
        int64_t both = start_journal(ann, "shared", JOURNAL_PUBLIC), *ids;
        size_t n;
        assert_int_equal(journal_invite(&t.cx, ann, both, ben), OK);
        assert_int_equal(journal_answer(&t.cx, ben, both, true), OK);
        assert_int_equal(leave_now(&t.cx, ann), OK);
        is_gone(true);
        assert_int_equal(journal_list(&t.cx, ben, false, &ids, &n), OK);
        assert_int_equal(n, 1);
        assert_int_equal(journal_must_own(&t.cx, both, ann), ERR_MISSING);
}

static void test_as_many_as_a_person_keeps(void **state)
{
        (void)state;
        char name[] = "ja";
        for (int i = 1; i < JOURNALS_OWNED_MAX; i++, name[1]++)
                start_journal(ann, name, JOURNAL_PUBLIC);
        const struct journal_form more = {.username = S("more"), .name = S("More")};
        assert_int_equal(journal_check(&t.cx, ann, &more, true), ERR_INPUT);
        assert_int_equal(journal_check(&t.cx, ben, &more, true), OK);
}

static void test_writing_narrows(void **state)
{
        (void)state;
        const struct viewer by = testing_viewer(ann), other = testing_viewer(ben);
        const struct draft d = {.text = S("Hello"), .visibility = S("public"), .journal = boats};
        struct post *p;
        assert_int_equal(post_publish(&t.cx, &other, &d, &p), ERR_INPUT);
        assert_int_equal(post_publish_check(&t.cx, &by, &d), OK);
        assert_int_equal(testing_number(&t, "SELECT count(*) FROM post"), 0);
        assert_int_equal(post_publish(&t.cx, &by, &d, &p), OK);
        assert_int_equal(p->account, boats);
        assert_int_equal(p->audience, AUDIENCE_FOLLOWERS);
        assert_true(str_ends(p->content.html, S("class=\"u-url\">ann</a></p>")));
        assert_true(p->has & POST_HAS_JOURNAL);
        share(ben); /* sorts what was there before */
        assert_int_equal(testing_number(&t, "SELECT count(*) FROM hand"), 2);
        assert_int_equal(post_delete(&t.cx, &other, p->id, false, NULL), OK);
}

/* Hidden by an owner, suspended by moderators: neither undoes the other. */
static void test_hidden_and_suspended(void **state)
{
        (void)state;
        struct account *a;
        assert_int_equal(journal_hide(&t.cx, ben, boats, true), ERR_MISSING);
        for (int taken_back_first = 0; taken_back_first < 2; taken_back_first++) {
                assert_int_equal(journal_hide(&t.cx, ann, boats, true), OK);
                t.clock.offset_ms += 1000;
                assert_int_equal(account_suspend(&t.cx, boats, true), OK);
                if (taken_back_first)
                        assert_int_equal(account_suspend(&t.cx, boats, false), OK);
                else
                        assert_int_equal(journal_hide(&t.cx, ann, boats, false), OK);
                assert_int_equal(account_get(&t.cx, boats, &a), OK);
                assert_true(a->suspended);
                if (taken_back_first)
                        assert_int_equal(journal_hide(&t.cx, ann, boats, false), OK);
                else
                        assert_int_equal(account_suspend(&t.cx, boats, false), OK);
                assert_int_equal(account_get(&t.cx, boats, &a), OK);
                assert_false(a->suspended);
        }
}

static void test_who_is_told(void **state)
{
        (void)state;
        share(ben);
        assert_int_equal(notification_add(&t.cx, boats, NOTIFICATION_FOLLOW_REQUEST, cat, 0), OK);
        assert_int_equal(testing_number(&t, "SELECT count(*) FROM notification WHERE kind = 4"), 2);
        const struct follow_options o = {0};
        assert_int_equal(follow_start(&t.cx, cat, boats, &o), OK);
        assert_int_equal(journal_let_in(&t.cx, cat, cat), ERR_MISSING);
        assert_int_equal(journal_let_in(&t.cx, ben, cat), OK);
        assert_int_equal(journal_turn_away(&t.cx, ben, cat), ERR_MISSING);
}

static enum err asks(const char *name, const char *email)
{
        return mail_follow_ask(&t.cx, row(), str_of(name), str_of(email));
}

static void test_limits_of_mail(void **state)
{
        (void)state;
        assert_int_equal(asks("Kari", "kari@mail.example"), OK);
        assert_int_equal(asks("Kari", "KARI@mail.example"), OK);
        assert_int_equal(asks("Kari", "kari@mail.example"), OK);
        assert_int_equal(asks("Kari", "kari@mail.example"), ERR_LIMIT);
        assert_int_equal(testing_number(&t, "SELECT count(*) FROM mail_follower"), 1);
        t.clock.offset_ms += DAY_MS;
        assert_int_equal(asks("Kari", "kari@mail.example"), OK);
        assert_int_equal(asks("", "kari@mail.example"), ERR_INPUT);
        assert_int_equal(asks("Kari", "kari"), ERR_INPUT);
        t.clock.offset_ms += 3 * DAY_MS;
        assert_int_equal(mail_follow_tidy(&t.cx), OK);
        assert_int_equal(testing_number(&t, "SELECT count(*) FROM mail_follower"), 0);
}

static void test_many_journals_one_address(void **state)
{
        (void)state;
        char name[] = "ja";
        struct journal *j;
        for (int i = 0; i <= MAIL_FOLLOW_MAILS_A_DAY; i++, name[1]++) {
                assert_int_equal(journal_get(&t.cx, start_journal(ann, name, JOURNAL_PUBLIC), &j),
                                 OK);
                assert_int_equal(mail_follow_ask(&t.cx, j, S("Kari"), S("kari@mail.example")),
                                 i < MAIL_FOLLOW_MAILS_A_DAY ? OK : ERR_LIMIT);
        }
}

#define WITH(f) cmocka_unit_test_setup_teardown(f, start, stop)

int main(void)
{
        const struct CMUnitTest tests[] = {
                WITH(test_fourteen_days),
                WITH(test_all_agree),
                WITH(test_six_owners),
                WITH(test_an_account_that_ends),
                WITH(test_as_many_as_a_person_keeps),
                WITH(test_writing_narrows),
                WITH(test_hidden_and_suspended),
                WITH(test_who_is_told),
                WITH(test_limits_of_mail),
                WITH(test_many_journals_one_address),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
