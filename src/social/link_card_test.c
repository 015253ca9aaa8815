/* Previews of links: which link, when it is asked for, whose word counts. */
#include "social/link_card.h"
#include "social/testing.h"
#include <setjmp.h>
#include <stdarg.h>

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

/* As different programs write mentions, hashtags, quotes and links. */
static void test_the_link(void **state)
{
        static const struct {
                const char *html, *link;
        } cases[] = {
                {"<p>none</p>", ""},
                {"<a href=\"https://a.example/x?y=1&amp;z=2#part\">a.example/x</a>",
                 "https://a.example/x?y=1&z=2"},
                {"<span class=\"h-card\"><a href=\"https://far.example/@ann\" class=\"u-url "
                 "mention\">@<span>ann</span></a></span> <a href=\"https://a.example/\">a</a>",
                 "https://a.example/"},
                {"@<a href=\"https://far.example/ann\">ann</a> #<a "
                 "href=\"https://far.example/tag/x\">x</a>",
                 ""},
                {"<a href=\"https://far.example/tags/x\" rel=\"tag\">#x</a>", ""},
                {"<a href=\"https://far.example/tags/x\"> #x</a>", ""},
                {"<p>RE: <a href=\"https://far.example/1\">far.example/1</a></p><p><a "
                 "href=\"https://a.example/\">b</a>",
                 "https://a.example/"},
                {"<a href=\"mailto:a@b.example\">m</a><a href=\"https://a.example/\">b</a>",
                 "https://a.example/"},
                {"<a href=\"https://here.example/@ann\">ann's page</a>", ""},
                {"<a href=\"https://HERE.example:443/about\">x</a>", ""},
                {"<a href=\"https://me@a.example/\">x</a>", ""},
                {"<a href=\"javascript:alert(1)\">x</a>", ""},
                {"<a href=\"https://a.example/\"></a> words", "https://a.example/"},
                {"<a href=\"https://a.example/1\"><span class=\"invisible\">https://</span>"
                 "<span>a.example/1</span></a> <a href=\"https://a.example/2\">2</a>",
                 "https://a.example/1"},
        };
        (void)state;
        for (size_t i = 0; i < countof(cases); i++)
                assert_string_equal(
                        str_z(&t.arena,
                              link_card_find(&t.cx, (struct markup){str_of(cases[i].html)})),
                        cases[i].link);
}

static int64_t wish(int64_t by, enum audience audience, bool local, const char *url)
{
        struct post p = {.id = cx_id(&t.cx),
                         .account = by,
                         .audience = audience,
                         .local = local,
                         .created_at = cx_now(&t.cx)};
        static const struct stmt add = {
                .name = "test_link_post",
                .text = "INSERT INTO post (id, account, audience, thread, created_at)"
                        " VALUES ($1, $2, $3, $1, $4)",
                .in = "iiii",
        };
        assert_int_equal(
                db_run(t.db, &add, BIND(V(p.id), V(by), V(audience), V(p.created_at)), NULL), OK);
        assert_int_equal(link_card_wish(&t.cx, &p, str_of(url)), OK);
        return p.id;
}

static const struct link_card *card(int64_t post)
{
        struct link_of_post *v;
        size_t n;
        assert_int_equal(link_card_of_posts(&t.cx, &post, 1, &v, &n), OK);
        return n ? v[0].card : NULL;
}

static void test_asking(void **state)
{
        (void)state;
        int64_t ann = testing_person(&t, "ann"), now = cx_now(&t.cx);
        int64_t one = wish(ann, AUDIENCE_PUBLIC, true, "https://a.example/");
        assert_int_equal(testing_number(&t, "SELECT count(*) FROM job WHERE kind = 'link_card'"),
                         1);
        assert_true(testing_number(&t, "SELECT run_at FROM job") <= now + 6000);
        assert_null(card(one));
        int64_t two = wish(ann, AUDIENCE_QUIET, false, "https://a.example/");
        assert_int_equal(testing_number(&t, "SELECT count(*) FROM job WHERE kind = 'link_card'"),
                         1);
        wish(ann, AUDIENCE_FOLLOWERS, true, "https://b.example/");
        wish(ann, AUDIENCE_MENTIONED, true, "https://c.example/");
        assert_int_equal(testing_number(&t, "SELECT count(*) FROM link_card"), 1);
        wish(ann, AUDIENCE_PUBLIC, false, "https://d.example/");
        int64_t at = testing_number(&t, "SELECT max(run_at) FROM job");
        assert_true(at >= now + 5000 && at <= now + 60000);
        int64_t id =
                testing_number(&t, "SELECT id FROM link_card WHERE url = 'https://a.example/'");
        const struct link_card found = {.title = S("A"), .provider_name = S("a.example")};
        assert_int_equal(link_card_put(&t.cx, id, &found), OK);
        assert_true(str_eq(card(one)->title, S("A")) && card(two));
        /* A week long nobody asks; what fails later leaves what was. */
        int64_t jobs = testing_number(&t, "SELECT count(*) FROM job");
        assert_true(card(wish(ann, AUDIENCE_PUBLIC, true, "https://a.example/")) != NULL);
        assert_int_equal(testing_number(&t, "SELECT count(*) FROM job"), jobs);
        assert_int_equal(link_card_put(&t.cx, id, NULL), OK);
        assert_non_null(card(one));
}

static void test_given(void **state)
{
        (void)state;
        int64_t ann = testing_person(&t, "ann");
        int64_t one = wish(ann, AUDIENCE_PUBLIC, false, "https://a.example/");
        int64_t two = wish(ann, AUDIENCE_PUBLIC, false, "https://a.example/");
        const struct link_card said = {.url = S("https://a.example/"),
                                       .title = S("Their words"),
                                       .image_url = S("https://far.example/a.png")};
        assert_int_equal(link_card_given(&t.cx, one, &said), OK);
        assert_int_equal(link_card_given(&t.cx, one, &said), OK);
        assert_true(str_eq(card(one)->title, S("Their words")));
        assert_true(str_eq(card(one)->provider_name, S("a.example")));
        assert_true(str_starts(card(one)->image, S("/media/proxy/link/")));
        assert_null(card(two)); /* it speaks for its own post alone */
        const struct post p = {.id = one, .created_at = cx_now(&t.cx)};
        assert_int_equal(link_card_wish(&t.cx, &p, STR_NONE), OK);
        assert_null(card(one));
}

static void test_tidy(void **state)
{
        (void)state;
        int64_t ann = testing_person(&t, "ann"), n;
        int64_t one = wish(ann, AUDIENCE_PUBLIC, true, "https://a.example/");
        const struct post p = {.id = one, .created_at = cx_now(&t.cx)};
        assert_int_equal(link_card_tidy(&t.cx, &n), OK);
        assert_int_equal(n, 0);
        assert_int_equal(link_card_wish(&t.cx, &p, STR_NONE), OK);
        assert_int_equal(link_card_tidy(&t.cx, &n), OK);
        assert_int_equal(n, 1);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_the_link, start, stop),
                cmocka_unit_test_setup_teardown(test_asking, start, stop),
                cmocka_unit_test_setup_teardown(test_given, start, stop),
                cmocka_unit_test_setup_teardown(test_tidy, start, stop),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
