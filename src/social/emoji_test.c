/* Custom emoji in words: which are named, and where pictures stand for them. */
#include "social/emoji.h"
#include "social/testing.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct emoji known[] = {
        {.shortcode = S_ROW("heron"), .path = S_ROW("/media/h.png")},
        {.shortcode = S_ROW("a_b"), .path = S_ROW("/media/proxy/emoji/1/K\"</still")},
};
static const struct emoji_list all = {known, countof(known)};

#define PICTURE(path, name)                                                                        \
        "<img class=\"emoji\" src=\"" path "\" alt=\":" name ":\" title=\":" name                  \
        ":\" width=\"20\" height=\"20\" loading=\"lazy\">"
#define HERON PICTURE("/media/h.png", "heron")

static struct arena arena;

static void test_text(void **state)
{
        static const struct {
                const char *in, *out;
        } cases[] = {
                {"", ""},
                {"a :heron: b", "a " HERON " b"},
                {":heron::heron:", HERON HERON},
                {":nobody:heron:", ":nobody" HERON},
                {":heron", ":heron"},
                {"12:30:45", "12:30:45"},
                {"<b> & :heron:", "&lt;b&gt; &amp; " HERON},
                {":a_b:", PICTURE("/media/proxy/emoji/1/K&quot;&lt;/still", "a_b")},
                {": heron:", ": heron:"},
                {"::::::", "::::::"},
        };
        (void)state;
        for (size_t i = 0; i < countof(cases); i++)
                assert_string_equal(
                        str_z(&arena, emoji_in_text(&arena, str_of(cases[i].in), &all).html),
                        cases[i].out);
        assert_string_equal(str_z(&arena, emoji_in_text(&arena, S("<:heron:>"), NULL).html),
                            "&lt;:heron:&gt;");
}

/* T032: never inside a tag. */
static void test_markup(void **state)
{
        static const struct {
                const char *in, *out;
        } cases[] = {
                {"<p>:heron:</p>", "<p>" HERON "</p>"},
                {"<a href=\"https://a.example/:heron:\">x</a>",
                 "<a href=\"https://a.example/:heron:\">x</a>"},
                {"<p>:her<b>on:</b></p>", "<p>:her<b>on:</b></p>"},
                {"a<br>:heron:<br", "a<br>" HERON "<br"},
        };
        (void)state;
        for (size_t i = 0; i < countof(cases); i++)
                assert_string_equal(
                        str_z(&arena,
                              emoji_in_markup(&arena, (struct markup){str_of(cases[i].in)}, &all)
                                      .html),
                        cases[i].out);
}

static void test_named(void **state)
{
        (void)state;
        assert_true(emoji_named(S("x:ab:y")));
        assert_true(emoji_named(S("::ab:")));
        assert_false(emoji_named(S(":a:")));
        assert_false(emoji_named(S("a: b:")));
        assert_false(emoji_named(S("")));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_text),
                cmocka_unit_test(test_markup),
                cmocka_unit_test(test_named),
        };
        arena_open(&arena, 16 << 20);
        int failed = cmocka_run_group_tests(tests, NULL, NULL);
        arena_close(&arena);
        return failed;
}
