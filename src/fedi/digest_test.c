/* Digests: the sample values of RFC 9530, and headers as they must not be. */
#include "fedi/digest.h"
#include "lib/base/die.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define SUM "ZOyIygCyaOW6GjVnihtTFtIS9PNmskdyMlNKiuyjfzw="
#define SUM512                                                                                     \
        "t/eDuu2Cl/DbkXRiGE/08I5pwtXl95qUJgD5cl9Yzh8pwYE5v4CwbA//K900c4RS7PQMSIwip+PYDN9vnBwNRw=="
#define OTHER "wFNeS+K3n/2TKRMFQ2v4iTFOSj+uwF7P/Lt98xrZ5Ro="

static const struct {
        const char *value;
        bool good, content;
} ROWS[] = {
        {"SHA-256=" SUM, true, false},
        {"sha-256=" SUM, true, false},
        {"SHA-512=" SUM512 ",SHA-256=" SUM, true, false},
        {"SHA-512=" SUM512, true, false},
        {"MD5=abc, SHA-256=" SUM, true, false},
        {"SHA-256=" SUM ",SHA-256=" SUM, false, false},
        {"SHA-256=" SUM ", SHA-256=" OTHER, false, false},
        {"SHA-512=" SUM ",SHA-256=" SUM, false, false},
        {"SHA-256=" OTHER, false, false},
        {"MD5=abc", false, false},
        {"SHA-256=not base64!", false, false},
        {"SHA-256=AAAA", false, false},
        {"SHA-256=:" SUM ":", false, false},
        {"SHA-256", false, false},
        {"SHA-256=", false, false},
        {"", false, false},
        {",", false, false},
        {"a=1,b=1,c=1,d=1,e=1,f=1,g=1,h=1,SHA-256=" SUM, false, false},
        {"sha-256=:" SUM ":", true, true},
        {"sha-512=:" SUM512 ":", true, true},
        {"sha-256=:" SUM ":, sha-512=:" SUM512 ":", true, true},
        {"sha-256=:" SUM ":, sha-512=:" SUM ":", false, true},
        {"sha-256=" SUM, false, true},
        {"sha-256=:" SUM, false, true},
        {"sha-256=:", false, true},
        {"sha-256=::", false, true},
        {"sha-256=:" OTHER ":", false, true},
        {"unixsum=:AAAA:", false, true},
        {"", false, true},
};

static struct arena arena;

static void checks(void **state)
{
        (void)state;
        for (size_t i = 0; i < countof(ROWS); i++) {
                struct str value = str_of(ROWS[i].value);
                bool good = ROWS[i].content ? digest_content_check(&arena, value, S("Hello world"))
                                            : digest_check(&arena, value, S("Hello world"));
                if (good != ROWS[i].good)
                        fail_msg("%s", ROWS[i].value);
        }
}

static void makes(void **state)
{
        (void)state;
        struct str body = S("{\"hello\": \"world\"}");
        assert_true(str_eq(digest_header(&arena, body),
                           S("SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=")));
        assert_true(str_eq(digest_content_header(&arena, body),
                           S("sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:")));
        assert_true(digest_check(&arena, digest_header(&arena, STR_NONE), STR_NONE));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(checks),
                cmocka_unit_test(makes),
        };
        arena_open(&arena, 1 << 20);
        int failed = cmocka_run_group_tests(tests, NULL, NULL);
        arena_close(&arena);
        return failed;
}
