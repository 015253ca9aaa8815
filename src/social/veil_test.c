/* Veils: whom they cover a photo from, what a post with some is as a whole, and what may be set. */
#include "social/follow.h"
#include "social/testing.h"
#include "social/veil.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct testing t;
static int64_t ann, ben, cat;

static int start(void **state)
{
        (void)state;
        testing_open(&t);
        ann = testing_person(&t, "ann");
        ben = testing_person(&t, "ben");
        cat = testing_person(&t, "cat");
        return 0;
}

static int stop(void **state)
{
        (void)state;
        testing_close(&t);
        return 0;
}

static void test_who_meets_a_cover(void **state)
{
        (void)state;
        const struct media bare = {.veil = VEIL_NONE}, all = {.veil = VEIL_ALL},
                           strangers = {.veil = VEIL_STRANGERS};
        static const bool of_all[] = {true, true, false}, of_strangers[] = {true, false, false};
        for (enum veil_eye eye = 0; eye < EYE_COUNT_; eye++) {
                assert_false(veil_covers(&bare, eye));
                assert_int_equal(veil_covers(&all, eye), of_all[eye]);
                assert_int_equal(veil_covers(&strangers, eye), of_strangers[eye]);
        }
}

static void face(const struct media *v, size_t n, enum veil_eye eye, bool covered,
                 const char *words)
{
        struct veil_face f = veil_face(&t.arena, v, n, eye);
        assert_int_equal(f.covered, covered);
        assert_true(str_eq(f.words, str_of(words)));
}

static void test_a_post_as_a_whole(void **state)
{
        (void)state;
        struct media v[] = {
                {.veil = VEIL_STRANGERS, .veil_words = S("one"), .veil_folds = true},
                {.veil = VEIL_NONE, .veil_words = S(""), .veil_folds = true},
                {.veil = VEIL_ALL, .veil_words = S("two"), .veil_folds = true},
                {.veil = VEIL_ALL, .veil_words = S("two"), .veil_folds = true},
        };
        face(v, 4, EYE_STRANGER, true, "one · two");
        face(v, 4, EYE_NEAR, true, "two");
        face(v, 4, EYE_OPENED, false, "");
        face(v, 2, EYE_NEAR, false, "");
        face(v + 1, 1, EYE_STRANGER, false, "");
        face(v, 0, EYE_STRANGER, false, "");
        for (size_t i = 0; i < 4; i++)
                v[i].veil_folds = false;
        face(v, 4, EYE_STRANGER, true, "");
}

static void test_whose_eye(void **state)
{
        (void)state;
        int64_t authors[] = {ann, ben, cat};
        enum veil_eye eyes[3];
        struct viewer by = testing_viewer(ben);
        const struct follow_options plain = {0};
        assert_int_equal(follow_start(&t.cx, ben, ann, &plain), OK);
        assert_int_equal(veil_eyes(&t.cx, &by, authors, 3, eyes), OK);
        assert_int_equal(eyes[0], EYE_NEAR);
        assert_int_equal(eyes[1], EYE_NEAR);
        assert_int_equal(eyes[2], EYE_STRANGER);
        assert_int_equal(veils_open_set(&t.cx, ben, true), OK);
        assert_int_equal(veil_eyes(&t.cx, &by, authors, 3, eyes), OK);
        assert_int_equal(eyes[0], EYE_OPENED);
        assert_int_equal(eyes[1], EYE_NEAR);
        assert_int_equal(eyes[2], EYE_STRANGER);
        assert_int_equal(veil_eyes(&t.cx, &STRANGER, authors, 3, eyes), OK);
        for (size_t i = 0; i < 3; i++)
                assert_int_equal(eyes[i], EYE_STRANGER);
}

static void test_what_may_be_set(void **state)
{
        (void)state;
        char long_one[VEIL_WORDS_MAX + 2];
        memset(long_one, 'x', sizeof long_one);
        struct photo_set s = {.given = true, .veil = VEIL_ALL, .veil_words = S("  ")};
        assert_int_equal(photo_set_check(&t.cx, &s), ERR_INPUT);
        s.veil_words = (struct str){long_one, VEIL_WORDS_MAX + 1};
        assert_int_equal(photo_set_check(&t.cx, &s), ERR_INPUT);
        s.veil_words = (struct str){long_one, VEIL_WORDS_MAX};
        assert_int_equal(photo_set_check(&t.cx, &s), OK);
        s.caption = S("\xff");
        assert_int_equal(photo_set_check(&t.cx, &s), ERR_INPUT);
        s = (struct photo_set){.given = true, .veil_words = S("typed and left")};
        assert_int_equal(photo_set_check(&t.cx, &s), OK);
        assert_int_equal(s.veil_words.n, 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_who_meets_a_cover, start, stop),
                cmocka_unit_test_setup_teardown(test_a_post_as_a_whole, start, stop),
                cmocka_unit_test_setup_teardown(test_whose_eye, start, stop),
                cmocka_unit_test_setup_teardown(test_what_may_be_set, start, stop),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
