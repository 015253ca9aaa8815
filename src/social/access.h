/* Who asks, and may they: the first thing done with every request that carries a credential. One statement each. The
 * server's admit hook calls these; no handler looks at a token or cookie. */
#pragma once
#include "social/audience.h"
#include "social/scope.h"

/* ERR_NO_TOKEN when there is no such token. A person who is disabled or waits is still found (viewer.state tells);
 * access_check refuses them. */
MUST_USE enum err access_by_token(struct cx *cx, struct str bearer, struct viewer **ret);
/* An unknown or old cookie is a stranger's. */
MUST_USE enum err access_by_session(struct cx *cx, struct str cookie, struct viewer **ret);
/* May this viewer use a route with these scope bits? Leaves Mastodon's sentence. ERR_NO_TOKEN: a token is needed (a page:
 * send them to sign in). */
MUST_USE enum err access_check(struct cx *cx, const struct viewer *by, uint64_t route_scope);
/* Whether the time of last use stored for this credential is old (an hour; a day for the person): then run access_touch in
 * a write transaction, whenever there is time. */
bool access_touch_due(const struct viewer *by);
MUST_USE enum err access_touch(struct cx *cx, const struct viewer *by);
extern const struct stmt_list ACCESS_STATEMENTS;
