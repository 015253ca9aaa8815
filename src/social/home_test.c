/* Home timelines: what the kept rows hold is what the plain join finds, whatever happened before;
 * paging down past them; cutting; waking. */
#include "social/block.h"
#include "social/follow.h"
#include "social/home.h"
#include "social/mark.h"
#include "social/mute.h"
#include "social/tag.h"
#include "social/testing.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct testing t;

static int start(void **state)
{
        (void)state;
        testing_open(&t);
        return 0;
}

static int stop(void **state)
{
        (void)state;
        testing_close(&t);
        return 0;
}

static int64_t say(int64_t who, const char *text, const char *visibility, int64_t to)
{
        struct viewer by = testing_viewer(who);
        struct post *p;
        const struct draft d = {
                .text = str_of(text), .visibility = str_of(visibility), .reply_to = to};
        enum err e = post_publish(&t.cx, &by, &d, &p);
        assert_true(e == OK || (to && e == ERR_MISSING));
        return e ? 0 : p->id;
}

static size_t read(int64_t who, struct page *page, int64_t **ids)
{
        struct viewer by = testing_viewer(who);
        size_t n;
        assert_int_equal(home_list(&t.cx, &by, page, ids, &n), OK);
        return n;
}

static const struct stmt TEST_FORGET = {
        .name = "test_forget",
        .text = "UPDATE login SET home_from = 0 WHERE account = $1",
        .in = "i",
};
static const struct stmt TEST_RESTORE = {
        .name = "test_restore",
        .text = "UPDATE login SET home_from = $2 WHERE account = $1",
        .in = "ii",
};
static const struct stmt TEST_KEPT = {
        .name = "test_kept",
        .text = "SELECT home_from FROM login WHERE account = $1",
        .in = "i",
        .out = "i",
};

/* Kept rows and plain join give the same page. */
static void compare(int64_t who, int step)
{
        int64_t *kept, *pulled, from;
        struct page a = {.limit = 40}, b = {.limit = 40};
        struct row r;
        size_t n = read(who, &a, &kept);
        assert_int_equal(db_one(t.db, &TEST_KEPT, NULL, BIND(V(who)), &r), OK);
        from = row_int(&r);
        assert_int_equal(row_end(&r), OK);
        assert_true(from > 0);
        assert_int_equal(db_run(t.db, &TEST_FORGET, BIND(V(who)), NULL), OK);
        size_t m = read(who, &b, &pulled);
        assert_int_equal(db_run(t.db, &TEST_RESTORE, BIND(V(who), V(from)), NULL), OK);
        if (n != m || (n && memcmp(kept, pulled, n * sizeof *kept) != 0))
                fail_msg("step %d: %zu kept, %zu found", step, n, m);
}

/* Random follows, blocks, mutes, posts and deletions. Left out are boosts (rows show a post boosted
 * twice once, the join shows it twice) and answers to others (whether one follows the person
 * answered is asked when the row is written, and by the join when it is read). */
static void test_rows_and_join_agree(void **state)
{
        (void)state;
        enum { PEOPLE = 6, STEPS = 400 };
        static const char *const audiences[] = {"public", "unlisted", "private", "direct"};
        int64_t who[PEOPLE], posts[STEPS], authors[STEPS];
        size_t n_posts = 0;
        unsigned seed = 7;
        char name[16];
        const struct follow_options plain = {0};
        for (int i = 0; i < PEOPLE; i++) {
                snprintf(name, sizeof name, "person%d", i);
                who[i] = testing_person(&t, name);
                assert_int_equal(home_wake(&t.cx, who[i]), OK);
        }
        for (int step = 0; step < STEPS; step++) {
                int64_t a = who[rand_r(&seed) % PEOPLE], b = who[rand_r(&seed) % PEOPLE];
                struct viewer by = testing_viewer(a);
                size_t pick = n_posts ? (size_t)rand_r(&seed) % n_posts : 0;
                int64_t some = n_posts ? posts[pick] : 0,
                        own = n_posts && authors[pick] == a ? some : 0;
                switch (a == b ? 10 : rand_r(&seed) % 12) {
                case 0:
                case 1:
                        (void)!follow_start(&t.cx, a, b, &plain);
                        break;
                case 2:
                        (void)!follow_end(&t.cx, a, b);
                        break;
                case 3:
                        assert_int_equal(mute_start(&t.cx, a, b, true, 0), OK);
                        break;
                case 4:
                        assert_int_equal(mute_end(&t.cx, a, b), OK);
                        break;
                case 5:
                        assert_int_equal(block_start(&t.cx, a, b), OK);
                        break;
                case 6:
                        assert_int_equal(block_end(&t.cx, a, b), OK);
                        break;
                case 7:
                        (void)!post_delete(&t.cx, &by, some, false, NULL);
                        break;
                case 8:
                        say(a, "@person3 hello", audiences[rand_r(&seed) % 4], own);
                        break;
                default:
                        posts[n_posts] = say(a, "words", audiences[rand_r(&seed) % 4], own);
                        authors[n_posts] = a;
                        n_posts += posts[n_posts] != 0;
                }
                if (step % 4 == 0)
                        for (int i = 0; i < PEOPLE; i++)
                                compare(who[i], step);
        }
}

static void test_boost_once(void **state)
{
        (void)state;
        int64_t ann = testing_person(&t, "ann"), ben = testing_person(&t, "ben"),
                cat = testing_person(&t, "cat"), dan = testing_person(&t, "dan"), one, two, *ids;
        const struct follow_options plain = {0}, without = {.boosts = TRI_FALSE};
        struct viewer b = testing_viewer(ben), c = testing_viewer(cat);
        assert_int_equal(home_wake(&t.cx, ann), OK);
        assert_int_equal(follow_start(&t.cx, ann, ben, &plain), OK);
        assert_int_equal(follow_start(&t.cx, ann, cat, &plain), OK);
        int64_t post = say(dan, "x", "public", 0);
        assert_int_equal(mark_boost(&t.cx, &b, post, S("public"), &one), OK);
        assert_int_equal(mark_boost(&t.cx, &c, post, S("public"), &two), OK);
        assert_int_equal(read(ann, &(struct page){.limit = 20}, &ids), 1);
        assert_int_equal(ids[0], one);
        assert_int_equal(follow_start(&t.cx, ann, ben, &without), OK);
        size_t n = read(ann, &(struct page){.limit = 20}, &ids);
        for (size_t i = 0; i < n; i++)
                assert_true(ids[i] != one);
}

/* Down through kept rows and on below them, up again by min_id; nothing twice, nothing left out. */
static void test_pages(void **state)
{
        (void)state;
        enum { POSTS = HOME_ROWS + 120 };
        int64_t ann = testing_person(&t, "ann"), ben = testing_person(&t, "ben"), *ids, said[POSTS];
        const struct follow_options plain = {0};
        assert_int_equal(follow_start(&t.cx, ann, ben, &plain), OK);
        for (int i = 0; i < POSTS; i++)
                said[i] = say(ben, "x", "public", 0);
        assert_int_equal(home_wake(&t.cx, ann), OK);
        assert_int_equal(testing_number(&t, "SELECT COUNT(*) FROM home"), HOME_ROWS);
        struct page down = {.limit = 40};
        size_t n, seen = 0;
        do {
                n = read(ann, &down, &ids);
                for (size_t i = 0; i < n; i++)
                        assert_int_equal(ids[i], said[POSTS - 1 - (int)seen++]);
                bool more = down.more;
                down = (struct page){.limit = 40, .max_id = down.oldest};
                if (!more)
                        break;
        } while (n);
        assert_int_equal(seen, POSTS);
        struct page up = {.limit = 40, .min_id = said[9]};
        n = read(ann, &up, &ids);
        assert_int_equal(n, 40);
        assert_int_equal(ids[0], said[49]);
        assert_int_equal(ids[39], said[10]);
        struct page both = {.limit = 40, .min_id = said[POSTS - 20], .max_id = said[POSTS - 10]};
        assert_int_equal(read(ann, &both, &ids), 9);
        struct page since = {.limit = 5, .since_id = said[100]};
        assert_int_equal(read(ann, &since, &ids), 5);
        assert_int_equal(ids[0], said[POSTS - 1]);
}

/* The tidying cuts, and drops what nobody reads any more. */
static void test_tidy(void **state)
{
        (void)state;
        int64_t ann = testing_person(&t, "ann"), ben = testing_person(&t, "ben"), *ids;
        const struct follow_options plain = {0};
        assert_int_equal(home_wake(&t.cx, ann), OK);
        assert_int_equal(follow_start(&t.cx, ann, ben, &plain), OK);
        for (int i = 0; i < HOME_ROWS + 50; i++)
                say(ben, "x", "public", 0);
        assert_int_equal(testing_number(&t, "SELECT COUNT(*) FROM home"), HOME_ROWS + 50);
        assert_int_equal(home_tidy_job(&t.cx, S("{\"after\":\"0\"}")), OK);
        assert_int_equal(testing_number(&t, "SELECT COUNT(*) FROM home"), HOME_ROWS);
        assert_int_equal(read(ann, &(struct page){.limit = 40}, &ids), 40);
        t.clock.offset_ms += INT64_C(31) * 86400000;
        assert_int_equal(home_tidy_job(&t.cx, S("{\"after\":\"0\"}")), OK);
        assert_int_equal(testing_number(&t, "SELECT COUNT(*) FROM home"), 0);
        assert_int_equal(read(ann, &(struct page){.limit = 40}, &ids),
                         40); /* from the posts themselves */
        say(ben, "x", "public", 0);
        assert_int_equal(testing_number(&t, "SELECT COUNT(*) FROM home"), 0);
}

/* More followers than one transaction serves: the rest comes with jobs, which may run twice. */
static void test_many_followers(void **state)
{
        (void)state;
        enum { FANS = HOME_CHUNK + 40 };
        int64_t ben = testing_person(&t, "ben");
        const struct follow_options plain = {0};
        char name[16];
        for (int i = 0; i < FANS; i++) {
                snprintf(name, sizeof name, "fan%d", i);
                int64_t fan = testing_person(&t, name);
                assert_int_equal(home_wake(&t.cx, fan), OK);
                assert_int_equal(follow_start(&t.cx, fan, ben, &plain), OK);
        }
        int64_t post = say(ben, "x", "public", 0);
        assert_int_equal(testing_number(&t, "SELECT COUNT(*) FROM home"), HOME_CHUNK);
        int64_t after = testing_number(&t, "SELECT CAST(json_extract(payload, '$.after') AS INT) "
                                           "FROM job WHERE kind = 'home_add'");
        struct str payload = str_fmt(&t.arena, "{\"post\":\"%lld\",\"after\":\"%lld\"}",
                                     (long long)post, (long long)after);
        for (int i = 0; i < 2; i++)
                assert_int_equal(home_add_job(&t.cx, payload), OK);
        assert_int_equal(testing_number(&t, "SELECT COUNT(*) FROM home"), FANS);
        assert_int_equal(home_add_job(&t.cx, S("{\"post\":\"99\",\"after\":\"0\"}")),
                         OK); /* deleted meanwhile */
}

static void test_hashtags(void **state)
{
        (void)state;
        int64_t ann = testing_person(&t, "ann"), ben = testing_person(&t, "ben"), *ids;
        struct viewer by = testing_viewer(ann);
        struct tag *tag;
        assert_int_equal(home_wake(&t.cx, ann), OK);
        int64_t before = say(ben, "#Lake at dawn", "public", 0);
        assert_int_equal(tag_follow(&t.cx, &by, S("lake"), true, &tag), OK);
        int64_t after = say(ben, "#LAKE at noon", "public", 0);
        say(ben, "#lake", "unlisted", 0);
        say(ben, "#lake again", "public", before);
        assert_int_equal(read(ann, &(struct page){.limit = 20}, &ids), 3);
        assert_int_equal(ids[1], after);
        assert_int_equal(ids[2], before);
        assert_int_equal(tag_follow(&t.cx, &by, S("#lake"), false, &tag), OK);
        assert_int_equal(read(ann, &(struct page){.limit = 20}, &ids), 0);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, start, stop)
        const struct CMUnitTest tests[] = {
                TEST(test_rows_and_join_agree),
                TEST(test_boost_once),
                TEST(test_pages),
                TEST(test_tidy),
                TEST(test_many_followers),
                TEST(test_hashtags),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
