/* The Account entity and its bytes in the cache. Embedded in posts, notifications, lists; the same
 * for every viewer. On the writer nothing goes through the cache: what the transaction just changed
 * is not published yet. */
#include "api/account_json.h"
#include "api/paging.h"
#include "lib/text/date.h"
#include "social/far_file.h"
#include "social/follow.h"
#include "social/ids.h"
#include "social/login.h"
#include "store/cache.h"

void api_emoji_list(struct json *j, const char *key, const struct emoji *v, size_t n)
{
        json_array(j, key);
        for (size_t i = 0; i < n; i++) {
                json_object(j, NULL);
                json_str(j, "shortcode", v[i].shortcode);
                json_str(j, "url", v[i].url);
                json_str(j, "static_url", v[i].static_url);
                json_bool(j, "visible_in_picker", v[i].visible);
                if (v[i].category.n)
                        json_str(j, "category", v[i].category);
                json_end(j);
        }
        json_end(j);
}

/* ---- one account ---- */

static enum err write_emojis(struct json *j, struct cx *cx, const struct account *a)
{
        struct str *texts = make_n(cx->arena, 2 + 2 * a->n_fields, struct str);
        size_t n = 0, n_emoji = 0;
        if (!a->suspended) {
                texts[n++] = a->display_name;
                texts[n++] = a->note_html.html;
                for (size_t i = 0; i < a->n_fields; i++) {
                        texts[n++] = a->fields[i].name;
                        texts[n++] = a->fields[i].html.html;
                }
        }
        struct emoji *v;
        TRY(emoji_find(cx, a->domain, texts, n, &v, &n_emoji));
        api_emoji_list(j, "emojis", v, n_emoji);
        return OK;
}

static void write_fields(struct json *j, const char *key, const struct account *a, bool source)
{
        json_array(j, key);
        for (size_t i = 0; i < a->n_fields && !a->suspended; i++) {
                const struct account_field *f = &a->fields[i];
                json_object(j, NULL);
                json_str(j, "name", f->name);
                if (source)
                        json_str(j, "value", f->value);
                else
                        json_markup(j, "value", f->html);
                json_time(j, "verified_at", f->verified_at);
                json_end(j);
        }
        json_end(j);
}

/* Apps crash on missing pictures: there always is one that loads. Elk, IceCubes and Mastodon's app
 * know "no header" by its name. */
static void write_picture(struct json *j, struct cx *cx, const char *key, const char *key_static,
                          struct str file, struct str still, struct str far, const char *none)
{
        struct str url =
                far.n    ? far_url(cx, far, FAR_FULL)
                : file.n ? media_url(cx, file)
                         : str_fmt(cx->arena, "%.*s/static/%s", STR_ARG(cx->settings->url), none);
        json_str(j, key, url);
        json_str(j, key_static,
                 far.n     ? far_url(cx, far, FAR_STILL)
                 : still.n ? media_url(cx, still)
                           : url);
}

static void write_pictures(struct json *j, struct cx *cx, const struct account *a)
{
        const struct account hidden = {0}, *s = a->suspended ? &hidden : a;
        write_picture(j, cx, "avatar", "avatar_static", s->avatar, s->avatar_static, s->avatar_far,
                      "avatar.png");
        json_str(j, "avatar_description", a->avatar_description);
        write_picture(j, cx, "header", "header_static", s->header, s->header_static, s->header_far,
                      "missing.png");
        json_str(j, "header_description", a->header_description);
}

struct str api_portrait(struct cx *cx, const struct account *a)
{
        if (a->avatar_far.n && !a->suspended)
                return far_url(cx, a->avatar_far, FAR_STILL);
        if (a->avatar.n && !a->suspended)
                return media_url(cx, a->avatar_static.n ? a->avatar_static : a->avatar);
        return str_fmt(cx->arena, "%.*s/static/avatar.png", STR_ARG(cx->settings->url));
}

static void write_counts(struct json *j, const struct account *a)
{
        json_int(j, "followers_count", a->followers_count);
        json_int(j, "following_count", a->following_count);
        json_int(j, "statuses_count", a->posts_count);
        json_date(j, "last_status_at", a->last_post_at);
}

static void write_flags(struct json *j, const struct account *a)
{
        bool local = account_is_local(a);
        json_bool(j, "locked", a->locked);
        json_bool(j, "bot", a->kind == ACCOUNT_BOT || a->kind == ACCOUNT_APPLICATION);
        json_bool(j, "group", a->kind == ACCOUNT_GROUP);
        json_bool(j, "discoverable", a->discoverable);
        json_bool(j, "indexable", a->indexable);
        if (local) {
                json_bool(j, "noindex", !a->indexable);
                json_bool(j, "hide_collections", a->hide_collections);
                json_array(j, "roles");
                json_end(j);
        } else {
                json_null(j, "hide_collections");
        }
        if (a->memorial)
                json_bool(j, "memorial", true);
        if (a->suspended)
                json_bool(j, "suspended", true);
        if (a->silenced)
                json_bool(j, "limited", true);
        json_bool(j, "show_media", true);
        json_bool(j, "show_media_replies", true);
        json_bool(j, "show_featured", true);
}

static enum err write_moved(struct json *j, struct cx *cx, const struct account *a)
{
        struct account *to;
        if (!a->moved_to || a->suspended)
                return OK;
        enum err e = account_get(cx, a->moved_to, &to);
        if (e == ERR_MISSING)
                return OK;
        TRY(e);
        to->moved_to = 0; /* one step: the nested account has no `moved` */
        return api_account_json(j, "moved", cx, to);
}

/* Everything but the closing brace. */
static enum err write_open(struct json *j, const char *key, struct cx *cx, const struct account *a)
{
        json_object(j, key);
        json_id(j, "id", a->id);
        json_str(j, "username", a->username);
        json_str(j, "acct", account_acct(cx->arena, a));
        json_str(j, "url", a->url);
        json_str(j, "uri", a->uri);
        json_str(j, "display_name", a->suspended ? S("") : a->display_name);
        json_markup(j, "note", a->suspended ? MARKUP_NONE : a->note_html);
        json_time(j, "created_at", date_midnight(a->created_at));
        write_pictures(j, cx, a);
        write_counts(j, a);
        write_flags(j, a);
        write_fields(j, "fields", a, false);
        TRY(write_emojis(j, cx, a));
        return write_moved(j, cx, a);
}

enum err api_account_json(struct json *j, const char *key, struct cx *cx, const struct account *a)
{
        TRY(write_open(j, key, cx, a));
        json_end(j);
        return OK;
}

/* ---- bytes and cache ---- */

static bool cached(struct cx *cx)
{
        return cx->instance && cx->instance->cache && !cx->events;
}

static bool from_cache(struct cx *cx, int64_t id, struct buf *scratch, struct str *ret)
{
        buf_clear(scratch);
        if (!cached(cx) || !cache_get(cx->instance->cache, CACHE_ACCOUNT, id, NULL, 0, scratch))
                return false;
        *ret = str_dup(cx->arena, buf_str(scratch));
        return true;
}

static enum err render(struct cx *cx, const struct account *a, struct buf *scratch, struct str *ret)
{
        struct json j;
        buf_clear(scratch);
        json_open(&j, scratch);
        TRY(api_account_json(&j, NULL, cx, a));
        if (scratch->failed)
                return ERR_FAULT;
        *ret = str_dup(cx->arena, buf_str(scratch));
        if (cached(cx))
                cache_put(cx->instance->cache, CACHE_ACCOUNT, a->id, NULL, 0, *ret, cx->snapshot);
        return OK;
}

static enum err fill(struct cx *cx, const int64_t *ids, size_t n, struct buf *scratch,
                     struct str *v)
{
        int64_t *missing = make_n(cx->arena, n, int64_t);
        size_t n_missing = 0, n_found = 0;
        struct account **found;
        for (size_t i = 0; i < n; i++)
                if (!from_cache(cx, ids[i], scratch, &v[i]) &&
                    ids_find(missing, n_missing, ids[i]) == n_missing)
                        missing[n_missing++] = ids[i];
        if (!n_missing)
                return OK;
        TRY(account_get_many(cx, missing, n_missing, &found, &n_found));
        for (size_t k = 0; k < n_found; k++) {
                struct str bytes;
                TRY(render(cx, found[k], scratch, &bytes));
                for (size_t i = 0; i < n; i++)
                        if (ids[i] == found[k]->id)
                                v[i] = bytes;
        }
        return OK;
}

enum err api_account_bytes_many(struct cx *cx, const int64_t *ids, size_t n, struct str **ret)
{
        struct buf scratch = {0};
        struct str *v = make_n(cx->arena, n, struct str);
        enum err e = fill(cx, ids, n, &scratch, v);
        buf_free(&scratch);
        if (!e)
                *ret = v;
        return e;
}

enum err api_account_bytes(struct cx *cx, int64_t account, struct str *ret)
{
        struct str *v;
        TRY(api_account_bytes_many(cx, &account, 1, &v));
        if (!v->p)
                return ERR_MISSING;
        *ret = *v;
        return OK;
}

enum err api_account_put(struct json *j, const char *key, struct cx *cx, int64_t account)
{
        struct str bytes;
        TRY(api_account_bytes(cx, account, &bytes));
        json_raw(j, key, bytes);
        return OK;
}

enum err api_account_list(struct json *j, const char *key, struct cx *cx, const int64_t *ids,
                          size_t n)
{
        struct str *v;
        TRY(api_account_bytes_many(cx, ids, n, &v));
        json_array(j, key);
        for (size_t i = 0; i < n; i++)
                if (v[i].p)
                        json_raw(j, NULL, v[i]);
        json_end(j);
        return OK;
}

enum err api_account_page(struct req *rq, const struct page *p, const int64_t *ids, size_t n)
{
        api_page_links(rq, p);
        return api_account_list(reply_json(rq, 200), NULL, rq->cx, ids, n);
}

/* ---- the owner's own ---- */

static const char *const quote_names[] = {"public", "followers", "nobody"};

void api_role_json(struct json *j, enum role role)
{
        /* Mastodon's permission bits: everything; reports, users, audit log, taxonomies, dashboard;
         * inviting. */
        static const struct {
                const char *id, *name, *permissions;
        } roles[] = {[ROLE_MEMBER] = {"-99", "", "65536"},
                     [ROLE_MODERATOR] = {"1", "Moderator", "1308"},
                     [ROLE_OWNER] = {"3", "Owner", "1048575"}};
        json_object(j, "role");
        json_z(j, "id", roles[role].id);
        json_z(j, "name", roles[role].name);
        json_z(j, "color", "");
        json_z(j, "permissions", roles[role].permissions);
        json_bool(j, "highlighted", role != ROLE_MEMBER);
        json_end(j);
}

static void write_source(struct json *j, const struct account *a, const struct login *l,
                         int64_t requests)
{
        json_object(j, "source");
        json_array(j, "attribution_domains");
        json_end(j);
        json_str(j, "note", a->note);
        write_fields(j, "fields", a, true);
        json_str(j, "privacy", audience_api_name(l->visibility));
        json_bool(j, "sensitive", l->sensitive);
        json_str(j, "language", l->language);
        json_int(j, "follow_requests_count", requests);
        json_bool(j, "hide_collections", a->hide_collections);
        json_bool(j, "discoverable", a->discoverable);
        json_bool(j, "indexable", a->indexable);
        json_z(j, "quote_policy", quote_names[l->quote_policy]);
        json_end(j);
}

enum err api_account_credential(struct json *j, struct cx *cx, int64_t account)
{
        struct account *a;
        struct login *l;
        int64_t requests;
        TRY(account_get(cx, account, &a));
        TRY(login_get(cx, account, &l));
        TRY(follow_requests_count(cx, account, &requests));
        TRY(write_open(j, NULL, cx, a));
        write_source(j, a, l, requests);
        api_role_json(j, l->role);
        json_end(j);
        return OK;
}
