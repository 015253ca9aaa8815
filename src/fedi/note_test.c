/* Our documents as others read them: whom a post of each audience is addressed to, and the whole of
 * a post and of a person. */
#include "fedi/activity.h"
#include "fedi/actor.h"
#include "fedi/note.h"
#include "social/follow.h"
#include "social/list.h"
#include "social/testing.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static struct testing t;
static int64_t ann, far;

static int setup(void **state)
{
        (void)state;
        testing_open(&t);
        ann = testing_person(&t, "ann");
        far = testing_stranger(&t, "zoe", "far.example");
        return 0;
}

static int teardown(void **state)
{
        (void)state;
        testing_close(&t);
        return 0;
}

static struct post *publish(struct draft d)
{
        struct viewer by = testing_viewer(ann);
        struct post *p;
        assert_int_equal(post_publish(&t.cx, &by, &d, &p), OK);
        assert_int_equal(post_load(&t.cx, p->id, &p), OK);
        return p;
}

static struct note_out *load(const struct post *p, int64_t reader)
{
        struct note_out *n;
        assert_int_equal(note_out_load(&t.cx, p, reader, &n), OK);
        return n;
}

static void is_list(const struct recipients *r, const char *a, const char *b)
{
        const char *wanted[] = {a, b};
        size_t n = (a != NULL) + (size_t)(b != NULL);
        assert_int_equal(r->n, n);
        for (size_t i = 0; i < n; i++)
                assert_string_equal(str_z(&t.arena, r->v[i]), wanted[i]);
}

#define FOLLOWERS "https://here.example/users/ann/followers"
#define ZOE "https://far.example/users/zoe"

static void test_addresses(void **state)
{
        (void)state;
        static const struct {
                const char *visibility, *to[2], *cc[2];
        } rows[] = {
                {"public", {AS_PUBLIC, NULL}, {FOLLOWERS, ZOE}},
                {"unlisted", {FOLLOWERS, NULL}, {AS_PUBLIC, ZOE}},
                {"private", {FOLLOWERS, NULL}, {ZOE, NULL}},
                {"direct", {ZOE, NULL}, {NULL, NULL}},
        };
        for (size_t i = 0; i < countof(rows); i++) {
                struct draft d = {.text = S("Hello @zoe@far.example"),
                                  .visibility = str_of(rows[i].visibility)};
                struct note_out *n = load(publish(d), 0);
                is_list(&n->to, rows[i].to[0], rows[i].to[1]);
                if (i == 1) /* Public comes first there */
                        is_list(&n->cc, AS_PUBLIC, ZOE);
                else
                        is_list(&n->cc, rows[i].cc[0], rows[i].cc[1]);
        }
}

/* Those of a chosen audience are not named to each other. */
static void test_audience(void **state)
{
        (void)state;
        struct post p = *publish((struct draft){.text = S("For few"), .visibility = S("direct")});
        p.audience = AUDIENCE_CIRCLE;
        struct note_out *n = load(&p, far);
        is_list(&n->to, ZOE, NULL);
        is_list(&n->cc, NULL, NULL);
        n = load(&p, 0);
        is_list(&n->to, NULL, NULL);
}

static const struct json_value *parse(struct str body)
{
        const struct json_value *v;
        assert_true(body.n > 0);
        assert_int_equal(json_read(&t.arena, body, NULL, &v, NULL), OK);
        return v;
}

static void is_text(const struct json_value *v, const char *key, const char *wanted)
{
        struct str text = json_get_text(v, key);
        assert_non_null(text.p);
        assert_string_equal(str_z(&t.arena, text), wanted);
}

static void test_note(void **state)
{
        (void)state;
        struct draft d = {.text = S("Hello #Lake @zoe@far.example"),
                          .spoiler = S("water"),
                          .language = S("en"),
                          .visibility = S("public")};
        struct post *p = publish(d);
        struct note_out *n = load(p, 0);
        struct buf b = {0};
        struct json j;
        json_open(&j, &b);
        note_put(&j, NULL, &t.cx, n);
        const struct json_value *v = parse(buf_take(&t.arena, &b));
        is_text(v, "id", str_z(&t.arena, p->uri));
        is_text(v, "type", "Note");
        is_text(v, "attributedTo", "https://here.example/users/ann");
        is_text(v, "published", "2026-01-01T00:00:00Z");
        is_text(v, "summary", "water");
        assert_true(json_is_true(json_get(v, "sensitive")));
        assert_null(json_get(v, "updated"));
        assert_int_equal(json_get(v, "inReplyTo")->type, JSON_NULL);
        is_text(json_get(v, "contentMap"), "en", str_z(&t.arena, json_get_text(v, "content")));
        const struct json_value *tag = json_get(v, "tag")->child;
        is_text(tag, "type", "Mention");
        is_text(tag, "href", ZOE);
        is_text(tag, "name", "@zoe@far.example");
        is_text(tag->next, "type", "Hashtag");
        is_text(tag->next, "name", "#lake");
        const struct json_value *policy = json_get(json_get(v, "interactionPolicy"), "canQuote");
        assert_string_equal(
                str_z(&t.arena, json_text(json_get(policy, "automaticApproval")->child)),
                FOLLOWERS);
        v = parse(activity_create(&t.cx, n));
        is_text(v, "type", "Create");
        is_text(v, "actor", "https://here.example/users/ann");
        is_text(json_get(v, "object"), "id", str_z(&t.arena, p->uri));
        assert_null(json_get(json_get(v, "object"), "@context"));
}

static void test_poll(void **state)
{
        (void)state;
        struct str options[] = {S("yes"), S("no")};
        struct draft d = {.text = S("Well?"), .visibility = S("public")};
        d.poll.options = (struct str_list){options, 2};
        d.poll.expires_in = (struct opt_int){true, 3600};
        struct note_out *n = load(publish(d), 0);
        const struct json_value *v = json_get(parse(activity_create(&t.cx, n)), "object");
        is_text(v, "type", "Question");
        is_text(v, "endTime", "2026-01-01T01:00:00Z");
        assert_int_equal(json_get(v, "oneOf")->count, 2);
        is_text(json_get(v, "oneOf")->child, "name", "yes");
        assert_null(json_get(v, "closed"));
}

static void test_pairs(void **state)
{
        (void)state;
        struct account *a;
        assert_int_equal(account_get(&t.cx, ann, &a), OK);
        struct activity_pair p = {
                .by = a, .other = S(ZOE), .type = "Follow", .id = 7, .uri = S(ZOE "/f/1")};
        const struct json_value *v = parse(activity_pair(&t.cx, &p));
        is_text(v, "id", "https://here.example/users/ann#follows/7");
        is_text(v, "object", ZOE);
        v = parse(activity_pair_undo(&t.cx, &p));
        is_text(v, "type", "Undo");
        is_text(json_get(v, "object"), "id", "https://here.example/users/ann#follows/7");
        v = parse(activity_follow_answer(&t.cx, &p, true));
        is_text(v, "type", "Accept");
        is_text(json_get(v, "object"), "id", ZOE "/f/1");
        is_text(json_get(v, "object"), "actor", ZOE);
        const struct activity_like like = {
                .by = a, .uri = S(ZOE "/1"), .approved_by = S(ZOE "/yes/1"), .mark = 9};
        v = parse(activity_like_undo(&t.cx, &like));
        is_text(json_get(v, "object"), "object", ZOE "/1");
        is_text(parse(activity_like(&t.cx, &like)), "likeAuthorization", ZOE "/yes/1");
        v = parse(activity_like_request(&t.cx, &like, S(ZOE)));
        is_text(v, "type", "LikeRequest");
        is_text(v, "object", ZOE "/1");
        is_text(json_get(v, "instrument"), "id", "https://here.example/users/ann#likes/9");
        v = parse(activity_delete(&t.cx, a, S("https://here.example/x")));
        is_text(json_get(v, "object"), "type", "Tombstone");
}

static void test_actor(void **state)
{
        (void)state;
        struct account *a;
        struct buf b = {0};
        struct json j;
        assert_int_equal(account_get(&t.cx, ann, &a), OK);
        json_open(&j, &b);
        assert_int_equal(actor_put(&j, NULL, &t.cx, a), OK);
        const struct json_value *v = parse(buf_take(&t.arena, &b));
        is_text(v, "id", "https://here.example/users/ann");
        is_text(v, "type", "Person");
        is_text(v, "name", "ann"); /* never empty */
        is_text(v, "webfinger", "ann@here.example");
        is_text(v, "inbox", "https://here.example/users/ann/inbox");
        is_text(json_get(v, "endpoints"), "sharedInbox", "https://here.example/inbox");
        is_text(json_get(v, "publicKey"), "id", "https://here.example/users/ann#main-key");
        is_text(json_get(v, "publicKey"), "publicKeyPem", "public");
        assert_int_equal(json_get(v, "manuallyApprovesFollowers")->type, JSON_FALSE);
}

int main(void)
{
#define EACH(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
        const struct CMUnitTest tests[] = {EACH(test_addresses), EACH(test_audience),
                                           EACH(test_note),      EACH(test_poll),
                                           EACH(test_pairs),     EACH(test_actor)};
        return cmocka_run_group_tests(tests, NULL, NULL);
}
