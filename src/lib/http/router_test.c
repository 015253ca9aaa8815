/* The route tree: what beats what, 405 and the doors of paths nobody serves, and paths of row T051.
 */
#include "lib/http/router.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static enum err none(struct req *rq)
{
        (void)rq;
        return OK;
}

#define ROW(m, p)                                                                                  \
        {                                                                                          \
                m, p, 0, 0, LANE_READ, none, 0, 0                                                  \
        }
static const struct route api_rows[] = {
        ROW("GET", "/api/v1/statuses/:id"),
        ROW("DELETE", "/api/v1/statuses/:id"),
        ROW("POST", "/api/v1/statuses"),
        ROW("GET", "/api/v1/statuses/:id/context"),
        ROW("GET", "/api/v1/accounts/lookup"),
        ROW("GET", "/api/v1/accounts/:id"),
        ROW("POST", "/api/v1/accounts/:acct/x"),
        ROW("POST", "/api/v1/accounts/:name"),
        ROW("GET", "/oauth/token"),
};
static const struct route page_rows[] = {
        ROW("GET", "/"),
        ROW("GET", "/@:name"),
        ROW("GET", "/@:name/:post"),
        ROW("GET", "/:name"),
        ROW("GET", "/tags/:tag.rss"),
        ROW("GET", "/tags/:tag"),
        ROW("GET", "/static/*file"),
        ROW("POST", "/static/upload"),
        {"GET", "/oauth/authorize", 0, 0, LANE_READ, none, 0, 0},
};
static const struct route_list lists[] = {{DOOR_API, api_rows, countof(api_rows)},
                                          {DOOR_PAGE, page_rows, countof(page_rows)}};

static struct router *router;
static struct arena arena;

static int setup(void **state)
{
        (void)state;
        arena_open(&arena, 16 << 20);
        return router_open(lists, countof(lists), &router) != OK;
}

static int teardown(void **state)
{
        (void)state;
        router_close(&router);
        arena_close(&arena);
        return 0;
}

static struct router_match find(enum method method, const char *raw)
{
        struct router_match m = {0};
        struct str path;
        assert_int_equal(router_path(&arena, str_of(raw), &path), OK);
        router_find(router, method, path, &m);
        return m;
}

static void finds(enum method method, const char *raw, const char *pattern, const char *value)
{
        struct router_match m = find(method, raw);
        if (!m.route || strcmp(m.route->path, pattern) != 0)
                fail_msg("%s: %s instead of %s", raw, m.route ? m.route->path : "nothing", pattern);
        if (value && !str_eq(m.values[0], str_of(value)))
                fail_msg("%s: value %.*s", raw, (int)m.values[0].n, m.values[0].p);
}

static void finds_routes(void **state)
{
        (void)state;
        finds(METHOD_GET, "/", "/", NULL);
        finds(METHOD_GET, "/api/v1/statuses/12", "/api/v1/statuses/:id", "12");
        finds(METHOD_HEAD, "/api/v1/statuses/12/", "/api/v1/statuses/:id", "12");
        finds(METHOD_DELETE, "/api/v1/statuses/12", "/api/v1/statuses/:id", "12");
        finds(METHOD_GET, "/api/v1/statuses/12/context", "/api/v1/statuses/:id/context", "12");
        finds(METHOD_GET, "/api/v1/accounts/lookup", "/api/v1/accounts/lookup", NULL);
        finds(METHOD_GET, "/api/v1/accounts/lookups", "/api/v1/accounts/:id", "lookups");
        finds(METHOD_GET, "/@mira", "/@:name", "mira");
        finds(METHOD_GET, "/@mira@blumen.example/5", "/@:name/:post", "mira@blumen.example");
        finds(METHOD_GET, "/about", "/:name", "about");
        finds(METHOD_GET, "/tags/caf%C3%A9.rss", "/tags/:tag.rss", "caf\xc3\xa9");
        finds(METHOD_GET, "/tags/.rss", "/tags/:tag", ".rss");
        finds(METHOD_GET, "/static/css/a.css", "/static/*file", "css/a.css");
        finds(METHOD_GET, "/static/upload", "/static/*file", "upload");
        finds(METHOD_POST, "/static/upload", "/static/upload", NULL);
}

static void a_literal_without_the_method_hides_nothing(void **state)
{
        (void)state;
        struct router_match m = find(METHOD_POST, "/api/v1/accounts/lookup");
        assert_string_equal(m.route->path, "/api/v1/accounts/:name");
        assert_true(str_eq(m.names[0], S("name")));
        m = find(METHOD_POST, "/api/v1/accounts/7/x");
        assert_true(str_eq(m.names[0], S("acct")));
}

static void tells_what_is_allowed(void **state)
{
        (void)state;
        struct router_match m = find(METHOD_PUT, "/api/v1/statuses/1");
        assert_null(m.route);
        assert_int_equal(m.allow, 1u << METHOD_GET | 1u << METHOD_DELETE);
        assert_int_equal(m.door, DOOR_API);
        m = find(METHOD_PUT, "/");
        assert_int_equal(m.allow, 1u << METHOD_GET);
        assert_int_equal(m.door, DOOR_PAGE);
}

static void guesses_doors(void **state)
{
        (void)state;
        struct router_match m = find(METHOD_GET, "/api/v9/nothing");
        assert_null(m.route);
        assert_int_equal(m.allow, 0);
        assert_int_equal(m.door, DOOR_API);
        assert_true(m.cors);
        m = find(METHOD_GET, "/no/such/page");
        assert_int_equal(m.door, DOOR_PAGE);
        assert_false(m.cors);
        m = find(METHOD_GET, "/oauth/nothing"); /* two doors share it */
        assert_int_equal(m.door, DOOR_PAGE);
        m = find(METHOD_GET, "//api/v1/statuses");
        assert_null(m.route);
        finds(METHOD_GET, "/static/", "/:name", "static"); /* *file is never empty */
        assert_null(find(METHOD_GET,
                         "/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s/t/u/v/w/x/y/z/a/b/c/d/e/f/g")
                            .route);
}

static void t051_refuses_paths(void **state)
{
        (void)state;
        static const char *const bad[] = {
                "/../etc", "/a/..", "/./a",      "/%2e%2e/x", "/a%2f..%2fb", "/a%5cb",
                "/a\\b",   "/%00",  "/a%0d%0ab", "/%c0%ae/",  "/%ff",        "/%",
                "/%2",     "/%zz",  "/a/%2E./b", "/a%7f",     "/%ed%a0%80",  "x"};
        struct str path;
        for (size_t i = 0; i < countof(bad); i++)
                if (router_path(&arena, str_of(bad[i]), &path) != ERR_MALFORMED)
                        fail_msg("accepted %s", bad[i]);
        assert_int_equal(router_path(&arena, S("/%252e%252e/a;b/"), &path), OK);
        assert_true(str_eq(path, S("/%2e%2e/a;b")));
}

static void refuses_bad_tables(void **state)
{
        (void)state;
        static const struct route bad[][2] = {
                {ROW("GET", "/a/:x"), ROW("GET", "/a/:y")},
                {ROW("FETCH", "/a"), ROW("GET", "/b")},
                {ROW("GET", "a"), ROW("GET", "/b")},
                {ROW("GET", "/a//b"), ROW("GET", "/b")},
                {ROW("GET", "/*a/b"), ROW("GET", "/b")},
                {ROW("GET", "/:a/:b/:c/:d/:e/:f/:g"), ROW("GET", "/b")},
        };
        for (size_t i = 0; i < countof(bad); i++) {
                struct router *r;
                const struct route_list one = {DOOR_API, bad[i], 2};
                assert_int_equal(router_open(&one, 1, &r), ERR_INPUT);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(finds_routes),
                cmocka_unit_test(a_literal_without_the_method_hides_nothing),
                cmocka_unit_test(tells_what_is_allowed),
                cmocka_unit_test(guesses_doors),
                cmocka_unit_test(t051_refuses_paths),
                cmocka_unit_test(refuses_bad_tables),
        };
        return cmocka_run_group_tests_name("http_router", tests, setup, teardown);
}
