/* Accounts: names, profiles, emoji (social/account*.c), and the entity that apps get. */
#include "api/account_json.h"
#include "social/account.h"
#include "social/testing.h"
#include "store/cache.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct testing t;
static int64_t ann;

static int start(void **state)
{
        (void)state;
        testing_open(&t);
        ann = testing_person(&t, "Ann");
        return 0;
}

static int stop(void **state)
{
        (void)state;
        testing_close(&t);
        return 0;
}

static struct account *get(int64_t id)
{
        struct account *a;
        assert_int_equal(account_get(&t.cx, id, &a), OK);
        return a;
}

static void test_names(void **state)
{
        struct account *a;
        (void)state;
        int64_t zoe = testing_stranger(&t, "zoe", "far.example");
        const struct str mine[] = {S("ann"), S("@ANN"), S("ann@here.example"),
                                   S("@Ann@Here.Example")};
        for (size_t i = 0; i < countof(mine); i++) {
                assert_int_equal(account_by_name(&t.cx, mine[i], &a), OK);
                assert_int_equal(a->id, ann);
        }
        assert_true(str_eq(a->url, S("https://here.example/@Ann")));
        assert_true(str_eq(a->uri, S("https://here.example/users/Ann")));
        assert_int_equal(account_by_name(&t.cx, S("zoe@FAR.example"), &a), OK);
        assert_int_equal(a->id, zoe);
        assert_true(str_eq(account_acct(&t.arena, a), S("zoe@far.example")));
        const struct str nobody[] = {
                S(""),  S("@"), S("zoe"), S("ann@far.example"), S("ann@"), S("ann@no domain"),
                S("@@")};
        for (size_t i = 0; i < countof(nobody); i++)
                assert_int_equal(account_by_name(&t.cx, nobody[i], &a), ERR_MISSING);
        int64_t ids[] = {zoe, 42, ann, zoe};
        struct account **v;
        size_t n;
        assert_int_equal(account_get_many(&t.cx, ids, 4, &v, &n), OK);
        assert_int_equal(n, 3);
        assert_int_equal(v[0]->id, zoe);
        assert_int_equal(v[1]->id, ann);
}

static void test_profile(void **state)
{
        (void)state;
        const struct account_field fields[] = {
                {.name = S("Web"), .value = S("https://ann.example/")},
                {.name = S(" "), .value = S("")},
                {.name = S("Says"), .value = S("<b>hi</b>")}};
        const struct account_change c = {.display_name = S("  Ann \xe2\x80\xae of here "),
                                         .note = S("I <3 tea\n\nhttps://tea.example"),
                                         .bot = TRI_TRUE,
                                         .discoverable = TRI_TRUE,
                                         .fields_given = true,
                                         .fields = fields,
                                         .n_fields = 3};
        assert_int_equal(account_update(&t.cx, ann, &c), OK);
        struct account *a = get(ann);
        assert_false(str_has(a->display_name, S("\xe2\x80\xae"))); /* T159: no bidi control */
        assert_true(str_has(a->note_html.html, S("I &lt;3 tea")));
        assert_int_equal(a->kind, ACCOUNT_BOT);
        assert_true(a->discoverable && !a->indexable);
        assert_int_equal(a->n_fields, 2);
        assert_true(str_has(a->fields[0].html.html, S("rel=\"me nofollow noopener")));
        assert_false(str_has(a->fields[1].html.html, S("<b>")));
        assert_int_equal(
                testing_number(
                        &t, "SELECT count(*) FROM account_search WHERE account_search MATCH 'ann'"),
                1);
        /* What is not given stays. */
        assert_int_equal(account_update(&t.cx, ann, &(struct account_change){.note = S("")}), OK);
        a = get(ann);
        assert_int_equal(a->note.n, 0);
        assert_int_equal(a->n_fields, 2);
}

static void test_limits(void **state)
{
        struct buf b = {0};
        struct account_field f[5];
        (void)state;
        for (int i = 0; i < 501; i++)
                buf_add_char(&b, 'x');
        struct str s = buf_str(&b);
        assert_int_equal(
                account_update(&t.cx, ann, &(struct account_change){.note = str_cut(s, 0, 500)}),
                OK);
        assert_int_equal(account_update(&t.cx, ann, &(struct account_change){.note = s}),
                         ERR_INPUT);
        assert_true(str_eq(t.cx.fault_field, S("note")));
        assert_int_equal(
                account_update(&t.cx, ann,
                               &(struct account_change){.display_name = str_cut(s, 0, 31)}),
                ERR_INPUT);
        assert_int_equal(
                account_update(&t.cx, ann, &(struct account_change){.display_name = S("bad \xff")}),
                ERR_INPUT);
        for (int i = 0; i < 5; i++)
                f[i] = (struct account_field){.name = S("a"), .value = S("b")};
        assert_int_equal(account_update(&t.cx, ann,
                                        &(struct account_change){
                                                .fields_given = true, .fields = f, .n_fields = 5}),
                         ERR_INPUT);
        f[0].value = str_cut(s, 0, 256);
        assert_int_equal(account_update(&t.cx, ann,
                                        &(struct account_change){
                                                .fields_given = true, .fields = f, .n_fields = 1}),
                         ERR_INPUT);
        buf_free(&b);
}

static void test_pictures(void **state)
{
        (void)state;
        const struct account_picture first = {.given = true,
                                              .name = S("a.webp"),
                                              .still = S("a.webp"),
                                              .portrait = S("b.webp"),
                                              .type = S("image/webp")};
        assert_int_equal(account_update(&t.cx, ann, &(struct account_change){.avatar = first}), OK);
        assert_true(str_eq(get(ann)->avatar, S("a.webp")));
        assert_int_equal(
                account_update(&t.cx, ann, &(struct account_change){.avatar = {.given = true}}),
                OK);
        assert_null(get(ann)->avatar.p);
        assert_int_equal(testing_number(&t, "SELECT count(*) FROM media_trash"), 2);
}

static struct str entity(int64_t id)
{
        struct str s;
        assert_int_equal(api_account_bytes(&t.cx, id, &s), OK);
        return s;
}

static void test_the_entity(void **state)
{
        const struct json_value *v;
        (void)state;
        assert_int_equal(json_read(&t.arena, entity(ann), NULL, &v, NULL), OK);
        assert_true(str_eq(json_get_text(v, "acct"), S("Ann")));
        assert_true(str_ends(json_get_text(v, "header"), S("/missing.png")));
        assert_true(str_eq(json_get_text(v, "note"), S("")));
        assert_true(str_ends(json_get_text(v, "created_at"), S("T00:00:00.000Z")));
        assert_int_equal(json_get(v, "last_status_at")->type, JSON_NULL);
        assert_int_equal(json_get(v, "emojis")->type, JSON_ARRAY);
        assert_int_equal(json_get(v, "roles")->type, JSON_ARRAY);
        assert_null(json_get(v, "source"));
        int64_t zoe = testing_stranger(&t, "zoe", "far.example");
        assert_int_equal(json_read(&t.arena, entity(zoe), NULL, &v, NULL), OK);
        assert_true(str_eq(json_get_text(v, "acct"), S("zoe@far.example")));
        assert_true(str_eq(json_get_text(v, "url"), S("https://far.example/users/zoe")));
        assert_null(json_get(v, "roles"));
        struct str *many;
        int64_t ids[] = {zoe, 42, ann};
        assert_int_equal(api_account_bytes_many(&t.cx, ids, 3, &many), OK);
        assert_true(many[0].n && !many[1].p && many[2].n);
        struct str none;
        assert_int_equal(api_account_bytes(&t.cx, 42, &none), ERR_MISSING);
}

/* Readers share the bytes; the writer neither believes nor fills them. */
static void test_the_cache(void **state)
{
        struct buf b = {0};
        (void)state;
        t.instance.cache = cache_open(1 << 20);
        entity(ann);
        assert_false(cache_get(t.instance.cache, CACHE_ACCOUNT, ann, NULL, 0, &b));
        struct cx reader = t.cx;
        struct str s, again;
        reader.events = NULL;
        reader.snapshot = cache_now(t.instance.cache);
        assert_int_equal(api_account_bytes(&reader, ann, &s), OK);
        assert_true(cache_get(t.instance.cache, CACHE_ACCOUNT, ann, NULL, 0, &b));
        assert_int_equal(
                account_update(&t.cx, ann, &(struct account_change){.display_name = S("New")}), OK);
        assert_true(str_has(entity(ann), S("\"New\"")));
        assert_int_equal(api_account_bytes(&reader, ann, &again), OK);
        assert_true(str_eq(s, again)); /* until the commit is published */
        cache_on_event(t.instance.cache, &(struct event){EVENT_ACCOUNT_CHANGED, ann, 0});
        reader.snapshot = cache_now(t.instance.cache);
        assert_int_equal(api_account_bytes(&reader, ann, &again), OK);
        assert_true(str_has(again, S("\"New\"")));
        buf_free(&b);
        cache_close(&t.instance.cache);
}

static const struct stmt ADD_EMOJI = {
        .name = "test_add_emoji",
        .text = "INSERT INTO emoji (id, shortcode, file, updated_at) VALUES ($1, $2, $3, 0)",
        .in = "isS",
};

static void test_emoji(void **state)
{
        struct emoji *v;
        size_t n;
        (void)state;
        assert_int_equal(db_run(t.db, &ADD_EMOJI, BIND(V(1), V(S("heron")), V(S("h.png"))), NULL),
                         OK);
        assert_int_equal(db_run(t.db, &ADD_EMOJI, BIND(V(2), V(S("unfetched")), V(STR_NONE)), NULL),
                         OK);
        const struct str texts[] = {S("a :heron::heron: b:heron"),
                                    S(":unfetched: :nobody: 12:30:45 ::")};
        assert_int_equal(emoji_find(&t.cx, S(""), texts, 2, &v, &n), OK);
        assert_int_equal(n, 1);
        assert_true(str_eq(v[0].url, S("https://here.example/media/h.png")));
        assert_int_equal(emoji_find(&t.cx, S("far.example"), texts, 2, &v, &n), OK);
        assert_int_equal(n, 0);
        assert_int_equal(account_update(&t.cx, ann,
                                        &(struct account_change){.display_name = S("Ann :heron:")}),
                         OK);
        assert_true(str_has(entity(ann), S("\"shortcode\":\"heron\"")));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_names, start, stop),
                cmocka_unit_test_setup_teardown(test_profile, start, stop),
                cmocka_unit_test_setup_teardown(test_limits, start, stop),
                cmocka_unit_test_setup_teardown(test_pictures, start, stop),
                cmocka_unit_test_setup_teardown(test_the_entity, start, stop),
                cmocka_unit_test_setup_teardown(test_the_cache, start, stop),
                cmocka_unit_test_setup_teardown(test_emoji, start, stop),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
