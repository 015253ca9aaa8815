/* Actors of other servers: fetched, their names confirmed, stored. See remote.h. A name on another
 * domain than the actor's own counts only when that domain points back (T094). */
#include "fedi/fedi.h"
#include "fedi/remote.h"

enum { FRESH_MS = ACCOUNT_RETRY_MS, NOW_MS = 10 * 1000 };

struct knowing {
        struct str uri;
        struct account_known known;
        bool found;
};

static enum err look(struct cx *cx, void *arg)
{
        struct knowing *k = arg;
        enum err e = account_known_by_uri(cx, k->uri, &k->known);
        k->found = e == OK;
        return e == ERR_MISSING ? OK : e;
}

struct storing {
        const struct actor_in *actor;
        struct str domain;
        bool named;
        int64_t id;
};

static enum err store(struct cx *cx, void *arg)
{
        struct storing *s = arg;
        return store_actor(cx, s->actor, s->domain, s->named, &s->id);
}

static enum err gone(struct cx *cx, void *arg)
{
        return account_far_gone(cx, *(int64_t *)arg);
}

static enum err tried(struct cx *cx, void *arg)
{
        return account_far_tried(cx, *(int64_t *)arg);
}

/* ---- the name ---- */

static bool is_our_domain(const struct settings *s, struct str domain)
{
        return str_eq_nocase(domain, s->account_domain) || str_eq_nocase(domain, s->host);
}

/* Asks the domain for the name, and the domain that is named in the answer once more. */
static bool confirm(struct remote *r, struct actor_in *a, struct str name, struct str domain,
                    struct str *ret)
{
        struct webfinger_in w;
        for (int turn = 0; turn < 2; turn++) {
                if (is_our_domain(r->cx->settings, domain) ||
                    remote_webfinger(r, name, domain, &w) || !webfinger_in_names(&w, a->id.text))
                        return false;
                if (str_eq(w.domain, domain)) {
                        a->username = w.name;
                        *ret = domain;
                        return true;
                }
                name = w.name;
                domain = w.domain;
        }
        return false;
}

/* A name that was confirmed before, and is claimed as before, is not asked for again. */
static bool name_stands(const struct actor_in *a, const struct knowing *k)
{
        return k->found && str_eq_nocase(k->known.username, a->username) &&
               (!a->handle.n || str_ends(a->handle, k->known.domain));
}

static void settle_name(struct remote *r, const struct knowing *k, struct storing *s,
                        struct actor_in *a)
{
        struct str name, domain;
        s->domain = a->id.host;
        if (name_stands(a, k)) {
                s->domain = k->known.domain;
                return;
        }
        if (a->handle.n && handle_read(r->cx->arena, a->handle, &name, &domain) &&
            !str_eq(domain, a->id.host)) {
                s->named = confirm(r, a, name, domain, &s->domain);
                if (s->named)
                        return;
        }
        s->named = confirm(r, a, a->username, a->id.host, &s->domain);
}

/* ---- storing ---- */

/* The name by which floods of made-up servers are counted (T129): the last two labels, three where
 * the second is short as in "co.uk". */
static struct str registrable(struct str host)
{
        size_t dots = 0, i = str_find_char(host, ':');
        struct str name = str_cut(host, 0, i), second;
        for (i = name.n; i > 0 && dots < 2; i--)
                dots += name.p[i - 1] == '.';
        if (dots < 2)
                return name;
        second = str_cut(str_after(name, i + 1), 0, str_find_char(str_after(name, i + 1), '.'));
        if (second.n > 3)
                return str_after(name, i + 1);
        while (i > 0 && name.p[i - 1] != '.')
                i--;
        return str_after(name, i);
}

static bool may_meet(struct remote *r, struct str host)
{
        struct str name = registrable(host);
        return fedi_may(r->cx, FEDI_LIMIT_NEWCOMERS, name) &&
               fedi_may(r->cx, FEDI_LIMIT_NEWCOMERS_DAY, name);
}

static enum err keep(struct remote *r, const struct json_value *doc, const struct knowing *k,
                     int64_t *id)
{
        struct reading reading = reading_of(r->cx);
        struct actor_in a;
        struct storing s = {.actor = &a};
        if (actor_in_read(&reading, doc, &a)) {
                r->why = reading.why;
                return ERR_INPUT;
        }
        if (!k->found && !may_meet(r, a.id.host)) {
                r->why = "too_many_newcomers";
                return ERR_LIMIT;
        }
        settle_name(r, k, &s, &a);
        enum err e = cx_write(r->cx, store, &s);
        *id = s.id;
        if (!e && k->found && a.key_pem.n && !str_eq(a.key_pem, k->known.public_key))
                key_cache_forget(r->cx->instance->fedi->keys, a.id.text);
        return e;
}

enum err remote_actor_document(struct remote *r, const struct json_value *doc, int64_t *id)
{
        struct knowing k = {.uri = json_get_text(doc, "id")};
        TRY(cx_read(r->cx, look, &k));
        return keep(r, doc, &k, id);
}

static enum err fetch(struct remote *r, const struct knowing *k, int64_t *id)
{
        struct remote_document d;
        enum err e = remote_document(r, k->uri, &d);
        if (e == ERR_GONE && k->found) {
                int64_t known = k->known.id;
                TRY(cx_write(r->cx, gone, &known));
        }
        if (e)
                return e;
        if (!str_eq(d.id.text, k->uri) && k->found) {
                r->why = "another_id";
                return ERR_INPUT;
        }
        return keep(r, d.json, k, id);
}

enum err remote_actor(struct remote *r, struct str uri, enum remote_how how, int64_t *id)
{
        struct knowing k = {.uri = uri};
        TRY(cx_read(r->cx, look, &k));
        *id = k.found ? k.known.id : 0;
        if (k.found && (k.known.local || how == REMOTE_KNOWN))
                return OK;
        /* A profile that never fits must not be asked for again and again (T130). */
        int64_t pause = how == REMOTE_NOW ? NOW_MS : FRESH_MS;
        if (k.found && cx_now(r->cx) - k.known.tried_at < pause)
                return OK;
        enum err e = fetch(r, &k, id);
        if (!k.found || !e || e == ERR_GONE)
                return e;
        *id = k.known.id;
        return cx_write(r->cx, tried, id);
}

/* ---- what a person typed ---- */

static enum err find_name(struct remote *r, struct str name, struct str domain,
                          struct remote_found *ret)
{
        struct webfinger_in w;
        enum err e = ERR_MISSING;
        TRY(remote_webfinger(r, name, domain, &w));
        for (size_t i = 0; i < w.n_self && e; i++)
                e = remote_actor(r, w.self[i], REMOTE_KNOWN, &ret->account);
        return e;
}

enum err remote_find(struct remote *r, struct str text, struct remote_found *ret)
{
        struct remote_document d;
        struct str name, domain;
        struct knowing k = {0};
        *ret = (struct remote_found){0};
        if (handle_read(r->cx->arena, text, &name, &domain))
                return is_our_domain(r->cx->settings, domain) ? ERR_MISSING
                                                              : find_name(r, name, domain, ret);
        TRY(remote_document(r, text, &d));
        if (!actor_in_is(d.json))
                return remote_post_document(r, &d, REMOTE_KNOWN, STORE_QUIET, &ret->post);
        k.uri = d.id.text;
        TRY(cx_read(r->cx, look, &k));
        return keep(r, d.json, &k, &ret->account);
}
