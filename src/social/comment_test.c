/* Comments that wait: who sees them, what follows when they are shown, kept, declined or hidden,
 * and what is taken back. */
#include "lib/text/html.h"
#include "lib/text/link.h"
#include "social/comment.h"
#include "social/follow.h"
#include "social/mark.h"
#include "social/notification.h"
#include "social/testing.h"
#include "social/thread.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static struct testing t;
static int64_t ann, ben, cat, sam; /* author, commenter, bystander, keeper */

static int start(void **state)
{
        (void)state;
        testing_open(&t);
        ann = testing_person(&t, "ann");
        ben = testing_person(&t, "ben");
        cat = testing_person(&t, "cat");
        sam = testing_person(&t, "sam");
        t.clock.offset_ms += INT64_C(30) * 86400000;
        return 0;
}

static int stop(void **state)
{
        (void)state;
        testing_close(&t);
        return 0;
}

static enum err publish(int64_t who, const char *text, const char *visibility, int64_t to,
                        struct post **p)
{
        struct viewer by = testing_viewer(who);
        struct draft d = {.text = str_of(text), .visibility = str_of(visibility), .reply_to = to};
        return post_publish(&t.cx, &by, &d, p);
}

static int64_t say(int64_t who, const char *text, int64_t to)
{
        struct post *p;
        t.clock.offset_ms += 10;
        assert_int_equal(publish(who, text, "public", to, &p), OK);
        return p->id;
}

static int64_t hard_news(void)
{
        int64_t root = say(ann, "Some news", 0);
        struct switches s = PRESETS[PRESET_HARD_NEWS].switches;
        assert_int_equal(switches_set(&t.cx, root, &s), OK);
        return root;
}

static bool sees(int64_t who, int64_t post)
{
        struct viewer by = testing_viewer(who);
        struct post *p;
        return !post_get(&t.cx, &by, post, &p);
}

static bool in_thread(int64_t who, int64_t root, int64_t post)
{
        struct viewer by = testing_viewer(who);
        struct thread th;
        assert_int_equal(thread_get(&t.cx, &by, root, &th), OK);
        for (size_t i = 0; i < th.n_down; i++)
                if (th.down[i] == post)
                        return true;
        return false;
}

static enum err sort(int64_t who, int64_t post, enum comment_verb verb, enum comment_state expect,
                     int64_t *batch)
{
        struct viewer by = testing_viewer(who);
        return comment_sort(&t.cx, &by, post, verb, expect, batch);
}

/* The statement ends where the id belongs. */
static int64_t number(const char *head, int64_t id)
{
        char sql[300];
        snprintf(sql, sizeof sql, "%s%lld", head, (long long)id);
        return testing_number(&t, sql);
}

static enum comment_state state_of(int64_t post)
{
        return (enum comment_state)number("SELECT state FROM post WHERE id = ", post);
}

static void test_held_goes_to_nobody(void **state)
{
        (void)state;
        int64_t root = hard_news(), c = say(ben, "I am so sorry @cat", root), batch;
        assert_int_equal(state_of(c), COMMENT_HELD);
        assert_true(sees(ben, c) && sees(ann, c));
        assert_false(sees(cat, c) || sees(0, c) || sees(sam, c));
        assert_true(in_thread(ben, root, c));
        assert_false(in_thread(ann, root, c) || in_thread(cat, root, c));
        assert_int_equal(number("SELECT replies_count FROM post WHERE id = ", root), 0);
        assert_int_equal(number("SELECT posts_count FROM account WHERE id = ", ben), 0);
        assert_int_equal(number("SELECT COUNT(*) FROM notification WHERE account = ", cat), 0);
        assert_int_equal(number("SELECT has / 64 FROM post WHERE id = ", c), 1);

        assert_int_equal(sort(cat, c, COMMENT_SHOW, COMMENT_HELD, &batch), ERR_MISSING);
        assert_int_equal(sort(ann, c, COMMENT_SHOW, COMMENT_HELD, &batch), OK);
        assert_true(sees(cat, c) && sees(0, c) && in_thread(cat, root, c));
        assert_int_equal(number("SELECT replies_count FROM post WHERE id = ", root), 1);
        assert_int_equal(number("SELECT posts_count FROM account WHERE id = ", ben), 1);
        assert_int_equal(number("SELECT COUNT(*) FROM notification WHERE account = ", cat), 1);
        assert_int_equal(number("SELECT COUNT(*) FROM notification WHERE account = ", ben), 0);
}

static void test_undo_and_races(void **state)
{
        (void)state;
        int64_t root = hard_news(), c = say(ben, "Dear ann", root), batch, other;
        struct viewer by_ann = testing_viewer(ann), by_sam = testing_viewer(sam);
        assert_int_equal(hand_add(&t.cx, root, sam, HAND_KEEPER), OK);
        assert_true(sees(sam, c));
        assert_int_equal(sort(sam, c, COMMENT_DECLINE, COMMENT_HELD, &batch), OK);
        assert_int_equal(sort(ann, c, COMMENT_SHOW, COMMENT_HELD, &other), ERR_CONFLICT);
        assert_true(str_has(t.cx.fault, S("declined")));
        assert_int_equal(sort(sam, c, COMMENT_DECLINE, COMMENT_HELD, &other), OK); /* sent twice */
        assert_int_equal(other, 0);
        assert_int_equal(comment_undo(&t.cx, &by_ann, batch), OK);
        assert_int_equal(state_of(c), COMMENT_HELD);
        assert_int_equal(comment_undo(&t.cx, &by_ann, batch), ERR_CONFLICT);
        assert_int_equal(sort(ann, c, COMMENT_SHOW, COMMENT_HELD, &batch), OK);
        assert_int_equal(comment_undo(&t.cx, &by_sam, batch), ERR_MISSING); /* not the keeper's */
        assert_int_equal(sort(ann, c, COMMENT_HIDE, COMMENT_SHOWN, &other), OK);
        assert_int_equal(comment_undo(&t.cx, &by_ann, batch), ERR_CONFLICT);
        assert_false(sees(cat, c));
        assert_int_equal(comment_undo(&t.cx, &by_ann, other), OK);
        assert_true(sees(cat, c));
        assert_int_equal(hand_end(&t.cx, root, sam), OK);
        c = say(ben, "Again", root);
        assert_false(sees(sam, c));
}

static void test_answers_go_along(void **state)
{
        (void)state;
        int64_t root = hard_news(), c = say(ben, "Dear ann", root), batch;
        int64_t own = say(ben, "One more thing", c);
        assert_int_equal(state_of(own), COMMENT_HELD);
        /* Shown beneath what is not: it waits for that. */
        assert_int_equal(sort(ann, own, COMMENT_SHOW, COMMENT_HELD, &batch), OK);
        assert_int_equal(state_of(own), COMMENT_HELD);
        assert_int_equal(sort(ann, c, COMMENT_SHOW, COMMENT_HELD, &batch), OK);
        assert_int_equal(state_of(own), COMMENT_SHOWN);
        int64_t reply = say(ann, "Thank you", own);
        assert_int_equal(state_of(reply), COMMENT_SHOWN);
        assert_int_equal(sort(ann, c, COMMENT_HIDE, COMMENT_SHOWN, &batch), OK);
        assert_int_equal(state_of(own), COMMENT_HELD);
        assert_int_equal(state_of(reply), COMMENT_HELD);
        assert_int_equal(number("SELECT replies_count FROM post WHERE id = ", root), 0);
        struct viewer by_ann = testing_viewer(ann);
        assert_int_equal(comment_undo(&t.cx, &by_ann, batch), OK);
        assert_int_equal(state_of(reply), COMMENT_SHOWN);
        assert_int_equal(number("SELECT replies_count FROM post WHERE id = ", own), 1);
}

static void test_answering_or_favouriting_shows(void **state)
{
        (void)state;
        int64_t root = hard_news(), c = say(ben, "Dear ann", root), d = say(cat, "And me", root);
        struct viewer by_ann = testing_viewer(ann);
        assert_int_equal(mark_set(&t.cx, &by_ann, c, MARK_FAVOURITE, true), OK);
        assert_int_equal(state_of(c), COMMENT_SHOWN);
        int64_t a = say(ann, "Thank you", d);
        assert_int_equal(state_of(d), COMMENT_SHOWN);
        assert_int_equal(state_of(a), COMMENT_SHOWN);
        testing_number(&t, "SELECT 1");
        int64_t e = say(cat, "More", root);
        static const struct stmt OFF = {.name = "test_off",
                                        .text = "UPDATE login SET apps_show = 0 WHERE account = $1",
                                        .in = "i"};
        assert_int_equal(db_run(t.cx.db, &OFF, BIND(V(ann)), NULL), OK);
        a = say(ann, "Only for you", e);
        assert_int_equal(state_of(e), COMMENT_HELD);
        assert_int_equal(state_of(a), COMMENT_HELD);
        int64_t batch;
        assert_int_equal(sort(ann, e, COMMENT_SHOW, COMMENT_HELD, &batch), OK);
        assert_int_equal(state_of(a), COMMENT_SHOWN);
}

static enum pile pile_of(int64_t post)
{
        return (enum pile)number("SELECT pile FROM comment WHERE post = ", post);
}

static void test_piles(void **state)
{
        (void)state;
        int64_t root = hard_news();
        struct viewer by_ann = testing_viewer(ann);
        assert_int_equal(rather_not_add(&t.cx, ann, S("meant to be")), OK);
        assert_int_equal(rather_not_add(&t.cx, ann, S("Karma")), OK);
        assert_int_equal(pile_of(say(ben, "Dear ann", root)), PILE_OTHERS);
        assert_int_equal(pile_of(say(ben, "It was MEANT to be.", root)), PILE_ASIDE);
        assert_int_equal(pile_of(say(ben, "karmaic", root)), PILE_OTHERS);
        assert_int_equal(pile_of(say(testing_person(&t, "newcomer"), "Hm", root)), PILE_CHECK);
        int64_t twin = testing_person(&t, "a_n_n");
        t.clock.offset_ms += INT64_C(8) * 86400000;
        assert_int_equal(pile_of(say(twin, "It is me", root)), PILE_CHECK);
        bool changed = testing_number(&t, "SELECT COUNT(*) FROM follow") == 0;
        assert_true(changed);
        static const struct stmt FOLLOW = {
                .name = "test_follow",
                .text = "INSERT INTO follow (account, target, id, state, created_at) VALUES ($1, "
                        "$2, 1, 1, 1)",
                .in = "ii"};
        assert_int_equal(db_run(t.cx.db, &FOLLOW, BIND(V(ann), V(ben)), NULL), OK);
        assert_int_equal(pile_of(say(ben, "Dear ann", root)), PILE_FOLLOWED);
        struct pile_row rows[PILES_];
        assert_int_equal(comment_piles(&t.cx, &by_ann, 0, rows), OK);
        assert_int_equal(rows[PILE_OTHERS].count, 2);
        assert_int_equal(rows[PILE_CHECK].count, 2);
        assert_true(str_eq(rows[PILE_CHECK].names, S("newcomer and a_n_n")));
        int64_t batch;
        assert_int_equal(comment_show_pile(&t.cx, &by_ann, root, PILE_OTHERS, &batch), OK);
        assert_int_equal(comment_piles(&t.cx, &by_ann, root, rows), OK);
        assert_int_equal(rows[PILE_OTHERS].count, 0);
        assert_int_equal(comment_undo(&t.cx, &by_ann, batch), OK);
        assert_int_equal(comment_piles(&t.cx, &by_ann, root, rows), OK);
        assert_int_equal(rows[PILE_OTHERS].count, 2);
}

static void test_closing(void **state)
{
        (void)state;
        int64_t root = say(ann, "News", 0);
        struct post *p;
        struct switches s = PRESETS[PRESET_EVERYDAY].switches;
        s.closes_at = cx_now(&t.cx) + 1000;
        assert_int_equal(switches_set(&t.cx, root, &s), OK);
        assert_int_equal(state_of(say(ben, "In time", root)), COMMENT_SHOWN);
        t.clock.offset_ms += 2000;
        assert_int_equal(publish(ben, "Late", "public", root, &p), ERR_INPUT);
        assert_true(str_eq(t.cx.fault, str_of(COMMENTS_CLOSED_LETTERS)));
        s.letters = false;
        assert_int_equal(switches_set(&t.cx, root, &s), OK);
        assert_int_equal(publish(ben, "Late", "public", root, &p), ERR_INPUT);
        assert_true(str_eq(t.cx.fault, str_of(COMMENTS_CLOSED)));
        assert_int_equal(state_of(say(ann, "Mine", root)), COMMENT_SHOWN);
        s.closes_at = 0;
        s.comments = COMMENTS_FOLLOWERS;
        assert_int_equal(switches_set(&t.cx, root, &s), OK);
        assert_int_equal(publish(ben, "Hello", "public", root, &p), ERR_INPUT);
        assert_int_equal(publish(ben, "Only for @ann", "direct", root, &p), OK);
}

static void test_edits(void **state)
{
        (void)state;
        int64_t root = hard_news(), c = say(ben, "Dear ann", root), batch;
        struct viewer by_ben = testing_viewer(ben);
        struct draft d = {.text = S("Other words")};
        struct post *p;
        assert_int_equal(sort(ann, c, COMMENT_DECLINE, COMMENT_HELD, &batch), OK);
        t.clock.offset_ms += 10;
        assert_int_equal(post_edit(&t.cx, &by_ben, c, &d, &p), OK);
        assert_int_equal(state_of(c), COMMENT_DECLINED);
        assert_int_equal(number("SELECT has / 64 FROM post WHERE id = ", c), 1);
        assert_int_equal(sort(ann, c, COMMENT_SHOW, COMMENT_DECLINED, &batch), OK);
        d.text = S("Buy at https://shop.example/ now");
        t.clock.offset_ms += 10;
        assert_int_equal(post_edit(&t.cx, &by_ben, c, &d, &p), OK);
        assert_int_equal(state_of(c), COMMENT_HELD);
        assert_false(sees(cat, c));
        assert_false(str_has(p->content.html, S("<a ")));
        assert_true(str_has(p->content.html, S("shop.example")));
        assert_int_equal(post_delete(&t.cx, &by_ben, c, true, NULL), OK);
        assert_int_equal(number("SELECT COUNT(*) FROM comment WHERE post = ", c), 0);
}

static void test_notes(void **state)
{
        (void)state;
        int64_t root = hard_news(), c = say(ben, "Dear ann", root), batch;
        struct viewer by_ben = testing_viewer(ben), by_ann = testing_viewer(ann);
        bool note;
        enum comment_state states[] = {COMMENT_HELD, COMMENT_KEPT, COMMENT_DECLINED};
        enum comment_verb verbs[] = {COMMENT_KEEP, COMMENT_KEEP, COMMENT_DECLINE};
        for (int i = 0; i < 3; i++) {
                struct post *p;
                if (i)
                        assert_int_equal(sort(ann, c, verbs[i], states[i - 1], &batch), OK);
                assert_int_equal(post_get(&t.cx, &by_ben, c, &p), OK);
                assert_int_equal(comment_notes(&t.cx, &by_ben, &p, 1, &note), OK);
                assert_true(note); /* the same words, whatever was decided */
                assert_int_equal(comment_notes(&t.cx, &by_ann, &p, 1, &note), OK);
                assert_false(note);
        }
}

static void test_link_drop(void **state)
{
        (void)state;
        struct markup m = {S(
                "<p>See <a href=\"https://x.example/\" rel=\"nofollow\"><span class=\"invisible\">"
                "https://</span><span class=\"\">x.example/</span></a> and <a "
                "href=\"https://y/@b\" "
                "class=\"u-url mention\">@<span>b</span></a></p>")};
        assert_true(str_eq(link_drop(t.cx.arena, m, false).html,
                           S("<p>See <span>https://</span><span class=\"\">x.example/</span> and "
                             "@<span>b</span></p>")));
        assert_true(
                str_has(link_drop(t.cx.arena, m, true).html,
                        S("<a href=\"https://y/@b\" class=\"u-url mention\">@<span>b</span></a>")));
        struct markup cut = {S("<a href=")};
        assert_int_equal(link_drop(t.cx.arena, cut, false).html.n, 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_held_goes_to_nobody, start, stop),
                cmocka_unit_test_setup_teardown(test_undo_and_races, start, stop),
                cmocka_unit_test_setup_teardown(test_answers_go_along, start, stop),
                cmocka_unit_test_setup_teardown(test_answering_or_favouriting_shows, start, stop),
                cmocka_unit_test_setup_teardown(test_piles, start, stop),
                cmocka_unit_test_setup_teardown(test_closing, start, stop),
                cmocka_unit_test_setup_teardown(test_edits, start, stop),
                cmocka_unit_test_setup_teardown(test_notes, start, stop),
                cmocka_unit_test_setup_teardown(test_link_drop, start, stop),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
