/* Threads: order, depth, hidden posts, rows that claim nonsense. */
#include "social/post_store.h"
#include "social/testing.h"
#include "social/thread.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct testing t;
static int64_t ann, ben;

static const struct stmt TEST_ANSWER = {
        .name = "test_answer",
        .text = "UPDATE post SET reply_to = $2 WHERE id = $1",
        .in = "ii",
};
static const struct stmt TEST_MUTE = {
        .name = "test_mute",
        .text = "INSERT INTO mute (account, target, id, created_at) VALUES ($1, $2, $3, 1)",
        .in = "iii",
};

static int start(void **state)
{
        (void)state;
        testing_open(&t);
        ann = testing_person(&t, "ann");
        ben = testing_person(&t, "ben");
        return 0;
}

static int stop(void **state)
{
        (void)state;
        testing_close(&t);
        return 0;
}

static int64_t say(int64_t who, int64_t to, const char *visibility)
{
        struct viewer by = testing_viewer(who);
        struct post *p;
        const struct draft d = {
                .text = S("words"), .visibility = str_of(visibility), .reply_to = to};
        assert_int_equal(post_publish(&t.cx, &by, &d, &p), OK);
        return p->id;
}

static struct thread around(int64_t who, int64_t post)
{
        struct viewer by = testing_viewer(who);
        struct thread x;
        assert_int_equal(thread_get(&t.cx, &by, post, &x), OK);
        return x;
}

static void same(const int64_t *got, size_t n, const int64_t *want, size_t n_want)
{
        assert_int_equal(n, n_want);
        if (n)
                assert_memory_equal(got, want, n * sizeof *got);
}

static void test_order(void **state)
{
        (void)state;
        int64_t root = say(ann, 0, "public"), a = say(ben, root, "public"),
                b = say(ann, root, "public");
        int64_t a1 = say(ann, a, "public"), b1 = say(ben, b, "public"), a2 = say(ben, a, "public"),
                a11 = say(ben, a1, "public");
        struct thread x = around(0, root);
        same(x.down, x.n_down, (const int64_t[]){a, a1, a11, a2, b, b1}, 6);
        assert_memory_equal(x.depth, ((const unsigned char[]){1, 2, 3, 2, 1, 2}), 6);
        assert_int_equal(x.n_up, 0);
        x = around(0, a1);
        same(x.up, x.n_up, (const int64_t[]){root, a}, 2);
        same(x.down, x.n_down, (const int64_t[]){a11}, 1);
}

/* What is hidden is left out; what hangs below it stays. */
static void test_hidden(void **state)
{
        (void)state;
        int64_t root = say(ann, 0, "public"), secret = say(ann, root, "private"),
                below = say(ann, secret, "public");
        struct thread x = around(ben, root);
        same(x.down, x.n_down, (const int64_t[]){below}, 1);
        x = around(ben, below);
        same(x.up, x.n_up, (const int64_t[]){root}, 1);
        struct viewer by = testing_viewer(ben);
        assert_int_equal(thread_get(&t.cx, &by, secret, &x), ERR_MISSING);
        int64_t theirs = say(ben, root, "public");
        assert_int_equal(db_run(t.db, &TEST_MUTE, BIND(V(ann), V(ben), V(cx_id(&t.cx))), NULL), OK);
        x = around(ann, root);
        for (size_t i = 0; i < x.n_down; i++)
                assert_true(x.down[i] != theirs);
}

/* Another server may claim that posts answer each other in a ring. */
static void test_rings(void **state)
{
        (void)state;
        int64_t root = say(ann, 0, "public"), a = say(ben, root, "public"),
                b = say(ann, a, "public");
        const int64_t rings[][2] = {{root, b}, {a, b}, {b, b}, {root, root}};
        for (size_t i = 0; i < 4; i++) {
                assert_int_equal(
                        db_run(t.db, &TEST_ANSWER, BIND(V(rings[i][0]), V(rings[i][1])), NULL), OK);
                const int64_t all[] = {root, a, b};
                for (size_t k = 0; k < 3; k++) {
                        struct thread x = around(0, all[k]);
                        assert_true(x.n_up <= 3 && x.n_down <= 3);
                }
        }
}

/* A chain of 3,000 answers: no recursion, and the order holds. */
static void test_long(void **state)
{
        (void)state;
        enum { LENGTH = 3000 };
        int64_t last = say(ann, 0, "public"), root = last;
        for (int i = 0; i < LENGTH; i++) {
                struct post_new n = {.post = {.account = ann,
                                              .local = true,
                                              .created_at = cx_now(&t.cx),
                                              .reply_to = last,
                                              .reply_account = ann,
                                              .thread = root,
                                              .spoiler = S(""),
                                              .content = {S("<p>x</p>")}},
                                     .quiet = true};
                n.post.id = cx_id(&t.cx);
                last = n.post.id;
                assert_int_equal(post_store(&t.cx, &n), OK);
        }
        struct thread x = around(ann, root);
        assert_int_equal(x.n_down, LENGTH);
        assert_int_equal(x.depth[LENGTH - 1], THREAD_DEPTH_MAX);
        assert_int_equal(x.down[LENGTH - 1], last);
        x = around(ann, last);
        assert_int_equal(x.n_up, LENGTH);
        assert_int_equal(x.up[0], root);
        x = around(0, root);
        assert_int_equal(x.n_down, THREAD_STRANGER_MAX - 1); /* of the rows, one is the root */
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_order, start, stop),
                cmocka_unit_test_setup_teardown(test_hidden, start, stop),
                cmocka_unit_test_setup_teardown(test_rings, start, stop),
                cmocka_unit_test_setup_teardown(test_long, start, stop),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
