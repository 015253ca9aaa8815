/* The admin API: what moderators do, from apps. Every row needs an admin scope, and the token's person a role. */
#pragma once
#include "lib/http/req.h"
#include "social/account_review.h"

struct json;
struct cx;

extern const struct route_list API_ADMIN_ACCOUNT_ROUTES; /* admin_account.c */
extern const struct route_list API_ADMIN_DOMAIN_ROUTES;  /* admin_domain.c */
extern const struct route_list API_ADMIN_JOIN_ROUTES;    /* admin_join.c */
extern const struct route_list API_ADMIN_REPORT_ROUTES;  /* admin_report.c */

/* The Admin::Account entity; an account that is gone writes null. */
MUST_USE enum err api_admin_account_json(struct json *j, const char *key, struct cx *cx, int64_t account);

#define API_ADMIN_LISTS                                                                            \
        &API_ADMIN_ACCOUNT_ROUTES, &API_ADMIN_DOMAIN_ROUTES, &API_ADMIN_JOIN_ROUTES,               \
                &API_ADMIN_REPORT_ROUTES
