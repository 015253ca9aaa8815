/* Apps: registration, and the addresses they may be sent back to. Called by POST /api/v1/apps, the
 * authorize page, the command line. Codes and tokens are in grant.c and token.c. */
#include "social/app.h"
#include "lib/base/hash.h"
#include "lib/base/rand.h"
#include "lib/text/unicode.h"
#include "lib/text/url.h"

/* T012: at most 10 addresses of at most 2,000 bytes. Names and sites as Mastodon. */
enum {
        URIS_MOST = 10,
        URI_BYTES = 2000,
        NAME_MAX_ = 60,
        WEBSITE_BYTES = 2000,
        UNUSED_MS = 24 * 3600 * 1000
};

#define COLUMNS                                                                                    \
        "id, client_id, secret_hash, name, website, redirect_uris, scopes, scopes_text, "          \
        "created_at"
#define LETTERS "isbsSsisi"

static const struct stmt APP_ADD = {
        .name = "app_add",
        .text = "INSERT INTO app (id, client_id, secret_hash, name, website, redirect_uris, "
                "scopes, scopes_text, created_at)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        .in = "isbsSsisi",
};

static const struct stmt APP_GET = {
        .name = "app_get",
        .text = "SELECT " COLUMNS " FROM app WHERE id = $1",
        .in = "i",
        .out = LETTERS,
};

static const struct stmt APP_BY_CLIENT = {
        .name = "app_by_client",
        .text = "SELECT " COLUMNS " FROM app WHERE client_id = $1",
        .in = "s",
        .out = LETTERS,
};

/* T020: once a day. An app with a token stays for as long as somebody uses it (Elk and others keep
 * a registration for a year), and so does one that a post names. */
static const struct stmt APP_TIDY = {
        .name = "app_tidy",
        .text = "DELETE FROM app WHERE created_at < $1 AND NOT EXISTS (SELECT 1 FROM token t WHERE "
                "t.app = app.id)"
                " AND NOT EXISTS (SELECT 1 FROM grant_code g WHERE g.app = app.id)"
                " AND NOT EXISTS (SELECT 1 FROM post p WHERE p.app = app.id)",
        .in = "i",
        .scans = true,
};

static struct app *read_app(struct cx *cx, struct row *r)
{
        struct app *a = make(cx->arena, struct app);
        a->id = row_int(r);
        a->client_id = row_str(r);
        a->secret_hash = row_bytes(r);
        a->name = row_str(r);
        a->website = row_str(r);
        a->redirect_uris = row_str(r);
        a->scopes = (uint64_t)row_int(r);
        a->scopes_text = row_str(r);
        a->created_at = row_int(r);
        return a;
}

enum err app_get(struct cx *cx, int64_t id, struct app **ret)
{
        struct row r;
        TRY(db_one(cx->db, &APP_GET, cx->arena, BIND(V(id)), &r));
        struct app *a = read_app(cx, &r);
        TRY(row_end(&r));
        *ret = a;
        return OK;
}

enum err app_by_client(struct cx *cx, struct str client_id, struct app **ret)
{
        if (!client_id.n || client_id.n > 128)
                return ERR_MISSING;
        struct row r;
        TRY(db_one(cx->db, &APP_BY_CLIENT, cx->arena, BIND(V(client_id)), &r));
        struct app *a = read_app(cx, &r);
        TRY(row_end(&r));
        *ret = a;
        return OK;
}

bool app_secret_fits(struct arena *a, const struct app *app, struct str secret)
{
        return secret.n && secret.n <= 128 && str_same_secret(sha256(a, secret), app->secret_hash);
}

/* ---- redirect addresses ---- */

bool app_redirect_is_oob(struct str uri)
{
        return str_eq(uri, S("urn:ietf:wg:oauth:2.0:oob"));
}

/* Schemes a browser would run or read itself. */
static bool scheme_bad(struct str scheme)
{
        static const char *const bad[] = {"javascript", "data",  "vbscript",   "file",
                                          "blob",       "about", "filesystem", "view-source"};
        for (size_t i = 0; i < countof(bad); i++)
                if (str_eq_nocase(scheme, str_of(bad[i])))
                        return true;
        return false;
}

static bool scheme_good(struct str s)
{
        if (!s.n || !((s.p[0] | 32) >= 'a' && (s.p[0] | 32) <= 'z'))
                return false;
        for (size_t i = 0; i < s.n; i++) {
                char c = s.p[i];
                if (!((c | 32) >= 'a' && (c | 32) <= 'z') && !(c >= '0' && c <= '9') && c != '+' &&
                    c != '-' && c != '.')
                        return false;
        }
        return !scheme_bad(s);
}

/* An absolute address without a fragment or user part; apps of phones have schemes of their own
 * ("icecubesapp://", "com.tapbots.Ivory.1:/request_token/..."), so any scheme but the dangerous
 * ones goes. */
static bool redirect_good(struct arena *a, struct str uri)
{
        size_t colon = str_find_char(uri, ':');
        struct str scheme = str_cut(uri, 0, colon), rest = str_after(uri, colon + 1);
        if (uri.n > URI_BYTES || !rest.n || !scheme_good(scheme) || str_has_char(uri, '#'))
                return false;
        for (size_t i = 0; i < uri.n; i++)
                if ((unsigned char)uri.p[i] <= 0x20 || (unsigned char)uri.p[i] >= 0x7f ||
                    uri.p[i] == '\\')
                        return false;
        if (!str_eq_nocase(scheme, S("http")) && !str_eq_nocase(scheme, S("https")))
                return true;
        struct url u;
        return url_read(a, uri, &u) && url_is_http(&u);
}

/* The address with its port taken out, when it is http on this very machine (RFC 8252 section 7.3).
 */
static bool loopback(struct str uri, struct str *head, struct str *tail)
{
        static const char *const heads[] = {"http://127.0.0.1", "http://[::1]"};
        for (size_t i = 0; i < countof(heads); i++) {
                *head = str_of(heads[i]);
                if (!str_starts(uri, *head))
                        continue;
                *tail = str_after(uri, head->n);
                if (str_starts(*tail, S(":"))) {
                        size_t d = 1;
                        while (d < tail->n && tail->p[d] >= '0' && tail->p[d] <= '9')
                                d++;
                        if (d == 1 || d > 6)
                                return false;
                        *tail = str_after(*tail, d);
                }
                return !tail->n || tail->p[0] == '/' || tail->p[0] == '?';
        }
        return false;
}

bool app_redirect_allowed(const struct app *app, struct str uri)
{
        struct str rest = app->redirect_uris, one, h1, t1, h2, t2;
        if (!uri.n)
                return false;
        bool local = loopback(uri, &h1, &t1);
        while (str_next(&rest, '\n', &one)) {
                if (str_eq(one, uri))
                        return true;
                if (local && loopback(one, &h2, &t2) && str_eq(h1, h2) && str_eq(t1, t2))
                        return true;
        }
        return false;
}

/* ---- registering ---- */

static enum err read_redirects(struct cx *cx, struct str text, struct str *ret)
{
        struct str rest = text, one;
        char *z = make_n(cx->arena, text.n + 1, char);
        size_t n = 0, count = 0;
        while (str_next(&rest, '\n', &one)) {
                one = str_trim(one);
                if (!one.n)
                        continue;
                if (++count > URIS_MOST)
                        return fail_field(
                                cx, "redirect_uris", ERR_INPUT,
                                "Validation failed: Redirect URI can be at most %d addresses",
                                URIS_MOST);
                if (!redirect_good(cx->arena, one))
                        return fail_field(
                                cx, "redirect_uris", ERR_INPUT,
                                "Validation failed: Redirect URI must be an absolute URI.");
                if (n)
                        z[n++] = '\n';
                memcpy(z + n, one.p, one.n);
                n += one.n;
        }
        if (!n)
                return fail_field(cx, "redirect_uris", ERR_INPUT,
                                  "Validation failed: Redirect URI can't be blank");
        *ret = (struct str){z, n};
        return OK;
}

static enum err read_website(struct cx *cx, struct str text, struct str *ret)
{
        text = str_trim(text);
        *ret = STR_NONE;
        if (!text.n || str_eq_nocase(text, S("null")) || str_eq_nocase(text, S("none")))
                return OK;
        struct url u;
        if (text.n > WEBSITE_BYTES || !url_read(cx->arena, text, &u) || !url_is_http(&u))
                return fail_field(cx, "website", ERR_INPUT,
                                  "Validation failed: Website must be a valid URL");
        *ret = text;
        return OK;
}

static enum err read_draft(struct cx *cx, const struct app_draft *d, struct app *a)
{
        if (!name_clean(cx->arena, d->name.p ? d->name : S(""), &a->name))
                return fail_field(cx, "client_name", ERR_INPUT,
                                  "Validation failed: Name is invalid");
        if (!a->name.n)
                return fail_field(cx, "client_name", ERR_INPUT,
                                  "Validation failed: Name can't be blank");
        if (utf8_count(a->name) > NAME_MAX_)
                return fail_field(cx, "client_name", ERR_INPUT,
                                  "Validation failed: Name is too long (maximum is %d characters)",
                                  NAME_MAX_);
        TRY(read_website(cx, d->website, &a->website));
        TRY(read_redirects(cx, d->redirect_uris, &a->redirect_uris));
        struct str scopes = str_trim(d->scopes).n ? d->scopes : S("read");
        if (!scope_read(scopes, &a->scopes))
                return fail_field(
                        cx, "scopes", ERR_INPUT,
                        "Validation failed: Scopes doesn't match configured on the server.");
        a->scopes_text = scope_tidy(cx->arena, scopes);
        return OK;
}

static enum err insert(struct cx *cx, struct app *a)
{
        a->id = cx_id(cx);
        a->created_at = cx_now(cx);
        return db_run(cx->db, &APP_ADD,
                      BIND(V(a->id), V(a->client_id), V_BYTES(a->secret_hash), V(a->name),
                           V(a->website), V(a->redirect_uris), V((int64_t)a->scopes),
                           V(a->scopes_text), V(a->created_at)),
                      NULL);
}

enum err app_register(struct cx *cx, const struct app_draft *d, struct app **ret,
                      struct str *secret)
{
        struct app *a = make(cx->arena, struct app);
        TRY(read_draft(cx, d, a));
        a->client_id = rand_token(cx->arena, 32);
        struct str s = rand_token(cx->arena, 32);
        a->secret_hash = sha256(cx->arena, s);
        TRY(insert(cx, a));
        *ret = a;
        *secret = s;
        return OK;
}

enum err app_command_line(struct cx *cx, int64_t *app)
{
        struct app *a;
        enum err e = app_by_client(cx, S("command-line"), &a);
        if (e == ERR_MISSING) {
                a = make(cx->arena, struct app);
                a->client_id = S("command-line");
                a->name = S("Command line");
                a->redirect_uris = S("urn:ietf:wg:oauth:2.0:oob");
                a->scopes_text = S("read write follow push profile admin:read admin:write");
                if (!scope_read(a->scopes_text, &a->scopes))
                        return ERR_FAULT;
                a->secret_hash = sha256(cx->arena, rand_token(cx->arena, 32)); /* nobody knows it */
                e = insert(cx, a);
        }
        TRY(e);
        *app = a->id;
        return OK;
}

enum err app_tidy(struct cx *cx)
{
        return db_run(cx->db, &APP_TIDY, BIND(V(cx_now(cx) - UNUSED_MS)), NULL);
}

static const struct stmt *const statements[] = {&APP_ADD, &APP_GET, &APP_BY_CLIENT, &APP_TIDY};
const struct stmt_list APP_STATEMENTS = {statements, countof(statements)};
