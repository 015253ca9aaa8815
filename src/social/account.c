/* Accounts: reading rows, looking people up, the addresses of people here. Called by all doors and
 * most rules. What changes a row is in account_profile.c, finding by words in account_find.c. */
#include "social/account.h"
#include "lib/text/json.h"
#include "lib/text/url.h"
#include "social/far_file.h"
#include "social/ids.h"

#define COLUMNS                                                                                    \
        "a.id, a.username, a.domain, a.kind, a.uri, a.url, a.display_name, a.note, a.note_html,"   \
        " a.fields, a.avatar, a.avatar_static, a.avatar_portrait, a.avatar_description, a.header," \
        " a.header_static, a.header_description, a.locked, a.discoverable, a.indexable,"           \
        " a.hide_collections, a.gallery, a.memorial, a.suspended_at, a.silenced_at, "              \
        "a.posts_count,"                                                                           \
        " a.followers_count, a.following_count, a.last_post_at, a.moved_to, a.created_at,"         \
        " a.updated_at, a.avatar_remote, a.header_remote"
#define LETTERS "issiSSssssSSSsSSsiiiiiiIIiiiiIiiSS"

static const struct stmt ACCOUNT_GET = {
        .name = "account_get",
        .text = "SELECT " COLUMNS " FROM account a WHERE a.id = $1",
        .in = "i",
        .out = LETTERS,
};

#define GET_MANY(ids) "SELECT " COLUMNS " FROM " ids " JOIN account a ON a.id = ids.value"
static const struct stmt ACCOUNT_GET_MANY = {
        .name = "account_get_many",
        .text = GET_MANY(IDS_SQLITE),
        .text_pg = GET_MANY(IDS_PG),
        .in = "s",
        .out = LETTERS,
};

static const struct stmt ACCOUNT_BY_NAME = {
        .name = "account_by_name",
        .text = "SELECT " COLUMNS " FROM account a WHERE a.username_fold = $1 AND a.domain = $2",
        .in = "ss",
        .out = LETTERS,
};

static const struct stmt ACCOUNT_MUST = {
        .name = "account_must",
        .text = "SELECT 1 FROM account WHERE id = $1 AND suspended_at IS NULL AND NOT EXISTS"
                " (SELECT 1 FROM login l WHERE l.account = $1 AND l.approved = 0)",
        .in = "i",
        .out = "i",
};

/* Our own JSON; a broken column shows no fields rather than failing the page. */
static void read_fields(struct cx *cx, struct str text, struct account *a)
{
        const struct json_value *list;
        if (text.n <= 2 || json_read(cx->arena, text, NULL, &list, NULL) ||
            list->type != JSON_ARRAY)
                return;
        a->fields = make_n(cx->arena, list->count, struct account_field);
        for (const struct json_value *v = list->child; v; v = v->next) {
                struct account_field *f = &a->fields[a->n_fields++];
                f->name = json_get_text(v, "name");
                f->value = json_get_text(v, "value");
                f->html.html = json_get_text(v, "html");
                (void)json_i64(json_get(v, "verified_at"), &f->verified_at);
        }
}

/* Copies of pictures elsewhere come and go: readers get the address that stands for both. */
static void read_far(struct cx *cx, struct account *a, struct str avatar, struct str header)
{
        if (account_is_local(a))
                return;
        a->avatar = a->avatar_static = a->avatar_portrait = STR_NONE;
        a->header = a->header_static = STR_NONE;
        a->avatar_far = avatar.n ? far_path(cx, FAR_AVATAR, a->id, avatar) : STR_NONE;
        a->header_far = header.n ? far_path(cx, FAR_HEADER, a->id, header) : STR_NONE;
}

static struct account *read_account(struct cx *cx, struct row *r)
{
        struct account *a = make(cx->arena, struct account);
        a->id = row_int(r);
        a->username = row_str(r);
        a->domain = row_str(r);
        a->kind = (enum account_kind)row_int(r);
        a->uri = row_str(r);
        a->url = row_str(r);
        a->display_name = row_str(r);
        a->note = row_str(r);
        a->note_html.html = row_str(r);
        read_fields(cx, row_str(r), a);
        a->avatar = row_str(r);
        a->avatar_static = row_str(r);
        a->avatar_portrait = row_str(r);
        a->avatar_description = row_str(r);
        a->header = row_str(r);
        a->header_static = row_str(r);
        a->header_description = row_str(r);
        a->locked = row_int(r) != 0;
        a->discoverable = row_int(r) != 0;
        a->indexable = row_int(r) != 0;
        a->hide_collections = row_int(r) != 0;
        a->gallery = row_int(r) != 0;
        a->memorial = row_int(r) != 0;
        a->suspended = row_int(r) != 0;
        a->silenced = row_int(r) != 0;
        a->posts_count = row_int(r);
        a->followers_count = row_int(r);
        a->following_count = row_int(r);
        a->last_post_at = row_int(r);
        a->moved_to = row_int(r);
        a->created_at = row_int(r);
        a->updated_at = row_int(r);
        struct str avatar = row_str(r), header = row_str(r);
        read_far(cx, a, avatar, header);
        if (account_is_local(a)) {
                a->uri = account_uri(cx, a->id, a->username);
                a->url = account_url(cx, a->username);
        } else if (!a->url.n) {
                a->url = a->uri;
        }
        return a;
}

enum err account_get(struct cx *cx, int64_t id, struct account **ret)
{
        struct row r;
        TRY(db_one(cx->db, &ACCOUNT_GET, cx->arena, BIND(V(id)), &r));
        struct account *a = read_account(cx, &r);
        TRY(row_end(&r));
        *ret = a;
        return OK;
}

enum err account_get_many(struct cx *cx, const int64_t *ids, size_t n, struct account ***ret,
                          size_t *n_ret)
{
        struct account **found = make_n(cx->arena, n, struct account *);
        struct row r;
        TRY(db_all(cx->db, &ACCOUNT_GET_MANY, cx->arena, BIND(V(ids_json(cx->arena, ids, n))), &r));
        while (row_next(&r)) {
                struct account *a = read_account(cx, &r);
                for (size_t i = 0; i < n; i++) /* the same id may be asked for twice */
                        if (ids[i] == a->id)
                                found[i] = a;
        }
        TRY(row_end(&r));
        size_t k = 0;
        for (size_t i = 0; i < n; i++)
                if (found[i])
                        found[k++] = found[i];
        *ret = found;
        *n_ret = k;
        return OK;
}

const struct account *account_among(struct account *const *v, size_t n, int64_t id)
{
        for (size_t i = 0; i < n; i++)
                if (v[i]->id == id)
                        return v[i];
        return NULL;
}

/* "@name@domain" into what the table holds. */
static bool read_acct(struct cx *cx, struct str acct, struct str *name, struct str *domain)
{
        if (str_starts(acct, S("@")))
                acct = str_after(acct, 1);
        size_t at = str_find_char(acct, '@');
        *name = str_lower(cx->arena, str_cut(acct, 0, at));
        *domain = S("");
        if (!name->n || name->n > 100)
                return false;
        if (at == acct.n)
                return true;
        struct str host = str_after(acct, at + 1);
        if (str_eq_nocase(host, cx->settings->account_domain) ||
            str_eq_nocase(host, cx->settings->host))
                return true;
        size_t colon = str_find_char(host, ':');
        if (!host_to_ascii(cx->arena, str_cut(host, 0, colon), domain))
                return false;
        *domain = str_join(cx->arena, *domain, str_after(host, colon));
        return true;
}

enum err account_by_name(struct cx *cx, struct str acct, struct account **ret)
{
        struct str name, domain;
        if (!read_acct(cx, acct, &name, &domain))
                return ERR_MISSING;
        struct row r;
        TRY(db_one(cx->db, &ACCOUNT_BY_NAME, cx->arena, BIND(V(name), V(domain)), &r));
        struct account *a = read_account(cx, &r);
        TRY(row_end(&r));
        *ret = a;
        return OK;
}

enum err account_must(struct cx *cx, int64_t id)
{
        struct row r;
        TRY(db_one(cx->db, &ACCOUNT_MUST, cx->arena, BIND(V(id)), &r));
        row_int(&r);
        return row_end(&r);
}

bool account_is_local(const struct account *a)
{
        return a->domain.n == 0;
}

struct str account_acct(struct arena *a, const struct account *account)
{
        if (account_is_local(account))
                return account->username;
        return str_fmt(a, "%.*s@%.*s", STR_ARG(account->username), STR_ARG(account->domain));
}

struct str account_name(const struct account *account)
{
        return account->display_name.n ? account->display_name : account->username;
}

struct str account_uri(struct cx *cx, int64_t id, struct str username)
{
        (void)id; /* the address is by name, as everywhere else in the fediverse */
        return str_fmt(cx->arena, "%.*s/users/%.*s", STR_ARG(cx->settings->url), STR_ARG(username));
}

struct str account_url(struct cx *cx, struct str username)
{
        return str_fmt(cx->arena, "%.*s/@%.*s", STR_ARG(cx->settings->url), STR_ARG(username));
}

struct str media_url(struct cx *cx, struct str store_name)
{
        return str_fmt(cx->arena, "%.*s/media/%.*s", STR_ARG(cx->settings->url),
                       STR_ARG(store_name));
}

static const struct stmt *const statements[] = {&ACCOUNT_GET, &ACCOUNT_GET_MANY, &ACCOUNT_BY_NAME,
                                                &ACCOUNT_MUST};
const struct stmt_list ACCOUNT_STATEMENTS = {statements, countof(statements)};
