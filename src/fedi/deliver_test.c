/* Deliveries as rows: who gets one, in batches and after a stop in the middle, and what becomes of
 * servers that fail. */
#include "fedi/deliver.h"
#include "social/testing.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct testing t;
static int64_t ann;

static int setup(void **state)
{
        (void)state;
        testing_open(&t);
        ann = testing_person(&t, "ann");
        return 0;
}

static int teardown(void **state)
{
        (void)state;
        testing_close(&t);
        return 0;
}

static const struct stmt TEST_FOLLOW = {
        .name = "test_follow",
        .text = "INSERT INTO follow (account, target, id, state, created_at) VALUES ($1, $2, $1, "
                "1, 0)",
        .in = "ii",
};
static const struct stmt TEST_SHARED = {
        .name = "test_shared",
        .text = "UPDATE account SET shared_inbox = $2 WHERE id = $1",
        .in = "iS",
};

static int64_t follower(const char *name, const char *domain, const char *shared)
{
        int64_t id = testing_stranger(&t, name, domain);
        assert_int_equal(db_run(t.db, &TEST_SHARED, BIND(V(id), V(str_of(shared))), NULL), OK);
        assert_int_equal(db_run(t.db, &TEST_FOLLOW, BIND(V(id), V(ann)), NULL), OK);
        return id;
}

static enum err send(int64_t job, const struct deliver_to *to)
{
        struct job j = {.id = job, .cx = &t.cx};
        return deliver_send(&j, 0, ann, S("{}"), to);
}

#define N(sql) testing_number(&t, sql)

static void test_merges(void **state)
{
        (void)state;
        int64_t zoe = follower("zoe", "a.example", "https://a.example/inbox");
        follower("yan", "a.example", "https://a.example/inbox");
        follower("xia", "b.example", NULL);
        const struct deliver_to to = {.followers_of = ann, .people = &zoe, .n_people = 1};
        assert_int_equal(send(1, &to), OK);
        assert_int_equal(N("SELECT count(*) FROM delivery"), 2);
        assert_int_equal(N("SELECT count(*) FROM delivery WHERE host = 'b.example'"), 1);
        assert_int_equal(N("SELECT count(*) FROM far_server WHERE due_at IS NOT NULL"), 2);
        assert_int_equal(send(1, &to), OK); /* a job that runs again makes nothing twice */
        assert_int_equal(N("SELECT count(*) FROM parcel"), 1);
        const struct deliver_to person = {.people = &zoe, .n_people = 1, .in_person = true};
        assert_int_equal(send(2, &person), OK);
        assert_int_equal(N("SELECT count(*) FROM delivery WHERE inbox = "
                           "'https://a.example/users/zoe/inbox'"),
                         1);
}

static void test_batches(void **state)
{
        (void)state;
        enum { MANY = DELIVER_BATCH * 2 + 7 };
        for (int i = 0; i < MANY; i++) {
                char domain[32];
                snprintf(domain, sizeof domain, "s%d.example", i);
                follower("zoe", domain, NULL);
        }
        const struct deliver_to to = {.followers_of = ann};
        assert_int_equal(send(1, &to), OK);
        assert_int_equal(N("SELECT count(*) FROM delivery"), MANY);
        assert_int_equal(N("SELECT ready FROM parcel"), 1);
}

static struct deliver_host due(void)
{
        struct deliver_host *v;
        size_t n;
        assert_int_equal(deliver_due(&t.cx, 10, &v, &n), OK);
        return n ? v[0] : (struct deliver_host){0};
}

/* Each failure doubles the pause, up to two days; after a week the rest is dropped. */
static void test_failing(void **state)
{
        (void)state;
        follower("zoe", "a.example", NULL);
        const struct deliver_to to = {.followers_of = ann};
        assert_int_equal(send(1, &to), OK);
        int64_t begun = t.clock.offset_ms, pause = DELIVER_FIRST_PAUSE_MS;
        int tries = 0;
        for (; N("SELECT count(*) FROM delivery"); tries++) {
                struct deliver_host h = due();
                assert_int_equal(h.failures, tries);
                assert_int_equal(deliver_host_bad(&t.cx, &h, 0), OK);
                assert_null(due().host.p);
                t.clock.offset_ms += pause - 1;
                assert_null(due().host.p);
                t.clock.offset_ms += 1;
                pause = pause * 2 < DELIVER_LAST_PAUSE_MS ? pause * 2 : DELIVER_LAST_PAUSE_MS;
                assert_true(tries < 30);
        }
        assert_true(t.clock.offset_ms - begun > DELIVER_GIVE_UP_MS);
        assert_int_equal(N("SELECT dead FROM far_server"), 1);
        assert_int_equal(send(2, &to), OK); /* nothing that goes to many is kept for it */
        assert_int_equal(N("SELECT count(*) FROM delivery"), 0);
        assert_int_equal(deliver_alive(&t.cx, S("a.example")), OK);
        assert_int_equal(send(3, &to), OK);
        assert_int_equal(N("SELECT count(*) FROM delivery"), 1);
        assert_non_null(due().host.p);
}

/* What was taken goes, the bytes with the last one; the server rests when nothing waits. */
static void test_done(void **state)
{
        (void)state;
        follower("zoe", "a.example", NULL);
        const struct deliver_to to = {.followers_of = ann};
        assert_int_equal(send(1, &to), OK);
        struct deliver_host h = due();
        struct deliver_row none = {.inbox = S("")}, *rows;
        size_t n;
        assert_int_equal(deliver_rows(&t.cx, h.host, &none, 10, &rows, &n), OK);
        assert_int_equal(n, 1);
        assert_int_equal(rows[0].account, ann);
        assert_int_equal(deliver_done(&t.cx, h.host, rows[0].parcel, rows[0].inbox), OK);
        assert_int_equal(deliver_parcel_done(&t.cx, rows[0].parcel), OK);
        assert_int_equal(deliver_host_rest(&t.cx, h.host), OK);
        assert_int_equal(N("SELECT count(*) FROM parcel"), 0);
        assert_null(due().host.p);
        int64_t next;
        assert_int_equal(deliver_next_due(&t.cx, &next), OK);
        assert_true(next == INT64_MAX);
}

int main(void)
{
#define EACH(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
        const struct CMUnitTest tests[] = {EACH(test_merges), EACH(test_batches),
                                           EACH(test_failing), EACH(test_done)};
        return cmocka_run_group_tests(tests, NULL, NULL);
}
