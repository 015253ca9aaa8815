/* What the federation side keeps while the process lives: see fedi.h. Opened by server/serve.c before
 * the first request. */
#include "fedi/fedi.h"
#include <stdlib.h>

enum { ARENA_CAP = 1 << 20, HOUR_S = 3600, DAY_S = 24 * 3600 };

/* threats.md T104, T109, T129: what a busy honest server needs, several times over. */
static const struct limit limits[FEDI_LIMIT_COUNT_] = {
        [FEDI_LIMIT_SERVER] = {"fedi-server", 30000, 300},
        [FEDI_LIMIT_ACTOR] = {"fedi-actor", 1500, 300},
        [FEDI_LIMIT_KEYS] = {"fedi-keys", 300, 300},
        [FEDI_LIMIT_NEWCOMERS] = {"fedi-newcomers", 50, HOUR_S},
        [FEDI_LIMIT_NEWCOMERS_DAY] = {"fedi-newcomers-day", 500, DAY_S},
};

static const struct stmt SECRET_FIND = {
        .name = "fedi_secret_find",
        .text = "SELECT value FROM secret WHERE name = $1",
        .in = "s",
        .out = "s",
};
static const struct stmt SECRET_ADD = {
        .name = "fedi_secret_add",
        .text = "INSERT INTO secret (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        .in = "ss",
};

static enum err find_key(struct cx *cx, struct str *pem, bool *found)
{
        struct row r;
        TRY(db_find(cx->db, &SECRET_FIND, cx->arena, BIND(V(S(FEDI_KEY_SECRET))), &r, found));
        if (!*found)
                return OK;
        *pem = row_str(&r);
        return row_end(&r);
}

static enum err keep_key(struct cx *cx, void *pem)
{
        return db_run(cx->db, &SECRET_ADD, BIND(V(S(FEDI_KEY_SECRET)), V(*(struct str *)pem)),
                      NULL);
}

static enum err load_key(struct cx *cx, struct key **ret)
{
        struct str pem, public;
        bool found;
        TRY(find_key(cx, &pem, &found));
        if (!found) {
                TRY(key_make(cx->arena, KEY_RSA, &public, &pem));
                TRY(cx_write(cx, keep_key, &pem));
        }
        return key_read_private(pem, ret);
}

struct fetch_settings fedi_fetch_settings(const struct settings *s, struct arena *a)
{
        struct str *own = make_n(a, 2, struct str);
        own[0] = s->host;
        own[1] = s->account_domain;
        return (struct fetch_settings){
                .allow_private = s->federation_allow_private_addresses,
                .user_agent = str_fmt(a, "Tidings/%s (+%.*s/)", TIDINGS_VERSION, STR_ARG(s->url)),
                .extra_ca_file = s->extra_ca_file,
                .own = own,
                .n_own = 2,
        };
}

enum err fedi_open(struct cx *cx, const struct fetch_settings *fetch, struct fedi **ret)
{
        struct fedi *f = must_alloc(1, sizeof *f);
        arena_open(&f->arena, ARENA_CAP);
        enum err e = load_key(cx, &f->key);
        if (!e)
                e = fetch_open(fetch, &f->fetcher);
        if (e) {
                fedi_close(&f);
                return e;
        }
        f->key_id = str_fmt(&f->arena, "%.*s" FEDI_ACTOR_PATH FEDI_KEY_FRAGMENT,
                            STR_ARG(cx->settings->url));
        f->keys = key_cache_open(KEY_CACHE_MOST);
        f->limits = limiter_open(limits, FEDI_LIMIT_COUNT_, cx->clock);
        *ret = f;
        return OK;
}

void fedi_close(struct fedi **ret)
{
        struct fedi *f = *ret;
        if (!f)
                return;
        *ret = NULL;
        fetch_close(&f->fetcher);
        if (f->keys)
                key_cache_close(&f->keys);
        if (f->limits)
                limiter_close(&f->limits);
        if (f->key)
                key_drop(&f->key);
        arena_close(&f->arena);
        free(f);
}

bool fedi_may(const struct cx *cx, enum fedi_limit row, struct str key)
{
        struct limit_state state;
        return !cx->settings->rate_limits ||
               limiter_take(cx->instance->fedi->limits, row, key, &state);
}

const struct stmt_list FEDI_STATEMENTS = {
        (const struct stmt *const[]){&SECRET_FIND, &SECRET_ADD},
        2,
};
