/* The key pair by which push services know this server: see push_send.h. Made once and kept in the
 * database: with another one every device would have to subscribe anew. Called while the server
 * starts and when it has ended. */
#include "lib/push/push.h"
#include "social/push_send.h"

#define KEY_NAME "vapid-key"

static const struct stmt PUSH_KEY_GET = {
        .name = "push_key_get",
        .text = "SELECT value FROM secret WHERE name = $1",
        .in = "s",
        .out = "s",
};
static const struct stmt PUSH_KEY_PUT = {
        .name = "push_key_put",
        .text = "INSERT INTO secret (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        .in = "ss",
};

static enum err get_key(struct cx *cx, void *arg)
{
        struct str *pem = arg;
        struct row r;
        bool found;
        TRY(db_find(cx->db, &PUSH_KEY_GET, cx->arena, BIND(V(S(KEY_NAME))), &r, &found));
        if (!found)
                return OK;
        *pem = row_str(&r);
        return row_end(&r);
}

static enum err put_key(struct cx *cx, void *arg)
{
        struct str *pem = arg;
        TRY(db_run(cx->db, &PUSH_KEY_PUT, BIND(V(S(KEY_NAME)), V(*pem)), NULL));
        return get_key(cx, pem); /* another process may have been first */
}

enum err push_open(struct cx *cx)
{
        struct str pem = STR_NONE;
        TRY(cx_read(cx, get_key, &pem));
        if (!pem.n) {
                TRY(push_key_make(cx->arena, &pem));
                TRY(cx_write(cx, put_key, &pem));
        }
        TRY(push_key_read(pem, &cx->instance->push_key));
        cx->instance->vapid_public = push_key_public(cx->instance->push_key);
        return OK;
}

void push_close(struct instance *instance)
{
        push_key_close(&instance->push_key);
        instance->vapid_public = STR_NONE;
}

static const struct stmt *const statements[] = {&PUSH_KEY_GET, &PUSH_KEY_PUT};
const struct stmt_list PUSH_OPEN_STATEMENTS = {statements, countof(statements)};
