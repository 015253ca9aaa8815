/* Copies of other servers' files: their addresses, their rows, what gives way, and pauses after
 * failures. */
#include "social/far_file.h"
#include "social/far_film.h"
#include "social/post_far.h"
#include "social/server_policy.h"
#include "social/testing.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct testing t;
static int64_t robin;

static int start(void **state)
{
        (void)state;
        testing_open(&t);
        robin = testing_stranger(&t, "robin", "far.example");
        return 0;
}

static int stop(void **state)
{
        (void)state;
        testing_close(&t);
        return 0;
}

static struct far_file photo(const char *url)
{
        const struct media_far m = {.kind = MEDIA_IMAGE, .url = str_of(url)};
        struct far_file f;
        int64_t id;
        assert_int_equal(media_far_need(&t.cx, robin, 0, &m, &id), OK);
        assert_int_equal(far_file_get(&t.cx, FAR_PHOTO, id, &f), OK);
        return f;
}

static enum err keep(const struct far_file *f, const char *name, int64_t bytes)
{
        struct far_copy c = {.names = {str_of(name), STR_NONE, STR_NONE},
                             .type = S("image/webp"),
                             .small_type = S(""),
                             .blurhash = S("LEHV6nWB2yk8pyo0adR*.7kCMdnj"),
                             .bytes = bytes,
                             .full_bytes = bytes,
                             .width = 30,
                             .height = 20};
        return far_file_keep(&t.cx, f, &c);
}

static void test_addresses(void **state)
{
        (void)state;
        struct str url = S("https://far.example/a.png");
        struct str path = far_path(&t.cx, FAR_PHOTO, 7, url);
        assert_true(str_starts(path, S("/media/proxy/photo/7/")));
        assert_int_equal(path.n, sizeof "/media/proxy/photo/7/" - 1 + 22);
        assert_true(str_eq(path, far_path(&t.cx, FAR_PHOTO, 7, url)));
        assert_false(str_eq(path, far_path(&t.cx, FAR_PHOTO, 7, S("https://far.example/b.png"))));
        assert_false(
                str_eq(str_after(path, 21), str_after(far_path(&t.cx, FAR_PHOTO, 8, url), 21)));
        t.instance.far_key[0] ^= 1;
        assert_false(str_eq(path, far_path(&t.cx, FAR_PHOTO, 7, url)));
        assert_null(far_form_path(&t.arena, STR_NONE, FAR_FULL).p);
}

static void test_keeping(void **state)
{
        (void)state;
        struct far_file f = photo("https://far.example/a.png"), now;
        assert_int_equal(keep(&f, "a", 100), OK);
        assert_int_equal(far_file_get(&t.cx, FAR_PHOTO, f.owner, &now), OK);
        assert_true(str_eq(far_file_name(&now, FAR_SMALL), S("a")));
        assert_true(now.used_at > 0);
        assert_int_equal(keep(&f, "b", 100), ERR_GONE); /* has one */
        struct far_file other = photo("https://far.example/c.png");
        other.url = S("https://far.example/changed.png");
        assert_int_equal(keep(&other, "c", 100), ERR_GONE);
        int64_t total;
        assert_int_equal(far_file_total(&t.cx, &total), OK);
        assert_int_equal(total, 100);
        assert_int_equal(far_file_forget(&t.cx, FAR_PHOTO, f.owner), OK);
        assert_int_equal(far_file_forget(&t.cx, FAR_PHOTO, f.owner), OK);
        assert_int_equal(testing_number(&t, "SELECT count(*) FROM media_trash"), 1);
        assert_int_equal(testing_number(&t, "SELECT count(*) FROM far_file"), 0);
        assert_int_equal(testing_number(&t, "SELECT width FROM media WHERE width > 0"), 30);
        assert_int_equal(keep(&f, "d", 100), OK);
        assert_int_equal(media_drop(&t.cx, f.owner), OK);
        assert_int_equal(testing_number(&t, "SELECT count(*) FROM far_file"), 0);
}

/* Those not used for longest go first. */
static void test_giving_way(void **state)
{
        (void)state;
        struct far_file v[4];
        int64_t freed;
        static const char *const urls[] = {"https://far.example/0", "https://far.example/1",
                                           "https://far.example/2", "https://far.example/3"};
        for (size_t i = 0; i < countof(v); i++) {
                v[i] = photo(urls[i]);
                assert_int_equal(keep(&v[i], urls[i] + 20, 100), OK);
                t.clock.offset_ms += 1000;
        }
        assert_int_equal(far_file_touch(&t.cx, FAR_PHOTO, v[0].owner), OK);
        assert_int_equal(far_file_evict(&t.cx, 150, &freed), OK);
        assert_int_equal(freed, 200);
        for (size_t i = 0; i < countof(v); i++) {
                assert_int_equal(far_file_get(&t.cx, FAR_PHOTO, v[i].owner, &v[i]), OK);
                assert_int_equal(v[i].names[FAR_FULL].n > 0, i == 0 || i == 3);
        }
        assert_int_equal(far_file_evict(&t.cx, 1000, &freed), OK);
        assert_int_equal(freed, 200);
        assert_int_equal(far_file_evict(&t.cx, 1000, &freed), OK);
        assert_int_equal(freed, 0);
}

static void test_failures(void **state)
{
        (void)state;
        const int64_t minute = 60000;
        struct str a = S("https://far.example/a"), b = S("https://far.example/b");
        assert_int_equal(far_file_missed(&t.cx, a), OK);
        for (int i = 0; i < 3; i++) { /* 1, 2, 4 minutes */
                assert_int_equal(far_file_miss(&t.cx, a, false, 0), OK);
                t.clock.offset_ms += (minute << i) - 1;
                assert_int_equal(far_file_missed(&t.cx, a), ERR_REMOTE);
                t.clock.offset_ms += 1;
                assert_int_equal(far_file_missed(&t.cx, a), OK);
        }
        for (int i = 0; i < 40; i++)
                assert_int_equal(far_file_miss(&t.cx, a, false, 0), OK);
        t.clock.offset_ms += 24 * 60 * minute;
        assert_int_equal(far_file_missed(&t.cx, a), OK);
        assert_int_equal(far_file_miss(&t.cx, b, true, 0), OK);
        t.clock.offset_ms += 59 * minute;
        assert_int_equal(far_file_missed(&t.cx, b), ERR_MISSING);
        t.clock.offset_ms += minute;
        assert_int_equal(far_file_missed(&t.cx, b), OK);
        assert_int_equal(far_file_miss(&t.cx, b, false, 5 * 24 * 60 * minute), OK); /* it said so */
        t.clock.offset_ms += 4 * 24 * 60 * minute;
        assert_int_equal(far_file_missed(&t.cx, b), ERR_REMOTE);
        t.clock.offset_ms += 30 * 24 * 60 * minute;
        assert_int_equal(far_file_tidy(&t.cx), OK);
        assert_int_equal(testing_number(&t, "SELECT count(*) FROM far_file_miss"), 0);
}

static void test_servers(void **state)
{
        (void)state;
        int64_t id;
        struct far_file f = photo("https://files.other.example/a.png");
        assert_int_equal(far_file_may(&t.cx, &f), OK);
        struct server_policy_row row = {.domain = S("other.example"), .policy.no_media = true};
        assert_int_equal(server_policy_set(&t.cx, &row, &id), OK);
        assert_int_equal(far_file_may(&t.cx, &f), ERR_DENIED);
        assert_int_equal(server_policy_drop(&t.cx, id), OK);
        row = (struct server_policy_row){.domain = S("far.example"),
                                         .policy.severity = SERVER_LIMITED};
        assert_int_equal(server_policy_set(&t.cx, &row, &id), OK);
        assert_int_equal(far_file_may(&t.cx, &f), OK);
        row.policy.no_media = true;
        assert_int_equal(server_policy_set(&t.cx, &row, &id), OK);
        assert_int_equal(far_file_may(&t.cx, &f), ERR_DENIED);
        f = photo("ftp://files.example/a.png");
        f.domain = S("");
        assert_int_equal(far_file_may(&t.cx, &f), ERR_DENIED);
}

static void test_films(void **state)
{
        (void)state;
        assert_string_equal(far_film_extension(S("\0\0\0\x18"
                                                 "ftypisom")),
                            "mp4");
        assert_string_equal(far_film_extension(S("\x1a\x45\xdf\xa3...")), "webm");
        assert_string_equal(far_film_extension(S("OggS")), "ogg");
        assert_string_equal(far_film_extension(S("ID3\3")), "mp3");
        assert_string_equal(far_film_extension(S("\xff\xfb\x90")), "mp3");
        assert_null(far_film_extension(S("<html>")));
        assert_null(far_film_extension(S("\xff\xd8\xff\xe0")));
        assert_null(far_film_extension(S("")));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_addresses, start, stop),
                cmocka_unit_test_setup_teardown(test_keeping, start, stop),
                cmocka_unit_test_setup_teardown(test_giving_way, start, stop),
                cmocka_unit_test_setup_teardown(test_failures, start, stop),
                cmocka_unit_test_setup_teardown(test_servers, start, stop),
                cmocka_unit_test(test_films),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
