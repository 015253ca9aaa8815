/* Asking other servers for documents: see remote.h. Everything fetched for federation comes through
 * remote_document, so its checks hold everywhere: blocked servers, our own addresses, the budget of
 * one cause, what was asked in vain before, and whose word a document is (T083 to T088,
 * T113). */
#include "fedi/remote.h"
#include "fedi/fedi.h"
#include "lib/base/encode.h"
#include "lib/base/hash.h"
#include "lib/base/log.h"
#include "lib/text/html_read.h"
#include "social/server_policy.h"

static const struct stmt MISS_FIND = {
        .name = "remote_miss_find",
        .text = "SELECT 1 FROM far_miss WHERE hash = $1 AND until > $2",
        .in = "bi",
        .out = "i",
};
static const struct stmt MISS_ADD = {
        .name = "remote_miss_add",
        .text = "INSERT INTO far_miss (hash, until) VALUES ($1, $2)"
                " ON CONFLICT (hash) DO UPDATE SET until = $2",
        .in = "bi",
};

struct remote remote_of(struct cx *cx, int fetches)
{
        return (struct remote){.cx = cx, .left = fetches};
}

/* ---- what may be asked ---- */

struct gate {
        struct address a;
        struct str hash;
        bool missed, refused;
};

static enum err look(struct cx *cx, void *arg)
{
        struct gate *g = arg;
        struct server_policy policy;
        struct row r;
        TRY(server_policy_get(cx, g->a.host, &policy));
        g->refused = policy.severity == SERVER_REFUSED;
        TRY(db_find(cx->db, &MISS_FIND, NULL, BIND(V_BYTES(g->hash), V(cx_now(cx))), &r,
                    &g->missed));
        if (!g->missed)
                return OK;
        row_int(&r);
        return row_end(&r);
}

static struct str hash_of(struct arena *a, struct str url)
{
        return str_cut(sha256(a, url), 0, 16);
}

static enum err refuse(struct remote *r, enum err e, const char *why)
{
        r->why = why;
        return e;
}

static bool seen(struct remote *r, struct str url)
{
        for (size_t i = 0; i < r->n_seen; i++)
                if (str_eq(r->seen[i], url))
                        return true;
        if (r->n_seen < REMOTE_SEEN)
                r->seen[r->n_seen++] = url;
        return false;
}

static enum err pass(struct remote *r, struct str url, struct gate *g)
{
        struct cx *cx = r->cx;
        *g = (struct gate){0};
        if (!address_read(cx->arena, cx->settings, url, &g->a))
                return refuse(r, ERR_INPUT, "bad_address");
        if (g->a.ours)
                return refuse(r, ERR_INPUT, "our_address");
        if (r->left <= 0)
                return refuse(r, ERR_LIMIT, "no_fetches_left");
        if (seen(r, url))
                return refuse(r, ERR_LIMIT, "asked_already");
        g->hash = hash_of(cx->arena, url);
        TRY(cx_read(cx, look, g));
        if (g->refused)
                return refuse(r, ERR_DENIED, "blocked");
        return g->missed ? refuse(r, ERR_MISSING, "missed_before") : OK;
}

/* ---- asking ---- */

struct miss {
        struct str hash;
        int64_t until;
};

static enum err put_miss(struct cx *cx, void *arg)
{
        const struct miss *m = arg;
        return db_run(cx->db, &MISS_ADD, BIND(V_BYTES(m->hash), V(m->until)), NULL);
}

/* Remembers that it was asked in vain, and gives e. */
static enum err in_vain(struct remote *r, struct str hash, int64_t ms, enum err e, const char *why)
{
        struct miss m = {hash, cx_now(r->cx) + ms};
        TRY(cx_write(r->cx, put_miss, &m));
        return refuse(r, e, why);
}

static const struct fetch_type document_types[] = {
        {S_ROW("application/activity+json"), {NULL, 0}},
        {S_ROW("application/ld+json"), S_ROW("https://www.w3.org/ns/activitystreams")},
};
static const struct fetch_type jrd_types[] = {
        {S_ROW("application/jrd+json"), {NULL, 0}},
        {S_ROW("application/json"), {NULL, 0}},
};
static const struct fetch_type xrd_types[] = {
        {S_ROW("application/xrd+xml"), {NULL, 0}},
        {S_ROW("application/xml"), {NULL, 0}},
        {S_ROW("text/xml"), {NULL, 0}},
};

/* What is asked for; only documents are asked for with a signature, since the others tell nothing
 * that is not for everybody. */
enum want { WANT_DOCUMENT, WANT_FINGER, WANT_HOST_META };
static const struct {
        struct str accept;
        const struct fetch_type *types;
        size_t n;
} wants[] = {
        [WANT_DOCUMENT] = {S_ROW("application/ld+json; profile=\"https://www.w3.org/ns/"
                                 "activitystreams\", application/activity+json"),
                           document_types, countof(document_types)},
        [WANT_FINGER] = {S_ROW("application/jrd+json, application/json"), jrd_types,
                         countof(jrd_types)},
        [WANT_HOST_META] = {S_ROW("application/xrd+xml, application/xml, text/xml"), xrd_types,
                            countof(xrd_types)},
};

/* Some take only the newer form of signature; remembered, so that it is
 * found out once. */
static enum sign_scheme form_of(struct fedi *f, uint64_t host)
{
        unsigned mark = atomic_load(&f->forms[host % FEDI_FORMS]);
        return mark && mark == (unsigned)(host >> 32) ? SIGN_RFC9421 : SIGN_CAVAGE;
}

static void keep_form(struct fedi *f, uint64_t host, enum sign_scheme scheme)
{
        if (form_of(f, host) != scheme)
                atomic_store(&f->forms[host % FEDI_FORMS],
                             scheme == SIGN_RFC9421 ? (unsigned)(host >> 32) : 0);
}

static bool wants_other_form(const struct fetch_answer *answer)
{
        return answer->status == 400 || answer->status == 401;
}

/* Once more, signed in the other form; a page of a collection at last as older programs check it:
 * as if it had no query. */
static enum err ask_again(struct remote *r, struct fetch_request *rq, struct signer *signer,
                          struct fetch_answer *answer)
{
        signer->scheme = signer->scheme == SIGN_CAVAGE ? SIGN_RFC9421 : SIGN_CAVAGE;
        r->left--;
        TRY(fetch_wait(r->cx->instance->fedi->fetcher, r->cx->arena, rq, answer));
        if (answer->status != 401 || r->left <= 0 || !str_has_char(rq->url, '?'))
                return OK;
        signer->scheme = SIGN_CAVAGE;
        signer->no_query = true;
        r->left--;
        return fetch_wait(r->cx->instance->fedi->fetcher, r->cx->arena, rq, answer);
}

static enum err ask(struct remote *r, struct str url, struct str host, enum want want,
                    struct fetch_answer *answer)
{
        struct fedi *fedi = r->cx->instance->fedi;
        uint64_t hash = hash_keyed(host);
        struct signer signer = {.key = fedi->key,
                                .key_id = fedi->key_id,
                                .scheme = form_of(fedi, hash),
                                .clock = r->cx->clock};
        struct fetch_request rq = {
                .url = url,
                .accept = wants[want].accept,
                .types = wants[want].types,
                .n_types = wants[want].n,
                .follow = FETCH_FOLLOW_ANY,
                .urgent = r->urgent,
        };
        bool document = want == WANT_DOCUMENT;
        if (document) {
                rq.sign = sign_hop;
                rq.sign_arg = &signer;
        }
        r->left--;
        enum err e = fetch_wait(fedi->fetcher, r->cx->arena, &rq, answer);
        if (!e && document && wants_other_form(answer) && r->left > 0)
                e = ask_again(r, &rq, &signer, answer);
        if (!e && document && !wants_other_form(answer))
                keep_form(fedi, hash, signer.scheme);
        return e;
}

static enum err judge(struct remote *r, const struct gate *g, enum err e,
                      const struct fetch_answer *answer)
{
        if (e == ERR_REMOTE || e == ERR_BUSY)
                return in_vain(r, g->hash, REMOTE_PAUSE_MS, ERR_REMOTE,
                               fetch_end_name(answer->end));
        if (e)
                return in_vain(r, g->hash, REMOTE_MISS_MS, ERR_INPUT, fetch_end_name(answer->end));
        if (answer->status == 410)
                return refuse(r, ERR_GONE, "gone");
        if (answer->status == 404)
                return in_vain(r, g->hash, REMOTE_MISS_MS, ERR_MISSING, "not_there");
        if (answer->status == 401 || answer->status == 403)
                return in_vain(r, g->hash, REMOTE_MISS_MS, ERR_DENIED, "they_deny");
        if (answer->status == 429 || answer->status >= 500)
                return in_vain(r, g->hash, REMOTE_PAUSE_MS, ERR_REMOTE, "they_cannot");
        if (answer->status != 200)
                return in_vain(r, g->hash, REMOTE_MISS_MS, ERR_INPUT, "odd_status");
        return OK;
}

static enum err get(struct remote *r, struct str url, enum want want, struct str *from,
                    const struct json_value **json)
{
        struct fetch_answer answer = {0};
        struct gate g;
        TRY(pass(r, url, &g));
        enum err e = ask(r, url, g.a.host, want, &answer);
        TRY(judge(r, &g, e, &answer));
        if (json_read(r->cx->arena, answer.body, NULL, json, NULL) ||
            (*json)->type != JSON_OBJECT || !as_is_plain(*json))
                return in_vain(r, g.hash, REMOTE_MISS_MS, ERR_INPUT, "no_document");
        *from = answer.url;
        return OK;
}

enum err remote_document(struct remote *r, struct str url, struct remote_document *ret)
{
        struct arena *a = r->cx->arena;
        struct str from;
        for (int turn = 0;; turn++) {
                url = str_cut(url, 0, str_find_char(url, '#'));
                TRY(get(r, url, WANT_DOCUMENT, &from, &ret->json));
                struct str id = json_get_text(ret->json, "id");
                if (!address_read_far(a, r->cx->settings, id, &ret->id))
                        return refuse(r, ERR_INPUT, "no_id");
                if (url_same(a, id, from))
                        return as_is(ret->json, "Tombstone") ? refuse(r, ERR_GONE, "tombstone")
                                                             : OK;
                if (turn)
                        return refuse(r, ERR_INPUT, "id_elsewhere");
                url = id;
        }
}

enum err remote_is_gone(struct remote *r, struct str uri, bool *ret)
{
        struct remote_document d;
        enum err e = remote_document(r, uri, &d);
        *ret = e == ERR_GONE || e == ERR_MISSING;
        if (e == ERR_MISSING && str_eq(str_of(r->why), S("missed_before")))
                *ret = false; /* known to have failed, not why */
        return e == ERR_REMOTE ? e : OK;
}

/* ---- names ---- */

static struct str well_known(struct remote *r, struct str domain, struct str what)
{
        /* Tests run servers on plain http ports of one machine. */
        bool plain = r->cx->settings->federation_allow_private_addresses &&
                     str_has_char(domain, ':') && !r->cx->settings->https;
        return str_fmt(r->cx->arena, "%s://%.*s/.well-known/%.*s", plain ? "http" : "https",
                       STR_ARG(domain), STR_ARG(what));
}

/* Whom the domain has answer for it (RFC 6415): the address with "{uri}" for the resource, or none.
 */
static struct str finger_template(struct arena *a, struct str xrd)
{
        struct html_reader h;
        struct html_token t;
        html_read_open(&h, xrd);
        while (html_read(&h, &t)) {
                if (t.kind != HTML_OPEN || !str_eq_nocase(t.name, S("link")) ||
                    !str_eq(html_attr_get(&t, "rel"), S("lrdd")))
                        continue;
                struct str s = html_decode(a, html_attr_get(&t, "template"));
                if (str_has(s, S("{uri}")) && s.n < ADDRESS_MAX)
                        return s;
        }
        return STR_NONE;
}

/* A domain that gives handles but has no WebFinger of its own. One more fetch, and one to where it
 * leads. */
static enum err ask_host_meta(struct remote *r, struct str domain, struct str resource,
                              struct str *from, const struct json_value **json)
{
        struct fetch_answer answer = {0};
        struct gate g;
        struct str url = well_known(r, domain, S("host-meta"));
        TRY(pass(r, url, &g));
        enum err e = ask(r, url, g.a.host, WANT_HOST_META, &answer);
        TRY(judge(r, &g, e, &answer));
        struct str to = finger_template(r->cx->arena, answer.body);
        if (!to.n)
                return in_vain(r, g.hash, REMOTE_MISS_MS, ERR_MISSING, "no_template");
        to = str_replace(r->cx->arena, to, S("{uri}"), resource);
        return get(r, to, WANT_FINGER, from, json);
}

enum err remote_webfinger(struct remote *r, struct str name, struct str domain,
                          struct webfinger_in *ret)
{
        struct reading reading = reading_of(r->cx);
        const struct json_value *json;
        struct arena *a = r->cx->arena;
        struct str resource = str_fmt(a, "acct:%.*s@%.*s", STR_ARG(name), STR_ARG(domain)), from;
        resource = percent_encode(a, resource);
        struct str url = well_known(r, domain, str_join(a, S("webfinger?resource="), resource));
        for (size_t i = 0; i < r->n_fingers; i++)
                if (str_eq(r->fingers[i].url, url)) {
                        *ret = r->fingers[i].said;
                        return OK;
                }
        enum err e = get(r, url, WANT_FINGER, &from, &json);
        if (e == ERR_MISSING && ask_host_meta(r, domain, resource, &from, &json) == OK)
                e = OK;
        TRY(e);
        e = webfinger_in_read(&reading, json, domain, ret);
        if (e)
                return refuse(r, e, reading.why);
        if (r->n_fingers < REMOTE_FINGERS)
                r->fingers[r->n_fingers++] = (struct remote_finger){url, *ret};
        return OK;
}

/* ---- collections ---- */

struct walk {
        struct remote *r;
        struct str origin;
        int most;
        bool (*each)(void *arg, const struct json_value *item);
        void *arg;
};

static bool take_items(struct walk *w, const struct json_value *page, const char *key)
{
        const struct json_value *items = json_get(page, key);
        for (const struct json_value *v = as_first(items); v; v = as_next(items, v))
                if (w->most-- <= 0 || !w->each(w->arg, v))
                        return false;
        return true;
}

/* A page as address or inline; of the collection's own server only. */
static const struct json_value *page_of(struct walk *w, const struct json_value *v)
{
        struct remote_document d;
        struct address a;
        struct str id = as_id(v);
        if (!v || !address_read_far(w->r->cx->arena, w->r->cx->settings, id, &a) ||
            !str_eq(a.origin, w->origin))
                return v && v->type == JSON_OBJECT && !id.n ? v : NULL;
        if (v->type == JSON_OBJECT && (json_get(v, "items") || json_get(v, "orderedItems")))
                return v;
        return remote_document(w->r, id, &d) || !str_eq(d.id.origin, w->origin) ? NULL : d.json;
}

enum err remote_collection(struct remote *r, const struct json_value *collection, int most,
                           bool (*each)(void *arg, const struct json_value *item), void *arg)
{
        struct walk w = {.r = r, .most = most, .each = each, .arg = arg};
        struct address a;
        if (!address_read_far(r->cx->arena, r->cx->settings, as_id(collection), &a))
                return refuse(r, ERR_INPUT, "no_id");
        w.origin = a.origin;
        const struct json_value *page =
                collection; /* at hand; its items may stand in its pages alone */
        for (int i = 0; page; i++) {
                if (!take_items(&w, page, "items") || !take_items(&w, page, "orderedItems") ||
                    i == REMOTE_PAGES)
                        break;
                const struct json_value *next = json_get(page, i ? "next" : "first");
                if (!next)
                        next = json_get(page, "next");
                page = page_of(&w, as_only(next));
        }
        return OK;
}

static const struct stmt *const statements[] = {&MISS_FIND, &MISS_ADD};
const struct stmt_list REMOTE_STATEMENTS = {statements, countof(statements)};
