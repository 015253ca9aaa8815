/* Links that do one thing once. The secret is in the mail alone; the table holds its hash. Called
 * by sign-up and the forgotten password pages. */
#include "lib/base/hash.h"
#include "lib/base/rand.h"
#include "social/login.h"

static const struct stmt SINGLE_USE_ADD = {
        .name = "single_use_add",
        .text = "INSERT INTO single_use (hash, purpose, account, detail, expires_at) VALUES ($1, "
                "$2, $3, $4, $5)",
        .in = "bsIsi",
};

/* A new link for a purpose ends the older ones of that person. */
static const struct stmt SINGLE_USE_REPLACE = {
        .name = "single_use_replace",
        .text = "DELETE FROM single_use WHERE account = $1 AND purpose = $2",
        .in = "is",
};

static const struct stmt SINGLE_USE_LOOK = {
        .name = "single_use_look",
        .text = "SELECT account, detail FROM single_use WHERE hash = $1 AND purpose = $2 AND "
                "expires_at > $3",
        .in = "bsi",
        .out = "Is",
};

static const struct stmt SINGLE_USE_TAKE = {
        .name = "single_use_take",
        .text = "DELETE FROM single_use WHERE hash = $1 AND purpose = $2 AND expires_at > $3 "
                "RETURNING account, detail",
        .in = "bsi",
        .out = "Is",
};

static const struct stmt SINGLE_USE_TIDY = {
        .name = "single_use_tidy",
        .text = "DELETE FROM single_use WHERE expires_at < $1",
        .in = "i",
};

enum err single_use_create(struct cx *cx, const char *purpose, int64_t account, struct str detail,
                           int64_t life_ms, struct str *secret)
{
        struct str s = rand_token(cx->arena, 32);
        if (account)
                TRY(db_run(cx->db, &SINGLE_USE_REPLACE, BIND(V(account), V(str_of(purpose))),
                           NULL));
        TRY(db_run(cx->db, &SINGLE_USE_ADD,
                   BIND(V_BYTES(sha256(cx->arena, s)), V(str_of(purpose)), V_ID(account),
                        V(detail.p ? detail : S("")), V(cx_now(cx) + life_ms)),
                   NULL));
        *secret = s;
        return OK;
}

static enum err find(struct cx *cx, const struct stmt *s, const char *purpose, struct str secret,
                     int64_t *account, struct str *detail)
{
        if (!secret.n || secret.n > 128)
                return ERR_MISSING;
        struct row r;
        TRY(db_one(cx->db, s, cx->arena,
                   BIND(V_BYTES(sha256(cx->arena, secret)), V(str_of(purpose)), V(cx_now(cx))),
                   &r));
        *account = row_int(&r);
        *detail = row_str(&r);
        return row_end(&r);
}

enum err single_use_take(struct cx *cx, const char *purpose, struct str secret, int64_t *account,
                         struct str *detail)
{
        return find(cx, &SINGLE_USE_TAKE, purpose, secret, account, detail);
}

enum err single_use_look(struct cx *cx, const char *purpose, struct str secret, int64_t *account,
                         struct str *detail)
{
        return find(cx, &SINGLE_USE_LOOK, purpose, secret, account, detail);
}

enum err single_use_tidy(struct cx *cx)
{
        return db_run(cx->db, &SINGLE_USE_TIDY, BIND(V(cx_now(cx))), NULL);
}

static const struct stmt *const statements[] = {
        &SINGLE_USE_ADD, &SINGLE_USE_REPLACE, &SINGLE_USE_LOOK, &SINGLE_USE_TAKE, &SINGLE_USE_TIDY,
};
const struct stmt_list SINGLE_USE_STATEMENTS = {statements, countof(statements)};
