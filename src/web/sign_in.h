/* Signing in and up: what the handlers show, and the one way to a session. */
#pragma once
#include "social/invite.h"
#include "social/login.h"
#include "social/rule.h"
#include "web/form.h"
#include "web/page.h"

struct sign_in {
        struct str name, next, error;
        bool busy; /* too many tries */
        bool for_app;
};
struct sign_up {
        const struct invite *invite; /* NULL: open to all */
        struct str inviter, action;  /* inviter "": the server itself */
        struct rule *rules;
        size_t n_rules;
        struct web_field username, email, password, reason;
        bool approval;
        bool as_keeper; /* whoever invites asks for a keeper, see keeper.h */
        struct str error; /* about the whole */
};

/* A session for this account: sets the cookie. In the SLOW lane. */
MUST_USE enum err web_session_start(struct req *rq, int64_t account);
