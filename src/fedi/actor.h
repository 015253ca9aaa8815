/* People here as actors: the documents other servers read, and the actor that stands for the server itself. */
#pragma once
#include "fedi/fedi.h"
#include "fedi/words.h"

/* With its context when `key` is NULL. */
MUST_USE enum err actor_put(struct json *j, const char *key, struct cx *cx, const struct account *a);
MUST_USE enum err actor_server_put(struct json *j, struct cx *cx);
struct str actor_server_id(struct cx *cx);
extern const struct stmt_list ACTOR_STATEMENTS;
