/* Other servers, played: see peers_test.h. */
#include "fedi/peers_test.h"
#include "fedi/inbox_job.h"
#include "social/follow.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct str last_part(struct str url)
{
        size_t n = url.n, i;
        while (n && url.p[n - 1] == '/')
                n--;
        for (i = n; i && url.p[i - 1] != '/'; i--)
                ;
        return str_cut(url, i, n - i);
}

/* A user name out of whatever the address ends in. */
static struct str name_of(struct arena *a, struct str url)
{
        struct str part = last_part(url);
        char *p = make_n(a, part.n + 2, char);
        size_t n = 0;
        for (size_t i = 0; i < part.n && n < 30; i++) {
                char c = part.p[i];
                if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
                        p[n++] = c;
        }
        return n ? (struct str){p, n} : S("root");
}

static struct str actor_body(struct arena *a, struct str url)
{
        return str_fmt(a,
                       "{\"@context\":\"https://www.w3.org/ns/activitystreams\",\"id\":\"%.*s\","
                       "\"type\":\"Person\",\"preferredUsername\":\"%.*s\",\"name\":\"Played\","
                       "\"inbox\":\"%.*s/inbox\",\"followers\":\"%.*s/followers\","
                       "\"featured\":\"%.*s/collections/featured\"}",
                       STR_ARG(url), STR_ARG(name_of(a, url)), STR_ARG(url), STR_ARG(url),
                       STR_ARG(url));
}

static struct str origin_of(struct arena *a, struct str url)
{
        struct url u;
        return url_read(a, url, &u) ? url_origin(a, &u) : S("https://nowhere.example");
}

static struct str note_body(struct arena *a, struct str url)
{
        return str_fmt(a,
                       "{\"@context\":\"https://www.w3.org/ns/activitystreams\",\"id\":\"%.*s\","
                       "\"type\":\"Note\",\"attributedTo\":\"%.*s/users/played\","
                       "\"content\":\"<p>played</p>\",\"to\":\"as:Public\","
                       "\"published\":\"2025-12-30T10:00:00Z\"}",
                       STR_ARG(url), STR_ARG(origin_of(a, url)));
}

static bool looks_like_actor(struct str url)
{
        static const char *const words[] = {"/users/", "/u/",      "/c/",      "/author",
                                            "/actor",  "/@",       "/profile", "/accounts/",
                                            "/m/",     "/channel", "/people/", "/s/"};
        for (size_t i = 0; i < countof(words); i++)
                if (str_has(url, str_of(words[i])) && !str_has(url, S("/statuses/")) &&
                    !str_has(url, S("/note")) && !str_has(url, S("/post")))
                        return true;
        return false;
}

static enum fetch_end play(void *arg, struct arena *a, const struct fetch_request *rq,
                           struct fetch_answer *to)
{
        struct peers *p = arg;
        p->asked++;
        p->last = str_dup(&p->t.arena, rq->url);
        to->url = str_dup(a, rq->url);
        to->status = 404;
        to->type = S("text/plain");
        to->body = S("");
        for (size_t i = 0; i < p->n; i++) {
                const struct peer_document *d = &p->v[i];
                if (!str_eq(d->url, rq->url))
                        continue;
                to->status = d->status ? d->status : 200;
                to->type = d->type.p ? d->type : S("application/activity+json");
                to->body = str_dup(a, d->body);
                if (d->moved.p)
                        to->url = str_dup(a, d->moved);
                return FETCH_OK;
        }
        if (!p->invents || str_has(rq->url, S("/.well-known/")))
                return FETCH_OK;
        to->status = 200;
        to->type = S("application/activity+json");
        to->body = looks_like_actor(rq->url) ? actor_body(a, rq->url) : note_body(a, rq->url);
        return FETCH_OK;
}

void peers_open(struct peers *p)
{
        *p = (struct peers){0};
        testing_open(&p->t);
        p->t.settings.federation_allow_private_addresses = true;
        p->t.settings.rate_limits = false;
        p->t.settings.url = S("https://tidings.example");
        p->t.settings.host = p->t.settings.account_domain = S("tidings.example");
        p->fetch = (struct fetch_settings){.play = play,
                                           .play_arg = p,
                                           .allow_private = true,
                                           .user_agent = S("test"),
                                           .own = &p->t.settings.host,
                                           .n_own = 1};
        assert_int_equal(fedi_open(&p->t.cx, &p->fetch, &p->t.instance.fedi), OK);
        testing_person(&p->t, "bob");
}

void peers_close(struct peers *p)
{
        fedi_close(&p->t.instance.fedi);
        testing_close(&p->t);
}

void peers_add_document(struct peers *p, struct peer_document d)
{
        assert_true(p->n < PEERS_MOST);
        p->v[p->n++] = d;
}

void peers_add(struct peers *p, const char *url, const char *body)
{
        peers_add_document(p, (struct peer_document){.url = str_of(url), .body = str_of(body)});
}

void peers_add_actor(struct peers *p, struct str url)
{
        struct arena *a = &p->t.arena;
        peers_add_document(p, (struct peer_document){.url = url, .body = actor_body(a, url)});
}

void peers_add_note(struct peers *p, struct str url)
{
        peers_add_document(p,
                           (struct peer_document){.url = url, .body = note_body(&p->t.arena, url)});
}

int64_t peers_actor(struct peers *p, struct str url)
{
        struct remote r = remote_of(&p->t.cx, FEDI_FETCHES);
        int64_t id = 0;
        bool known = false;
        for (size_t i = 0; i < p->n; i++)
                known = known || str_eq(p->v[i].url, url);
        if (!known && p->invents)
                peers_add_actor(p, url);
        enum err e = remote_actor(&r, url, REMOTE_KNOWN, &id);
        if (e)
                fail_msg("%.*s: %s (%s)", STR_ARG(url), err_name(e), r.why ? r.why : "");
        return id;
}

int64_t peers_bob(struct peers *p)
{
        int64_t id;
        assert_int_equal(account_find_name(&p->t.cx, S("bob"), S(""), &id), OK);
        return id;
}

int64_t peers_post(struct peers *p, int64_t account, const char *text, const char *visibility)
{
        const struct viewer by = testing_viewer(account);
        struct draft d = {.text = str_of(text), .visibility = str_of(visibility)};
        struct post *post;
        assert_int_equal(post_publish(&p->t.cx, &by, &d, &post), OK);
        return post->id;
}

void peers_follow(struct peers *p, int64_t account, int64_t target)
{
        struct cx *cx = &p->t.cx;
        struct follow_options o = {0};
        assert_int_equal(follow_start(cx, account, target, &o), OK);
        enum err e = follow_accept(cx, target, account);
        assert_true(e == OK || e == ERR_MISSING);
}

struct incoming peers_receive_at(struct peers *p, struct str activity, int64_t inbox_of)
{
        struct cx *cx = &p->t.cx;
        struct reading r = reading_of(cx);
        struct incoming in = {.inbox_of = inbox_of, .budget = FEDI_FETCHES};
        struct incoming_head head;
        if (json_read(cx->arena, activity, NULL, &in.activity, NULL))
                fail_msg("no JSON: %.*s", STR_ARG(activity));
        if (receive_head(&r, in.activity, &head)) {
                in.verdict = VERDICT_REFUSED;
                in.why = r.why;
                return in;
        }
        int64_t id = peers_actor(p, head.actor);
        assert_int_equal(account_known_get(cx, id, &in.by), OK);
        enum err e = receive(cx, &in);
        if (!e && in.verdict == VERDICT_LATER)
                e = inbox_job_apply(cx, &in);
        if (e)
                fail_msg("%s for %.*s", err_name(e), STR_ARG(activity));
        return in;
}

struct incoming peers_receive(struct peers *p, struct str activity)
{
        return peers_receive_at(p, activity, 0);
}
