/* Following, blocking, muting, and what they show. */
#include "social/account_extra.h"
#include "social/block.h"
#include "social/follow.h"
#include "social/list.h"
#include "social/mute.h"
#include "social/relationship.h"
#include "social/testing.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static struct testing t;
static int64_t ann, ben, cat;
static const struct follow_options plain = {0};

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

static void lock(int64_t who, bool on)
{
        const struct account_change c = {.locked = on ? TRI_TRUE : TRI_FALSE};
        assert_int_equal(account_update(&t.cx, who, &c), OK);
}

static void counts(int64_t who, int64_t followers, int64_t following)
{
        struct account *a;
        assert_int_equal(account_get(&t.cx, who, &a), OK);
        assert_int_equal(a->followers_count, followers);
        assert_int_equal(a->following_count, following);
}

static struct relationship knows(int64_t me, int64_t other)
{
        struct relationship *r;
        assert_int_equal(relationship_get(&t.cx, me, other, &r), OK);
        return *r;
}

/* T154: twice is once. */
static void test_following(void **state)
{
        (void)state;
        for (int i = 0; i < 2; i++)
                assert_int_equal(follow_start(&t.cx, ann, ben, &plain), OK);
        counts(ann, 0, 1);
        counts(ben, 1, 0);
        assert_true(knows(ann, ben).following && knows(ann, ben).boosts &&
                    !knows(ann, ben).notifying);
        assert_true(knows(ben, ann).followed_by);
        assert_int_equal(testing_number(&t, "SELECT count(*) FROM notification WHERE kind = 3"), 1);
        const struct follow_options o = {.boosts = TRI_FALSE, .notify = TRI_TRUE};
        assert_int_equal(follow_start(&t.cx, ann, ben, &o), OK);
        assert_true(!knows(ann, ben).boosts && knows(ann, ben).notifying);
        for (int i = 0; i < 2; i++)
                assert_int_equal(follow_end(&t.cx, ann, ben), OK);
        counts(ann, 0, 0);
        counts(ben, 0, 0);
        assert_false(knows(ann, ben).following);
        assert_int_equal(testing_number(&t, "SELECT count(*) FROM notification"), 0);
        assert_int_equal(follow_start(&t.cx, ann, ann, &plain), ERR_DENIED);
        assert_int_equal(follow_start(&t.cx, ann, 12345, &plain), ERR_MISSING);
}

static void test_asking(void **state)
{
        (void)state;
        lock(ben, true);
        assert_int_equal(follow_start(&t.cx, ann, ben, &plain), OK);
        assert_true(knows(ann, ben).requested && !knows(ann, ben).following);
        assert_true(knows(ben, ann).requested_by);
        counts(ben, 0, 0);
        assert_int_equal(follow_accept(&t.cx, ann, ben), ERR_MISSING);
        assert_int_equal(follow_accept(&t.cx, ben, ann), OK);
        assert_int_equal(follow_accept(&t.cx, ben, ann), ERR_MISSING);
        counts(ben, 1, 0);
        assert_int_equal(follow_remove_follower(&t.cx, ben, ann), OK);
        counts(ben, 0, 0);
        assert_int_equal(follow_start(&t.cx, ann, ben, &plain), OK);
        assert_int_equal(follow_reject(&t.cx, ben, ann), OK);
        assert_int_equal(follow_reject(&t.cx, ben, ann), ERR_MISSING);
        assert_false(knows(ann, ben).requested);
        /* Unlocking lets in those who wait. */
        assert_int_equal(follow_start(&t.cx, ann, ben, &plain), OK);
        lock(ben, false);
        assert_true(knows(ann, ben).following);
        counts(ben, 1, 0);
}

static void test_far_people(void **state)
{
        (void)state;
        int64_t far = testing_stranger(&t, "zoe", "far.example");
        assert_int_equal(follow_start(&t.cx, ann, far, &plain), OK);
        assert_true(knows(ann, far).requested);
        assert_int_equal(testing_number(&t, "SELECT count(*) FROM job WHERE kind = "
                                            "'deliver_relation' AND payload LIKE '%\"follow\"%'"),
                         1);
        assert_int_equal(follow_accept(&t.cx, far, ann), OK);
        assert_int_equal(
                follow_start(&t.cx, far, ann,
                             &(struct follow_options){.uri = S("https://far.example/follow/1")}),
                OK);
        assert_true(knows(ann, far).following && knows(ann, far).followed_by);
        assert_int_equal(
                testing_number(
                        &t, "SELECT count(*) FROM job WHERE payload LIKE '%\"accept\"%follow/1%'"),
                1);
        assert_int_equal(domain_block_add(&t.cx, ann, S("FAR.example")), OK);
        assert_false(knows(ann, far).following || knows(ann, far).followed_by);
        assert_true(knows(ann, far).domain_blocking);
        assert_int_equal(follow_start(&t.cx, ann, far, &plain), ERR_DENIED);
        assert_int_equal(testing_number(&t, "SELECT count(*) FROM job WHERE payload LIKE "
                                            "'%undo_follow%' OR payload LIKE '%undo_x%'"),
                         1);
        counts(ann, 0, 0);
        struct page p = {.limit = 5};
        struct str *v;
        size_t n;
        assert_int_equal(domain_block_list(&t.cx, ann, &p, &v, &n), OK);
        assert_int_equal(n, 1);
        assert_true(str_eq(v[0], S("far.example")));
        assert_int_equal(domain_block_add(&t.cx, ann, S("here.example")), ERR_INPUT);
        assert_int_equal(domain_block_add(&t.cx, ann, S("no domain")), ERR_INPUT);
}

static void test_blocking(void **state)
{
        (void)state;
        assert_int_equal(follow_start(&t.cx, ann, ben, &plain), OK);
        assert_int_equal(follow_start(&t.cx, ben, ann, &plain), OK);
        assert_int_equal(block_start(&t.cx, ann, ben), OK);
        assert_int_equal(block_start(&t.cx, ann, ben), OK);
        counts(ann, 0, 0);
        counts(ben, 0, 0);
        assert_true(knows(ann, ben).blocking && knows(ben, ann).blocked_by);
        assert_int_equal(follow_start(&t.cx, ann, ben, &plain), ERR_DENIED);
        assert_int_equal(follow_start(&t.cx, ben, ann, &plain), ERR_DENIED);
        assert_int_equal(block_start(&t.cx, ann, ann), ERR_DENIED);
        assert_int_equal(block_end(&t.cx, ann, ben), OK);
        assert_int_equal(follow_start(&t.cx, ben, ann, &plain), OK);
}

static void test_muting(void **state)
{
        (void)state;
        assert_int_equal(mute_start(&t.cx, ann, ben, false, 60), OK);
        assert_true(knows(ann, ben).muting && !knows(ann, ben).muting_notifications);
        assert_false(knows(ben, ann).muting);
        assert_int_equal(testing_number(&t, "SELECT count(*) FROM job WHERE kind = 'mute_end'"), 1);
        t.clock.offset_ms += 61 * 1000;
        assert_false(knows(ann, ben).muting);
        assert_int_equal(mute_tidy(&t.cx), OK);
        assert_int_equal(testing_number(&t, "SELECT count(*) FROM mute"), 0);
        assert_int_equal(mute_start(&t.cx, ann, ben, true, 0), OK);
        assert_int_equal(testing_number(&t, "SELECT count(*) FROM job WHERE kind = 'mute_end'"), 0);
        assert_int_equal(mute_start(&t.cx, ann, ben, true, -1), ERR_INPUT);
        assert_int_equal(mute_start(&t.cx, ann, ben, true, INT64_MAX), OK);
        assert_int_equal(knows(ann, ben).muting_expires_at, 0);
}

static void test_notes_and_endorsing(void **state)
{
        (void)state;
        assert_int_equal(account_note_set(&t.cx, ann, ben, S("met at the lake")), OK);
        assert_true(str_eq(knows(ann, ben).note, S("met at the lake")));
        assert_int_equal(account_note_set(&t.cx, ann, ben, S(" ")), OK);
        assert_null(knows(ann, ben).note.p);
        struct buf b = {0};
        for (int i = 0; i <= ACCOUNT_NOTE_MAX; i++)
                buf_add_char(&b, 'x');
        assert_int_equal(account_note_set(&t.cx, ann, ben, buf_str(&b)), ERR_INPUT);
        buf_free(&b);
        assert_int_equal(endorsement_add(&t.cx, ann, ben), ERR_INPUT);
        assert_int_equal(follow_start(&t.cx, ann, ben, &plain), OK);
        assert_int_equal(endorsement_add(&t.cx, ann, ben), OK);
        assert_true(knows(ann, ben).endorsed);
        assert_int_equal(follow_end(&t.cx, ann, ben), OK);
        assert_false(knows(ann, ben).endorsed);
}

static void test_pages_of_followers(void **state)
{
        char name[8];
        int64_t who[7], *ids;
        size_t n;
        (void)state;
        for (int i = 0; i < 7; i++) {
                snprintf(name, sizeof name, "p%d", i);
                who[i] = testing_person(&t, name);
                assert_int_equal(follow_start(&t.cx, who[i], ann, &plain), OK);
        }
        struct viewer by = testing_viewer(ben);
        struct page p = {.limit = 3};
        assert_int_equal(follow_followers(&t.cx, &by, ann, &p, &ids, &n), OK);
        assert_int_equal(n, 3);
        assert_int_equal(ids[0], who[6]);
        assert_true(p.more);
        struct page q = {.limit = 3, .max_id = p.oldest};
        assert_int_equal(follow_followers(&t.cx, &by, ann, &q, &ids, &n), OK);
        assert_int_equal(ids[0], who[3]);
        struct page up = {.limit = 2, .min_id = q.oldest};
        assert_int_equal(follow_followers(&t.cx, &by, ann, &up, &ids, &n), OK);
        assert_int_equal(ids[0], who[3]);
        assert_int_equal(ids[1], who[2]);
        /* Nobody meets somebody they block, and the page is still full. */
        assert_int_equal(block_start(&t.cx, ben, who[5]), OK);
        struct page r = {.limit = 3};
        assert_int_equal(follow_followers(&t.cx, &by, ann, &r, &ids, &n), OK);
        assert_int_equal(n, 3);
        assert_int_equal(ids[1], who[4]);
        /* Hidden from all but oneself. */
        const struct account_change hide = {.hide_collections = TRI_TRUE};
        assert_int_equal(account_update(&t.cx, ann, &hide), OK);
        struct page s = {.limit = 3};
        assert_int_equal(follow_followers(&t.cx, &by, ann, &s, &ids, &n), OK);
        assert_int_equal(n, 0);
        by = testing_viewer(ann);
        assert_int_equal(follow_followers(&t.cx, &by, ann, &s, &ids, &n), OK);
        assert_int_equal(n, 3);
}

static void test_known_in_common(void **state)
{
        struct familiar *f;
        (void)state;
        assert_int_equal(follow_start(&t.cx, ann, ben, &plain), OK);
        assert_int_equal(follow_start(&t.cx, ben, cat, &plain), OK);
        int64_t asked[] = {cat, ben};
        assert_int_equal(follow_familiar(&t.cx, ann, asked, 2, &f), OK);
        assert_int_equal(f[0].n, 1);
        assert_int_equal(f[0].ids[0], ben);
        assert_int_equal(f[1].n, 0);
}

/* T143, T153. */
static void test_lists(void **state)
{
        struct list *l, *v;
        size_t n;
        int64_t *ids;
        (void)state;
        const struct list draft = {.title = S(" Family "), .replies_policy = LIST_REPLIES_LIST};
        assert_int_equal(list_create(&t.cx, ann, &draft, &l), OK);
        assert_true(str_eq(l->title, S("Family")));
        assert_int_equal(list_get(&t.cx, ben, l->id, &v), ERR_MISSING);
        assert_int_equal(list_delete(&t.cx, ben, l->id), ERR_MISSING);
        assert_int_equal(list_add(&t.cx, ben, l->id, &cat, 1), ERR_MISSING);
        assert_int_equal(list_add(&t.cx, ann, l->id, &ben, 1), ERR_MISSING); /* not followed */
        assert_int_equal(follow_start(&t.cx, ann, ben, &plain), OK);
        assert_int_equal(list_add(&t.cx, ann, l->id, &ben, 1), OK);
        assert_int_equal(list_add(&t.cx, ann, l->id, &ben, 1), ERR_INPUT);
        struct page p = {.limit = 0};
        assert_int_equal(list_members(&t.cx, ann, l->id, &p, &ids, &n), OK);
        assert_int_equal(n, 1);
        assert_int_equal(list_with(&t.cx, ann, ben, &v, &n), OK);
        assert_int_equal(n, 1);
        assert_int_equal(follow_end(&t.cx, ann, ben), OK);
        assert_int_equal(list_with(&t.cx, ann, ben, &v, &n), OK);
        assert_int_equal(n, 0);
        assert_int_equal(list_create(&t.cx, ann, &(struct list){.title = S("  ")}, &v), ERR_INPUT);
        for (int i = 1; i < LISTS_MAX; i++)
                assert_int_equal(list_create(&t.cx, ann, &draft, &v), OK);
        assert_int_equal(list_create(&t.cx, ann, &draft, &v), ERR_INPUT);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_following, start, stop),
                cmocka_unit_test_setup_teardown(test_asking, start, stop),
                cmocka_unit_test_setup_teardown(test_far_people, start, stop),
                cmocka_unit_test_setup_teardown(test_blocking, start, stop),
                cmocka_unit_test_setup_teardown(test_muting, start, stop),
                cmocka_unit_test_setup_teardown(test_notes_and_endorsing, start, stop),
                cmocka_unit_test_setup_teardown(test_pages_of_followers, start, stop),
                cmocka_unit_test_setup_teardown(test_known_in_common, start, stop),
                cmocka_unit_test_setup_teardown(test_lists, start, stop),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
