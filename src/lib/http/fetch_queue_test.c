/* The fetcher with much to do: places, turns, waiting, stopping (rows T125, T127 of the list of
 * attacks).
 */
#include "lib/base/clock.h"
#include "lib/http/fetch_test_help.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* Many at once. */

static atomic_int done_count, ends[FETCH_END_COUNT_];
static atomic_llong urgent_rank;

static void count_done(void *arg, const struct fetch_answer *a)
{
        ends[a->end]++;
        int rank = ++done_count;
        if (arg)
                *(atomic_llong *)arg = rank;
}

static void forget_done(void)
{
        done_count = 0;
        for (int i = 0; i < FETCH_END_COUNT_; i++)
                ends[i] = 0;
}

static void wait_done(int n)
{
        for (int i = 0; i < 5000 && done_count < n; i++)
                peer_sleep_ms(1);
        assert_int_equal(done_count, n);
}

static void a_host_has_few_places(void **state)
{
        (void)state;
        struct peer second;
        peer_open(&second, "127.0.0.1", 0, test_script);
        forget_done();
        struct fetch_request slow = {.url = url("/slow")};
        for (int i = 0; i < 6; i++)
                fetch_start(fetcher, &slow, count_done, NULL);
        for (int i = 0; i < 1000 && !peer.most_at_once; i++)
                peer_sleep_ms(1); /* the first of them is under way */
        slow.urgent = true;
        fetch_start(fetcher, &slow, count_done, &urgent_rank);
        struct fetch_request other = {
                .url = str_fmt(&arena, "http://127.0.0.1:%d/echo", second.port)};
        int64_t start = clock_steady(&clock_real);
        assert_int_equal(ask("", &other).end, FETCH_OK);
        assert_true(clock_steady(&clock_real) - start < 450); /* not behind the slow ones */
        wait_done(7);
        assert_int_equal(peer.most_at_once, 2); /* the urgent one beside one of the others */
        assert_true(urgent_rank <= 2);
        assert_int_equal(ends[FETCH_OK], 7);
        fetch_close(&fetcher);
        peer_close(&second);
}

static void t125_unasked_reading_takes_one_connection(void **state)
{
        (void)state;
        forget_done();
        struct fetch_request slow = {.url = url("/slow")};
        for (int i = 0; i < 4; i++)
                fetch_start(fetcher, &slow, count_done, NULL);
        wait_done(4);
        assert_int_equal(peer.most_at_once, 1);
        assert_int_equal(ends[FETCH_OK], 4);
}

/* What is brought does not wait behind what is read. */
static void bringing_has_places_of_its_own(void **state)
{
        (void)state;
        forget_done();
        struct fetch_request slow = {.url = url("/slow")};
        for (int i = 0; i < 3; i++)
                fetch_start(fetcher, &slow, count_done, NULL);
        slow.method = "POST";
        slow.body = S("{}");
        for (int i = 0; i < 3; i++)
                fetch_start(fetcher, &slow, count_done, NULL);
        wait_done(6);
        assert_int_equal(peer.most_at_once, 2);
        assert_int_equal(ends[FETCH_OK], 6);
}

static void waiting_has_an_end(void **state)
{
        (void)state;
        forget_done();
        struct fetch_request slow = {.url = url("/slow"), .wait_ms = 100};
        for (int i = 0; i < 4; i++)
                fetch_start(fetcher, &slow, count_done, NULL);
        wait_done(4);
        assert_int_equal(ends[FETCH_OK], 1);
        assert_int_equal(ends[FETCH_BUSY], 3);
        forget_done();
        slow.wait_ms = 60000;
        for (int i = 0; i < FETCH_QUEUE + 300; i++)
                fetch_start(fetcher, &slow, count_done, NULL);
        assert_true(ends[FETCH_BUSY] >= 200);
        fetch_stop(fetcher);
        wait_done(FETCH_QUEUE + 300);
        assert_true(ends[FETCH_CANCELLED] > FETCH_QUEUE - 300);
        fetch_start(fetcher, &slow, count_done, NULL);
        assert_int_equal(done_count, FETCH_QUEUE + 301);
}

static void many_hosts(void **state)
{
        (void)state;
        enum { MANY = 600 };
        forget_done();
        for (int i = 0; i < MANY; i++) {
                struct str at =
                        str_fmt(&arena, "http://host-%d.example:%d/echo", i % 200, peer.port);
                fetch_start(fetcher, &(struct fetch_request){.url = at}, count_done, NULL);
        }
        wait_done(MANY);
        assert_int_equal(ends[FETCH_OK], MANY);
        assert_true(peer.most_at_once <= FETCH_PLACES);
        struct fetch_counts c = fetch_count(fetcher);
        assert_int_equal(c.ended[FETCH_OK], MANY);
        assert_int_equal(c.active, 0);
        assert_int_equal(c.waiting, 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                FETCH_TEST(a_host_has_few_places),
                FETCH_TEST(t125_unasked_reading_takes_one_connection),
                FETCH_TEST(bringing_has_places_of_its_own),
                FETCH_TEST(waiting_has_an_end),
                FETCH_TEST(many_hosts),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
