/* Rows of people elsewhere: see account_far.h. Called by fedi when somebody is met, changes or is
 * looked for. Leaving (moves, deletions) is in account_far_end.c. */
#include "social/account_far.h"
#include "lib/text/json.h"
#include "social/media_take.h"
#include "social/search.h"

enum { NAME_TRIES = 50 };

static const struct stmt BY_URI = {
        .name = "account_far_by_uri",
        .text = "SELECT id FROM account WHERE uri = $1",
        .in = "s",
        .out = "i",
};
static const struct stmt BY_NAME = {
        .name = "account_far_by_name",
        .text = "SELECT id FROM account WHERE username_fold = $1 AND domain = $2",
        .in = "ss",
        .out = "i",
};
#define KNOWN_TEXT                                                                                 \
        "SELECT a.id, a.fetched_at, COALESCE(f.tried_at, 0), COALESCE(f.moved_at, 0),"             \
        " a.username, a.domain, a.uri, a.inbox, a.followers_uri, a.featured_uri, a.key_id,"        \
        " a.public_key, a.suspended_at, a.silenced_at,"                                            \
        " CASE WHEN a.moved_to IS NULL AND f.moved_uri IS NULL THEN 0 ELSE 1 END"                  \
        " FROM account a LEFT JOIN account_far f ON f.account = a.id WHERE a."
#define KNOWN_OUT "iiiissSSSSSSIIi"
static const struct stmt KNOWN = {
        .name = "account_known",
        .text = KNOWN_TEXT "id = $1",
        .in = "i",
        .out = KNOWN_OUT,
};
static const struct stmt KNOWN_BY_URI = {
        .name = "account_known_by_uri",
        .text = KNOWN_TEXT "uri = $1",
        .in = "s",
        .out = KNOWN_OUT,
};
static const struct stmt ADD = {
        .name = "account_far_add",
        .text = "INSERT INTO account (id, username, username_fold, domain, uri, created_at,"
                " updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        .in = "issssii",
};
static const struct stmt CHANGE = {
        .name = "account_far_change",
        .text = "UPDATE account SET kind = $2, url = $3, inbox = $4, shared_inbox = $5,"
                " outbox = $6, followers_uri = $7, following_uri = $8, featured_uri = $9,"
                " display_name = $10, note_html = $11, fields = $12, locked = $13,"
                " discoverable = $14, indexable = $15, memorial = $16, public_key = $17,"
                " key_id = $18, also_known_as = $19, updated_at = $20, fetched_at = $20"
                " WHERE id = $1",
        .in = "iiSSSSSSSsssiiiiSSsi",
        .out = "",
};
static const struct stmt PICTURES = {
        .name = "account_far_pictures",
        .text = "SELECT avatar_remote, header_remote, avatar, avatar_static, header, header_static,"
                " display_name FROM account WHERE id = $1",
        .in = "i",
        .out = "SSSSSSs",
};
/* A new picture: the copy of the old one goes. */
static const struct stmt AVATAR = {
        .name = "account_far_avatar",
        .text = "UPDATE account SET avatar_remote = $2, avatar_description = $3, avatar = NULL,"
                " avatar_type = NULL, avatar_static = NULL, avatar_portrait = NULL WHERE id = $1",
        .in = "iSs",
};
static const struct stmt HEADER = {
        .name = "account_far_header",
        .text = "UPDATE account SET header_remote = $2, header_description = $3, header = NULL,"
                " header_type = NULL, header_static = NULL WHERE id = $1",
        .in = "iSs",
};
static const struct stmt TRIED = {
        .name = "account_far_tried",
        .text = "INSERT INTO account_far (account, tried_at) VALUES ($1, $2)"
                " ON CONFLICT (account) DO UPDATE SET tried_at = $2",
        .in = "ii",
};
/* Where it went; and the sign at the door goes when its server says that it came back. */
static const struct stmt WENT = {
        .name = "account_far_went",
        .text = "UPDATE account_far SET moved_uri = $2 WHERE account = $1",
        .in = "iS",
};
static const struct stmt SIGN = {
        .name = "account_far_sign",
        .text = "UPDATE account SET moved_to = $2 WHERE id = $1",
        .in = "iI",
};
static const struct stmt RENAME = {
        .name = "account_far_rename",
        .text = "UPDATE account SET username = $2, username_fold = $3, domain = $4 WHERE id = $1",
        .in = "isss",
};
static const struct stmt FOLLOWED_HERE = {
        .name = "account_followed_here",
        .text = "SELECT 1 FROM follow WHERE target = $1 AND state = 1 LIMIT 1",
        .in = "i",
        .out = "i",
};
static const struct stmt ALIASES = {
        .name = "account_aliases",
        .text = "SELECT also_known_as FROM account WHERE id = $1",
        .in = "i",
        .out = "s",
};

/* ---- finding ---- */

enum err account_find_name(struct cx *cx, struct str name, struct str domain, int64_t *id)
{
        if (str_eq_nocase(domain, cx->settings->account_domain) ||
            str_eq_nocase(domain, cx->settings->host))
                domain = S("");
        return db_find_int(cx->db, &BY_NAME, BIND(V(str_lower(cx->arena, name)), V(domain)), id);
}

/* People here have no stored address: it is made of the settings and the name. */
static struct str own_name(const struct settings *s, struct str uri)
{
        struct str rest = str_after(uri, s->url.n);
        if (!str_starts(uri, s->url))
                return STR_NONE;
        if (str_starts(rest, S("/users/")))
                rest = str_after(rest, 7);
        else if (str_starts(rest, S("/@")))
                rest = str_after(rest, 2);
        else
                return STR_NONE;
        return str_has_char(rest, '/') || !rest.n ? STR_NONE : rest;
}

enum err account_find_uri(struct cx *cx, struct str uri, int64_t *id)
{
        struct str name = own_name(cx->settings, uri);
        *id = 0;
        if (name.n)
                return account_find_name(cx, name, S(""), id);
        return uri.n ? db_find_int(cx->db, &BY_URI, BIND(V(uri)), id) : OK;
}

static enum err known(struct cx *cx, const struct stmt *by, struct value key,
                      struct account_known *a)
{
        struct row r;
        TRY(db_one(cx->db, by, cx->arena, BIND(key), &r));
        a->id = row_int(&r);
        a->fetched_at = row_int(&r);
        a->tried_at = row_int(&r);
        a->moved_at = row_int(&r);
        a->username = row_str(&r);
        a->domain = row_str(&r);
        a->uri = row_str(&r);
        a->inbox = row_str(&r);
        a->followers_uri = row_str(&r);
        a->featured_uri = row_str(&r);
        a->key_id = row_str(&r);
        a->public_key = row_str(&r);
        a->suspended = row_int(&r) != 0;
        a->silenced = row_int(&r) != 0;
        a->moved = row_int(&r) != 0;
        a->local = !a->domain.n;
        if (a->local)
                a->uri = account_uri(cx, a->id, a->username);
        return row_end(&r);
}

enum err account_known_get(struct cx *cx, int64_t id, struct account_known *ret)
{
        return known(cx, &KNOWN, V(id), ret);
}

enum err account_known_by_uri(struct cx *cx, struct str uri, struct account_known *ret)
{
        int64_t id;
        if (uri.n && !str_starts(uri, cx->settings->url))
                return known(cx, &KNOWN_BY_URI, V(uri), ret);
        TRY(account_find_uri(cx, uri, &id));
        return id ? account_known_get(cx, id, ret) : ERR_MISSING;
}

enum err account_followed_here(struct cx *cx, int64_t id, bool *ret)
{
        struct row r;
        TRY(db_find(cx->db, &FOLLOWED_HERE, NULL, BIND(V(id)), &r, ret));
        if (!*ret)
                return OK;
        row_int(&r);
        return row_end(&r);
}

enum err account_aliases(struct cx *cx, int64_t id, struct str_list *ret)
{
        struct row r;
        const struct json_value *list;
        *ret = (struct str_list){0};
        TRY(db_one(cx->db, &ALIASES, cx->arena, BIND(V(id)), &r));
        struct str text = row_str(&r);
        TRY(row_end(&r));
        if (json_read(cx->arena, text, NULL, &list, NULL) || list->type != JSON_ARRAY)
                return OK;
        ret->v = make_n(cx->arena, list->count + 1, struct str);
        for (const struct json_value *v = list->child; v; v = v->next)
                if (v->type == JSON_STRING)
                        ret->v[ret->n++] = v->text;
        return OK;
}

/* ---- storing ---- */

static struct str fields_json(struct cx *cx, const struct account_far *a)
{
        struct buf b = {0};
        struct json j;
        json_open(&j, &b);
        json_array(&j, NULL);
        for (size_t i = 0; i < a->n_fields; i++) {
                json_object(&j, NULL);
                json_str(&j, "name", a->fields[i].name);
                json_str(&j, "value", a->fields[i].value);
                json_markup(&j, "html", a->fields[i].html);
                json_end(&j);
        }
        json_end(&j);
        return buf_take(cx->arena, &b);
}

/* A name nobody has: "robin-2", "robin-3"... */
static enum err free_name(struct cx *cx, struct str name, struct str domain, struct str *ret)
{
        for (int i = 2; i < NAME_TRIES; i++) {
                int64_t id;
                *ret = str_fmt(cx->arena, "%.*s-%d", STR_ARG(name), i);
                TRY(account_find_name(cx, *ret, domain, &id));
                if (!id)
                        return OK;
        }
        return ERR_CONFLICT;
}

static enum err rename_to(struct cx *cx, int64_t id, struct str name, struct str domain)
{
        return db_run(cx->db, &RENAME,
                      BIND(V(id), V(name), V(str_lower(cx->arena, name)), V(domain)), NULL);
}

/* The name the row may bear. Two actors of one name are a person and a community of Lemmy, or a
 * server that was set up anew with other addresses. */
static enum err settle_name(struct cx *cx, const struct account_far *a, bool named, int64_t own,
                            struct str *ret)
{
        int64_t other;
        struct str spare;
        *ret = a->username;
        TRY(account_find_name(cx, a->username, a->domain, &other));
        if (!other || other == own)
                return OK;
        if (!named)
                return free_name(cx, a->username, a->domain, ret);
        TRY(free_name(cx, a->username, a->domain, &spare));
        cx_event(cx, EVENT_ACCOUNT_CHANGED, other, 0);
        return rename_to(cx, other, spare, a->domain);
}

/* Also gives the name it was found by so far. */
static enum err put_pictures(struct cx *cx, int64_t id, const struct account_far *a,
                             struct str *name_before)
{
        struct row r;
        TRY(db_one(cx->db, &PICTURES, cx->arena, BIND(V(id)), &r));
        struct str avatar = row_str(&r), header = row_str(&r), files[4];
        for (size_t i = 0; i < countof(files); i++)
                files[i] = row_str(&r);
        *name_before = row_str(&r);
        TRY(row_end(&r));
        if (!str_eq(avatar, a->avatar_url)) {
                TRY(media_trash(cx, files[0]));
                TRY(media_trash(cx, files[1]));
                TRY(db_run(cx->db, &AVATAR, BIND(V(id), V(a->avatar_url), V(a->avatar_description)),
                           NULL));
        }
        if (!str_eq(header, a->header_url)) {
                TRY(media_trash(cx, files[2]));
                TRY(media_trash(cx, files[3]));
                TRY(db_run(cx->db, &HEADER, BIND(V(id), V(a->header_url), V(a->header_description)),
                           NULL));
        }
        return OK;
}

static enum err change(struct cx *cx, int64_t id, const struct account_far *a)
{
        struct str before;
        TRY(put_pictures(cx, id, a, &before));
        TRY(db_run(cx->db, &CHANGE,
                   BIND(V(id), V(a->kind), V(a->url), V(a->inbox), V(a->shared_inbox), V(a->outbox),
                        V(a->followers_uri), V(a->following_uri), V(a->featured_uri),
                        V(a->display_name), V(a->note.html.p ? a->note.html : S("")),
                        V(fields_json(cx, a)), V(a->locked), V(a->discoverable), V(a->indexable),
                        V(a->memorial), V(a->public_key), V(a->key_id),
                        V(json_strings(cx->arena, a->aliases, a->n_aliases)), V(cx_now(cx))),
                   NULL));
        cx_event(cx, EVENT_ACCOUNT_CHANGED, id, 0);
        return OK;
}

static enum err index_words(struct cx *cx, int64_t id, const struct account_far *a, struct str name)
{
        return search_index_account(
                cx, id, account_search_text(cx->arena, name, a->domain, a->display_name));
}

/* Followers are carried over by a Move alone; here only the sign at the door is set right. */
static enum err note_move(struct cx *cx, int64_t id, const struct account_far *a)
{
        struct str_list aliases = {0};
        int64_t to = 0;
        TRY(db_run(cx->db, &WENT, BIND(V(id), V(a->moved_to)), NULL));
        TRY(account_find_uri(cx, a->moved_to, &to));
        if (to)
                TRY(account_aliases(cx, to, &aliases));
        bool named = false;
        for (size_t i = 0; i < aliases.n; i++)
                named = named || str_eq(aliases.v[i], a->uri);
        return db_run(cx->db, &SIGN, BIND(V(id), V_ID(named && to != id ? to : 0)), NULL);
}

enum err account_far_store(struct cx *cx, const struct account_far *a, bool named, int64_t *id)
{
        struct account_known old;
        struct str name;
        bool gone;
        TRY(account_find_uri(cx, a->uri, id));
        TRY(settle_name(cx, a, named, *id, &name));
        if (!*id) {
                TRY(tombstone_find(cx, a->uri, &gone));
                if (gone)
                        return ERR_GONE;
                *id = cx_id(cx);
                TRY(db_run(cx->db, &ADD,
                           BIND(V(*id), V(name), V(str_lower(cx->arena, name)), V(a->domain),
                                V(a->uri), V(a->created_at ? a->created_at : cx_now(cx)),
                                V(cx_now(cx))),
                           NULL));
        } else {
                TRY(account_known_get(cx, *id, &old));
                /* Unconfirmed news never takes a name away that was given before. */
                if (!named && str_eq(old.domain, a->domain) && old.username.n)
                        name = old.username;
                if (!str_eq(old.username, name) || !str_eq(old.domain, a->domain))
                        TRY(rename_to(cx, *id, name, a->domain));
        }
        TRY(change(cx, *id, a));
        TRY(index_words(cx, *id, a, name));
        TRY(account_far_tried(cx, *id));
        return note_move(cx, *id, a);
}

enum err account_far_tried(struct cx *cx, int64_t id)
{
        return db_run(cx->db, &TRIED, BIND(V(id), V(cx_now(cx))), NULL);
}

static const struct stmt *const statements[] = {
        &BY_URI, &BY_NAME, &KNOWN,  &KNOWN_BY_URI,  &ADD,     &CHANGE, &PICTURES, &AVATAR,
        &HEADER, &TRIED,   &RENAME, &FOLLOWED_HERE, &ALIASES, &WENT,   &SIGN};
const struct stmt_list ACCOUNT_FAR_STATEMENTS = {statements, countof(statements)};
