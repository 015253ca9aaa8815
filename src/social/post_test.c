/* Posts: what may be said, what follows from it, editing, deleting, and a database that fails in
 * the middle. */
#include "social/mark.h"
#include "social/media.h"
#include "social/notification.h"
#include "social/poll.h"
#include "social/post.h"
#include "social/post_store.h"
#include "social/testing.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static struct testing t;
static int64_t ann, ben;

static const struct stmt TEST_MEDIA = {
        .name = "test_media",
        .text = "INSERT INTO media (id, account, kind, state, file, created_at) VALUES ($1, $2, "
                "$3, $4, $5, 1)",
        .in = "iiiis",
};
static const struct stmt TEST_LIST = {
        .name = "test_list",
        .text = "INSERT INTO list (id, account, title, audience, created_at) VALUES ($1, $2, "
                "'close', 1, 1)",
        .in = "ii",
};

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

static enum err publish(int64_t who, struct draft d, struct post **p)
{
        struct viewer by = testing_viewer(who);
        return post_publish(&t.cx, &by, &d, p);
}

static struct post *say(int64_t who, const char *text, const char *visibility, int64_t to)
{
        struct post *p;
        assert_int_equal(publish(who,
                                 (struct draft){.text = str_of(text),
                                                .visibility = str_of(visibility),
                                                .reply_to = to},
                                 &p),
                         OK);
        return p;
}

static struct post *now(int64_t id)
{
        struct post *p;
        assert_int_equal(post_load(&t.cx, id, &p), OK);
        return p;
}

static int64_t media(int64_t who, enum media_kind kind, enum media_state ready)
{
        int64_t id = cx_id(&t.cx);
        assert_int_equal(db_run(t.db, &TEST_MEDIA,
                                BIND(V(id), V(who), V(kind), V(ready),
                                     V(str_fmt(&t.arena, "%lld.jpg", (long long)id))),
                                NULL),
                         OK);
        return id;
}

/* The words n times, '%' in them a running number. */
static struct str many(const char *words, int n)
{
        struct buf b = {0};
        for (int i = 0; i < n; i++)
                for (const char *c = words; *c; c++)
                        if (*c == '%')
                                buf_add_i64(&b, i);
                        else
                                buf_add_char(&b, *c);
        return buf_take(&t.arena, &b);
}
/* T163: code points, links count 23, the note counts too, and bytes have a limit of their own. */
static void test_length(void **state)
{
        (void)state;
        struct post *p;
        assert_int_equal(publish(ann, (struct draft){.text = many("x", 2000)}, &p), OK);
        assert_int_equal(publish(ann, (struct draft){.text = many("x", 2001)}, &p), ERR_INPUT);
        assert_int_equal(
                publish(ann, (struct draft){.text = many("x", 1999), .spoiler = S("ab")}, &p),
                ERR_INPUT);
        assert_int_equal(publish(ann, (struct draft){.text = many("\xf0\x9f\x8c\xbb", 2000)}, &p),
                         OK);
        struct str link = str_join(&t.arena, S("https://a.example/"), many("y", 1800));
        assert_int_equal(
                publish(ann, (struct draft){.text = str_join(&t.arena, many("x ", 980), link)}, &p),
                OK);
        assert_int_equal(publish(ann, (struct draft){.text = many("x", 70000)}, &p), ERR_INPUT);
        const struct str blank[] = {STR_NONE, S(""), S(" \n\t ")};
        for (size_t i = 0; i < 3; i++)
                assert_int_equal(publish(ann, (struct draft){.text = blank[i]}, &p), ERR_INPUT);
        assert_int_equal(publish(ann, (struct draft){.text = S("a\xff")}, &p), ERR_INPUT);
}

/* T122, T157, T158. */
static void test_numbers(void **state)
{
        (void)state;
        struct post *p;
        struct buf b = {0};
        char name[16];
        for (int i = 0; i < POST_MENTIONS_MAX + 1; i++) {
                snprintf(name, sizeof name, "p%d", i);
                testing_stranger(&t, name, "far.example");
                buf_addf(&b, "@p%d@far.example ", i);
        }
        assert_int_equal(publish(ann, (struct draft){.text = buf_str(&b)}, &p), ERR_INPUT);
        b.n -= strlen("@p50@far.example ");
        assert_int_equal(publish(ann, (struct draft){.text = buf_str(&b)}, &p), OK);
        assert_int_equal(testing_number(&t, "SELECT COUNT(*) FROM mention"), POST_MENTIONS_MAX);
        buf_free(&b);
        assert_int_equal(publish(ann, (struct draft){.text = many("#t% ", 101)}, &p), ERR_INPUT);
        assert_int_equal(publish(ann, (struct draft){.text = many("#t% ", 100)}, &p), OK);
        assert_int_equal(publish(ann, (struct draft){.text = many("#same ", 200)}, &p), OK);
        assert_int_equal(publish(ann, (struct draft){.text = many("https://a%.example ", 30)}, &p),
                         OK);
        size_t links = 0;
        for (struct str s = p->content.html; str_has(s, S("<a href")); links++)
                s = str_after(s, str_find(s, S("<a href")) + 1);
        assert_int_equal(links, POST_LINKS_MAX);
}

static void test_note_and_language(void **state)
{
        (void)state;
        struct post *p;
        assert_int_equal(publish(ann,
                                 (struct draft){.text = S("x"),
                                                .spoiler = S("note"),
                                                .sensitive = TRI_FALSE},
                                 &p),
                         OK);
        assert_true(p->sensitive);
        assert_int_equal(publish(ann, (struct draft){.spoiler = S("note")}, &p), OK);
        assert_true(str_eq(p->text, S("note")) && !p->spoiler.n);
        assert_int_equal(publish(ann, (struct draft){.text = S("x"), .language = S("pt-br")}, &p),
                         OK);
        assert_true(str_eq(p->language, S("pt-BR")));
        assert_int_equal(
                publish(ann, (struct draft){.text = S("x"), .language = S("nonsense!")}, &p), OK);
        assert_false(p->language.n);
}

static void test_visibility(void **state)
{
        (void)state;
        struct post *p;
        int64_t list = cx_id(&t.cx);
        assert_int_equal(db_run(t.db, &TEST_LIST, BIND(V(list), V(ann)), NULL), OK);
        struct str name = str_fmt(&t.arena, "list:%lld", (long long)list);
        assert_int_equal(publish(ann, (struct draft){.text = S("x")}, &p), OK);
        assert_int_equal(p->audience, AUDIENCE_QUIET); /* the default of a new account */
        assert_int_equal(publish(ann, (struct draft){.text = S("x"), .visibility = name}, &p), OK);
        assert_int_equal(p->audience, AUDIENCE_CIRCLE);
        assert_int_equal(p->audience_list, list);
        assert_int_equal(publish(ben, (struct draft){.text = S("x"), .visibility = name}, &p),
                         ERR_MISSING);
        const struct str wrong[] = {S("everybody"), S("list:"), S("list:x"), S("Public")};
        for (size_t i = 0; i < countof(wrong); i++)
                assert_int_equal(
                        publish(ann, (struct draft){.text = S("x"), .visibility = wrong[i]}, &p),
                        ERR_INPUT);
}

/* T132: an answer to what one may not see is an answer to what never was. */
static void test_answers(void **state)
{
        (void)state;
        struct post *secret = say(ann, "x", "private", 0), *open = say(ann, "x", "public", 0), *p;
        assert_int_equal(publish(ben, (struct draft){.text = S("y"), .reply_to = secret->id}, &p),
                         ERR_MISSING);
        struct str first = t.cx.fault;
        assert_int_equal(publish(ben, (struct draft){.text = S("y"), .reply_to = 12345}, &p),
                         ERR_MISSING);
        assert_true(str_eq(first, t.cx.fault));
        p = say(ben, "y", "public", open->id);
        assert_int_equal(p->thread, open->id);
        assert_int_equal(now(open->id)->replies_count, 1);
        say(ben, "y", "direct", open->id); /* not counted: the number would tell */
        assert_int_equal(now(open->id)->replies_count, 1);
        assert_int_equal(publish(ann,
                                 (struct draft){.text = S("here"),
                                                .visibility = S("public"),
                                                .local_only = TRI_TRUE},
                                 &p),
                         OK);
        assert_true(say(ben, "y", "public", p->id)->local_only);
}

/* T165. */
static void test_idempotency(void **state)
{
        (void)state;
        struct post *one, *two;
        struct str keys[] = {S("key"), many("k", 500)};
        for (size_t i = 0; i < 2; i++) {
                struct draft d = {.text = S("x"), .idempotency_key = keys[i]};
                assert_int_equal(publish(ann, d, &one), OK);
                assert_int_equal(publish(ann, d, &two), OK);
                assert_int_equal(one->id, two->id);
                assert_int_equal(publish(ben, d, &two), OK); /* keys belong to a person */
                assert_true(one->id != two->id);
                t.clock.offset_ms += 3600 * 1000 + 1;
                assert_int_equal(publish(ann, d, &two), OK);
                assert_true(one->id != two->id);
        }
}

static void test_media(void **state)
{
        (void)state;
        struct post *p;
        int64_t mine = media(ann, MEDIA_IMAGE, MEDIA_READY),
                theirs = media(ben, MEDIA_IMAGE, MEDIA_READY),
                work = media(ann, MEDIA_IMAGE, MEDIA_IN_WORK),
                film = media(ann, MEDIA_VIDEO, MEDIA_READY);
        int64_t ids[12] = {mine, theirs};
        struct draft d = {.text = S("x"), .media = {ids, 2, true}};
        assert_int_equal(publish(ann, d, &p), ERR_MISSING);
        ids[1] = work;
        assert_int_equal(publish(ann, d, &p), ERR_INPUT);
        ids[1] = film;
        assert_int_equal(publish(ann, d, &p), ERR_INPUT);
        ids[1] = mine;
        assert_int_equal(publish(ann, d, &p), ERR_INPUT);
        for (int i = 0; i < 11; i++)
                ids[i] = media(ann, MEDIA_IMAGE, MEDIA_READY);
        d.media.n = 11;
        assert_int_equal(publish(ann, d, &p), ERR_INPUT);
        d.media.n = 10;
        d.text = S("");
        assert_int_equal(publish(ann, d, &p), OK);          /* photos need no words */
        assert_int_equal(publish(ann, d, &p), ERR_MISSING); /* and stand in one post only */
}

static void test_delete(void **state)
{
        (void)state;
        int64_t photo = media(ann, MEDIA_IMAGE, MEDIA_READY);
        struct post *root = say(ann, "x", "public", 0), *with, *p;
        assert_int_equal(publish(ann,
                                 (struct draft){.text = S("#tag y"),
                                                .visibility = S("public"),
                                                .reply_to = root->id,
                                                .media = {&photo, 1, true}},
                                 &with),
                         OK);
        struct post *answer = say(ben, "z", "public", with->id);
        struct viewer by = testing_viewer(ben), owner = testing_viewer(ann);
        int64_t wrapper;
        assert_int_equal(mark_boost(&t.cx, &by, with->id, STR_NONE, &wrapper), OK);
        assert_int_equal(post_delete(&t.cx, &by, with->id, false, &p), ERR_MISSING);
        assert_int_equal(post_delete(&t.cx, &owner, with->id, false, &p), OK);
        assert_true(str_eq(p->text, S("#tag y")));
        assert_int_equal(now(root->id)->replies_count, 0);
        assert_int_equal(now(answer->id)->reply_to, 0);
        assert_int_equal(now(answer->id)->reply_account, 0);
        assert_int_equal(post_load(&t.cx, wrapper, &p), ERR_MISSING);
        assert_int_equal(testing_number(&t, "SELECT COUNT(*) FROM media WHERE post IS NULL"), 1);
        assert_int_equal(testing_number(&t, "SELECT COUNT(*) FROM tombstone"), 1);
        assert_int_equal(testing_number(&t, "SELECT SUM(posts_count) FROM account"), 2);
        assert_int_equal(
                testing_number(&t,
                               "SELECT COUNT(*) FROM post_search WHERE post_search MATCH 'tag'"),
                0);
        assert_int_equal(testing_number(&t, "SELECT COUNT(*) FROM notification WHERE kind = 1"), 0);
        assert_int_equal(testing_events(&t, EVENT_POST_DELETED, ben), 1); /* the wrapper */
}

static void test_edit(void **state)
{
        (void)state;
        struct post *p = say(ann, "one", "public", 0), *e;
        struct viewer owner = testing_viewer(ann), other = testing_viewer(ben);
        struct draft d = {.text = S("two #tag @ben"), .spoiler = S("note")};
        struct post_version *v;
        size_t n;
        assert_int_equal(post_edit(&t.cx, &other, p->id, &d, &e), ERR_MISSING);
        t.clock.offset_ms += 1000;
        assert_int_equal(post_edit(&t.cx, &owner, p->id, &d, &e), OK);
        assert_int_equal(e->edited_at, cx_now(&t.cx));
        assert_int_equal(post_edit(&t.cx, &owner, p->id, &d, &e), OK); /* nothing changed */
        assert_int_equal(post_history(&t.cx, &other, p->id, &v, &n), OK);
        assert_int_equal(n, 2);
        assert_true(str_eq(v[0].content.html, S("<p>one</p>")) && v[0].created_at == p->created_at);
        assert_true(str_eq(v[1].spoiler, S("note")) && v[1].sensitive);
        assert_int_equal(testing_number(&t, "SELECT COUNT(*) FROM notification WHERE kind = 0"), 1);
        struct str text, spoiler;
        assert_int_equal(post_source(&t.cx, &other, p->id, &text, &spoiler), ERR_MISSING);
        assert_int_equal(post_source(&t.cx, &owner, p->id, &text, &spoiler), OK);
        assert_true(str_eq(text, S("two #tag @ben")));
        for (int i = 0; i < POST_HISTORY_MAX + 5; i++) { /* all in one millisecond */
                d.text = str_fmt(&t.arena, "again %d", i);
                assert_int_equal(post_edit(&t.cx, &owner, p->id, &d, &e), OK);
        }
        assert_int_equal(post_history(&t.cx, &other, p->id, &v, &n), OK);
        assert_int_equal(n, POST_HISTORY_MAX + 1);
        assert_true(str_eq(v[0].content.html, S("<p>one</p>"))); /* the original stays */
}

/* A private post does not vanish for those who were named before. */
static void test_edit_keeps_addressed(void **state)
{
        (void)state;
        struct post *p = say(ann, "@ben psst", "direct", 0), *e;
        struct viewer owner = testing_viewer(ann), other = testing_viewer(ben);
        struct draft d = {.text = S("psst")};
        assert_int_equal(post_edit(&t.cx, &owner, p->id, &d, &e), OK);
        assert_int_equal(post_get(&t.cx, &other, p->id, &e), OK);
}

static void test_marks(void **state)
{
        (void)state;
        struct viewer by = testing_viewer(ben), owner = testing_viewer(ann);
        struct post *p = say(ann, "x", "public", 0), *secret = say(ann, "x", "private", 0);
        for (int i = 0; i < 2; i++)
                assert_int_equal(mark_set(&t.cx, &by, p->id, MARK_FAVOURITE, true), OK);
        assert_int_equal(now(p->id)->favourites_count, 1);
        for (int i = 0; i < 3; i++)
                assert_int_equal(mark_set(&t.cx, &by, p->id, MARK_FAVOURITE, false), OK);
        assert_int_equal(now(p->id)->favourites_count, 0);
        int64_t one, two, post;
        assert_int_equal(mark_boost(&t.cx, &by, p->id, STR_NONE, &one), OK);
        assert_int_equal(mark_boost(&t.cx, &by, one, STR_NONE, &two),
                         OK); /* the wrapper means the post */
        assert_int_equal(one, two);
        assert_int_equal(now(p->id)->boosts_count, 1);
        for (int i = 0; i < 2; i++)
                assert_int_equal(mark_unboost(&t.cx, &by, p->id, &post), OK);
        assert_int_equal(now(p->id)->boosts_count, 0);
        for (int m = MARK_FAVOURITE; m <= MARK_THREAD_MUTE; m++)
                for (int on = 0; on < 2; on++)
                        if (m != MARK_BOOST)
                                assert_int_equal(mark_set(&t.cx, &by, secret->id, (enum mark)m, on),
                                                 ERR_MISSING);
        assert_int_equal(mark_boost(&t.cx, &by, secret->id, STR_NONE, &one), ERR_MISSING);
        assert_int_equal(mark_unboost(&t.cx, &by, secret->id, &one), ERR_MISSING);
        assert_int_equal(mark_boost(&t.cx, &owner, secret->id, S("public"), &one),
                         OK); /* one's own, and no wider */
        assert_int_equal(now(one)->audience, AUDIENCE_FOLLOWERS);
        assert_int_equal(mark_boost(&t.cx, &owner, say(ann, "x", "direct", 0)->id, STR_NONE, &one),
                         ERR_DENIED);
        assert_int_equal(mark_set(&t.cx, &by, p->id, MARK_PIN, true), ERR_INPUT);
        assert_int_equal(mark_set(&t.cx, &owner, say(ann, "x", "direct", 0)->id, MARK_PIN, true),
                         ERR_INPUT);
        for (int i = 0; i < POST_PINS_MAX; i++)
                assert_int_equal(
                        mark_set(&t.cx, &owner, say(ann, "x", "public", 0)->id, MARK_PIN, true),
                        OK);
        assert_int_equal(mark_set(&t.cx, &owner, p->id, MARK_PIN, true), ERR_INPUT);
}

static void test_polls(void **state)
{
        (void)state;
        struct str options[] = {S("tea"), S("coffee")};
        struct draft d = {.text = S("?"),
                          .poll = {.options = {options, 2}, .expires_in = {true, 300}}};
        struct post *p;
        struct poll *poll, *v;
        size_t n;
        struct viewer by = testing_viewer(ben), owner = testing_viewer(ann);
        const int64_t wrong[] = {-1, 0, 299, 2592001, INT64_MAX, INT64_MIN};
        for (size_t i = 0; i < countof(wrong); i++) {
                d.poll.expires_in.v = wrong[i];
                assert_int_equal(publish(ann, d, &p), ERR_INPUT);
        }
        d.poll.expires_in.v = 300;
        assert_int_equal(publish(ann, d, &p), OK);
        assert_int_equal(poll_of_posts(&t.cx, &by, &p->id, 1, &v, &n), OK);
        assert_int_equal(n, 1);
        const int64_t one[] = {1}, both[] = {0, 1}, none[] = {2}, low[] = {-1};
        assert_int_equal(poll_vote(&t.cx, &owner, v->id, one, 1, &poll), ERR_INPUT);
        assert_int_equal(poll_vote(&t.cx, &by, v->id, both, 2, &poll), ERR_INPUT);
        assert_int_equal(poll_vote(&t.cx, &by, v->id, none, 1, &poll), ERR_INPUT);
        assert_int_equal(poll_vote(&t.cx, &by, v->id, low, 1, &poll), ERR_INPUT);
        assert_int_equal(poll_vote(&t.cx, &by, v->id, NULL, 0, &poll), ERR_INPUT);
        assert_int_equal(poll_vote(&t.cx, &by, v->id, one, 1, &poll), OK);
        assert_int_equal(poll->votes, 1);
        assert_int_equal(poll->own_votes, 2);
        assert_int_equal(poll_vote(&t.cx, &by, v->id, one, 1, &poll), ERR_INPUT);
        t.clock.offset_ms += 301 * 1000;
        int64_t cat = testing_person(&t, "cat");
        struct viewer late = testing_viewer(cat);
        assert_int_equal(poll_vote(&t.cx, &late, v->id, one, 1, &poll), ERR_INPUT);
        struct str payload = str_fmt(&t.arena, "{\"post\":\"%lld\"}", (long long)p->id);
        for (int i = 0; i < 2; i++) /* a job may run twice */
                assert_int_equal(poll_end_job(&t.cx, payload), OK);
        assert_int_equal(testing_number(&t, "SELECT COUNT(*) FROM notification WHERE kind = 5"), 2);
}

static void test_notifications(void **state)
{
        (void)state;
        struct viewer by = testing_viewer(ben), owner = testing_viewer(ann);
        struct post *p = say(ann, "@ben hello", "public", 0);
        assert_int_equal(testing_events(&t, EVENT_NOTIFICATION, ben), 1);
        assert_int_equal(mark_set(&t.cx, &owner, p->id, MARK_THREAD_MUTE, true), OK);
        assert_int_equal(mark_set(&t.cx, &by, p->id, MARK_FAVOURITE, true), OK);
        say(ben, "@ann hello", "public", p->id);
        assert_int_equal(testing_events(&t, EVENT_NOTIFICATION, ann), 0);
        assert_int_equal(mark_set(&t.cx, &owner, p->id, MARK_THREAD_MUTE, false), OK);
        say(ben, "@ann hello", "public", p->id);
        assert_int_equal(testing_events(&t, EVENT_NOTIFICATION, ann), 1);
        struct notification *v;
        size_t n;
        int64_t count;
        struct page page = {.limit = 40};
        const struct notification_filter mentions = {.kinds = 1 << NOTIFICATION_MENTION},
                                         follows = {.kinds = 1 << NOTIFICATION_FOLLOW};
        assert_int_equal(notification_list(&t.cx, &owner, &mentions, &page, &v, &n), OK);
        assert_int_equal(n, 1);
        assert_int_equal(notification_unread(&t.cx, &owner, &mentions, 100, &count), OK);
        assert_int_equal(count, 1);
        assert_int_equal(notification_list(&t.cx, &owner, &follows, &page, &v, &n), OK);
        assert_int_equal(n, 0);
        assert_int_equal(notification_remove_from(&t.cx, ann, ben), OK);
        assert_int_equal(
                testing_number(&t, "SELECT COUNT(*) FROM notification WHERE sender <> account"), 1);
}

static void test_conversations(void **state)
{
        (void)state;
        struct viewer owner = testing_viewer(ann);
        struct post *one = say(ann, "@ben psst", "direct", 0),
                    *two = say(ben, "@ann yes", "direct", one->id), *p;
        assert_int_equal(testing_number(&t, "SELECT COUNT(*) FROM conversation"), 2);
        assert_int_equal(testing_number(&t, "SELECT MIN(last_post) FROM conversation"), two->id);
        struct viewer by = testing_viewer(ben);
        assert_int_equal(post_delete(&t.cx, &by, two->id, false, &p), OK);
        assert_int_equal(testing_number(&t, "SELECT MAX(last_post) FROM conversation"), one->id);
        assert_int_equal(post_delete(&t.cx, &owner, one->id, false, &p), OK);
        assert_int_equal(testing_number(&t, "SELECT COUNT(*) FROM conversation"), 0);
}

/* Every call to the database in turn fails once: the verb gives the error back and nothing is half
 * done. */
static void test_failing_database(void **state)
{
        (void)state;
        struct post *root = say(ben, "x", "public", 0), *p;
        int64_t posts = testing_number(&t, "SELECT COUNT(*) FROM post"), nth = 1;
        struct str options[] = {S("tea"), S("coffee")};
        const struct draft d = {.text = S("#tag @ben https://a.example"),
                                .spoiler = S("note"),
                                .visibility = S("public"),
                                .reply_to = root->id,
                                .idempotency_key = S("k"),
                                .poll = {.options = {options, 2}, .expires_in = {true, 600}}};
        enum err e;
        do {
                assert_int_equal(db_savepoint(t.db), OK);
                db_fail_at(t.db, nth++, ERR_FULL);
                e = publish(ann, d, &p);
                db_fail_at(t.db, 0, OK);
                if (e) {
                        db_rollback_to(t.db);
                        assert_int_equal(testing_number(&t, "SELECT COUNT(*) FROM post"), posts);
                } else {
                        assert_int_equal(db_release(t.db), OK);
                }
                assert_true(nth < 500);
        } while (e);
        struct viewer owner = testing_viewer(ann);
        nth = 1;
        do {
                assert_int_equal(db_savepoint(t.db), OK);
                db_fail_at(t.db, nth++, ERR_FULL);
                e = post_delete(&t.cx, &owner, p->id, true, NULL);
                db_fail_at(t.db, 0, OK);
                if (e)
                        db_rollback_to(t.db);
                else
                        assert_int_equal(db_release(t.db), OK);
        } while (e);
        assert_int_equal(testing_number(&t, "SELECT COUNT(*) FROM post"), posts);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, start, stop)
        const struct CMUnitTest tests[] = {
                TEST(test_length),
                TEST(test_numbers),
                TEST(test_note_and_language),
                TEST(test_visibility),
                TEST(test_answers),
                TEST(test_idempotency),
                TEST(test_media),
                TEST(test_delete),
                TEST(test_edit),
                TEST(test_edit_keeps_addressed),
                TEST(test_marks),
                TEST(test_polls),
                TEST(test_notifications),
                TEST(test_conversations),
                TEST(test_failing_database),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
