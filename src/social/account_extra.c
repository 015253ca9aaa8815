/* Private notes about others, endorsements, blocked servers. Called by the API and the profile and
 * settings pages. */
#include "social/account_extra.h"
#include "lib/text/unicode.h"
#include "lib/text/url.h"
#include "social/follow.h"
#include "social/home.h"
#include "social/page_run.h"

/* ---- notes ---- */

static const struct stmt NOTE_PUT = {
        .name = "account_note_put",
        .text = "INSERT INTO account_note (account, target, text) VALUES ($1, $2, $3)"
                " ON CONFLICT (account, target) DO UPDATE SET text = $3",
        .in = "iis",
};

static const struct stmt NOTE_DROP = {
        .name = "account_note_drop",
        .text = "DELETE FROM account_note WHERE account = $1 AND target = $2",
        .in = "ii",
};

enum err account_note_set(struct cx *cx, int64_t account, int64_t target, struct str text)
{
        struct str clean;
        if (!text_clean(cx->arena, text.p ? text : S(""), &clean))
                return fail_field(cx, "comment", ERR_INPUT,
                                  "Validation failed: Comment is invalid");
        if (utf8_count(clean) > ACCOUNT_NOTE_MAX)
                return fail_field(
                        cx, "comment", ERR_INPUT,
                        "Validation failed: Comment is too long (maximum is %d characters)",
                        ACCOUNT_NOTE_MAX);
        TRY(account_must(cx, target));
        if (!str_trim(clean).n)
                return db_run(cx->db, &NOTE_DROP, BIND(V(account), V(target)), NULL);
        return db_run(cx->db, &NOTE_PUT, BIND(V(account), V(target), V(clean)), NULL);
}

/* ---- endorsements ---- */

static const struct stmt ENDORSE_ADD = {
        .name = "endorsement_add",
        .text = "INSERT INTO endorsement (account, target, id) VALUES ($1, $2, $3) ON CONFLICT DO "
                "NOTHING",
        .in = "iii",
};

static const struct stmt ENDORSE_DROP = {
        .name = "endorsement_drop",
        .text = "DELETE FROM endorsement WHERE account = $1 AND target = $2",
        .in = "ii",
};

#define ENDORSED(order)                                                                            \
        "SELECT e.id, e.target, a.suspended_at IS NULL FROM endorsement e JOIN account a ON a.id " \
        "= e.target"                                                                               \
        " WHERE e.account = $3 AND e.id > $1 AND e.id < $2 ORDER BY e.id " order " LIMIT 2000"
static const struct stmt ENDORSE_LIST = {
        .name = "endorsement_list", .text = ENDORSED("DESC"), .in = "iii", .out = "iii"};
static const struct stmt ENDORSE_LIST_UP = {
        .name = "endorsement_list_up", .text = ENDORSED("ASC"), .in = "iii", .out = "iii"};

enum err endorsement_add(struct cx *cx, int64_t account, int64_t target)
{
        bool follows;
        TRY(account_must(cx, target));
        TRY(follow_exists(cx, account, target, &follows));
        if (!follows)
                return fail(cx, ERR_INPUT,
                            "Validation failed: You must be already following the person you want "
                            "to endorse");
        return db_run(cx->db, &ENDORSE_ADD, BIND(V(account), V(target), V(cx_id(cx))), NULL);
}

enum err endorsement_remove(struct cx *cx, int64_t account, int64_t target)
{
        return db_run(cx->db, &ENDORSE_DROP, BIND(V(account), V(target)), NULL);
}

enum err endorsement_list(struct cx *cx, int64_t account, struct page *p, int64_t **ids, size_t *n)
{
        return page_run(cx, &(struct page_query){&ENDORSE_LIST, &ENDORSE_LIST_UP}, p,
                        BIND(V(account)), ids, n);
}

/* ---- blocked servers ---- */

static const struct stmt DOMAIN_ADD = {
        .name = "domain_block_add",
        .text = "INSERT INTO domain_block (account, domain, id, created_at) VALUES ($1, $2, $3, "
                "$4) ON CONFLICT DO NOTHING",
        .in = "isii",
};

static const struct stmt DOMAIN_DROP = {
        .name = "domain_block_drop",
        .text = "DELETE FROM domain_block WHERE account = $1 AND domain = $2",
        .in = "is",
};

#define DOMAINS(order)                                                                             \
        "SELECT id, domain FROM domain_block WHERE account = $1 AND id > $2 AND id < $3 ORDER BY " \
        "id " order " LIMIT $4"
static const struct stmt DOMAIN_LIST = {
        .name = "domain_block_list", .text = DOMAINS("DESC"), .in = "iiii", .out = "is"};
static const struct stmt DOMAIN_LIST_UP = {
        .name = "domain_block_list_up", .text = DOMAINS("ASC"), .in = "iiii", .out = "is"};

static const struct stmt DOMAIN_FOLLOWING = {
        .name = "domain_following",
        .text = "SELECT f.target FROM follow f JOIN account a ON a.id = f.target WHERE f.account = "
                "$1 AND a.domain = $2",
        .in = "is",
        .out = "i",
};

static const struct stmt DOMAIN_FOLLOWERS = {
        .name = "domain_followers",
        .text = "SELECT f.account FROM follow f JOIN account a ON a.id = f.account WHERE f.target "
                "= $1 AND a.domain = $2",
        .in = "is",
        .out = "i",
};

/* How many follows are ended in one transaction; nobody has more at one server by the limit of
 * follows. */
enum { SEVER_MOST = 7500 };

static enum err read_domain(struct cx *cx, struct str text, struct str *ret)
{
        text = str_trim(text);
        if (!text.n || text.n > 255 || !host_to_ascii(cx->arena, text, ret) ||
            !str_has_char(*ret, '.'))
                return fail_field(cx, "domain", ERR_INPUT,
                                  "Validation failed: Domain is not a valid domain name");
        if (str_eq(*ret, cx->settings->account_domain) || str_eq(*ret, cx->settings->host))
                return fail_field(cx, "domain", ERR_INPUT,
                                  "Validation failed: Domain is this server's own");
        return OK;
}

static enum err followed_there(struct cx *cx, const struct stmt *s, int64_t account,
                               struct str domain, int64_t **ids, size_t *n)
{
        struct row r;
        size_t k = 0, room = 64;
        int64_t *v = make_n(cx->arena, room, int64_t);
        TRY(db_all(cx->db, s, cx->arena, BIND(V(account), V(domain)), &r));
        while (k < SEVER_MOST && row_next(&r)) {
                if (k == room) {
                        int64_t *more = make_n(cx->arena, room * 2, int64_t);
                        memcpy(more, v, room * sizeof *v);
                        v = more;
                        room *= 2;
                }
                v[k++] = row_int(&r);
        }
        *ids = v;
        *n = k;
        return row_end(&r);
}

enum err domain_block_add(struct cx *cx, int64_t account, struct str domain)
{
        struct str d = STR_NONE;
        int64_t *ids, changed;
        size_t n;
        TRY(read_domain(cx, domain, &d));
        TRY(db_run(cx->db, &DOMAIN_ADD, BIND(V(account), V(d), V(cx_id(cx)), V(cx_now(cx))),
                   &changed));
        if (!changed)
                return OK;
        TRY(followed_there(cx, &DOMAIN_FOLLOWING, account, d, &ids, &n));
        for (size_t i = 0; i < n; i++)
                TRY(follow_end(cx, account, ids[i]));
        TRY(followed_there(cx, &DOMAIN_FOLLOWERS, account, d, &ids, &n));
        for (size_t i = 0; i < n; i++)
                TRY(follow_end(cx, ids[i], account));
        cx_event(cx, EVENT_RELATION, account, 0);
        return home_hide_domain(cx, account, d);
}

enum err domain_block_remove(struct cx *cx, int64_t account, struct str domain)
{
        struct str d = STR_NONE;
        int64_t changed;
        TRY(read_domain(cx, domain, &d));
        TRY(db_run(cx->db, &DOMAIN_DROP, BIND(V(account), V(d)), &changed));
        if (!changed)
                return OK;
        cx_event(cx, EVENT_RELATION, account, 0);
        return home_rebuild(cx, account);
}

static int64_t read_name(struct row *r, void *to)
{
        int64_t cursor = row_int(r);
        *(struct str *)to = row_str(r);
        return cursor;
}

enum err domain_block_list(struct cx *cx, int64_t account, struct page *page, struct str **ret,
                           size_t *n)
{
        struct str *v = make_n(cx->arena, (size_t)page->limit, struct str);
        TRY(page_rows(cx, page, page_up(page) ? &DOMAIN_LIST_UP : &DOMAIN_LIST,
                      BIND(V(account), V(page_above(page)), V(page_below(page)), V(page->limit)),
                      read_name, v, sizeof *v, n));
        *ret = v;
        return OK;
}

enum err domain_block_preview(struct cx *cx, int64_t account, struct str domain, int64_t *following,
                              int64_t *followers)
{
        struct str d = STR_NONE;
        int64_t *ids;
        size_t n;
        TRY(read_domain(cx, domain, &d));
        TRY(followed_there(cx, &DOMAIN_FOLLOWING, account, d, &ids, &n));
        *following = (int64_t)n;
        TRY(followed_there(cx, &DOMAIN_FOLLOWERS, account, d, &ids, &n));
        *followers = (int64_t)n;
        return OK;
}

static const struct stmt *const statements[] = {
        &NOTE_PUT,     &NOTE_DROP,       &ENDORSE_ADD,      &ENDORSE_DROP,
        &ENDORSE_LIST, &ENDORSE_LIST_UP, &DOMAIN_ADD,       &DOMAIN_DROP,
        &DOMAIN_LIST,  &DOMAIN_LIST_UP,  &DOMAIN_FOLLOWING, &DOMAIN_FOLLOWERS,
};
const struct stmt_list ACCOUNT_EXTRA_STATEMENTS = {statements, countof(statements)};
