/* Rate limits, deadlines and client addresses: windows, bounded memory, forwarded headers (T002).
 */
#include "lib/base/arena.h"
#include "lib/http/addr.h"
#include "lib/http/limit.h"
#include "lib/http/wheel.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct arena arena;
static int64_t steady_ms, wall_ms;

static int64_t read_steady(const struct clock *c)
{
        (void)c;
        return steady_ms;
}

static int64_t read_wall(const struct clock *c)
{
        (void)c;
        return wall_ms;
}

static const struct clock clock_test = {.wall_ms = read_wall, .steady_ms = read_steady};
static const struct limit rows[] = {{"none", 0, 0}, {"read", 3, 60}, {"write", 1, 10}};

static int reset(void **state)
{
        (void)state;
        arena_close(&arena);
        arena_open(&arena, 1 << 20);
        steady_ms = 5000;
        wall_ms = 1700000000000 / 60000 * 60000; /* a minute begins */
        return 0;
}

static void counts_in_windows(void **state)
{
        (void)state;
        struct limiter *l = limiter_open(rows, countof(rows), &clock_test);
        struct limit_state s;
        for (int i = 0; i < 3; i++) {
                assert_true(limiter_take(l, 1, S("a"), &s));
                assert_int_equal(s.left, 2 - i);
        }
        assert_false(limiter_take(l, 1, S("a"), &s));
        assert_int_equal(s.count, 3);
        assert_int_equal(s.left, 0);
        assert_int_equal(s.wait_s, 60);
        assert_int_equal(s.reset_ms, wall_ms + 60000);
        assert_true(limiter_take(l, 1, S("b"), &s));
        assert_true(limiter_take(l, 2, S("a"), &s));
        assert_false(limiter_take(l, 2, S("a"), &s));
        steady_ms += 59999;
        assert_false(limiter_take(l, 1, S("a"), &s));
        assert_int_equal(s.wait_s, 1);
        steady_ms += 1;
        assert_true(limiter_take(l, 1, S("a"), &s));
        limiter_close(&l);
}

static void rows_without_a_limit(void **state)
{
        (void)state;
        struct limiter *l = limiter_open(rows, countof(rows), &clock_test);
        struct limit_state s;
        for (int row = -1; row <= 3; row += row == 0 ? 3 : 1)
                for (int i = 0; i < 10; i++)
                        assert_true(limiter_take(l, row, S("a"), &s));
        assert_int_equal(s.count, 0);
        limiter_close(&l);
}

/* The wall clock may jump as it likes (T177). */
static void clock_jumps_change_nothing(void **state)
{
        (void)state;
        struct limiter *l = limiter_open(rows, countof(rows), &clock_test);
        struct limit_state s;
        assert_true(limiter_take(l, 2, S("a"), &s));
        wall_ms += 3600000;
        assert_false(limiter_take(l, 2, S("a"), &s));
        limiter_close(&l);
}

/* A crowd of addresses cannot push out one that is over its limit by much. */
static void memory_is_bounded(void **state)
{
        (void)state;
        struct limiter *l = limiter_open(rows, countof(rows), &clock_test);
        struct limit_state s;
        for (int i = 0; i < 20; i++)
                (void)limiter_take(l, 1, S("attacker"), &s);
        for (int i = 0; i < 200000; i++) {
                char key[16];
                snprintf(key, sizeof key, "%d", i);
                assert_true(limiter_take(l, 1, str_of(key), &s));
        }
        assert_false(limiter_take(l, 1, S("attacker"), &s));
        limiter_close(&l);
}

struct shot {
        struct wheel_node node;
        int fired;
};

static void fire(struct wheel_node *node, void *arg)
{
        (void)arg;
        ((struct shot *)node)->fired++;
}

static void fire_again(struct wheel_node *node, void *arg)
{
        ((struct shot *)node)->fired++;
        wheel_set(arg, node, 0); /* long past: must come at the next tick, not after a round */
}

static void wheel_fires_in_time(void **state)
{
        (void)state;
        static struct wheel w;
        static struct shot shots[2000];
        int64_t now = 1000003;
        wheel_open(&w, now);
        assert_int_equal(wheel_wait(&w, now), -1);
        for (int i = 0; i < 2000; i++)
                wheel_set(&w, &shots[i].node, now + i * 37);
        for (int64_t t = now; t < now + 2000 * 37 + 200; t += 13) {
                int wait = wheel_wait(&w, t);
                wheel_run(&w, t, fire, NULL);
                for (int i = 0; i < 2000; i++) {
                        int64_t due = now + i * 37;
                        assert_true(shots[i].fired == (t >= due + WHEEL_TICK_MS) ||
                                    (t >= due && t < due + WHEEL_TICK_MS));
                        if (!shots[i].fired && t >= due)
                                assert_true(wait <= WHEEL_TICK_MS);
                }
        }
        assert_int_equal(wheel_wait(&w, now), -1);
}

static void wheel_moves_and_clears(void **state)
{
        (void)state;
        static struct wheel w;
        struct shot a = {0}, b = {0};
        wheel_open(&w, 0);
        wheel_set(&w, &a.node, 100);
        wheel_set(&w, &a.node, 60000); /* later, over the horizon */
        wheel_set(&w, &b.node, 60000);
        wheel_set(&w, &b.node, 100); /* earlier */
        wheel_run(&w, 150, fire, NULL);
        assert_int_equal(a.fired, 0);
        assert_int_equal(b.fired, 1);
        for (int64_t t = 200; t < 60000; t += 200)
                wheel_run(&w, t, fire, NULL);
        assert_int_equal(a.fired, 0);
        wheel_run(&w, 60050, fire, NULL);
        assert_int_equal(a.fired, 1);
        wheel_set(&w, &a.node, 70000);
        wheel_clear(&w, &a.node);
        wheel_run(&w, 10000000, fire, NULL); /* and a long sleep */
        assert_int_equal(a.fired, 1);
        wheel_set(&w, &a.node, 10000100);
        wheel_run(&w, 10000100, fire_again, &w);
        wheel_run(&w, 10000150, fire_again, &w);
        wheel_run(&w, 10000200, fire_again, &w);
        assert_int_equal(a.fired, 4);
        wheel_clear(&w, &a.node);
}

static struct addr addr(const char *text)
{
        struct addr a;
        assert_true(addr_read(str_of(text), &a));
        return a;
}

static void reads_addresses(void **state)
{
        (void)state;
        static const char *const bad[] = {
                "",       "1.2.3",      "1.2.3.4.5",
                "::1%lo", "1.2.3.4:80", "[::1",
                "x",      "01.2.3.4",   "1234:1234:1234:1234:1234:1234:1234:1234:1234"};
        struct addr a;
        for (size_t i = 0; i < countof(bad); i++)
                assert_false(addr_read(str_of(bad[i]), &a));
        a = addr("2001:db8:1:2:3::9");
        assert_true(str_eq(addr_text(&arena, &a), S("2001:db8:1:2:3::9")));
        assert_true(str_eq(addr_limit_key(&arena, &a), S("2001:db8:1:2::/64")));
        a = addr("::ffff:192.0.2.7");
        assert_true(str_eq(addr_text(&arena, &a), S("192.0.2.7")));
        assert_true(str_eq(addr_limit_key(&arena, &a), S("192.0.2.7")));
        a = addr("127.8.8.8");
        assert_true(addr_is_loopback(&a));
        struct addr b = addr("2001:db8:1:2::1"), c = addr("2001:db8:1:3::1");
        a = addr("2001:db8:1:2:3::9");
        assert_true(str_eq(addr_count_key(&a), addr_count_key(&b)));
        assert_false(str_eq(addr_count_key(&a), addr_count_key(&c)));
}

static const char *client(const struct addr_rules *rules, const char *peer, const char *list,
                          const char *other)
{
        struct req_header headers[] = {{S("x-forwarded-for"), str_of(list)},
                                       {S("x-forwarded-proto"), S("https")},
                                       {S("client-ip"), str_of(other)}};
        struct req rq = {.arena = &arena, .headers = headers, .n_headers = other ? 3 : 2};
        struct addr a = addr(peer);
        if (addr_client(rules, &a, &rq))
                return "refused";
        return str_z(&arena,
                     str_fmt(&arena, "%.*s%s", STR_ARG(rq.peer), rq.secure ? " secure" : ""));
}

static void t002_forwarded_headers(void **state)
{
        (void)state;
        const struct str trusted[] = {S("127.0.0.1"), S("10.1.0.0/16"), S("fd00::/8"), S("unix")};
        struct addr_rules r;
        assert_int_equal(addr_rules_read(&r, trusted, countof(trusted)), OK);
        assert_true(r.trust_unix);
        assert_string_equal(client(&r, "127.0.0.1", "198.51.100.7", NULL), "198.51.100.7 secure");
        assert_string_equal(client(&r, "127.0.0.1", "1.1.1.1, 198.51.100.7", NULL),
                            "198.51.100.7 secure");
        assert_string_equal(client(&r, "127.0.0.1", "1.1.1.1, 198.51.100.7 ,10.1.2.3", NULL),
                            "198.51.100.7 secure");
        assert_string_equal(client(&r, "fd00::5", "198.51.100.7:4711", NULL),
                            "198.51.100.7 secure");
        assert_string_equal(client(&r, "fd00::5", "[2001:db8::7]:4711", NULL),
                            "2001:db8::7 secure");
        assert_string_equal(client(&r, "127.0.0.1", "127.0.0.1", NULL), "127.0.0.1 secure");
        assert_string_equal(client(&r, "127.0.0.1", "1.1.1.1, junk", NULL), "127.0.0.1 secure");
        assert_string_equal(client(&r, "127.0.0.1", "", NULL), "127.0.0.1 secure");
        assert_string_equal(client(&r, "10.2.0.1", "1.1.1.1", NULL), "10.2.0.1");
        assert_string_equal(client(&r, "203.0.113.9", "127.0.0.1", NULL), "203.0.113.9");
        assert_string_equal(client(&r, "203.0.113.9", "127.0.0.1", "127.0.0.1"), "refused");
        addr_rules_free(&r);
        const struct str bad[] = {S("10.0.0.0/33"), S("10.0.0.0/"), S("all"), S("::/129")};
        for (size_t i = 0; i < countof(bad); i++) {
                assert_int_equal(addr_rules_read(&r, &bad[i], 1), ERR_INPUT);
                addr_rules_free(&r);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup(counts_in_windows, reset),
                cmocka_unit_test_setup(rows_without_a_limit, reset),
                cmocka_unit_test_setup(clock_jumps_change_nothing, reset),
                cmocka_unit_test_setup(memory_is_bounded, reset),
                cmocka_unit_test_setup(wheel_fires_in_time, reset),
                cmocka_unit_test_setup(wheel_moves_and_clears, reset),
                cmocka_unit_test_setup(reads_addresses, reset),
                cmocka_unit_test_setup(t002_forwarded_headers, reset),
        };
        int failed = cmocka_run_group_tests_name("http_limit", tests, NULL, NULL);
        arena_close(&arena);
        return failed;
}
