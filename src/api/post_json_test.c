/* The Status entity: every key with its type, for every kind of viewer, from the cache and without
 * it, and never older than what was committed. */
#include "api/post_json.h"
#include "social/filter.h"
#include "social/mark.h"
#include "social/testing.h"
#include "store/cache.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct testing t;
static int64_t ann, ben;

static int start(void **state)
{
        (void)state;
        testing_open(&t);
        t.instance.cache = cache_open(8 << 20);
        ann = testing_person(&t, "ann");
        ben = testing_person(&t, "ben");
        return 0;
}

static int stop(void **state)
{
        (void)state;
        cache_close(&t.instance.cache);
        testing_close(&t);
        return 0;
}

/* As after a commit: listeners hear of it, and readers begin anew. */
static void commit(void)
{
        for (size_t i = 0; i < t.events.n; i++)
                cache_on_event(t.instance.cache, &t.events.v[i]);
        t.events.n = 0;
        t.cx.snapshot = cache_now(t.instance.cache);
}

static const struct json_value *read(struct buf *b)
{
        const struct json_value *v;
        assert_false(b->failed);
        assert_int_equal(json_read(&t.arena, str_dup(&t.arena, buf_str(b)), NULL, &v, NULL), OK);
        buf_free(b);
        return v;
}

/* Asks as a reader does (fills the cache), or as the writer. */
static const struct json_value *show_as(struct viewer by, int64_t id, bool reader)
{
        struct buf b = {0};
        struct json j;
        struct cx cx = t.cx;
        if (reader)
                cx.events = NULL;
        json_open(&j, &b);
        assert_int_equal(api_post_json(&j, NULL, &cx, &by, id), OK);
        return read(&b);
}

static const struct json_value *show(int64_t who, int64_t id)
{
        const struct json_value *first = show_as(testing_viewer(who), id, true);
        const struct json_value *second =
                show_as(testing_viewer(who), id, true); /* now from the cache */
        struct buf x = {0}, y = {0};
        struct json j;
        json_open(&j, &x);
        json_write_value(&j, NULL, first);
        json_open(&j, &y);
        json_write_value(&j, NULL, second);
        assert_true(str_eq(buf_str(&x), buf_str(&y)));
        buf_free(&x);
        buf_free(&y);
        return first;
}

static struct post *say(int64_t who, struct draft d)
{
        struct viewer by = testing_viewer(who);
        struct post *p;
        if (!d.visibility.n)
                d.visibility = S("public");
        assert_int_equal(post_publish(&t.cx, &by, &d, &p), OK);
        commit();
        return p;
}

static int64_t number(const struct json_value *v, const char *key)
{
        int64_t n = -1;
        json_i64(json_get(v, key), &n);
        return n;
}

static bool is_true(const struct json_value *v, const char *key)
{
        const struct json_value *x = json_get(v, key);
        assert_true(x && (x->type == JSON_TRUE || x->type == JSON_FALSE));
        return json_is_true(x);
}

static void test_keys(void **state)
{
        (void)state;
        static const struct {
                const char *key;
                enum json_type type, other;
        } keys[] = {
                {"id", JSON_STRING, JSON_STRING},
                {"uri", JSON_STRING, JSON_STRING},
                {"url", JSON_STRING, JSON_STRING},
                {"created_at", JSON_STRING, JSON_STRING},
                {"edited_at", JSON_NULL, JSON_NULL},
                {"account", JSON_OBJECT, JSON_OBJECT},
                {"content", JSON_STRING, JSON_STRING},
                {"visibility", JSON_STRING, JSON_STRING},
                {"sensitive", JSON_FALSE, JSON_TRUE},
                {"spoiler_text", JSON_STRING, JSON_STRING},
                {"media_attachments", JSON_ARRAY, JSON_ARRAY},
                {"application", JSON_NULL, JSON_OBJECT},
                {"mentions", JSON_ARRAY, JSON_ARRAY},
                {"tags", JSON_ARRAY, JSON_ARRAY},
                {"emojis", JSON_ARRAY, JSON_ARRAY},
                {"reblogs_count", JSON_NUMBER, JSON_NUMBER},
                {"favourites_count", JSON_NUMBER, JSON_NUMBER},
                {"replies_count", JSON_NUMBER, JSON_NUMBER},
                {"quotes_count", JSON_NUMBER, JSON_NUMBER},
                {"in_reply_to_id", JSON_NULL, JSON_STRING},
                {"in_reply_to_account_id", JSON_NULL, JSON_STRING},
                {"reblog", JSON_NULL, JSON_OBJECT},
                {"poll", JSON_NULL, JSON_OBJECT},
                {"card", JSON_NULL, JSON_NULL},
                {"language", JSON_NULL, JSON_STRING},
                {"quote", JSON_NULL, JSON_NULL},
                {"quote_approval", JSON_OBJECT, JSON_OBJECT},
        };
        struct str options[] = {S("tea"), S("coffee")};
        struct post *plain = say(ann, (struct draft){.text = S("plain")});
        struct post *full = say(
                ann, (struct draft){.text = S("@ben #tag \"quoted\" <b>"),
                                    .spoiler = S("note"),
                                    .language = S("de"),
                                    .reply_to = plain->id,
                                    .poll = {.options = {options, 2}, .expires_in = {true, 600}}});
        struct viewer by = testing_viewer(ben);
        int64_t wrapper, ids[3] = {plain->id, full->id};
        assert_int_equal(mark_boost(&t.cx, &by, full->id, STR_NONE, &wrapper), OK);
        commit();
        ids[2] = wrapper;
        const int64_t viewers[] = {0, ann, ben};
        for (size_t v = 0; v < 3; v++)
                for (size_t p = 0; p < 3; p++) {
                        const struct json_value *x = show(viewers[v], ids[p]);
                        for (size_t k = 0; k < countof(keys); k++) {
                                const struct json_value *f = json_get(x, keys[k].key);
                                if (!f || (f->type != keys[k].type && f->type != keys[k].other))
                                        fail_msg("%s of post %zu", keys[k].key, p);
                        }
                        static const char *const own[] = {"favourited", "reblogged", "bookmarked",
                                                          "muted", "filtered"};
                        for (size_t k = 0; k < countof(own); k++)
                                assert_int_equal(json_get(x, own[k]) != NULL, viewers[v] != 0);
                        assert_int_equal(json_get(x, "pinned") != NULL, viewers[v] == ann && p < 2);
                }
        const struct json_value *x = show(ben, full->id);
        assert_true(str_eq(json_get_text(x, "content"), full->content.html));
        assert_true(str_eq(json_get_text(json_get(x, "account"), "acct"), S("ann")));
        assert_int_equal(json_get(x, "mentions")->count, 1);
        assert_true(str_eq(json_get_text(json_get(x, "tags")->child, "name"), S("tag")));
        assert_true(json_get(json_get(x, "poll"), "voted") != NULL);
        assert_true(json_get(json_get(show(0, full->id), "poll"), "voted") == NULL);
        x = show(ben, wrapper);
        assert_true(is_true(x, "reblogged") && is_true(json_get(x, "reblog"), "reblogged"));
        assert_true(str_eq(json_get_text(json_get(x, "account"), "acct"), S("ben")));
}

/* Counts are the author's own business, until the author shows them. */
static void test_counts(void **state)
{
        (void)state;
        struct post *p = say(ann, (struct draft){.text = S("x")});
        say(ben, (struct draft){.text = S("y"), .reply_to = p->id});
        say(ben, (struct draft){.text = S("z"), .reply_to = p->id});
        struct viewer by = testing_viewer(ben);
        assert_int_equal(mark_set(&t.cx, &by, p->id, MARK_FAVOURITE, true), OK);
        /* The writer sees its own change before it is committed, and leaves nothing of it in the
         * cache. */
        assert_true(is_true(show_as(by, p->id, false), "favourited"));
        assert_int_equal(number(show_as(testing_viewer(ann), p->id, false), "favourites_count"), 1);
        commit();
        const struct json_value *x = show(ann, p->id);
        assert_int_equal(number(x, "favourites_count"), 1);
        assert_int_equal(number(x, "replies_count"), 2);
        x = show(ben, p->id);
        assert_int_equal(number(x, "favourites_count"), 0);
        assert_int_equal(number(x, "replies_count"), 1);
        assert_int_equal(db_script(t.db, S("UPDATE login SET show_counts = 1")), OK);
        cx_event(&t.cx, EVENT_LOGIN_CHANGED, ann, 0);
        commit();
        x = show(0, p->id);
        assert_int_equal(number(x, "favourites_count"), 1);
        assert_int_equal(number(x, "replies_count"), 2);
}

static void test_edits_are_seen(void **state)
{
        (void)state;
        struct post *p = say(ann, (struct draft){.text = S("one")}), *e;
        struct viewer by = testing_viewer(ann);
        show(ben, p->id);
        const struct draft d = {.text = S("two")};
        assert_int_equal(post_edit(&t.cx, &by, p->id, &d, &e), OK);
        assert_true(str_eq(json_get_text(show_as(by, p->id, false), "content"), S("<p>two</p>")));
        commit();
        const struct json_value *x = show(ben, p->id);
        assert_true(str_eq(json_get_text(x, "content"), S("<p>two</p>")));
        assert_true(json_get(x, "edited_at")->type == JSON_STRING);
}

/* A page in the order asked, without those that went. */
static void test_page(void **state)
{
        (void)state;
        int64_t ids[50];
        for (size_t i = 0; i < 50; i++)
                ids[i] = say(i % 2 ? ann : ben, (struct draft){.text = S("x")})->id;
        int64_t gone = ids[7];
        assert_int_equal(post_erase(&t.cx, gone, true), OK);
        commit();
        for (int round = 0; round < 2; round++) {
                struct buf b = {0};
                struct json j;
                struct cx cx = t.cx;
                struct viewer by = testing_viewer(ann);
                cx.events = NULL;
                json_open(&j, &b);
                json_object(&j, NULL);
                json_int(&j, "before", 1);
                assert_int_equal(api_posts_json(&j, "posts", &cx, &by, ids, 50), OK);
                json_int(&j, "after", 2);
                json_end(&j);
                const struct json_value *v = json_get(read(&b), "posts"), *x = v->child;
                assert_int_equal(v->count, 49);
                for (size_t i = 0; i < 50; i++) {
                        if (ids[i] == gone)
                                continue;
                        int64_t id;
                        assert_true(str_to_i64(json_get_text(x, "id"), &id));
                        assert_int_equal(id, ids[i]);
                        x = x->next;
                }
        }
}

static void test_filters(void **state)
{
        (void)state;
        struct post *p = say(ann, (struct draft){.text = S("The Regatta is on")}),
                    *own = say(ben, (struct draft){.text = S("regatta")});
        struct filter f = {.title = S("boats"), .contexts = FILTER_HOME, .action = FILTER_HIDE};
        assert_int_equal(filter_save(&t.cx, ben, &f), OK);
        struct filter_keyword k = {.filter = f.id, .keyword = S("regatta"), .whole_word = true};
        assert_int_equal(filter_keyword_save(&t.cx, ben, &k), OK);
        commit();
        struct viewer by = testing_viewer(ben);
        by.has_filters = true;
        const struct json_value *x = json_get(show_as(by, p->id, true), "filtered");
        assert_int_equal(x->count, 1);
        assert_true(str_eq(json_get_text(json_get(x->child, "filter"), "title"), S("boats")));
        assert_int_equal(json_get(show_as(by, own->id, true), "filtered")->count, 0);
        const unsigned contexts[] = {0, FILTER_PUBLIC, FILTER_HOME};
        const size_t left[] = {2, 2, 1};
        for (size_t i = 0; i < 3; i++) {
                const int64_t ids[] = {p->id, own->id};
                struct buf b = {0};
                struct json j;
                json_open(&j, &b);
                assert_int_equal(api_posts_json_in(&j, NULL, &t.cx, &by, contexts[i], ids, 2), OK);
                assert_int_equal(read(&b)->count, left[i]);
        }
}

/* What may not be seen is missing, and a page made of several kinds of things says so by null. */
static void test_hidden(void **state)
{
        (void)state;
        struct post *p = say(ann, (struct draft){.text = S("x"), .visibility = S("private")});
        struct viewer by = testing_viewer(ben);
        struct api_posts *v;
        struct buf b = {0};
        struct json j;
        show(ann, p->id); /* in the cache now */
        json_open(&j, &b);
        assert_int_equal(api_post_json(&j, NULL, &t.cx, &by, p->id), ERR_MISSING);
        const int64_t ids[] = {p->id, 42};
        assert_int_equal(api_posts_load(&t.cx, &by, ids, 2, &v), OK);
        assert_false(api_posts_has(v, p->id));
        assert_false(api_posts_write(&j, NULL, v, p->id));
        assert_true(read(&b)->type == JSON_NULL);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, start, stop)
        const struct CMUnitTest tests[] = {
                TEST(test_keys), TEST(test_counts),  TEST(test_edits_are_seen),
                TEST(test_page), TEST(test_filters), TEST(test_hidden),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
