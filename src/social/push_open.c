/* The key pair by which push services know this server: see push_send.h. Made once and kept: with
 * another one every device would have to subscribe anew. Called while the server starts and when it
 * has ended. */
#include "lib/push/push.h"
#include "social/push_send.h"
#include "store/secret.h"

static enum err fresh_key(struct cx *cx, struct str *ret)
{
        return push_key_make(cx->arena, ret);
}

enum err push_open(struct cx *cx)
{
        struct str pem;
        TRY(secret_open(cx, "vapid-key", fresh_key, &pem));
        TRY(push_key_read(pem, &cx->instance->push_key));
        cx->instance->vapid_public = push_key_public(cx->instance->push_key);
        return OK;
}

void push_close(struct instance *instance)
{
        push_key_close(&instance->push_key);
        instance->vapid_public = STR_NONE;
}
