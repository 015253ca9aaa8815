/* The inbox: see inbox.h. Nothing is answered with 202 before its signature was checked (a sender
 * that tries a second form of signature would lose its first delivery), and nothing before what
 * came of it is on disk. What is refused is one line in the log. */
#include "fedi/inbox.h"
#include "fedi/asker.h"
#include "fedi/deliver.h"
#include "fedi/fedi.h"
#include "fedi/inbox_job.h"
#include "fedi/keys.h"
#include "fedi/sync.h"
#include "lib/base/hash.h"
#include "lib/base/log.h"
#include "social/leave.h"
#include "social/server_policy.h"
#include "store/limits.h"

enum { INBOX_BYTES = 1 << 20 /* Mastodon's own limit */, KEY_FETCHES = 6 };

static const struct stmt SEE = {
        .name = "inbox_see",
        .text = "INSERT INTO activity_seen (hash, at) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        .in = "bi",
};

static const struct stmt FORGET = {
        .name = "inbox_forget",
        .text = "DELETE FROM activity_seen WHERE hash = $1",
        .in = "b",
};

/* One delivery, from its bytes to its answer. */
struct delivery {
        struct incoming in;
        struct str hash; /* of whose activity this is, and which */
        struct incoming_head head;
        struct signature signature;
        struct proof proof;
        bool has_proof, vouched; /* vouched: the proof fits and is the actor's */
        struct str signer;       /* the actor that signed the request */
        bool actor_known, fetched;
};

static enum err accepted(struct req *rq)
{
        reply_text(rq, 202, "text/plain", S(""));
        return OK;
}

static void refused(struct req *rq, const struct delivery *d, const char *why)
{
        log_event(LOG_INFO, "inbox_refused", LOG_Z("why", why ? why : "unknown"),
                  LOG_S("actor", str_cut(d->head.actor, 0, 300)),
                  LOG_S("type", str_cut(d->head.type, 0, 40)), LOG_S("peer", rq->peer));
}

/* ---- reading ---- */

static bool is_json(struct str type)
{
        static const char *const types[] = {"application/activity+json", "application/ld+json",
                                            "application/json"};
        type = str_trim(str_cut(type, 0, str_find_char(type, ';')));
        for (size_t i = 0; i < countof(types); i++)
                if (str_eq_nocase(type, str_of(types[i])))
                        return true;
        return false;
}

static enum err check_signature(struct req *rq, struct delivery *d)
{
        const struct settings *s = rq->cx->settings;
        struct sign_message m = {.method = "POST",
                                 .target = rq->target,
                                 .scheme = s->https ? S("https") : S("http"),
                                 .host = s->host,
                                 .headers = rq->headers,
                                 .n_headers = rq->n_headers,
                                 .body = rq->body};
        enum sign_end end = sign_read(rq->arena, &m, cx_now(rq->cx), &d->signature);
        if (!end)
                return OK;
        refused(rq, d, sign_end_name(end));
        return req_fail(rq, ERR_NO_TOKEN, "%s", sign_end_text(end));
}

static enum err read_activity(struct req *rq, struct delivery *d)
{
        struct reading r = reading_of(rq->cx);
        if (json_read(rq->arena, rq->body, NULL, &d->in.activity, NULL)) {
                refused(rq, d, "no_json");
                return req_fail(rq, ERR_MALFORMED, "The activity is not readable JSON.");
        }
        if (receive_head(&r, d->in.activity, &d->head)) {
                refused(rq, d, r.why);
                return req_fail(rq, ERR_MALFORMED, "The activity is not one: %s.", r.why);
        }
        d->has_proof = proof_read(rq->arena, d->in.activity, &d->proof);
        return OK;
}

static enum err find_owner(struct req *rq, struct delivery *d)
{
        struct cx *cx = rq->cx;
        struct str name = req_path(rq, "name");
        if (!name.n)
                return OK;
        bool gone;
        TRY(leave_was_here(cx, name,
                           &gone)); /* first: the row stands until all of theirs is erased */
        if (gone)
                return ERR_GONE;
        TRY(account_find_name(cx, name, S(""), &d->in.inbox_of));
        return d->in.inbox_of ? OK : ERR_MISSING;
}

/* Also of the server that signed, which may be another one. */
static enum err check_policy(struct req *rq, struct delivery *d)
{
        struct cx *cx = rq->cx;
        struct server_policy policy;
        struct address key;
        TRY(server_policy_get(cx, d->head.actor_address.host, &policy));
        if (policy.severity != SERVER_REFUSED &&
            address_read(rq->arena, cx->settings, d->signature.key_id, &key) &&
            !str_eq(key.host, d->head.actor_address.host))
                TRY(server_policy_get(cx, key.host, &policy));
        if (policy.severity != SERVER_REFUSED)
                return OK;
        refused(rq, d, "blocked");
        return req_fail(rq, ERR_DENIED, "This server is blocked here.");
}

static enum err find_actor(struct cx *cx, struct delivery *d)
{
        enum err e = account_known_by_uri(cx, d->head.actor, &d->in.by);
        d->actor_known = e == OK;
        return e == ERR_MISSING ? OK : e;
}

/* The whole network tells every server of every account that goes: nobody asks for the keys of
 * those who were never known here (T112). */
static bool is_end_of_stranger(const struct delivery *d)
{
        const struct json_value *object = as_only(json_get(d->in.activity, "object"));
        return !d->actor_known &&
               (as_is(d->in.activity, "Delete") || as_is(d->in.activity, "Update")) &&
               str_eq(as_id(object), d->head.actor);
}

/* ---- applying, on the writer ---- */

/* The same activity comes by several ways, and again when we were slow to answer. */
static enum err see(struct cx *cx, const struct delivery *d, bool *first)
{
        int64_t changed;
        TRY(db_run(cx->db, &SEE, BIND(V_BYTES(d->hash), V(cx_now(cx))), &changed));
        *first = changed != 0;
        return OK;
}

/* What was not taken may come again and be wanted then. */
static enum err settle(struct req *rq, struct delivery *d)
{
        struct cx *cx = rq->cx;
        if (d->in.verdict == VERDICT_REFUSED)
                refused(rq, d, d->in.why);
        if (d->in.verdict == VERDICT_LATER)
                TRY(inbox_job_add(cx, &d->in, rq->body));
        if (d->in.verdict == VERDICT_REFUSED || d->in.verdict == VERDICT_IGNORED)
                TRY(db_run(cx->db, &FORGET, BIND(V_BYTES(d->hash)), NULL));
        return accepted(rq);
}

/* As it is now: it may have changed since the loop looked. ERR_MISSING: it went in this moment. */
static enum err load_actor(struct cx *cx, struct delivery *d)
{
        if (d->actor_known)
                return account_known_get(cx, d->in.by.id, &d->in.by);
        return account_known_by_uri(cx, d->head.actor, &d->in.by);
}

static enum err apply(struct req *rq)
{
        struct delivery *d = rq->session;
        struct cx *cx = rq->cx;
        enum err e = OK;
        bool first;
        TRY(see(cx, d, &first));
        if (!first)
                return accepted(rq);
        TRY(deliver_alive(cx, d->head.actor_address.host));
        d->in.budget = FEDI_FETCHES;
        d->in.verdict = VERDICT_IGNORED;
        if (d->in.forwarded)
                d->in.by = (struct account_known){.uri = d->head.actor,
                                                  .domain = d->head.actor_address.host};
        else
                e = load_actor(cx, d);
        if (e == ERR_MISSING)
                return settle(rq, d);
        TRY(e);
        TRY(receive(cx, &d->in));
        if (!d->in.forwarded && str_eq(d->signer, d->head.actor))
                TRY(sync_received(cx, &d->in.by, req_header(rq, "collection-synchronization")));
        return settle(rq, d);
}

/* ---- whose word is it ---- */

static enum err unauthorized(struct req *rq, struct delivery *d, const char *why)
{
        refused(rq, d, why);
        return req_fail(rq, ERR_NO_TOKEN, "The signature could not be verified: %s.", why);
}

static enum err limited(struct req *rq, struct delivery *d)
{
        refused(rq, d, "too_many");
        return ERR_LIMIT;
}

static struct str seen_hash(struct req *rq, const struct delivery *d)
{
        struct str what = d->head.id.n ? d->head.id : sha256(rq->arena, rq->body);
        struct str both = str_fmt(rq->arena, "%.*s\n", STR_ARG(d->head.actor));
        return str_cut(sha256(rq->arena, str_join(rq->arena, both, what)), 0, 16);
}

/* The signer is known. If somebody else acts, only a proof of theirs makes it their word; without
 * one their server will be asked. */
static enum err admit(struct req *rq, struct delivery *d)
{
        struct cx *cx = rq->cx;
        struct address signer;
        if (!address_read_far(rq->arena, cx->settings, d->signer, &signer))
                return unauthorized(rq, d, "signer_address");
        if (!fedi_may(cx, FEDI_LIMIT_SERVER, signer.host) ||
            !fedi_may(cx, FEDI_LIMIT_ACTOR, d->signer))
                return limited(rq, d);
        d->in.forwarded = !str_eq(d->signer, d->head.actor) && !d->vouched;
        d->hash = seen_hash(rq, d);
        req_go_on(rq, LANE_WRITE, apply);
        return OK;
}

static bool proof_fits(const struct delivery *d, const struct key_found *k)
{
        return k->key && str_eq(k->owner, d->head.actor) && proof_verify(&d->proof, k->key);
}

/* With the keys that are here. *ask: something must be fetched before it can be told. */
static enum err judge_here(struct req *rq, struct delivery *d, bool *ask, const char **why)
{
        struct cx *cx = rq->cx;
        struct key_found k;
        bool missed;
        *ask = false;
        TRY(keys_here(cx, d->signature.key_id, &k, &missed));
        bool good = k.key && sign_verify(&d->signature, k.key);
        *why = k.key ? "wrong" : "key_missing";
        *ask = !good &&
               (k.key ? key_cache_again(cx->instance->fedi->keys, d->signature.key_id, cx_now(cx))
                      : !missed);
        if (k.key)
                key_drop(&k.key);
        if (!good)
                return OK;
        d->signer = k.owner;
        *why = NULL;
        if (str_eq(d->signer, d->head.actor)) {
                *ask = !d->actor_known; /* the key was kept, the account was not */
                return OK;
        }
        if (!d->has_proof)
                return OK;
        TRY(keys_here(cx, d->proof.key_id, &k, &missed));
        d->vouched = d->actor_known && proof_fits(d, &k);
        *ask = !d->vouched && !missed;
        if (k.key)
                key_drop(&k.key);
        return OK;
}

/* ---- asking, in the pool ---- */

/* Its server says that the actor is gone, and so does the activity: believed without a signature,
 * which nobody can make any more. */
static bool says_goodbye(const struct delivery *d, struct remote *r)
{
        const struct json_value *object = as_only(json_get(d->in.activity, "object"));
        struct str key = d->signature.key_id;
        struct remote_document ignored;
        if (!as_is(d->in.activity, "Delete") || !d->actor_known ||
            !str_eq(as_id(object), d->head.actor))
                return false;
        /* The key may lie anywhere; only what the actor's own address says counts. */
        return str_eq(str_cut(key, 0, str_find_char(key, '#')), d->head.actor) ||
               remote_document(r, d->head.actor, &ignored) == ERR_GONE;
}

static enum err fetch_signer(struct req *rq, struct delivery *d, struct remote *r)
{
        struct key_found k;
        int64_t account;
        if (!fedi_may(rq->cx, FEDI_LIMIT_KEYS, rq->peer))
                return limited(rq, d);
        enum err e = keys_fetch(r, d->signature.key_id, &k, &account);
        if (e == ERR_GONE && says_goodbye(d, r)) {
                d->signer = d->head.actor;
                return OK;
        }
        if (e)
                return unauthorized(rq, d, r->why);
        bool good = sign_verify(&d->signature, k.key);
        key_drop(&k.key);
        if (!good)
                return unauthorized(rq, d, "wrong");
        d->signer = k.owner;
        return OK;
}

static enum err fetch_proof(struct req *rq, struct delivery *d, struct remote *r)
{
        struct key_found k;
        int64_t account;
        if (!fedi_may(rq->cx, FEDI_LIMIT_KEYS, rq->peer) ||
            keys_fetch(r, d->proof.key_id, &k, &account))
                return OK; /* then it is nobody's word but the forwarder's */
        d->vouched = proof_fits(d, &k);
        key_drop(&k.key);
        return OK;
}

static enum err ask(struct req *rq)
{
        struct delivery *d = rq->session;
        struct remote r = remote_of(rq->cx, KEY_FETCHES);
        r.urgent = true; /* their server waits for our answer */
        int64_t account;
        if (!d->signer.n)
                TRY(fetch_signer(rq, d, &r));
        bool own = str_eq(d->signer, d->head.actor);
        if (!own && d->has_proof && !d->vouched)
                TRY(fetch_proof(rq, d, &r));
        if (own || d->vouched) {
                enum err e = remote_actor(&r, d->head.actor, REMOTE_KNOWN, &account);
                if (e)
                        return unauthorized(rq, d, r.why);
        }
        return admit(rq, d);
}

static enum err ask_later(struct req *rq, struct delivery *d)
{
        enum err e = asker_go_on(rq, ask);
        if (e)
                refused(rq, d, "busy");
        return e;
}

/* ---- the route ---- */

static enum err take(struct req *rq)
{
        struct delivery *d = make(rq->arena, struct delivery);
        bool asks;
        const char *why;
        rq->session = d;
        if (!is_json(req_header(rq, "content-type")))
                return req_fail(rq, ERR_MEDIA_TYPE, "Activities are application/activity+json.");
        TRY(find_owner(rq, d));
        TRY(check_signature(rq, d));
        TRY(read_activity(rq, d));
        TRY(check_policy(rq, d));
        TRY(find_actor(rq->cx, d));
        if (is_end_of_stranger(d))
                return accepted(rq);
        TRY(judge_here(rq, d, &asks, &why));
        if (asks)
                return ask_later(rq, d);
        return why ? unauthorized(rq, d, why) : admit(rq, d);
}

static const struct route routes[] = {
        {"POST", "/inbox", 0, LIMIT_INBOX, LANE_READ, take, BODY_RAW, INBOX_BYTES},
        {"POST", "/users/:name/inbox", 0, LIMIT_INBOX, LANE_READ, take, BODY_RAW, INBOX_BYTES},
        {"POST", FEDI_ACTOR_PATH "/inbox", 0, LIMIT_INBOX, LANE_READ, take, BODY_RAW, INBOX_BYTES},
};
const struct route_list FEDI_INBOX_ROUTES = {DOOR_FEDI, routes, countof(routes)};

static const struct stmt *const statements[] = {&SEE, &FORGET};
const struct stmt_list INBOX_STATEMENTS = {statements, countof(statements)};
