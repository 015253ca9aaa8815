/* Which pages prove a link. */
#include "fedi/link_proof.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void test_pages(void **state)
{
        static const struct {
                const char *html;
                bool proves;
        } rows[] = {
                {"<a rel=\"me\" href=\"https://h.example/@ann\">me</a>", true},
                {"<link href='https://h.example/@ann' rel='alternate ME'>", true},
                {"<a rel=\"me nofollow\" href=\" https://h.example/&#64;ann \">", true},
                {"<a href=\"https://h.example/@ann\">no rel</a>", false},
                {"<a rel=\"me\" href=\"https://h.example/@anna\">another</a>", false},
                {"<a rel=\"me\" href=\"https://h.example/@ann/\">longer</a>", false},
                {"<a rel=\"meh\" href=\"https://h.example/@ann\">a longer word</a>", false},
                {"<div rel=\"me\" href=\"https://h.example/@ann\">no link</div>", false},
                {"<!-- <a rel=\"me\" href=\"https://h.example/@ann\"> -->", false},
                {"<script>'<a rel=\"me\" href=\"https://h.example/@ann\">'</script>", false},
                {"<p title='<a rel=\"me\" href=\"https://h.example/@ann\">'>", false},
                {"<a rel=\"me\" href=\"https://h.example/@ann\"", false},
                {"", false},
        };
        struct arena a;
        (void)state;
        arena_open(&a, 1 << 20);
        for (size_t i = 0; i < countof(rows); i++)
                if (link_proof_in(&a, str_of(rows[i].html), S("https://h.example/@ann")) !=
                    rows[i].proves)
                        fail_msg("%s", rows[i].html);
        arena_close(&a);
}

int main(void)
{
        const struct CMUnitTest tests[] = {cmocka_unit_test(test_pages)};
        return cmocka_run_group_tests(tests, NULL, NULL);
}
