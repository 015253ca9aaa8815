/* Presets, the rows of switches, the sending pause, and which change of reach lets more people in.
 */
#include "social/post_reach.h"
#include "social/switches.h"
#include "social/testing.h"
#include "social/waiting.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct testing t;
static int64_t ann, ben;

static int start(void **state)
{
        (void)state;
        testing_open(&t);
        ann = testing_person(&t, "ann");
        ben = testing_person(&t, "ben");
        return 0;
}

static int stop(void **state)
{
        (void)state;
        testing_close(&t);
        return 0;
}

static struct post *say(int64_t who, int64_t to, const struct preset *bundle)
{
        struct viewer by = testing_viewer(who);
        struct post *p;
        const struct draft d = {.text = S("words"), .reply_to = to, .bundle = bundle};
        assert_int_equal(post_publish(&t.cx, &by, &d, &p), OK);
        return p;
}

static unsigned has(int64_t post)
{
        struct post *p;
        assert_int_equal(post_load(&t.cx, post, &p), OK);
        return p->has;
}

static void test_a_bundle_is_kept_as_json(void **state)
{
        (void)state;
        for (size_t i = 0; i < 3; i++) {
                struct preset back, p = PRESETS[i];
                int64_t x[SWITCH_COUNT], y[SWITCH_COUNT];
                p.from = 7;
                assert_true(preset_read(&t.arena, preset_write(&t.arena, &p), &back));
                preset_numbers(&p, x);
                preset_numbers(&back, y);
                assert_memory_equal(x, y, sizeof x);
                assert_int_equal(back.id, p.id);
                assert_int_equal(back.from, 7);
        }
        struct preset p;
        assert_false(preset_read(&t.arena, S(""), &p));
        assert_false(preset_read(&t.arena, S("[1]"), &p));
        assert_false(preset_read(&t.arena, S("{\"review\":"), &p));
        /* What was kept before a switch existed has it as an everyday post has it. */
        assert_true(preset_read(&t.arena, S("{\"review\":1,\"boosts\":\"x\"}"), &p));
        assert_true(p.switches.review && p.switches.boosts && p.switches.letters);
}

static void test_an_everyday_post_has_no_row(void **state)
{
        (void)state;
        int64_t plain = say(ann, 0, NULL)->id, hard = say(ann, 0, &PRESETS[PRESET_HARD_NEWS])->id;
        struct switches s;
        assert_int_equal(testing_number(&t, "SELECT COUNT(*) FROM switches"), 1);
        assert_false(has(plain) & POST_HAS_SWITCHES);
        assert_true(has(hard) & POST_HAS_SWITCHES);
        assert_int_equal(switches_get(&t.cx, hard, &s), OK);
        assert_true(s.review && s.careful && s.thinking && s.wish == WISH_ASK);
        assert_int_equal(s.closes_at, cx_now(&t.cx) + 30 * 24 * 3600 * INT64_C(1000));
        assert_int_equal(switches_get(&t.cx, plain, &s), OK);
        assert_true(switches_usual(&s));
}

static void test_the_bit_follows_the_row(void **state)
{
        (void)state;
        int64_t root = say(ann, 0, &PRESETS[PRESET_GOOD_NEWS])->id,
                answer = say(ben, root, NULL)->id;
        struct switches s = switches_everyday(false);
        assert_true(has(answer) & POST_HAS_SWITCHES);
        assert_int_equal(switches_set(&t.cx, root, &s), OK);
        assert_false(has(root) & POST_HAS_SWITCHES);
        assert_false(has(answer) & POST_HAS_SWITCHES);
        s.boosts = false;
        s.preset = PRESET_CUSTOM;
        assert_int_equal(switches_set(&t.cx, root, &s), OK);
        assert_int_equal(switches_set(&t.cx, root, &s), OK);
        assert_true(has(root) & POST_HAS_SWITCHES);
        assert_true(has(answer) & POST_HAS_SWITCHES);
        struct post *p;
        bool may;
        assert_int_equal(post_load(&t.cx, root, &p), OK);
        assert_int_equal(switches_boosts(&t.cx, p, &may), OK);
        assert_false(may);
        assert_int_equal(post_load(&t.cx, answer, &p), OK);
        assert_int_equal(switches_boosts(&t.cx, p, &may), OK);
        assert_true(may); /* a comment is its writer's */
}

static enum err keep(const char *name, int64_t *id)
{
        struct preset p = PRESETS[PRESET_HARD_NEWS];
        p.name = str_of(name);
        return preset_create(&t.cx, ann, &p, id);
}

static void test_own_presets(void **state)
{
        (void)state;
        int64_t id, other;
        struct preset *p;
        assert_int_equal(keep("", &id), ERR_INPUT);
        assert_int_equal(keep("Hard news", &id), ERR_INPUT);
        assert_int_equal(keep("The garden", &id), OK);
        assert_int_equal(keep("The garden", &other), ERR_INPUT);
        assert_int_equal(preset_get(&t.cx, ben, id, &p), ERR_MISSING);
        assert_int_equal(preset_choose(&t.cx, ben, id), ERR_MISSING);
        assert_int_equal(preset_choose(&t.cx, ann, id), OK);
        assert_true(has(say(ann, 0, NULL)->id) & POST_HAS_SWITCHES);
        assert_int_equal(preset_rename(&t.cx, ben, id, S("Mine")), ERR_MISSING);
        assert_int_equal(preset_delete(&t.cx, ben, id), ERR_MISSING);
        assert_int_equal(preset_delete(&t.cx, ann, id), OK);
        assert_int_equal(testing_number(&t, "SELECT preset FROM login ORDER BY account LIMIT 1"),
                         0);
        assert_false(has(say(ann, 0, NULL)->id) & POST_HAS_SWITCHES);
        for (int i = 0; i < PRESETS_MAX; i++)
                assert_int_equal(keep(str_z(&t.arena, str_fmt(&t.arena, "No %d", i)), &id), OK);
        assert_int_equal(keep("One more", &id), ERR_INPUT);
}

static int64_t wait_with(const char *key, int64_t pause_s)
{
        struct viewer by = testing_viewer(ann);
        const struct draft d = {.text = S("words"), .idempotency_key = str_of(key)};
        int64_t id;
        assert_int_equal(waiting_create(&t.cx, &by, &d, pause_s, &id), OK);
        return id;
}

static enum err run_send(int64_t id)
{
        return waiting_send_job(&t.cx, str_fmt(&t.arena, "{\"waiting\":\"%lld\"}", (long long)id));
}

static void test_a_pause(void **state)
{
        (void)state;
        struct viewer by = testing_viewer(ann), other = testing_viewer(ben);
        struct waiting *w;
        struct draft d;
        int64_t id = wait_with("a", 120);
        assert_int_equal(wait_with("a", 120), id); /* Send pressed twice */
        assert_int_equal(run_send(id), OK);        /* a job that came early */
        assert_int_equal(testing_number(&t, "SELECT COUNT(*) FROM post"), 0);
        assert_int_equal(waiting_get(&t.cx, &other, id, &w), ERR_MISSING);
        assert_int_equal(waiting_cancel(&t.cx, &other, id, &d), ERR_MISSING);
        for (int i = 0; i < 9; i++)
                assert_int_equal(waiting_longer(&t.cx, &by, id, 600), OK);
        assert_int_equal(waiting_get(&t.cx, &by, id, &w), OK);
        assert_int_equal(w->at, w->created_at + WAITING_MOST_MS);
        assert_int_equal(waiting_longer(&t.cx, &by, id, -1), ERR_INPUT);
        t.clock.offset_ms += WAITING_MOST_MS + 1;
        assert_int_equal(run_send(id), OK);
        assert_int_equal(run_send(id), OK); /* once more, as jobs may */
        assert_int_equal(testing_number(&t, "SELECT COUNT(*) FROM post"), 1);
        assert_int_equal(waiting_cancel(&t.cx, &by, id, &d), ERR_CONFLICT);
        id = wait_with("b", 1 << 30);
        assert_int_equal(waiting_cancel(&t.cx, &by, id, &d), OK);
        assert_true(str_eq(d.text, S("words")));
        t.clock.offset_ms += WAITING_MOST_MS + 1;
        assert_int_equal(run_send(id), OK);
        assert_int_equal(testing_number(&t, "SELECT COUNT(*) FROM post"), 1);
}

static void test_pauses_have_a_limit(void **state)
{
        (void)state;
        struct viewer by = testing_viewer(ann);
        const struct draft d = {.text = S("words"), .idempotency_key = S("one more")};
        int64_t id;
        for (int i = 0; i < WAITING_MAX; i++)
                wait_with(str_z(&t.arena, str_fmt(&t.arena, "k%d", i)), 60);
        assert_int_equal(waiting_create(&t.cx, &by, &d, 60, &id), ERR_INPUT);
}

static void test_what_cannot_be_sent_becomes_a_draft(void **state)
{
        (void)state;
        int64_t id = wait_with("a", 60);
        struct viewer by = testing_viewer(ann);
        struct kept_draft *v;
        size_t n;
        testing_number(&t, "UPDATE login SET disabled = 1 RETURNING account");
        t.clock.offset_ms += 61 * 1000;
        assert_int_equal(run_send(id), OK);
        assert_int_equal(testing_number(&t, "SELECT COUNT(*) FROM post"), 0);
        assert_int_equal(draft_list(&t.cx, &by, &v, &n), OK);
        assert_int_equal(n, 1);
}

static void test_what_is_wider(void **state)
{
        (void)state;
        for (int from = AUDIENCE_PUBLIC; from <= AUDIENCE_SELF; from++)
                for (int to = AUDIENCE_PUBLIC; to <= AUDIENCE_SELF; to++) {
                        struct post p = {.audience = (enum audience)from, .audience_list = 1};
                        struct reach r = {(enum audience)to, 1};
                        assert_int_equal(reach_is_wider(&p, &r), to < from);
                }
        struct post p = {.audience = AUDIENCE_CIRCLE, .audience_list = 1};
        assert_true(reach_is_wider(&p, &(struct reach){AUDIENCE_CIRCLE, 2}));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_a_bundle_is_kept_as_json, start, stop),
                cmocka_unit_test_setup_teardown(test_an_everyday_post_has_no_row, start, stop),
                cmocka_unit_test_setup_teardown(test_the_bit_follows_the_row, start, stop),
                cmocka_unit_test_setup_teardown(test_own_presets, start, stop),
                cmocka_unit_test_setup_teardown(test_a_pause, start, stop),
                cmocka_unit_test_setup_teardown(test_pauses_have_a_limit, start, stop),
                cmocka_unit_test_setup_teardown(test_what_cannot_be_sent_becomes_a_draft, start,
                                                stop),
                cmocka_unit_test_setup_teardown(test_what_is_wider, start, stop),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
