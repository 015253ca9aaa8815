/* Judging the signature of a GET: see asker.h. Called by document.c. Only keys that are here
 * already are used on a loop; what is public is answered without looking. */
#include "fedi/asker.h"
#include "fedi/keys.h"
#include "social/account_far.h"
#include "social/server_policy.h"

enum { KEY_FETCHES = 4 };

/* People of the asker's server among those the post is for. An asker with a name of their own asks
 * for themselves only. */
static const struct stmt ASKER_STANDS_FOR = {
        .name = "asker_stands_for",
        .text = "SELECT f.account FROM post p JOIN follow f ON f.target = p.account AND f.state = 1"
                " JOIN account a ON a.id = f.account JOIN account s ON s.id = $2"
                " WHERE p.id = $1 AND p.audience = 2 AND s.kind = 4 AND a.domain = s.domain"
                " UNION ALL SELECT m.account FROM mention m JOIN account a ON a.id = m.account"
                " JOIN account s ON s.id = $2 WHERE m.post = $1 AND s.kind = 4"
                " AND a.domain = s.domain LIMIT 1",
        .in = "ii",
        .out = "i",
};

/* ---- the key ---- */

static void asked(void *fedi)
{
        atomic_fetch_sub(&((struct fedi *)fedi)->asking, 1);
}

enum err asker_go_on(struct req *rq, enum err (*handler)(struct req *rq))
{
        struct fedi *fedi = rq->cx->instance->fedi;
        bool full = atomic_fetch_add(&fedi->asking, 1) >= FEDI_ASKING_MOST;
        req_defer(rq, asked, fedi);
        if (full)
                return ERR_BUSY;
        req_go_on(rq, LANE_SLOW, handler);
        return OK;
}

enum err asker_later(struct req *rq)
{
        return asker_go_on(rq, rq->route->handler);
}

static enum err ask(struct req *rq, struct str key_id, struct key_found *k)
{
        struct remote r = remote_of(rq->cx, KEY_FETCHES);
        r.urgent = true; /* their server waits for our answer */
        int64_t account;
        *k = (struct key_found){0};
        if (!fedi_may(rq->cx, FEDI_LIMIT_KEYS, rq->peer))
                return ERR_LIMIT;
        enum err e = keys_fetch(&r, key_id, k, &account);
        if (e)
                *k = (struct key_found){0};
        return e == ERR_FAULT || e == ERR_FULL ? e : OK;
}

/* Whoever is blocked by the moderators asks as nobody. */
static enum err account_of(struct cx *cx, struct str owner, int64_t *ret)
{
        struct server_policy policy;
        struct url u;
        if (!url_read(cx->arena, owner, &u))
                return OK;
        TRY(server_policy_get(cx, url_host_port(cx->arena, &u), &policy));
        if (policy.severity == SERVER_REFUSED)
                return OK;
        return account_find_uri(cx, owner, ret);
}

enum err asker_of(struct req *rq, struct viewer *ret, bool *unknown)
{
        const struct settings *s = rq->cx->settings;
        struct sign_message m = {.method = "GET",
                                 .target = rq->target,
                                 .scheme = s->https ? S("https") : S("http"),
                                 .host = s->host,
                                 .headers = rq->headers,
                                 .n_headers = rq->n_headers};
        struct signature sig;
        struct key_found k;
        bool missed;
        *ret = STRANGER;
        *unknown = false;
        if (sign_read(rq->arena, &m, cx_now(rq->cx), &sig))
                return OK;
        TRY(keys_here(rq->cx, sig.key_id, &k, &missed));
        if (!k.key && !missed && rq->next_lane != LANE_SLOW) {
                *unknown = true;
                return OK;
        }
        if (!k.key && !missed)
                TRY(ask(rq, sig.key_id, &k));
        if (!k.key)
                return OK;
        bool good = sign_verify(&sig, k.key);
        key_drop(&k.key);
        return good ? account_of(rq->cx, k.owner, &ret->account) : OK;
}

enum err asker_must(struct req *rq, bool *later)
{
        struct viewer by;
        *later = false;
        if (!rq->cx->settings->signed_fetch)
                return OK;
        TRY(asker_of(rq, &by, later));
        if (*later)
                return asker_later(rq);
        return by.account ? OK
                          : req_fail(rq, ERR_NO_TOKEN, "This server answers signed requests only.");
}

enum err asker_stands_for(struct cx *cx, const struct viewer *asker, int64_t post,
                          struct viewer *ret)
{
        struct row r;
        bool found;
        *ret = STRANGER;
        TRY(db_find(cx->db, &ASKER_STANDS_FOR, NULL, BIND(V(post), V(asker->account)), &r, &found));
        if (!found)
                return OK;
        ret->account = row_int(&r);
        return row_end(&r);
}

enum err asker_host(struct cx *cx, int64_t account, struct str *ret)
{
        struct account_known k;
        struct address a;
        TRY(account_known_get(cx, account, &k));
        if (!address_read_far(cx->arena, cx->settings, k.uri, &a))
                return ERR_DENIED;
        *ret = a.host;
        return OK;
}

const struct stmt_list ASKER_STATEMENTS = {(const struct stmt *const[]){&ASKER_STANDS_FOR}, 1};
