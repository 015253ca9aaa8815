/* The fetcher against bad addresses and bad servers: rows T054 to T059 and T117 to T120 of the list
 * of attacks. */
#include "lib/base/clock.h"
#include "lib/http/fetch_test_help.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void addresses(void **state)
{
        (void)state;
        static const struct {
                const char *text;
                bool ok;
        } rows[] = {
                {"0.0.0.0", false},
                {"0.1.2.3", false},
                {"1.1.1.1", true},
                {"9.255.255.255", true},
                {"10.0.0.0", false},
                {"10.255.255.255", false},
                {"11.0.0.0", true},
                {"100.63.255.255", true},
                {"100.64.0.0", false},
                {"100.127.255.255", false},
                {"100.128.0.0", true},
                {"126.255.255.255", true},
                {"127.0.0.1", false},
                {"127.255.255.255", false},
                {"128.0.0.0", true},
                {"169.253.255.255", true},
                {"169.254.169.254", false},
                {"169.255.0.0", true},
                {"172.15.255.255", true},
                {"172.16.0.0", false},
                {"172.31.255.255", false},
                {"172.32.0.0", true},
                {"192.0.0.1", false},
                {"192.0.1.0", true},
                {"192.0.2.1", false},
                {"192.88.99.1", false},
                {"192.167.255.255", true},
                {"192.168.0.0", false},
                {"192.168.255.255", false},
                {"192.169.0.0", true},
                {"198.17.255.255", true},
                {"198.18.0.0", false},
                {"198.19.255.255", false},
                {"198.20.0.0", true},
                {"198.51.100.9", false},
                {"203.0.113.9", false},
                {"223.255.255.255", true},
                {"224.0.0.1", false},
                {"239.255.255.255", false},
                {"240.0.0.0", false},
                {"255.255.255.255", false},
                {"::", false},
                {"::1", false},
                {"::7f00:1", false},
                {"::808:808", false},
                {"::ffff:127.0.0.1", false},
                {"::ffff:10.1.1.1", false},
                {"::ffff:8.8.8.8", true},
                {"64:ff9b::7f00:1", false},
                {"64:ff9b::808:808", false},
                {"64:ff9b:1::1", false},
                {"100::1", false},
                {"1fff::1", false},
                {"2000::1", true},
                {"2001::1", false},
                {"2001:0:53aa::1", false},
                {"2001:10::1", false},
                {"2001:1ff:ffff::1", false},
                {"2001:200::1", true},
                {"2001:db8::1", false},
                {"2001:db9::1", true},
                {"2002:7f00:1::", false},
                {"2002:808:808::1", false},
                {"2003::1", true},
                {"2606:4700::1111", true},
                {"3ffe::1", true},
                {"3fff::1", false},
                {"3fff:fff::1", false},
                {"4000::1", false},
                {"5f00::1", false},
                {"fc00::1", false},
                {"fd12::1", false},
                {"fe80::1", false},
                {"fec0::1", false},
                {"ff02::1", false},
        };
        for (size_t i = 0; i < countof(rows); i++) {
                struct sockaddr_in v4 = {.sin_family = AF_INET};
                struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
                bool is6 = strchr(rows[i].text, ':');
                assert_int_equal(inet_pton(is6 ? AF_INET6 : AF_INET, rows[i].text,
                                           is6 ? (void *)&v6.sin6_addr : (void *)&v4.sin_addr),
                                 1);
                if (fetch_address_ok(is6 ? (void *)&v6 : (void *)&v4) != rows[i].ok)
                        fail_msg("%s", rows[i].text);
        }
        assert_false(fetch_address_ok(&(struct sockaddr){.sa_family = AF_UNIX}));
}

/* Not even a packet goes to these; the server's count of connections shows it. */
static void refuses_addresses(void **state)
{
        (void)state;
        static const struct {
                const char *url;
                enum fetch_end end;
        } rows[] = {
                {"http://tidings.example/", FETCH_REFUSED},
                {"https://own.example/users/a", FETCH_REFUSED},
                {"https://OWN.example:443/", FETCH_REFUSED},
                {"https://own.example:80/", FETCH_REFUSED},
                {"https://peer.example:8443/", FETCH_REFUSED},
                {"https://peer.example:22/", FETCH_REFUSED},
                {"https://peer.example", FETCH_REFUSED}, /* resolves to loopback */
                {"https://both.example/", FETCH_REFUSED},
                {"https://localhost/", FETCH_REFUSED},
                {"https://127.0.0.1/", FETCH_REFUSED},
                {"https://[::1]/", FETCH_REFUSED},
                {"https://[::ffff:127.0.0.1]/", FETCH_REFUSED},
                {"https://[::]/", FETCH_REFUSED},
                {"https://0.0.0.0/", FETCH_REFUSED},
                {"https://169.254.169.254/latest/meta-data", FETCH_REFUSED},
                {"https://\xef\xbc\x91\xef\xbc\x92\xef\xbc\x97.0.0.1/",
                 FETCH_REFUSED}, /* full-width digits */
                {"https://localhost./", FETCH_ADDRESS},
                {"https://2130706433/", FETCH_ADDRESS},
                {"https://0x7f.1/", FETCH_ADDRESS},
                {"https://0177.0.0.1/", FETCH_ADDRESS},
                {"https://127.1/", FETCH_ADDRESS},
                {"file:///etc/passwd", FETCH_ADDRESS},
                {"gopher://peer.example/", FETCH_ADDRESS},
                {"ftp://peer.example/", FETCH_ADDRESS},
                {"data:text/plain,hello", FETCH_ADDRESS},
                {"https:peer.example", FETCH_ADDRESS},
                {"https://user@peer.example/", FETCH_ADDRESS},
                {"https://user:word@peer.example/", FETCH_ADDRESS},
                {"https://peer.example\\@own.example/", FETCH_ADDRESS},
                {"https://peer.example%2fown.example/", FETCH_ADDRESS},
                {"https://peer.example/a b", FETCH_ADDRESS},
                {"https://peer.example/\r\nHost: own.example", FETCH_ADDRESS},
                {"//peer.example/", FETCH_ADDRESS},
                {"/users/a", FETCH_ADDRESS},
                {"", FETCH_ADDRESS},
        };
        struct str own[] = {S("own.example"), S("tidings.example")};
        open_with((struct fetch_settings){.own = own, .n_own = 2});
        for (size_t i = 0; i < countof(rows); i++) {
                enum fetch_end end = rows[i].url[0] ? end_of(rows[i].url) : FETCH_ADDRESS;
                if (end != rows[i].end)
                        fail_msg("%s ends as %s", rows[i].url, fetch_end_name(end));
        }
        assert_int_equal(peer.connections, 0);
        assert_true(fetch_count(fetcher).refused_addresses > 8);
        assert_int_equal(fetch_count(fetcher).connections, 0);
}

static bool first_only(const struct sockaddr *a)
{
        const struct sockaddr_in *in = (const void *)a;
        return in->sin_addr.s_addr == htonl(INADDR_LOOPBACK);
}

/* Public and private answers mixed: only the public one is connected to. A redirect inside is
 * refused like any other. */
static void checks_the_address_connected_to(void **state)
{
        (void)state;
        open_with((struct fetch_settings){.allow_private = true, .address_ok = first_only});
        struct str both = str_fmt(&arena, "http://both.example:%d/echo", peer.port);
        assert_int_equal(ask("", &(struct fetch_request){.url = both}).end, FETCH_OK);
        char path[200];
        snprintf(path, sizeof path, "/to?http://other.example:%d/echo", peer.port);
        struct fetch_request any = {.follow = FETCH_FOLLOW_ANY};
        assert_int_equal(ask(path, &any).end, FETCH_REFUSED);
        snprintf(path, sizeof path, "/to?http://127.0.0.9:%d/echo", peer.port);
        assert_int_equal(ask(path, &any).end, FETCH_REFUSED);
}

static void own_port_is_refused(void **state)
{
        (void)state;
        struct str own[] = {str_fmt(&arena, "127.0.0.1:%d", peer.port)};
        struct peer second;
        open_with((struct fetch_settings){.allow_private = true, .own = own, .n_own = 1});
        assert_int_equal(ask("/echo", NULL).end, FETCH_REFUSED);
        peer_open(&second, "127.0.0.1", 0, test_script);
        struct str other = str_fmt(&arena, "http://127.0.0.1:%d/echo", second.port);
        assert_int_equal(ask("", &(struct fetch_request){.url = other}).end, FETCH_OK);
        fetch_close(&fetcher);
        peer_close(&second);
}

static void limits_hold(void **state)
{
        (void)state;
        static const struct {
                const char *path;
                enum fetch_end end;
        } rows[] = {
                {"/endless", FETCH_LARGE},
                {"/chunks", FETCH_LARGE},
                {"/head", FETCH_LARGE},
                {"/length?999999999999", FETCH_LARGE},
                {"/length?1048577", FETCH_LARGE},
                {"/length?1048576", FETCH_BROKEN},
                {"/length?11", FETCH_BROKEN},
                {"/length?10", FETCH_OK},
                {"/length?4", FETCH_OK},
                {"/length?-1", FETCH_BROKEN},
                {"/gzip", FETCH_TYPE},
                {"/transfer-gzip", FETCH_LARGE},
                {"/garbage", FETCH_BROKEN},
                {"/cut", FETCH_BROKEN},
                {"/trailer", FETCH_OK},
        };
        for (size_t i = 0; i < countof(rows); i++) {
                struct fetch_answer a = ask(rows[i].path, NULL);
                if (a.end != rows[i].end)
                        fail_msg("%s ends as %s", rows[i].path, fetch_end_name(a.end));
        }
        struct fetch_answer a = ask("/trailer", NULL);
        assert_int_equal(a.status, 200);
        assert_int_equal(a.n_headers, 1);
        assert_int_equal(ask("/length?4", NULL).size, 4);
        assert_int_equal(ask("/echo", &(struct fetch_request){.max_bytes = 6}).end, FETCH_LARGE);
        assert_int_equal(ask("/echo", &(struct fetch_request){.max_bytes = 7}).end, FETCH_OK);
        struct peer absent;
        peer_open(&absent, "127.0.0.1", 0, test_script);
        peer_close(&absent);
        struct str nobody = str_fmt(&arena, "http://127.0.0.1:%d/", absent.port);
        assert_int_equal(ask("", &(struct fetch_request){.url = nobody}).end, FETCH_CONNECT);
        assert_int_equal(end_of("http://absent.example/"), FETCH_RESOLVE);
}

static void time_is_limited(void **state)
{
        (void)state;
        int64_t start = clock_steady(&clock_real);
        struct fetch_request rq = {.total_ms = 300};
        assert_int_equal(ask("/drip", &rq).end, FETCH_TIMEOUT);
        rq.url = str_fmt(&arena, "http://hangs.example:%d/", peer.port);
        assert_int_equal(ask("", &rq).end, FETCH_RESOLVE);
        /* and while a name hangs, others are served */
        assert_int_equal(ask("/echo", NULL).end, FETCH_OK);
        assert_true(clock_steady(&clock_real) - start < 2300);
        while (hanging)
                peer_sleep_ms(10);
        peer_sleep_ms(50); /* that thread ends */
}

static void slow_ones_are_left(void **state)
{
        (void)state;
        assert_int_equal(ask("/drip", NULL).end, FETCH_SLOW);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(addresses),
                FETCH_TEST(refuses_addresses),
                FETCH_TEST(checks_the_address_connected_to),
                FETCH_TEST(own_port_is_refused),
                FETCH_TEST(limits_hold),
                FETCH_TEST(time_is_limited),
                FETCH_TEST(slow_ones_are_left),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
