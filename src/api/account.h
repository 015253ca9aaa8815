/* Accounts over the API: reading, acting on them, one's own profile, signing up. */
#pragma once
#include "lib/http/req.h"

struct relationship;
struct json;

extern const struct route_list API_ACCOUNT_ROUTES;      /* account.c */
extern const struct route_list API_RELATIONSHIP_ROUTES; /* relationship.c */
extern const struct route_list API_PROFILE_ROUTES;      /* profile.c */
extern const struct route_list API_TAG_FEATURE_ROUTES;  /* tag_feature.c */
extern const struct route_list API_SIGN_UP_ROUTES;      /* sign_up.c */

void api_relationship_json(struct json *j, const char *key, const struct relationship *r);
/* The answer of every act on somebody: how one stands to them now. */
MUST_USE enum err api_relationship_reply(struct req *rq, int64_t other);
/* An account a person may read about: ERR_MISSING also for those who are suspended. */
int64_t api_account_of_path(const struct req *rq);
