/* Language tags: what strangers send, and the list. */
#include "lib/text/language.h"
#include "lib/text/unicode.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct arena arena;

static void reads_tags(void **state)
{
        (void)state;
        static const struct {
                const char *in, *out; /* out NULL: refused */
        } cases[] = {
                {"en", "en"},
                {"EN", "en"},
                {"pt-br", "pt-BR"},
                {"pt_BR", "pt-BR"},
                {"zh-hant", "zh-Hant"},
                {"zh-HANT-tw", "zh-Hant-TW"},
                {"zh-cn", "zh-CN"},
                {"zh-yue", "zh-YUE"},
                {"es-419", "es-419"},
                {"de-1996", "de-1996"},
                {"sl-rozaj", "sl-rozaj"},
                {"tok", "tok"},
                {"yue", "yue"},
                {"iw", "he"},
                {"en-x-private", "en"},
                {"de-u-co-phonebk", "de"},
                {"", NULL},
                {"e", NULL},
                {"xx", NULL},
                {"und", NULL},
                {"english", NULL},
                {"en-", NULL},
                {"-en", NULL},
                {"en--US", NULL},
                {"en US", NULL},
                {"en-US\n", NULL},
                {"12", NULL},
                {"<b>", NULL},
                {"en-12", NULL},
                {"en-aaaaaaaaa", NULL},
                {"*", NULL},
                {"en-6>Ja", NULL},
                {"en-1abc", "en-1abc"},
                {"en-a1bc", NULL},
                {"en-a1b", NULL},
                {"\xc3\xa4\xc3\xb6", NULL},
                {"en-aaaaaaaa-aaaaaaaa-aaaaaaaa-aaaaaaaa", NULL},
        };
        for (size_t i = 0; i < countof(cases); i++) {
                struct str got = STR_NONE;
                bool ok = language_read(&arena, str_of(cases[i].in), &got);
                if (ok != (cases[i].out != NULL) || !str_eq(got, str_of(cases[i].out)))
                        fail_msg("%s: %.*s", cases[i].in, STR_ARG(got));
                struct str again;
                if (ok) {
                        assert_true(language_read(&arena, got, &again));
                        assert_true(str_eq(got, again));
                }
        }
        struct str ignored;
        assert_false(language_read(&arena, STR_NONE, &ignored));
        assert_false(language_read(&arena, (struct str){"en\0", 3}, &ignored));
}

static void the_list_is_sound(void **state)
{
        (void)state;
        assert_true(languages_count > 200);
        for (size_t i = 0; i < languages_count; i++) {
                struct str code = str_of(languages[i].code), got;
                assert_true(language_read(&arena, code, &got));
                assert_true(str_eq(code, got));
                assert_true(utf8_valid(str_of(languages[i].name)));
                for (size_t k = 0; k < i; k++)
                        assert_string_not_equal(languages[i].code, languages[k].code);
        }
}

static void names(void **state)
{
        (void)state;
        assert_true(str_eq(language_name(S("de")), S("German")));
        assert_true(str_eq(language_name(S("zh-TW")), S("Chinese (Taiwan)")));
        assert_true(str_eq(language_name(S("pt-BR")), S("Portuguese")));
        assert_true(str_eq(language_name(S("tok")), S("Toki Pona")));
        assert_null(language_name(S("xyz")).p);
        assert_null(language_name(S("")).p);
}

static void direction(void **state)
{
        (void)state;
        assert_true(language_is_rtl(S("ar")));
        assert_true(language_is_rtl(S("he-IL")));
        assert_true(language_is_rtl(S("az-Arab")));
        assert_false(language_is_rtl(S("ks-Deva")));
        assert_false(language_is_rtl(S("ar-Latn")));
        assert_false(language_is_rtl(S("en")));
        assert_false(language_is_rtl(S("")));
        assert_false(language_is_rtl(STR_NONE));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(reads_tags),
                cmocka_unit_test(the_list_is_sound),
                cmocka_unit_test(names),
                cmocka_unit_test(direction),
        };
        arena_open(&arena, 1 << 20);
        int failed = cmocka_run_group_tests_name("language", tests, NULL, NULL);
        arena_close(&arena);
        return failed;
}
