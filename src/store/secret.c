/* Secrets that are made once: see secret.h. Asked for while the server starts, and by mails that
 * can be stopped. */
#include "store/secret.h"

static const struct stmt SECRET_FIND = {
        .name = "secret_find",
        .text = "SELECT value FROM secret WHERE name = $1",
        .in = "s",
        .out = "s",
};
static const struct stmt SECRET_KEEP = {
        .name = "secret_keep",
        .text = "INSERT INTO secret (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        .in = "ss",
};

enum err secret_find(struct cx *cx, const char *name, struct str *ret)
{
        struct row r;
        bool found;
        *ret = STR_NONE;
        TRY(db_find(cx->db, &SECRET_FIND, cx->arena, BIND(V(str_of(name))), &r, &found));
        if (!found)
                return OK;
        *ret = row_str(&r);
        return row_end(&r);
}

enum err secret_keep(struct cx *cx, const char *name, struct str fresh, struct str *ret)
{
        TRY(db_run(cx->db, &SECRET_KEEP, BIND(V(str_of(name)), V(fresh)), NULL));
        return secret_find(cx, name, ret);
}

struct asked {
        const char *name;
        struct str fresh, kept;
};

static enum err find(struct cx *cx, void *arg)
{
        struct asked *a = arg;
        return secret_find(cx, a->name, &a->kept);
}

static enum err keep(struct cx *cx, void *arg)
{
        struct asked *a = arg;
        return secret_keep(cx, a->name, a->fresh, &a->kept);
}

enum err secret_open(struct cx *cx, const char *name,
                     enum err (*fresh)(struct cx *cx, struct str *ret), struct str *ret)
{
        struct asked a = {.name = name};
        TRY(cx_read(cx, find, &a));
        if (!a.kept.n) {
                TRY(fresh(cx, &a.fresh));
                TRY(cx_write(cx, keep, &a));
        }
        *ret = a.kept;
        return OK;
}

static const struct stmt *const statements[] = {&SECRET_FIND, &SECRET_KEEP};
const struct stmt_list SECRET_STATEMENTS = {statements, countof(statements)};
