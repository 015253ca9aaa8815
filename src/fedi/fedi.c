/* Opening and closing the federation side: see fedi.h. Called by the server, and by tests with a
 * fetcher that plays the other servers. */
#include "fedi/fedi.h"
#include "lib/base/die.h"
#include "lib/http/fetch.h"
#include "store/secret.h"
#include <stdlib.h>

enum { ARENA_CAP = 1 << 20, HOUR = 3600, DAY = 24 * HOUR };

static const struct limit limits[FEDI_LIMIT_COUNT_] = {
        /* A large server with many people followed here sends a few a second. */
        [FEDI_LIMIT_SERVER] = {"inbox-server", 9000, 300},
        /* A busy group passes on one a second; a person acts a few times a minute. */
        [FEDI_LIMIT_ACTOR] = {"inbox-actor", 1500, 300},
        [FEDI_LIMIT_KEYS] = {"unknown-keys", 10, 60},
        [FEDI_LIMIT_NEWCOMERS] = {"newcomers", 50, HOUR},
        [FEDI_LIMIT_NEWCOMERS_DAY] = {"newcomers-day", 500, DAY},
        [FEDI_LIMIT_LOOKS] = {"looks", 1, HOUR / 4},
};

/* ---- the server's own key ---- */

static enum err fresh_key(struct cx *cx, struct str *ret)
{
        struct str public;
        return key_make(cx->arena, KEY_RSA, &public, ret);
}

static enum err open_key(struct cx *cx, struct fedi *f)
{
        struct str pem;
        TRY(secret_open(cx, "server-actor-key", fresh_key, &pem));
        return key_read_private(pem, &f->key);
}

/* ---- opening ---- */

struct fetch_settings fedi_fetch_settings(const struct settings *s, struct arena *a)
{
        struct str *own = make_n(a, 2, struct str);
        own[0] = s->host;
        own[1] = s->account_domain;
        return (struct fetch_settings){
                .allow_private = s->federation_allow_private_addresses,
                .user_agent = str_fmt(a, "Tidings/" TIDINGS_VERSION " (+%.*s/)", STR_ARG(s->url)),
                .extra_ca_file = s->extra_ca_file,
                .own = own,
                .n_own = 2,
        };
}

enum err fedi_open(struct cx *cx, const struct fetch_settings *fetch, struct fedi **ret)
{
        struct fedi *f = must_alloc(1, sizeof *f);
        arena_open(&f->arena, ARENA_CAP);
        *ret = f;
        f->key_id = str_fmt(&f->arena, "%.*s" FEDI_ACTOR_PATH FEDI_KEY_FRAGMENT,
                            STR_ARG(cx->settings->url));
        f->keys = key_cache_open(KEY_CACHE_MOST);
        f->limits = limiter_open(limits, countof(limits), cx->clock);
        enum err e = fetch_open(fetch, &f->fetcher);
        if (!e)
                e = open_key(cx, f);
        if (e)
                fedi_close(ret);
        return e;
}

void fedi_close(struct fedi **fp)
{
        struct fedi *f = *fp;
        if (!f)
                return;
        if (f->fetcher)
                fetch_close(&f->fetcher);
        key_drop(&f->key);
        key_cache_close(&f->keys);
        limiter_close(&f->limits);
        arena_close(&f->arena);
        free(f);
        *fp = NULL;
}

bool fedi_may(const struct cx *cx, enum fedi_limit row, struct str key)
{
        struct limit_state ignored;
        return !cx->settings->rate_limits ||
               limiter_take(cx->instance->fedi->limits, row, key, &ignored);
}
