/* Followers synchronization: see sync.h. Called by the engine of deliveries for each server, by the
 * inbox for each header, by a worker for the list. A digest is the XOR of the SHA-256 of each
 * follower's id, so that the order does not matter. */
#include "fedi/sync.h"
#include "fedi/remote.h"
#include "fedi/words.h"
#include "lib/base/die.h"
#include "lib/base/encode.h"
#include "lib/base/hash.h"
#include "lib/http/req.h"
#include "social/account_far.h"
#include "social/follow.h"
#include "social/follow_far.h"
#include "social/outbox_relation.h"
#include <stdlib.h>

enum {
        PAGE = 500,
        SCRATCH_CAP = 1 << 20,
        KEPT_MS = 10 * 1000,
        HEADER_BYTES = 4096,
        PARAMS_MOST = 8,
        LIST_MOST = 10000, /* a longer list is left alone: nothing is ended by half of it */
        FETCHES = 2
};

static const struct stmt FOLLOWERS_FAR = {
        .name = "sync_followers_far",
        .text = "SELECT f.id, a.uri FROM follow f JOIN account a ON a.id = f.account"
                " WHERE f.target = $1 AND f.state = 1 AND f.id > $2 ORDER BY f.id LIMIT $3",
        .in = "iii",
        .out = "iS",
};
static const struct stmt FOLLOWERS_HERE = {
        .name = "sync_followers_here",
        .text = "SELECT f.account, a.username FROM follow f JOIN account a ON a.id = f.account"
                " WHERE f.target = $1 AND f.state = 1 AND a.domain = '' LIMIT $2",
        .in = "ii",
        .out = "is",
};

/* ---- digests ---- */

static void mix(unsigned char *digest, struct arena *a, struct str uri)
{
        struct str one = sha256(a, uri);
        for (size_t i = 0; i < SYNC_DIGEST_BYTES; i++)
                digest[i] ^= (unsigned char)one.p[i];
}

/* "host[:port]" of an id, in lower case. */
static struct str host_of(struct arena *a, struct str uri)
{
        size_t from = str_find(uri, S("//"));
        struct str rest = str_after(uri, from + 2 < uri.n ? from + 2 : uri.n);
        return str_lower(a, str_cut(rest, 0, str_find_char(rest, '/')));
}

/* ---- sending ---- */

struct host_digest {
        uint64_t host; /* keyed hash of its name; 0: free */
        unsigned char digest[SYNC_DIGEST_BYTES];
};
struct author_digests {
        int64_t account, until;
        struct host_digest *v; /* open addressing, at most half full */
        size_t room, n;
};
struct sync_cache {
        struct author_digests authors[SYNC_HOSTS_KEPT];
        size_t next;
        struct arena scratch;
};

struct sync_cache *sync_cache_open(void)
{
        struct sync_cache *c = must_alloc(1, sizeof *c);
        arena_open(&c->scratch, SCRATCH_CAP);
        return c;
}

void sync_cache_close(struct sync_cache **cp)
{
        struct sync_cache *c = *cp;
        *cp = NULL;
        if (!c)
                return;
        for (size_t i = 0; i < SYNC_HOSTS_KEPT; i++)
                free(c->authors[i].v);
        arena_close(&c->scratch);
        free(c);
}

static struct host_digest *place_of(struct author_digests *a, uint64_t host)
{
        size_t i = (size_t)host & (a->room - 1);
        while (a->v[i].host && a->v[i].host != host)
                i = (i + 1) & (a->room - 1);
        return &a->v[i];
}

static void grow(struct author_digests *a)
{
        struct author_digests old = *a;
        a->room = old.room ? old.room * 2 : 64;
        a->v = must_alloc(a->room, sizeof *a->v);
        for (size_t i = 0; i < old.room; i++)
                if (old.v[i].host)
                        *place_of(a, old.v[i].host) = old.v[i];
        free(old.v);
}

static void add_follower(struct author_digests *a, struct arena *scratch, struct str uri)
{
        uint64_t host = hash_keyed(host_of(scratch, uri)) | 1;
        if (a->n * 2 >= a->room)
                grow(a);
        struct host_digest *h = place_of(a, host);
        a->n += !h->host;
        h->host = host;
        mix(h->digest, scratch, uri);
}

static enum err read_page(struct cx *cx, struct sync_cache *c, struct author_digests *a,
                          int64_t *after, bool *more)
{
        struct row r;
        int64_t n = 0;
        TRY(db_all(cx->db, &FOLLOWERS_FAR, &c->scratch, BIND(V(a->account), V(*after), V(PAGE)),
                   &r));
        while (row_next(&r)) {
                *after = row_int(&r);
                struct str uri = row_str(&r); /* none: somebody here */
                if (uri.n)
                        add_follower(a, &c->scratch, uri);
                n++;
        }
        *more = n == PAGE;
        enum err e = row_end(&r);
        arena_reset(&c->scratch);
        return e;
}

static enum err digests_of(struct cx *cx, struct sync_cache *c, int64_t account,
                           struct author_digests **ret)
{
        int64_t now = clock_steady(cx->clock), after = 0;
        bool more = true;
        for (size_t i = 0; i < SYNC_HOSTS_KEPT; i++)
                if (c->authors[i].account == account && c->authors[i].until > now) {
                        *ret = &c->authors[i];
                        return OK;
                }
        struct author_digests *a = &c->authors[c->next++ % SYNC_HOSTS_KEPT];
        free(a->v);
        *a = (struct author_digests){.account = account};
        grow(a);
        while (more) {
                enum err e = read_page(cx, c, a, &after, &more);
                if (e) {
                        a->account = 0;
                        return e;
                }
        }
        a->until = now + KEPT_MS;
        *ret = a;
        return OK;
}

enum err sync_header(struct cx *cx, struct sync_cache *c, int64_t account, struct str host,
                     struct str *ret)
{
        struct author_digests *a;
        struct account *author;
        *ret = STR_NONE;
        TRY(digests_of(cx, c, account, &a));
        const struct host_digest *h = place_of(a, hash_keyed(str_lower(cx->arena, host)) | 1);
        if (!h->host)
                return OK;
        TRY(account_get(cx, account, &author));
        struct str digest =
                hex_encode(cx->arena, (struct str){(const char *)h->digest, SYNC_DIGEST_BYTES});
        *ret = str_fmt(cx->arena,
                       "collectionId=\"%.*s/followers\", url=\"%.*s/followers_synchronization\", "
                       "digest=\"%.*s\"",
                       STR_ARG(author->uri), STR_ARG(author->uri), STR_ARG(digest));
        return OK;
}

/* A page of rows at a time: nobody's number of followers fills a request's memory. */
static enum err put_page(struct json *j, struct cx *cx, struct arena *scratch, int64_t account,
                         struct str host, int64_t *after)
{
        struct row r;
        int64_t n = 0;
        TRY(db_all(cx->db, &FOLLOWERS_FAR, scratch, BIND(V(account), V(*after), V(PAGE)), &r));
        while (row_next(&r)) {
                *after = row_int(&r);
                struct str uri = row_str(&r);
                if (uri.n && str_eq(host_of(scratch, uri), host))
                        json_str(j, NULL, uri);
                n++;
        }
        if (n < PAGE)
                *after = 0;
        return row_end(&r);
}

enum err sync_put_followers(struct json *j, struct cx *cx, int64_t account, struct str host)
{
        struct arena scratch;
        int64_t after = 0;
        enum err e;
        arena_open(&scratch, SCRATCH_CAP);
        do {
                e = put_page(j, cx, &scratch, account, str_lower(cx->arena, host), &after);
                arena_reset(&scratch);
        } while (!e && after);
        arena_close(&scratch);
        return e;
}

/* ---- receiving ---- */

struct sync_params {
        struct str collection, url, digest;
};

/* name="value", separated by commas, as in a signature's header. */
static bool read_params(struct str rest, struct sync_params *p)
{
        *p = (struct sync_params){0};
        for (int i = 0; i < PARAMS_MOST && rest.n; i++) {
                size_t eq = str_find_char(rest, '=');
                struct str name = str_trim(str_cut(rest, 0, eq)), s = str_after(rest, eq + 1);
                if (!str_starts(s, S("\"")))
                        return false;
                s = str_after(s, 1);
                size_t end = str_find_char(s, '"');
                if (end == s.n)
                        return false;
                struct str value = str_cut(s, 0, end);
                if (str_eq(name, S("collectionId")))
                        p->collection = value;
                else if (str_eq(name, S("url")))
                        p->url = value;
                else if (str_eq(name, S("digest")))
                        p->digest = value;
                rest = str_trim(str_after(s, end + 1));
                if (rest.n && rest.p[0] != ',')
                        return false;
                rest = str_trim(str_after(rest, 1));
        }
        return !rest.n && p->collection.n && p->url.n && p->digest.n;
}

struct here {
        int64_t ids[LIST_MOST];
        struct str uris[LIST_MOST];
        size_t n;
};

static enum err followers_here(struct cx *cx, int64_t account, struct here *h)
{
        struct row r;
        h->n = 0;
        TRY(db_all(cx->db, &FOLLOWERS_HERE, cx->arena, BIND(V(account), V(LIST_MOST)), &r));
        while (h->n < LIST_MOST && row_next(&r)) {
                h->ids[h->n] = row_int(&r);
                h->uris[h->n] = account_uri(cx, h->ids[h->n], row_str(&r));
                h->n++;
        }
        return row_end(&r);
}

static enum err differs(struct cx *cx, int64_t account, struct str digest, bool *ret)
{
        unsigned char mine[SYNC_DIGEST_BYTES] = {0};
        struct here *h = make(cx->arena, struct here);
        TRY(followers_here(cx, account, h));
        for (size_t i = 0; i < h->n; i++)
                mix(mine, cx->arena, h->uris[i]);
        struct str text = hex_encode(cx->arena, (struct str){(const char *)mine, sizeof mine});
        *ret = h->n < LIST_MOST && !str_eq_nocase(text, digest);
        return OK;
}

enum err sync_received(struct cx *cx, const struct account_known *by, struct str header)
{
        struct sync_params p;
        struct address actor, url;
        bool other;
        if (!header.n || header.n > HEADER_BYTES || !read_params(header, &p) ||
            p.digest.n != 2 * SYNC_DIGEST_BYTES || !str_eq(p.collection, by->followers_uri) ||
            !address_read_far(cx->arena, cx->settings, by->uri, &actor) ||
            !address_read_far(cx->arena, cx->settings, p.url, &url) ||
            !address_same_origin(&actor, &url))
                return OK; /* a courtesy between servers: what is wrong with it changes nothing */
        TRY(differs(cx, by->id, p.digest, &other));
        if (!other)
                return OK;
        struct buf b = {0};
        struct json j;
        json_open(&j, &b);
        json_object(&j, NULL);
        json_id(&j, "account", by->id);
        json_str(&j, "url", p.url);
        json_end(&j);
        return job_add_buf(cx, "sync_followers", &b, str_int(cx->arena, by->id));
}

/* ---- setting right ---- */

struct listed {
        struct str *v;
        size_t n;
};

struct righting {
        int64_t account;
        struct listed listed;
};

static bool is_listed(const struct listed *l, struct str uri)
{
        for (size_t i = 0; i < l->n; i++)
                if (str_eq(l->v[i], uri))
                        return true;
        return false;
}

/* Whoever they do not know as a follower gets their posts no more and must not go on waiting. */
static enum err end_unlisted(struct cx *cx, const struct righting *g)
{
        struct here *h = make(cx->arena, struct here);
        TRY(followers_here(cx, g->account, h));
        for (size_t i = 0; i < h->n; i++)
                if (!is_listed(&g->listed, h->uris[i]))
                        TRY(follow_remove_follower(cx, g->account, h->ids[i]));
        return OK;
}

/* Whom they take for a follower: accepted, when that was asked for here; else they are told that it
 * is over. */
static enum err answer_listed(struct cx *cx, const struct righting *g, struct str uri)
{
        enum follow_state state;
        int64_t id, relation;
        struct account *a;
        TRY(account_find_uri(cx, uri, &id));
        if (!id || account_get(cx, id, &a) || !account_is_local(a))
                return OK;
        TRY(follow_far_state(cx, id, g->account, &state, &relation));
        if (state == FOLLOW_ASKED)
                return follow_accept(cx, g->account, id);
        return state == FOLLOW_NONE ? outbox_relation(cx, RELATION_UNDO_FOLLOW, id, g->account,
                                                      cx_id(cx), STR_NONE)
                                    : OK;
}

static enum err set_right(struct cx *cx, void *arg)
{
        const struct righting *g = arg;
        TRY(end_unlisted(cx, g));
        for (size_t i = 0; i < g->listed.n; i++)
                TRY(answer_listed(cx, g, g->listed.v[i]));
        return OK;
}

/* Only our own people, in one piece: whatever comes by pages or is too long is no list to end
 * follows by. */
static bool read_list(struct cx *cx, const struct json_value *doc, struct listed *l)
{
        const struct json_value *items = json_get(doc, "orderedItems");
        if (!items)
                items = json_get(doc, "items");
        if (!items || json_get(doc, "next") || json_get(doc, "first"))
                return false;
        l->v = make_n(cx->arena, LIST_MOST, struct str);
        for (const struct json_value *v = as_first(items); v; v = as_next(items, v)) {
                struct str uri = as_id(v);
                if (!address_own_name(cx->settings, uri).n)
                        continue;
                if (l->n == LIST_MOST)
                        return false;
                l->v[l->n++] = uri;
        }
        return true;
}

static enum err load(struct cx *cx, void *arg)
{
        struct account_known *k = arg;
        return account_known_get(cx, k->id, k);
}

enum err sync_run(struct job *job)
{
        const struct json_value *j;
        struct account_known by = {0};
        struct remote_document d;
        struct address actor;
        struct remote r = remote_of(job->cx, FETCHES);
        TRY(json_read(job->cx->arena, job->payload, NULL, &j, NULL));
        if (!str_to_i64(json_get_text(j, "account"), &by.id))
                return ERR_INPUT;
        enum err e = cx_read(job->cx, load, &by);
        if (e)
                return e == ERR_MISSING ? OK : e;
        e = remote_document(&r, json_get_text(j, "url"), &d);
        if (e)
                return e == ERR_REMOTE || e == ERR_FAULT || e == ERR_FULL ? e : OK;
        struct righting g = {.account = by.id};
        if (!address_read_far(job->cx->arena, job->cx->settings, by.uri, &actor) ||
            !address_same_origin(&actor, &d.id) || !read_list(job->cx, d.json, &g.listed))
                return OK;
        return cx_write(job->cx, set_right, &g);
}

static const struct stmt *const statements[] = {&FOLLOWERS_FAR, &FOLLOWERS_HERE};
const struct stmt_list SYNC_STATEMENTS = {statements, countof(statements)};
