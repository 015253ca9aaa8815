/* Judging the signature of a GET: see asker.h. Called by document.c. Only keys that are here
 * already are used on a loop; what is public is answered without looking. */
#include "fedi/asker.h"
#include "social/account.h"

static const struct stmt ASKER_KEY = {
        .name = "asker_key",
        .text = "SELECT id, public_key, key_id FROM account WHERE uri = $1 AND domain <> ''"
                " AND suspended_at IS NULL AND public_key IS NOT NULL",
        .in = "s",
        .out = "isS",
};

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

static struct str without_fragment(struct str id)
{
        return str_cut(id, 0, str_find_char(id, '#'));
}

static enum err find_key(struct req *rq, struct str key_id, struct key **key, int64_t *account)
{
        struct cx *cx = rq->cx;
        struct row r;
        bool found;
        *key = NULL;
        TRY(db_find(cx->db, &ASKER_KEY, cx->arena, BIND(V(without_fragment(key_id))), &r, &found));
        if (!found)
                return OK;
        *account = row_int(&r);
        struct str pem = row_str(&r), known = row_str(&r);
        TRY(row_end(&r));
        if (known.n && !str_eq(known, key_id))
                return OK;
        (void)!key_read(pem, key);
        return OK;
}

static void drop(void *key)
{
        struct key *k = key;
        key_drop(&k);
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
        struct key *key;
        int64_t account = 0;
        *ret = STRANGER;
        *unknown = false;
        if (sign_read(rq->arena, &m, cx_now(rq->cx), &sig))
                return OK;
        TRY(find_key(rq, sig.key_id, &key, &account));
        if (!key) {
                *unknown = true;
                return OK;
        }
        req_defer(rq, drop, key);
        if (sign_verify(&sig, key))
                ret->account = account;
        return OK;
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

const struct stmt_list ASKER_STATEMENTS = {
        (const struct stmt *const[]){&ASKER_KEY, &ASKER_STANDS_FOR}, 2};
