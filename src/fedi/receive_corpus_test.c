/* Every document of the corpus through the real ways in, with the outcome its manifest gives:
 * documents that are fetched through remote.h, activities through receive() and its job. Other
 * servers are played; whoever the activity is about is bob, here. */
#include "fedi/corpus_test.h"
#include "fedi/peers_test.h"
#include "lib/base/buf.h"
#include "social/block.h"
#include "social/follow.h"
#include "social/follow_far.h"
#include "social/mark.h"
#include "social/quote.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct peers p;
static int wrong, checked;

static struct arena *arena(void)
{
        return &p.t.arena;
}

static void complain(const struct corpus_row *row, const char *what, const char *why)
{
        wrong++;
        print_error("%.*s/%.*s: %s%s%s (%.*s)\n", STR_ARG(row->folder), STR_ARG(row->file), what,
                    why ? ": " : "", why ? why : "", STR_ARG(row->expect));
}

/* ---- changing documents so that they are about bob ---- */

static struct str quoted(struct str s)
{
        return str_fmt(arena(), "\"%.*s\"", STR_ARG(s));
}

static struct str with(struct str text, struct str from, struct str to)
{
        if (!from.n)
                return text;
        text = str_replace(arena(), text, quoted(from), quoted(to));
        return str_replace(arena(), text, quoted(str_replace(arena(), from, S("/"), S("\\/"))),
                           quoted(to));
}

static const struct json_value *json_of(struct str text)
{
        const struct json_value *j;
        assert_int_equal(json_read(arena(), text, NULL, &j, NULL), OK);
        return j;
}

static struct str bob_uri(void)
{
        return S("https://tidings.example/users/bob");
}

static struct str post_uri_of(int64_t id)
{
        return str_fmt(arena(), "https://tidings.example/users/bob/statuses/%lld", (long long)id);
}

static struct str actor_of(const struct json_value *activity)
{
        return as_only_id(json_get(activity, "actor"));
}

static const struct json_value *object_of(const struct json_value *activity)
{
        return as_first(json_get(activity, "object"));
}

/* ---- looking ---- */

static int64_t find_post(struct str uri)
{
        int64_t id;
        assert_int_equal(store_find_post(&p.t.cx, uri, &id), OK);
        return id;
}

static int64_t find_actor(struct str uri)
{
        int64_t id;
        assert_int_equal(account_find_uri(&p.t.cx, uri, &id), OK);
        return id;
}

static enum audience wanted_audience(const struct corpus_row *row)
{
        if (corpus_expects(row, "followers-only"))
                return AUDIENCE_FOLLOWERS;
        if (corpus_expects(row, "unlisted"))
                return AUDIENCE_QUIET;
        return corpus_expects(row, "direct") ? AUDIENCE_MENTIONED : AUDIENCE_PUBLIC;
}

/* "direct/limited": for some alone, and which of the two is ours to say. */
static bool has_audience(const struct corpus_row *row, enum audience got)
{
        enum audience wanted = wanted_audience(row);
        return got == wanted || (got == AUDIENCE_CIRCLE && wanted == AUDIENCE_MENTIONED &&
                                 corpus_expects(row, "limited"));
}

static void expect_verdict(const struct corpus_row *row, const struct incoming *in,
                           enum verdict verdict)
{
        static const char *const names[] = {"done", "ignored", "refused", "later"};
        if (in->verdict != verdict)
                complain(row, names[in->verdict], in->why);
}

static struct str uri_of(const struct json_value *note)
{
        return json_get_text(note, "id");
}

/* Followers collections are where the document says they are. */
static struct str followers_in(const struct json_value *v, struct str actor)
{
        for (const struct json_value *c = v ? v->child : NULL; c; c = c->next) {
                if (c->type == JSON_STRING && str_has(c->text, S("/followers")))
                        return c->text;
                struct str found = followers_in(c, actor);
                if (found.n)
                        return found;
        }
        return STR_NONE;
}

static void set_followers(struct str actor, const struct json_value *doc)
{
        struct str uri = followers_in(doc, actor);
        struct stmt *s = make(arena(), struct stmt);
        *s = (struct stmt){.name = "corpus_followers",
                           .text = "UPDATE account SET followers_uri = $2 WHERE uri = $1",
                           .in = "ss"};
        if (uri.n)
                assert_int_equal(db_run(p.t.db, s, BIND(V(actor), V(uri)), NULL), OK);
}

/* ---- documents that are fetched ---- */

static void check_fetched_note(const struct corpus_row *row)
{
        struct remote r = remote_of(&p.t.cx, FEDI_FETCHES);
        struct str uri = uri_of(row->json);
        bool good = str_starts(row->expect, S("accept"));
        struct post *post;
        int64_t id = 0;
        if (str_has(row->file, S("https-info-pleroma-site-activity3")))
                good = false; /* of another server than its author */
        p.invents = good;
        peers_add_document(&p, (struct peer_document){.url = uri, .body = row->text});
        struct str author = as_id(as_first(json_get(row->json, "attributedTo")));
        if (good && author.n) {
                (void)peers_actor(&p, author);
                set_followers(author, row->json);
        }
        enum err e = remote_post(&r, uri.n ? uri : S("https://nowtidings.example/x"), REMOTE_FRESH,
                                 0, &id);
        if (!e != good)
                complain(row, e ? "refused" : "taken", r.why);
        if (e || !id)
                return;
        assert_int_equal(post_load(&p.t.cx, id, &post), OK);
        if (!has_audience(row, post->audience))
                complain(row, "audience", audience_api_name(post->audience).p);
        if (corpus_expects(row, "with poll") != ((post->has & POST_HAS_POLL) != 0))
                complain(row, "poll", NULL);
        if (corpus_expects(row, "converted") && !str_has(post->content.html, S("<a href=")))
                complain(row, "no link back", NULL);
}

static void check_fetched_actor(const struct corpus_row *row)
{
        struct remote r = remote_of(&p.t.cx, FEDI_FETCHES);
        struct str uri = uri_of(row->json);
        bool good = str_starts(row->expect, S("accept")) && !str_has(row->quirks, S("non-http id"));
        int64_t id = 0;
        struct account *a;
        p.invents = false;
        peers_add_document(&p, (struct peer_document){.url = uri, .body = row->text});
        enum err e = !uri.n                   ? ERR_INPUT
                     : str_eq(uri, bob_uri()) ? remote_actor_document(&r, row->json, &id)
                                              : remote_actor(&r, uri, REMOTE_FRESH, &id);
        if (!e != good)
                complain(row, e ? "refused" : "taken", r.why);
        if (e || !id)
                return;
        assert_int_equal(account_get(&p.t.cx, id, &a), OK);
        if (corpus_expects(row, "group") != (a->kind == ACCOUNT_GROUP))
                complain(row, "kind", NULL);
}

static bool count_item(void *arg, const struct json_value *item)
{
        (void)item;
        *(int *)arg += 1;
        return true;
}

/* Read when its owner gives it; never believed when somebody pushes it. */
static void check_collection(const struct corpus_row *row)
{
        struct remote r = remote_of(&p.t.cx, FEDI_FETCHES);
        struct remote_document d;
        struct str uri = uri_of(row->json);
        int n = 0;
        p.invents = false;
        peers_add_document(&p, (struct peer_document){.url = uri, .body = row->text});
        if (uri.n && (remote_document(&r, uri, &d) ||
                      remote_collection(&r, d.json, REMOTE_ITEMS, count_item, &n)))
                complain(row, "not read", r.why);
        p.invents = true;
        struct incoming in = peers_receive(&p, row->text);
        if (in.verdict == VERDICT_DONE)
                complain(row, "taken at the inbox", NULL);
}

/* ---- activities ---- */

static void check_create(const struct corpus_row *row)
{
        const struct json_value *object = object_of(row->json);
        struct str uri = as_id(object);
        int64_t author = peers_actor(&p, actor_of(row->json)), id;
        struct post *post;
        peers_follow(&p, peers_bob(&p), author);
        set_followers(actor_of(row->json), row->json);
        struct incoming in = peers_receive(&p, row->text);
        if (!str_starts(row->expect, S("accept"))) {
                if (in.verdict == VERDICT_DONE || find_post(uri))
                        complain(row, "taken", NULL);
                return;
        }
        expect_verdict(row, &in, VERDICT_DONE);
        id = find_post(uri);
        if (!id) {
                complain(row, "no post", in.why);
                return;
        }
        assert_int_equal(post_load(&p.t.cx, id, &post), OK);
        if (object->type == JSON_OBJECT && !has_audience(row, post->audience))
                complain(row, "audience", audience_api_name(post->audience).p);
        if (object->type == JSON_OBJECT && post->account != author)
                complain(row, "author", NULL);
        if (object->type == JSON_OBJECT && corpus_expects(row, "reply") &&
            !as_first(json_get(object, "inReplyTo")))
                complain(row, "no reply", NULL);
}

/* A poll of bob's with the option the vote names. */
static void check_vote(const struct corpus_row *row)
{
        const struct json_value *vote = object_of(row->json);
        const struct viewer bob = testing_viewer(peers_bob(&p));
        struct str options[] = {json_get_text(vote, "name"), S("another")};
        struct draft d = {.text = S("Which?"),
                          .visibility = S("public"),
                          .poll = {.options = {options, 2},
                                   .expires_in = {true, 86400},
                                   .multiple = TRI_TRUE}};
        struct post *post;
        assert_int_equal(post_publish(&p.t.cx, &bob, &d, &post), OK);
        struct str text = with(row->text, as_id(as_first(json_get(vote, "inReplyTo"))),
                               post_uri_of(post->id));
        struct incoming in = peers_receive(&p, text);
        expect_verdict(row, &in, VERDICT_DONE);
        if (testing_number(&p.t, "SELECT COUNT(*) FROM poll_vote WHERE position = 0") != 1)
                complain(row, "not counted", in.why);
        if (find_post(uri_of(vote)))
                complain(row, "stored as a post", NULL);
        (void)peers_receive(&p, text);
        if (testing_number(&p.t, "SELECT SUM(votes) FROM poll_option") != 1)
                complain(row, "counted twice", NULL);
}

/* The post as it was before. */
static int64_t store_before(const struct corpus_row *row, struct str uri, struct str actor)
{
        struct str note = str_fmt(arena(),
                                  "{\"id\":\"%.*s\",\"type\":\"Note\",\"attributedTo\":\"%.*s\","
                                  "\"content\":\"<p>before</p>\",\"to\":\"as:Public\","
                                  "\"published\":\"2015-01-01T00:00:00Z\"}",
                                  STR_ARG(uri), STR_ARG(actor));
        struct remote r = remote_of(&p.t.cx, FEDI_FETCHES);
        struct remote_document d = {.json = json_of(note)};
        (void)peers_actor(&p, actor);
        int64_t id = 0;
        if (!address_read(arena(), &p.t.settings, uri, &d.id) ||
            remote_post_document(&r, &d, REMOTE_KNOWN, 0, &id))
                complain(row, "cannot be made before", r.why);
        return id;
}

static void check_update(const struct corpus_row *row)
{
        const struct json_value *object = object_of(row->json);
        struct str actor = actor_of(row->json), uri = as_id(object);
        struct post *post;
        struct account *a;
        if (actor_in_is(object)) {
                bool self = str_eq(uri, actor);
                struct incoming in = peers_receive(&p, row->text);
                expect_verdict(row, &in, self ? VERDICT_DONE : VERDICT_IGNORED);
                assert_int_equal(account_get(&p.t.cx, find_actor(actor), &a), OK);
                if (self == str_eq(a->display_name, S("Played")))
                        complain(row, "name", a->display_name.p);
                return;
        }
        int64_t id = store_before(row, uri, actor);
        struct incoming in = peers_receive(&p, row->text);
        expect_verdict(row, &in, VERDICT_DONE);
        assert_int_equal(post_load(&p.t.cx, id, &post), OK);
        if (str_eq(post->content.html, S("<p>before</p>")) || !post->edited_at)
                complain(row, "not changed", in.why);
        if (post->audience != AUDIENCE_PUBLIC)
                complain(row, "audience", NULL);
        if (testing_number(&p.t, "SELECT COUNT(*) FROM post_edit") != 1)
                complain(row, "no history", NULL);
}

static void check_delete(const struct corpus_row *row)
{
        struct str actor = actor_of(row->json), uri = as_id(object_of(row->json));
        if (str_eq(actor, uri)) {
                int64_t id = peers_actor(&p, actor);
                struct incoming in = peers_receive(&p, row->text);
                struct account *a;
                expect_verdict(row, &in, VERDICT_DONE);
                assert_int_equal(account_get(&p.t.cx, id, &a), OK);
                if (!a->suspended)
                        complain(row, "still shown", NULL);
                return;
        }
        /* Unknown: nothing happens. Then known. */
        struct incoming in = peers_receive(&p, row->text);
        expect_verdict(row, &in, VERDICT_IGNORED);
        (void)testing_number(&p.t, "SELECT COUNT(*) FROM tombstone");
        assert_int_equal(db_script(p.t.db, S("DELETE FROM tombstone")), OK);
        store_before(row, uri, actor);
        in = peers_receive(&p, row->text);
        expect_verdict(row, &in, VERDICT_DONE);
        if (find_post(uri))
                complain(row, "still there", NULL);
}

static void check_follow(const struct corpus_row *row)
{
        struct str text = with(row->text, as_id(object_of(row->json)), bob_uri());
        struct incoming in = peers_receive(&p, text);
        int64_t relation;
        enum follow_state state;
        expect_verdict(row, &in, VERDICT_DONE);
        assert_int_equal(follow_far_state(&p.t.cx, find_actor(actor_of(row->json)), peers_bob(&p),
                                          &state, &relation),
                         OK);
        if (state != FOLLOW_ACCEPTED)
                complain(row, "no follower", NULL);
        if (!testing_number(&p.t, "SELECT COUNT(*) FROM job WHERE kind = 'deliver_relation'"))
                complain(row, "no answer", NULL);
}

/* bob asked; the answer names his Follow by its two people, or by our id of it. */
static void check_answer(const struct corpus_row *row, bool accepts)
{
        struct cx *cx = &p.t.cx;
        const struct json_value *object = object_of(row->json);
        struct str actor = actor_of(row->json);
        int64_t them = peers_actor(&p, actor), bob = peers_bob(&p), relation;
        enum follow_state state;
        const struct follow_options o = {0};
        assert_int_equal(follow_start(cx, bob, them, &o), OK);
        assert_int_equal(follow_far_state(cx, bob, them, &state, &relation), OK);
        struct str own = str_fmt(arena(), "https://tidings.example/users/bob#follows/%lld",
                                 (long long)relation);
        struct str text = with(row->text, as_only_id(json_get(object, "actor")), bob_uri());
        text = with(text, as_id(object), own);
        struct incoming in = peers_receive(&p, text);
        expect_verdict(row, &in, VERDICT_DONE);
        assert_int_equal(follow_far_state(cx, bob, them, &state, &relation), OK);
        if (state != (accepts ? FOLLOW_ACCEPTED : FOLLOW_NONE))
                complain(row, "state", in.why);
        in = peers_receive(&p, text);
        if (accepts)
                expect_verdict(row, &in, VERDICT_IGNORED);
}

static void check_undo(const struct corpus_row *row)
{
        struct cx *cx = &p.t.cx;
        const struct json_value *inner = object_of(row->json);
        const struct json_value *what = object_of(inner);
        struct str actor = actor_of(row->json), text = row->text;
        int64_t bob = peers_bob(&p), post = peers_post(&p, bob, "Soup", "public");
        int64_t them = peers_actor(&p, actor), relation;
        struct follow_options o = {.uri = as_id(inner)};
        enum follow_state state;
        struct incoming in;
        if (json_get(inner, "actor") && !str_eq(actor_of(inner), actor)) {
                in = peers_receive(&p, text); /* what somebody else did */
                if (in.verdict == VERDICT_DONE)
                        complain(row, "taken", NULL);
                return;
        }
        if (as_is(inner, "Follow")) {
                text = with(text, as_id(what), bob_uri());
                assert_int_equal(follow_start(cx, them, bob, &o), OK);
                in = peers_receive(&p, text);
                assert_int_equal(follow_far_state(cx, them, bob, &state, &relation), OK);
                if (state != FOLLOW_NONE)
                        complain(row, "still follows", in.why);
        } else if (as_is(inner, "Like") || as_is(inner, "Announce") || inner->type == JSON_STRING) {
                bool boost = as_is(inner, "Announce");
                text = with(text, as_id(what), post_uri_of(post));
                if (boost) {
                        struct str first = str_fmt(
                                arena(),
                                "{\"id\":\"%.*s\",\"type\":\"Announce\",\"actor\":\"%.*s\","
                                "\"object\":\"%.*s\",\"to\":\"as:Public\"}",
                                STR_ARG(as_id(inner)), STR_ARG(actor), STR_ARG(post_uri_of(post)));
                        in = peers_receive(&p, first);
                        expect_verdict(row, &in, VERDICT_DONE);
                } else {
                        assert_int_equal(mark_add(cx, them, post, MARK_FAVOURITE, as_id(inner)),
                                         OK);
                }
                in = peers_receive(&p, text);
                if (testing_number(&p.t, "SELECT COUNT(*) FROM mark"))
                        complain(row, "still there", in.why);
        } else if (as_is(inner, "Block")) {
                text = with(text, as_id(what), bob_uri());
                assert_int_equal(block_start(cx, them, bob), OK);
                in = peers_receive(&p, text);
                if (testing_number(&p.t, "SELECT COUNT(*) FROM block"))
                        complain(row, "still blocks", in.why);
        } else {
                in = peers_receive(&p, text);
                expect_verdict(row, &in, VERDICT_IGNORED);
                return;
        }
        expect_verdict(row, &in, VERDICT_DONE);
}

static void check_like(const struct corpus_row *row)
{
        int64_t post = peers_post(&p, peers_bob(&p), "Soup", "public");
        bool good = str_starts(row->expect, S("accept"));
        struct str text = with(row->text, as_id(object_of(row->json)), post_uri_of(post));
        struct incoming in = peers_receive(&p, text);
        expect_verdict(row, &in, good ? VERDICT_DONE : VERDICT_REFUSED);
        (void)peers_receive(&p, text);
        if (testing_number(&p.t, "SELECT MAX(favourites_count) FROM post") != good)
                complain(row, "count", NULL);
}

static void check_announce(const struct corpus_row *row)
{
        const struct json_value *object = object_of(row->json);
        struct str uri = as_id(object);
        struct post *w, *shown;
        struct address a;
        int64_t them = peers_actor(&p, actor_of(row->json));
        peers_follow(&p, peers_bob(&p), them);
        set_followers(actor_of(row->json), row->json);
        bool whole = object->type == JSON_OBJECT && json_get(object, "object");
        bool good = str_starts(row->expect, S("accept"));
        bool own = str_eq(as_only_id(json_get(object, "attributedTo")), actor_of(row->json));
        p.invents = good;
        if (good && !whole)
                peers_add_note(&p, uri);
        struct incoming in = peers_receive(&p, row->text);
        if (whole) {
                if (as_is(object, "Create") && !find_post(as_id(object_of(object))))
                        complain(row, "the post inside is missing", in.why);
                return;
        }
        if (!good) {
                if (in.verdict == VERDICT_DONE)
                        complain(row, "taken", NULL);
                return;
        }
        if (!address_read(arena(), &p.t.settings, uri, &a) || a.ours)
                return;
        expect_verdict(row, &in, VERDICT_DONE);
        if (!testing_number(&p.t, "SELECT COUNT(*) FROM post WHERE boost_of IS NOT NULL")) {
                complain(row, "no boost", in.why);
                return;
        }
        int64_t id = testing_number(&p.t, "SELECT id FROM post WHERE boost_of IS NOT NULL");
        assert_int_equal(post_load(&p.t.cx, id, &w), OK);
        assert_int_equal(post_load(&p.t.cx, w->boost_of, &shown), OK);
        if (!has_audience(row, w->audience))
                complain(row, "audience", audience_api_name(w->audience).p);
        /* What was inlined is never what is shown: it came from its own server. */
        if (!own && !str_eq(shown->content.html, S("<p>played</p>")))
                complain(row, "inlined copy believed", shown->content.html.p);
}

static void check_pin(const struct corpus_row *row, bool on)
{
        struct str actor = actor_of(row->json), uri = as_id(object_of(row->json));
        struct str target = as_only_id(json_get(row->json, "target"));
        int64_t them = peers_actor(&p, actor), post;
        struct str text = row->text;
        if (!corpus_expects(row, "featured collection")) {
                struct incoming in = peers_receive(&p, text);
                expect_verdict(row, &in, VERDICT_IGNORED);
                return;
        }
        post = store_before(row, uri, actor);
        text = with(text, target, str_fmt(arena(), "%.*s/collections/featured", STR_ARG(actor)));
        if (!on)
                assert_int_equal(mark_add(&p.t.cx, them, post, MARK_PIN, STR_NONE), OK);
        struct incoming in = peers_receive(&p, text);
        expect_verdict(row, &in, VERDICT_DONE);
        if (testing_number(&p.t, "SELECT COUNT(*) FROM mark WHERE kind = 3") != on)
                complain(row, "pin", in.why);
}

static void check_block(const struct corpus_row *row)
{
        int64_t them = peers_actor(&p, actor_of(row->json)), bob = peers_bob(&p);
        struct str text = with(row->text, as_id(object_of(row->json)), bob_uri());
        peers_follow(&p, bob, them);
        peers_follow(&p, them, bob);
        struct incoming in = peers_receive(&p, text);
        bool good = str_starts(row->expect, S("accept"));
        expect_verdict(row, &in, good ? VERDICT_DONE : VERDICT_IGNORED);
        if (testing_number(&p.t, "SELECT COUNT(*) FROM follow") != (good ? 0 : 2))
                complain(row, "follows", NULL);
}

static void check_flag(const struct corpus_row *row)
{
        struct str text = with(row->text, as_id(object_of(row->json)), bob_uri());
        struct incoming in = peers_receive(&p, text);
        expect_verdict(row, &in, VERDICT_DONE);
        if (testing_number(&p.t, "SELECT COUNT(*) FROM report") != 1)
                complain(row, "no report", NULL);
}

/* Without a link back it is refused; with one, bob's follow goes along. */
static void check_move(const struct corpus_row *row)
{
        struct str actor = actor_of(row->json);
        struct str target = as_only_id(json_get(row->json, "target")), text = row->text;
        struct incoming in = peers_receive(&p, text);
        expect_verdict(row, &in, VERDICT_REFUSED);
        if (!str_eq(actor, as_id(object_of(row->json)))) /* asked for by the new account */
                return;
        struct str aliases = str_fmt(arena(), "[\"%.*s\"]", STR_ARG(actor));
        struct stmt *s = make(arena(), struct stmt);
        *s = (struct stmt){.name = "corpus_alias",
                           .text = "UPDATE account SET also_known_as = $2 WHERE uri = $1",
                           .in = "ss"};
        assert_int_equal(db_run(p.t.db, s, BIND(V(target), V(aliases)), NULL), OK);
        in = peers_receive(&p, text);
        expect_verdict(row, &in, VERDICT_DONE);
        if (testing_number(&p.t, "SELECT COUNT(*) FROM job WHERE kind = 'move_followers'") != 1)
                complain(row, "nobody moves", NULL);
}

static void check_quote_request(const struct corpus_row *row)
{
        int64_t post = peers_post(&p, peers_bob(&p), "Soup", "public");
        struct str text = with(row->text, as_id(object_of(row->json)), post_uri_of(post));
        struct incoming in = peers_receive(&p, text);
        expect_verdict(row, &in, VERDICT_DONE);
        if (testing_number(&p.t, "SELECT COUNT(*) FROM job WHERE kind = 'deliver_quote_answer'") !=
            1)
                complain(row, "no answer", NULL);
}

/* ---- all ---- */

static void check_activity(const struct corpus_row *row)
{
        const struct json_value *a = row->json;
        bool ignored = str_starts(row->expect, S("ignore"));
        struct address actor;
        if (!address_read_far(arena(), &p.t.settings, actor_of(a), &actor)) {
                /* tag: and the like are no addresses; nobody could have signed it. */
                struct incoming in = peers_receive(&p, row->text);
                expect_verdict(row, &in, VERDICT_REFUSED);
        } else if (as_is(a, "Create") && corpus_expects(row, "poll vote"))
                check_vote(row);
        else if (as_is(a, "Create"))
                check_create(row);
        else if (as_is(a, "Update") && !ignored)
                check_update(row);
        else if (as_is(a, "Delete") && !ignored)
                check_delete(row);
        else if (as_is(a, "Follow"))
                check_follow(row);
        else if (as_is(a, "Accept") && corpus_expects(row, "pending Follow"))
                check_answer(row, true);
        else if (as_is(a, "Reject") && corpus_expects(row, "pending Follow"))
                check_answer(row, false);
        else if (as_is(a, "Undo"))
                check_undo(row);
        else if (as_is(a, "Like") || as_is(a, "EmojiReact"))
                check_like(row);
        else if (as_is(a, "Announce"))
                check_announce(row);
        else if (as_is(a, "Add") || as_is(a, "Remove"))
                check_pin(row, as_is(a, "Add"));
        else if (as_is(a, "Block"))
                check_block(row);
        else if (as_is(a, "Flag"))
                check_flag(row);
        else if (as_is(a, "Move"))
                check_move(row);
        else if (as_is(a, "QuoteRequest"))
                check_quote_request(row);
        else {
                struct incoming in = peers_receive(&p, row->text);
                if (in.verdict == VERDICT_DONE || in.verdict == VERDICT_LATER)
                        complain(row, "taken", NULL);
        }
}

/* What is no post and nobody: who looks it up gets neither, and of what is said to be gone, that.
 */
static void check_nothing(const struct corpus_row *row, bool gone)
{
        struct remote r = remote_of(&p.t.cx, FEDI_FETCHES);
        struct str uri = uri_of(row->json);
        struct remote_found found;
        if (!uri.n)
                uri = S("https://far.example/nodeinfo");
        p.invents = false;
        peers_add_document(&p, (struct peer_document){
                                       .url = uri, .body = row->text, .status = gone ? 410 : 0});
        enum err e = remote_find(&r, uri, &found);
        if (!e || (e == ERR_GONE) != gone || find_post(uri) || find_actor(uri))
                complain(row, e ? "not what it is" : "taken", r.why);
}

static void check_row(void *arg, const struct corpus_row *row)
{
        (void)arg;
        p.n = 0;
        p.asked = 0;
        p.invents = true;
        checked++;
        assert_int_equal(db_savepoint(p.t.db), OK);
        if (str_eq(row->kind, S("actor")))
                check_fetched_actor(row);
        else if (str_eq(row->kind, S("collection")))
                check_collection(row);
        else if (str_eq(row->kind, S("note")) || str_eq(row->kind, S("question")) ||
                 str_eq(row->kind, S("object")))
                check_fetched_note(row);
        else if (str_eq(row->kind, S("activity")))
                check_activity(row);
        else if (str_eq(row->kind, S("tombstone")))
                check_nothing(row, true);
        else if (str_eq(row->kind, S("nodeinfo")) || str_eq(row->kind, S("nodeinfo-index")) ||
                 str_eq(row->kind, S("other")))
                check_nothing(row, false);
        else if (!str_eq(row->kind, S("webfinger"))) /* documents_test reads those */
                complain(row, "of a kind that nobody checks", NULL);
        if (p.asked > FEDI_FETCHES * 3)
                complain(row, "asks too much", NULL);
        db_rollback_to(p.t.db);
}

static void corpus(void **state)
{
        struct arena a;
        (void)state;
        arena_open(&a, 512 << 20);
        peers_open(&p);
        corpus_each(&a, check_row, NULL);
        peers_close(&p);
        arena_close(&a);
        print_message("%d documents\n", checked);
        assert_true(checked >= 10);
        assert_int_equal(wrong, 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {cmocka_unit_test(corpus)};
        return cmocka_run_group_tests(tests, NULL, NULL);
}
