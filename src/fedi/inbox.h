/* POST /inbox and /users/NAME/inbox: activities of other servers. Signed by a known key: checked right on the loop, applied
 * by the writer, 202 after the commit. Signed by an unknown one: the pool asks for the key first. */
#pragma once
#include "lib/http/route.h"
#include "store/cx.h"

extern const struct route_list FEDI_INBOX_ROUTES;
extern const struct stmt_list INBOX_STATEMENTS;
