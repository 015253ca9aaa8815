/* Who may see a post: the SQL predicate and its C twin say the same for every kind of viewer and
 * post, and what they say is right. */
#include "social/audience.h"
#include "social/post.h"
#include "social/testing.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { VIEWERS = 9 };
static struct testing t;
static int64_t author, suspended, list;
/* Kinds of viewers: what stands between them and the author. */
static struct kind {
        const char *name;
        int64_t account;
        bool follows, asked, listed, mentioned, blocked, blocks;
} kinds[VIEWERS] = {
        {.name = "stranger"},
        {.name = "author"},
        {.name = "nobody"},
        {.name = "follower", .follows = true},
        {.name = "asked", .asked = true},
        {.name = "listed", .follows = true, .listed = true},
        {.name = "mentioned", .mentioned = true},
        {.name = "blocked", .follows = true, .listed = true, .mentioned = true, .blocked = true},
        {.name = "blocks", .follows = true, .mentioned = true, .blocks = true},
};

static const struct stmt TEST_FOLLOW = {
        .name = "test_follow",
        .text = "INSERT INTO follow (account, target, id, state, created_at) VALUES ($1, $2, $3, "
                "$4, 1) ON CONFLICT DO NOTHING",
        .in = "iiii",
};
static const struct stmt TEST_BLOCK = {
        .name = "test_block",
        .text = "INSERT INTO block (account, target, id, created_at) VALUES ($1, $2, $3, 1) ON "
                "CONFLICT DO NOTHING",
        .in = "iii",
};
static const struct stmt TEST_MEMBER = {
        .name = "test_member",
        .text = "INSERT INTO list_member (list, account, id) VALUES ($1, $2, $3) ON CONFLICT DO "
                "NOTHING",
        .in = "iii",
};
static const struct stmt TEST_LIST = {
        .name = "test_list",
        .text = "INSERT INTO list (id, account, title, audience, created_at) VALUES ($1, $2, "
                "'close', 1, 1)",
        .in = "ii",
};
static const struct stmt TEST_POST = {
        .name = "test_post",
        .text = "INSERT INTO post (id, account, audience, audience_list, state, thread, "
                "created_at) "
                "VALUES ($1, $2, $3, $4, $5, $1, 1)",
        .in = "iiiIi",
};
static const struct stmt TEST_MENTION = {
        .name = "test_mention",
        .text = "INSERT INTO mention (post, account, silent) VALUES ($1, $2, $3) ON CONFLICT DO "
                "NOTHING",
        .in = "iii",
};
static const struct stmt TEST_SUSPEND = {
        .name = "test_suspend",
        .text = "UPDATE account SET suspended_at = 1 WHERE id = $1",
        .in = "i",
};

static void run(const struct stmt *s, const struct value *in, size_t n)
{
        assert_int_equal(db_run(t.db, s, in, n, NULL), OK);
}

static void relate(struct kind *k, int64_t whose)
{
        if (k->follows || k->asked)
                run(&TEST_FOLLOW, BIND(V(k->account), V(whose), V(cx_id(&t.cx)), V(k->follows)));
        if (k->blocked)
                run(&TEST_BLOCK, BIND(V(whose), V(k->account), V(cx_id(&t.cx))));
        if (k->blocks)
                run(&TEST_BLOCK, BIND(V(k->account), V(whose), V(cx_id(&t.cx))));
}

static int start(void **state)
{
        (void)state;
        testing_open(&t);
        author = testing_person(&t, "author");
        suspended = testing_person(&t, "suspended");
        list = cx_id(&t.cx);
        run(&TEST_LIST, BIND(V(list), V(author)));
        run(&TEST_SUSPEND, BIND(V(suspended)));
        for (size_t i = 1; i < VIEWERS; i++) {
                struct kind *k = &kinds[i];
                k->account = i == 1 ? author : testing_person(&t, k->name);
                relate(k, author);
                relate(k, suspended);
                if (k->listed)
                        run(&TEST_MEMBER, BIND(V(list), V(k->account), V(cx_id(&t.cx))));
        }
        return 0;
}

static int stop(void **state)
{
        (void)state;
        testing_close(&t);
        return 0;
}

static int64_t make_post(int64_t account, enum audience a, enum comment_state s, bool silent)
{
        int64_t id = cx_id(&t.cx);
        run(&TEST_POST, BIND(V(id), V(account), V(a), V_ID(a == AUDIENCE_CIRCLE ? list : 0), V(s)));
        for (size_t i = 0; i < VIEWERS; i++)
                if (kinds[i].mentioned)
                        run(&TEST_MENTION, BIND(V(id), V(kinds[i].account), V(silent)));
        return id;
}

static bool by_sql(int64_t viewer, int64_t post)
{
        struct viewer by = testing_viewer(viewer);
        const int64_t twice[2] = {post, post};
        int64_t seen[2];
        size_t n, many;
        assert_int_equal(post_visible(&t.cx, &by, &post, 1, seen, &n), OK);
        assert_int_equal(post_visible(&t.cx, &by, twice, 2, seen, &many),
                         OK); /* the statement for several */
        assert_int_equal(many, n * 2);
        struct post *p;
        assert_int_equal(post_get(&t.cx, &by, post, &p), n ? OK : ERR_MISSING);
        return n != 0;
}

static bool by_twin(int64_t viewer, const struct post_reach *p)
{
        struct viewer by = testing_viewer(viewer);
        bool yes;
        assert_int_equal(audience_allows(&t.cx, &by, p, &yes), OK);
        return yes;
}

/* What the rule is meant to say, written down once more in plain words. */
static bool should(const struct kind *k, const struct post_reach *p)
{
        bool own = k->account && k->account == p->account;
        if (p->author_suspended || (p->state != COMMENT_SHOWN && !own))
                return false;
        if (own)
                return true;
        if (k->blocked)
                return false;
        switch (p->audience) {
        case AUDIENCE_PUBLIC:
        case AUDIENCE_QUIET:
                return true;
        case AUDIENCE_FOLLOWERS:
                return k->follows || k->mentioned;
        case AUDIENCE_CIRCLE:
                return k->listed || k->mentioned;
        case AUDIENCE_MENTIONED:
                return k->mentioned;
        case AUDIENCE_SELF:
                break;
        }
        return false;
}

static void test_every_viewer_and_post(void **state)
{
        (void)state;
        const int64_t authors[] = {author, suspended};
        for (size_t w = 0; w < 2; w++)
                for (int a = AUDIENCE_PUBLIC; a <= AUDIENCE_SELF; a++)
                        for (int s = COMMENT_SHOWN; s <= COMMENT_DECLINED; s++)
                                for (int silent = 0; silent < 2; silent++) {
                                        struct post_reach p = {
                                                .account = authors[w],
                                                .audience = (enum audience)a,
                                                .audience_list = a == AUDIENCE_CIRCLE ? list : 0,
                                                .state = (enum comment_state)s,
                                                .author_suspended = w == 1};
                                        p.id = make_post(p.account, p.audience, p.state, silent);
                                        for (size_t v = 0; v < VIEWERS; v++) {
                                                const struct kind *k = &kinds[v];
                                                bool want = should(k, &p);
                                                if (by_sql(k->account, p.id) != want ||
                                                    by_twin(k->account, &p) != want)
                                                        fail_msg("%s, author %zu, audience %d, "
                                                                 "state %d",
                                                                 k->name, w, a, s);
                                        }
                                }
}

/* The two agree also where relations are thrown at random, on posts of people elsewhere, and on
 * boosts' wrappers. */
static void test_random(void **state)
{
        (void)state;
        enum { PEOPLE = 12, POSTS = 150 };
        int64_t who[PEOPLE];
        unsigned seed = 20260101;
        char name[16];
        for (int i = 0; i < PEOPLE; i++) {
                snprintf(name, sizeof name, "random%d", i);
                who[i] = i % 3 ? testing_person(&t, name)
                               : testing_stranger(&t, name, "far.example");
        }
        for (int i = 0; i < PEOPLE; i++)
                for (int k = 0; k < PEOPLE; k++) {
                        if (i == k)
                                continue;
                        if (rand_r(&seed) % 3 == 0)
                                run(&TEST_FOLLOW, BIND(V(who[i]), V(who[k]), V(cx_id(&t.cx)),
                                                       V(rand_r(&seed) % 2)));
                        if (rand_r(&seed) % 6 == 0)
                                run(&TEST_BLOCK, BIND(V(who[i]), V(who[k]), V(cx_id(&t.cx))));
                        if (i && rand_r(&seed) % 5 == 0 && k < i)
                                run(&TEST_MEMBER, BIND(V(list), V(who[k]), V(cx_id(&t.cx)))),
                                        k = PEOPLE;
                }
        for (int n = 0; n < POSTS; n++) {
                struct post_reach p = {
                        .account = who[rand_r(&seed) % PEOPLE],
                        .audience = (enum audience)(rand_r(&seed) % 6),
                        .state = (enum comment_state)(rand_r(&seed) % 5 ? 0 : rand_r(&seed) % 4)};
                p.audience_list = p.audience == AUDIENCE_CIRCLE ? list : 0;
                p.id = make_post(p.account, p.audience, p.state, false);
                for (int i = 0; i < PEOPLE; i++) {
                        if (rand_r(&seed) % 4 == 0)
                                run(&TEST_MENTION, BIND(V(p.id), V(who[i]), V(0)));
                        assert_int_equal(by_sql(who[i], p.id), by_twin(who[i], &p));
                }
        }
}

static void test_names(void **state)
{
        (void)state;
        enum audience a;
        assert_true(audience_read(S("unlisted"), &a) && a == AUDIENCE_QUIET);
        assert_false(audience_read(S("everybody"), &a));
        assert_false(audience_read(S(""), &a));
        for (int i = AUDIENCE_PUBLIC; i <= AUDIENCE_SELF; i++) /* only Mastodon's four go out */
                assert_true(audience_read(audience_api_name((enum audience)i), &a));
        assert_true(str_eq(audience_api_name(AUDIENCE_CIRCLE), S("private")));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_every_viewer_and_post, start, stop),
                cmocka_unit_test_setup_teardown(test_random, start, stop),
                cmocka_unit_test(test_names),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
