/* Mail servers and addresses that may not join: see join_block.h. Called by sign-up, by the admin
 * API and by the moderators' pages. Networks are in ip_block.c. */
#include "social/join_block.h"
#include "lib/base/encode.h"
#include "lib/base/hash.h"
#include "lib/text/json.h"
#include "lib/text/url.h"
#include "social/audit.h"
#include "social/page_run.h"

enum { LABELS_MOST = 64 };

static const struct stmt DOMAIN_ADD = {
        .name = "email_domain_add",
        .text = "INSERT INTO email_domain_block (id, domain, created_at) VALUES ($1, $2, $3)"
                " ON CONFLICT DO NOTHING",
        .in = "isi",
};
static const struct stmt DOMAIN_DROP = {
        .name = "email_domain_drop",
        .text = "DELETE FROM email_domain_block WHERE id = $1",
        .in = "i",
};
static const struct stmt DOMAIN_GET = {
        .name = "email_domain_get",
        .text = "SELECT id, domain, created_at FROM email_domain_block WHERE id = $1",
        .in = "i",
        .out = "isi",
};
#define DOMAIN_LIST_TEXT(order)                                                                    \
        "SELECT id, domain, created_at FROM email_domain_block WHERE id > $1 AND id < $2"          \
        " ORDER BY id " order " LIMIT $3"
static const struct stmt DOMAIN_LIST = {
        .name = "email_domain_list", .text = DOMAIN_LIST_TEXT("DESC"), .in = "iii", .out = "isi"};
static const struct stmt DOMAIN_LIST_UP = {
        .name = "email_domain_list_up", .text = DOMAIN_LIST_TEXT("ASC"), .in = "iii", .out = "isi"};
#define DOMAIN_MEETS_TEXT(names)                                                                   \
        "SELECT 1 FROM " names " CROSS JOIN email_domain_block b WHERE b.domain = names.value"     \
        " LIMIT 1"
static const struct stmt DOMAIN_MEETS = {
        .name = "email_domain_meets",
        .text = DOMAIN_MEETS_TEXT("json_each($1) AS names"),
        .text_pg = DOMAIN_MEETS_TEXT(
                "(SELECT x AS value FROM jsonb_array_elements_text(CAST($1 AS jsonb)) AS x)"
                " AS names"),
        .in = "s",
        .out = "i",
};
static const struct stmt HASH_ADD = {
        .name = "email_hash_add",
        .text = "INSERT INTO email_hash_block (id, hash) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        .in = "is",
};
static const struct stmt HASH_DROP = {
        .name = "email_hash_drop",
        .text = "DELETE FROM email_hash_block WHERE id = $1",
        .in = "i",
};
static const struct stmt HASH_GET = {
        .name = "email_hash_get",
        .text = "SELECT id, hash FROM email_hash_block WHERE id = $1",
        .in = "i",
        .out = "is",
};
static const struct stmt HASH_FIND = {
        .name = "email_hash_find",
        .text = "SELECT id, hash FROM email_hash_block WHERE hash = $1",
        .in = "s",
        .out = "is",
};
#define HASH_LIST_TEXT(order)                                                                      \
        "SELECT id, hash FROM email_hash_block WHERE id > $1 AND id < $2 ORDER BY id " order       \
        " LIMIT $3"
static const struct stmt HASH_LIST = {
        .name = "email_hash_list", .text = HASH_LIST_TEXT("DESC"), .in = "iii", .out = "is"};
static const struct stmt HASH_LIST_UP = {
        .name = "email_hash_list_up", .text = HASH_LIST_TEXT("ASC"), .in = "iii", .out = "is"};

/* ---- mail servers ---- */

enum err email_domain_block_add(struct cx *cx, const struct viewer *by, struct str domain,
                                struct email_domain_block *ret)
{
        int64_t changed;
        ret->id = cx_id(cx);
        ret->created_at = cx_now(cx);
        if (!host_to_ascii(cx->arena, str_trim(domain), &ret->domain) ||
            !str_has_char(ret->domain, '.'))
                return fail_field(cx, "domain", ERR_INPUT,
                                  "Validation failed: Domain is not a valid domain name");
        TRY(db_run(cx->db, &DOMAIN_ADD, BIND(V(ret->id), V(ret->domain), V(ret->created_at)),
                   &changed));
        if (!changed)
                return fail_field(cx, "domain", ERR_INPUT,
                                  "Validation failed: Domain has already been taken");
        return audit_note(cx, by, "email_domain_block", 0, ret->domain);
}

static int64_t read_domain(struct row *r, void *to)
{
        struct email_domain_block *b = to;
        b->id = row_int(r);
        b->domain = row_str(r);
        b->created_at = row_int(r);
        return b->id;
}

enum err email_domain_block_get(struct cx *cx, int64_t id, struct email_domain_block *ret)
{
        struct row r;
        TRY(db_one(cx->db, &DOMAIN_GET, cx->arena, BIND(V(id)), &r));
        read_domain(&r, ret);
        return row_end(&r);
}

enum err email_domain_block_drop(struct cx *cx, const struct viewer *by, int64_t id)
{
        struct email_domain_block b;
        TRY(email_domain_block_get(cx, id, &b));
        TRY(db_run(cx->db, &DOMAIN_DROP, BIND(V(id)), NULL));
        return audit_note(cx, by, "email_domain_unblock", 0, b.domain);
}

enum err email_domain_block_list(struct cx *cx, struct page *page, struct email_domain_block **ret,
                                 size_t *n)
{
        struct email_domain_block *v =
                make_n(cx->arena, (size_t)page->limit, struct email_domain_block);
        TRY(page_rows(cx, page, page_up(page) ? &DOMAIN_LIST_UP : &DOMAIN_LIST,
                      BIND(V(page_above(page)), V(page_below(page)), V(page->limit)), read_domain,
                      v, sizeof *v, n));
        *ret = v;
        return OK;
}

/* ---- single addresses ---- */

/* What a mail server takes for the same box, as Mastodon compares. */
static struct str plain_hash(struct cx *cx, struct str email)
{
        struct str all = str_lower(cx->arena, str_trim(email));
        size_t at = str_find_char(all, '@');
        struct str box = str_cut(all, 0, at);
        box = str_cut(box, 0, str_find_char(box, '+'));
        box = str_replace(cx->arena, box, S("."), S(""));
        return hex_encode(cx->arena,
                          sha256(cx->arena, str_join(cx->arena, box, str_after(all, at))));
}

static bool is_hash(struct str s)
{
        bool good = s.n == 64;
        for (size_t i = 0; good && i < s.n; i++)
                good = (s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f');
        return good;
}

enum err email_hash_block_add(struct cx *cx, const struct viewer *by, struct str what, bool hash,
                              struct email_hash_block *ret)
{
        int64_t changed;
        what = str_trim(what);
        ret->id = cx_id(cx);
        ret->hash = hash ? str_lower(cx->arena, what) : plain_hash(cx, what);
        if (hash ? !is_hash(ret->hash) : !str_has_char(what, '@'))
                return fail_field(cx, "email", ERR_INPUT, "Validation failed: Email is invalid");
        TRY(db_run(cx->db, &HASH_ADD, BIND(V(ret->id), V(ret->hash)), &changed));
        if (!changed)
                return fail_field(cx, "email", ERR_INPUT,
                                  "Validation failed: Canonical email hash has already been taken");
        return audit_note(cx, by, "email_block", 0, str_cut(ret->hash, 0, 12));
}

static int64_t read_hash(struct row *r, void *to)
{
        struct email_hash_block *b = to;
        b->id = row_int(r);
        b->hash = row_str(r);
        return b->id;
}

static enum err one_hash(struct cx *cx, const struct stmt *s, struct value key,
                         struct email_hash_block *ret)
{
        struct row r;
        TRY(db_one(cx->db, s, cx->arena, &key, 1, &r));
        read_hash(&r, ret);
        return row_end(&r);
}

enum err email_hash_block_get(struct cx *cx, int64_t id, struct email_hash_block *ret)
{
        return one_hash(cx, &HASH_GET, V(id), ret);
}

enum err email_hash_block_drop(struct cx *cx, const struct viewer *by, int64_t id,
                               struct email_hash_block *ret)
{
        TRY(email_hash_block_get(cx, id, ret));
        TRY(db_run(cx->db, &HASH_DROP, BIND(V(id)), NULL));
        return audit_note(cx, by, "email_unblock", 0, str_cut(ret->hash, 0, 12));
}

enum err email_hash_block_list(struct cx *cx, struct page *page, struct email_hash_block **ret,
                               size_t *n)
{
        struct email_hash_block *v =
                make_n(cx->arena, (size_t)page->limit, struct email_hash_block);
        TRY(page_rows(cx, page, page_up(page) ? &HASH_LIST_UP : &HASH_LIST,
                      BIND(V(page_above(page)), V(page_below(page)), V(page->limit)), read_hash, v,
                      sizeof *v, n));
        *ret = v;
        return OK;
}

enum err email_hash_block_test(struct cx *cx, struct str email, struct email_hash_block *ret,
                               bool *found)
{
        enum err e = one_hash(cx, &HASH_FIND, V(plain_hash(cx, email)), ret);
        *found = e == OK;
        return e == ERR_MISSING ? OK : e;
}

/* ---- signing up ---- */

/* The name after the @ and all names above it: ["b.a.example","a.example","example"]. */
static struct str names_of(struct cx *cx, struct str email)
{
        struct buf b = {0};
        struct json j;
        struct str host = str_trim(str_after(email, str_find_char(email, '@') + 1)), rest;
        if (!host_to_ascii(cx->arena, host, &rest))
                rest = str_lower(cx->arena, host);
        json_open(&j, &b);
        json_array(&j, NULL);
        for (int i = 0; i < LABELS_MOST && rest.n; i++) {
                json_str(&j, NULL, rest);
                rest = str_after(rest, str_find_char(rest, '.') + 1);
        }
        json_end(&j);
        return buf_take(cx->arena, &b);
}

enum err join_check_email(struct cx *cx, struct str email)
{
        struct email_hash_block hash;
        struct row r;
        bool found;
        TRY(db_find(cx->db, &DOMAIN_MEETS, NULL, BIND(V(names_of(cx, email))), &r, &found));
        if (found) {
                row_int(&r);
                TRY(row_end(&r));
        } else {
                TRY(email_hash_block_test(cx, email, &hash, &found));
        }
        if (!found)
                return OK;
        return fail_field(cx, "email", ERR_INPUT,
                          "Validation failed: Email cannot be used for an account here");
}

static const struct stmt *const statements[] = {
        &DOMAIN_ADD, &DOMAIN_DROP, &DOMAIN_GET, &DOMAIN_LIST, &DOMAIN_LIST_UP, &DOMAIN_MEETS,
        &HASH_ADD,   &HASH_DROP,   &HASH_GET,   &HASH_FIND,   &HASH_LIST,      &HASH_LIST_UP};
const struct stmt_list JOIN_BLOCK_STATEMENTS = {statements, countof(statements)};
