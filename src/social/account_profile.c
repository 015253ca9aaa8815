/* An account here comes to be and changes its profile. Called by login.c (sign-up), the API's
 * update_credentials and the settings page. */
#include "lib/text/json.h"
#include "lib/text/link.h"
#include "lib/text/unicode.h"
#include "lib/text/url.h"
#include "social/account.h"
#include "social/follow.h"
#include "social/media_take.h"
#include "social/outbox_relation.h"
#include "social/search.h"
#include "store/job.h"
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

static const struct stmt PROFILE_INSERT = {
        .name = "profile_insert",
        .text = "INSERT INTO account (id, username, username_fold, locked, public_key, private_key,"
                " created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $7)",
        .in = "ississi",
};

static const struct stmt PROFILE_KEY = {
        .name = "profile_key",
        .text = "SELECT private_key FROM account WHERE id = $1 AND private_key IS NOT NULL",
        .in = "i",
        .out = "s",
};

static const struct stmt PROFILE_WRITE = {
        .name = "profile_write",
        .text = "UPDATE account SET kind = $2, display_name = $3, note = $4, note_html = $5, "
                "fields = $6,"
                " avatar_description = $7, header_description = $8, locked = $9, discoverable = "
                "$10,"
                " indexable = $11, hide_collections = $12, updated_at = $13, gallery = $14 WHERE "
                "id = $1",
        .in = "iissssssiiiiii",
};

static const struct stmt PROFILE_FIELDS = {
        .name = "profile_fields",
        .text = "UPDATE account SET fields = $2 WHERE id = $1",
        .in = "is",
};
static const struct stmt PROFILE_AVATAR = {
        .name = "profile_avatar",
        .text = "UPDATE account SET avatar = $2, avatar_static = $3, avatar_portrait = $4, "
                "avatar_type = $5"
                " WHERE id = $1",
        .in = "iSSSS",
};

static const struct stmt PROFILE_HEADER = {
        .name = "profile_header",
        .text = "UPDATE account SET header = $2, header_static = $3, header_type = $4 WHERE id = "
                "$1",
        .in = "iSSS",
};

/* ---- coming to be ---- */

struct str account_search_text(struct arena *a, struct str username, struct str domain,
                               struct str display_name)
{
        return str_fmt(a, "%.*s %.*s %.*s", STR_ARG(username), STR_ARG(domain),
                       STR_ARG(display_name));
}

enum err account_make_keys(struct arena *a, struct account_keys *ret)
{
        EVP_PKEY *key = EVP_RSA_gen(2048);
        BIO *private = BIO_new(BIO_s_mem()), *public = BIO_new(BIO_s_mem());
        char *p;
        enum err e = ERR_FAULT;
        if (key && private && public &&
            PEM_write_bio_PrivateKey(private, key, NULL, NULL, 0, NULL, NULL) &&
            PEM_write_bio_PUBKEY(public, key)) {
                long n = BIO_get_mem_data(private, &p);
                ret->private_pem = str_dup(a, (struct str){p, (size_t)n});
                n = BIO_get_mem_data(public, &p);
                ret->public_pem = str_dup(a, (struct str){p, (size_t)n});
                e = OK;
        }
        BIO_free(private);
        BIO_free(public);
        EVP_PKEY_free(key);
        return e;
}

enum err account_create(struct cx *cx, const struct account_draft *d, int64_t *ret)
{
        int64_t id = cx_id(cx), now = cx_now(cx);
        TRY(db_run(cx->db, &PROFILE_INSERT,
                   BIND(V(id), V(d->username), V(str_lower(cx->arena, d->username)), V(d->locked),
                        V(d->keys.public_pem), V(d->keys.private_pem), V(now)),
                   NULL));
        TRY(search_index_account(cx, id,
                                 account_search_text(cx->arena, d->username, S(""), S(""))));
        cx_event(cx, EVENT_ACCOUNT_CHANGED, id, 0);
        *ret = id;
        return OK;
}

enum err account_private_key(struct cx *cx, int64_t id, struct str *pem)
{
        struct row r;
        TRY(db_one(cx->db, &PROFILE_KEY, cx->arena, BIND(V(id)), &r));
        *pem = row_str(&r);
        return row_end(&r);
}

/* ---- words ---- */

/* Mentions of people known here, hashtags and links in a profile text. */
static enum err link_words(struct cx *cx, struct str text, struct markup *ret)
{
        struct link_list links = link_find(cx->arena, text);
        for (size_t i = 0; i < links.n; i++) {
                struct link_span *s = &links.v[i];
                if (s->kind == LINK_URL) {
                        s->href = s->name;
                } else if (s->kind == LINK_HASHTAG) {
                        s->href = str_fmt(cx->arena, "%.*s/tags/%.*s", STR_ARG(cx->settings->url),
                                          STR_ARG(text_fold(cx->arena, s->name)));
                } else {
                        struct account *a;
                        struct str acct = str_fmt(cx->arena, "%.*s%s%.*s", STR_ARG(s->name),
                                                  s->domain.n ? "@" : "", STR_ARG(s->domain));
                        enum err e = account_by_name(cx, acct, &a);
                        if (e && e != ERR_MISSING)
                                return e;
                        if (!e)
                                s->href = a->url;
                }
        }
        *ret = link_render(cx->arena, text, &links);
        return OK;
}

/* A field's value is one line: no paragraph around it, and its links say rel="me" so that other
 * sites can prove them. */
static enum err link_field(struct cx *cx, struct str value, struct markup *ret)
{
        struct markup m;
        TRY(link_words(cx, value, &m));
        struct str html = m.html;
        if (str_starts(html, S("<p>")) && str_ends(html, S("</p>")))
                html = str_cut(html, 3, html.n - 7);
        ret->html = str_replace(cx->arena, html, S("rel=\"nofollow noopener"),
                                S("rel=\"me nofollow noopener"));
        return OK;
}

static enum err too_long(struct cx *cx, const char *field, const char *name, int most)
{
        return fail_field(cx, field, ERR_INPUT,
                          "Validation failed: %s is too long (maximum is %d characters)", name,
                          most);
}

static enum err not_text(struct cx *cx, const char *field, const char *name)
{
        return fail_field(cx, field, ERR_INPUT, "Validation failed: %s is invalid", name);
}

static enum err read_field(struct cx *cx, const struct account_field *from,
                           const struct account *old, struct account_field *to)
{
        if (!name_clean(cx->arena, from->name.p ? from->name : S(""), &to->name) ||
            !name_clean(cx->arena, from->value.p ? from->value : S(""), &to->value))
                return not_text(cx, "fields", "Profile fields");
        if (utf8_count(to->name) > ACCOUNT_FIELD_MAX || utf8_count(to->value) > ACCOUNT_FIELD_MAX)
                return too_long(cx, "fields", "Profile fields", ACCOUNT_FIELD_MAX);
        if (!to->name.n && to->value.n)
                return fail_field(cx, "fields", ERR_INPUT,
                                  "Validation failed: Profile fields: a label can't be blank");
        TRY(link_field(cx, to->value, &to->html));
        /* What was proven stays proven while the value stays. */
        for (size_t i = 0; i < old->n_fields; i++)
                if (str_eq(old->fields[i].value, to->value))
                        to->verified_at = old->fields[i].verified_at;
        return OK;
}

static struct str write_fields(struct cx *cx, const struct account_field *v, size_t n)
{
        struct buf b = {.cap = 1 << 20};
        struct json j;
        json_open(&j, &b);
        json_array(&j, NULL);
        for (size_t i = 0; i < n; i++) {
                json_object(&j, NULL);
                json_str(&j, "name", v[i].name);
                json_str(&j, "value", v[i].value);
                json_markup(&j, "html", v[i].html);
                json_int(&j, "verified_at", v[i].verified_at);
                json_end(&j);
        }
        json_end(&j);
        return buf_take(cx->arena, &b);
}

static enum err change_fields(struct cx *cx, const struct account_change *c, struct account *a)
{
        struct account_field *v = make_n(cx->arena, ACCOUNT_FIELDS, struct account_field);
        size_t n = 0;
        for (size_t i = 0; i < c->n_fields; i++) {
                if (!str_trim(c->fields[i].name).n && !str_trim(c->fields[i].value).n)
                        continue;
                if (n == ACCOUNT_FIELDS)
                        return fail_field(cx, "fields", ERR_INPUT,
                                          "Validation failed: Profile fields can be at most %d",
                                          ACCOUNT_FIELDS);
                TRY(read_field(cx, &c->fields[i], a, &v[n++]));
        }
        a->fields = v;
        a->n_fields = n;
        return OK;
}

static enum err change_words(struct cx *cx, const struct account_change *c, struct account *a)
{
        if (c->display_name.p) {
                if (!name_clean(cx->arena, c->display_name, &a->display_name))
                        return not_text(cx, "display_name", "Display name");
                if (utf8_count(a->display_name) > ACCOUNT_NAME_MAX)
                        return too_long(cx, "display_name", "Display name", ACCOUNT_NAME_MAX);
        }
        if (c->note.p) {
                if (!text_clean(cx->arena, str_trim(c->note), &a->note))
                        return not_text(cx, "note", "Bio");
                if (link_count(cx->arena, a->note) > ACCOUNT_NOTE_HTML_MAX)
                        return too_long(cx, "note", "Bio", ACCOUNT_NOTE_HTML_MAX);
                TRY(link_words(cx, a->note, &a->note_html));
        }
        if (c->avatar_description.p &&
            !text_clean(cx->arena, c->avatar_description, &a->avatar_description))
                return not_text(cx, "avatar_description", "Avatar description");
        if (c->header_description.p &&
            !text_clean(cx->arena, c->header_description, &a->header_description))
                return not_text(cx, "header_description", "Header description");
        if (utf8_count(a->avatar_description) > PICTURE_WORDS_MAX)
                return too_long(cx, "avatar_description", "Avatar description", PICTURE_WORDS_MAX);
        if (utf8_count(a->header_description) > PICTURE_WORDS_MAX)
                return too_long(cx, "header_description", "Header description", PICTURE_WORDS_MAX);
        return c->fields_given ? change_fields(cx, c, a) : OK;
}

/* ---- pictures ---- */

static enum err change_pictures(struct cx *cx, const struct account_change *c,
                                const struct account *a)
{
        if (c->avatar.given) {
                const struct account_picture *p = &c->avatar;
                TRY(db_run(cx->db, &PROFILE_AVATAR,
                           BIND(V(a->id), V(p->name), V(p->still), V(p->portrait), V(p->type)),
                           NULL));
        }
        if (c->avatar.given && !c->keep_files) {
                TRY(media_trash(cx, a->avatar));
                TRY(media_trash(cx, a->avatar_static));
                TRY(media_trash(cx, a->avatar_portrait));
        }
        if (c->header.given) {
                const struct account_picture *p = &c->header;
                TRY(db_run(cx->db, &PROFILE_HEADER,
                           BIND(V(a->id), V(p->name), V(p->still), V(p->type)), NULL));
        }
        if (c->header.given && !c->keep_files) {
                TRY(media_trash(cx, a->header));
                TRY(media_trash(cx, a->header_static));
        }
        return OK;
}

/* ---- all of it ---- */

static void choose(bool *at, enum tri t)
{
        if (t != TRI_UNSET)
                *at = t == TRI_TRUE;
}

/* Pages named in the profile are asked whether they name the person back. */
static enum err prove_later(struct cx *cx, const struct account *a)
{
        bool any = false;
        for (size_t i = 0; i < a->n_fields; i++)
                any = any || (!a->fields[i].verified_at &&
                              (str_starts(a->fields[i].value, S("https://")) ||
                               str_starts(a->fields[i].value, S("http://"))));
        if (!any)
                return OK;
        struct str key = str_int(cx->arena, a->id);
        return job_add(cx, "prove_links",
                       str_fmt(cx->arena, "{\"account\":\"%lld\"}", (long long)a->id), key, 0);
}

enum err account_field_proven(struct cx *cx, int64_t id, struct str value)
{
        struct account *a;
        bool changed = false;
        TRY(account_get(cx, id, &a));
        for (size_t i = 0; i < a->n_fields; i++)
                if (!a->fields[i].verified_at && str_eq(a->fields[i].value, value)) {
                        a->fields[i].verified_at = cx_now(cx);
                        changed = true;
                }
        if (!changed)
                return OK;
        TRY(db_run(cx->db, &PROFILE_FIELDS,
                   BIND(V(id), V(write_fields(cx, a->fields, a->n_fields))), NULL));
        cx_event(cx, EVENT_ACCOUNT_CHANGED, id, 0);
        return OK;
}

enum err account_update(struct cx *cx, int64_t id, const struct account_change *c)
{
        struct account *a;
        TRY(account_get(cx, id, &a));
        TRY(change_words(cx, c, a));
        bool was_locked = a->locked;
        choose(&a->locked, c->locked);
        choose(&a->discoverable, c->discoverable);
        choose(&a->indexable, c->indexable);
        choose(&a->hide_collections, c->hide_collections);
        choose(&a->gallery, c->gallery);
        if (c->bot != TRI_UNSET && a->kind <= ACCOUNT_BOT)
                a->kind = c->bot == TRI_TRUE ? ACCOUNT_BOT : ACCOUNT_PERSON;
        TRY(change_pictures(cx, c, a));
        TRY(db_run(cx->db, &PROFILE_WRITE,
                   BIND(V(id), V(a->kind), V(a->display_name), V(a->note),
                        V(a->note_html.html.p ? a->note_html.html : S("")),
                        V(write_fields(cx, a->fields, a->n_fields)), V(a->avatar_description),
                        V(a->header_description), V(a->locked), V(a->discoverable), V(a->indexable),
                        V(a->hide_collections), V(cx_now(cx)), V(a->gallery)),
                   NULL));
        TRY(search_index_account(
                cx, id, account_search_text(cx->arena, a->username, a->domain, a->display_name)));
        cx_event(cx, EVENT_ACCOUNT_CHANGED, id, 0);
        TRY(prove_later(cx, a));
        if (was_locked && !a->locked)
                TRY(follow_accept_all(cx, id));
        return outbox_profile(cx, id);
}

static const struct stmt *const statements[] = {
        &PROFILE_INSERT, &PROFILE_KEY,    &PROFILE_WRITE,
        &PROFILE_FIELDS, &PROFILE_AVATAR, &PROFILE_HEADER,
};
const struct stmt_list PROFILE_STATEMENTS = {statements, countof(statements)};
