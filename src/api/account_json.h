/* The Account entity. It is the same for every viewer, so it is rendered once and kept as bytes in the cache; whatever
 * embeds an account (posts, notifications) asks for those bytes. */
#pragma once
#include "lib/text/json.h"
#include "social/account.h"
#include "social/emoji.h"
#include "social/page.h"

/* Writes it, from the cache when it is there. */
MUST_USE enum err api_account_put(struct json *j, const char *key, struct cx *cx, int64_t account);
/* The rendered bytes, in the arena. ERR_MISSING. */
MUST_USE enum err api_account_bytes(struct cx *cx, int64_t account, struct str *ret);
/* The same for a whole page, running beside ids; those that are gone are STR_NONE. At most two statements, none when all
 * are cached. */
MUST_USE enum err api_account_bytes_many(struct cx *cx, const int64_t *ids, size_t n, struct str **ret);
/* An array of Account, in order, gone ones left out. */
MUST_USE enum err api_account_list(struct json *j, const char *key, struct cx *cx, const int64_t *ids, size_t n);
/* Answers with a page of accounts and its Link header. */
MUST_USE enum err api_account_page(struct req *rq, const struct page *p, const int64_t *ids, size_t n);
/* Without the cache, from a row at hand. */
MUST_USE enum err api_account_json(struct json *j, const char *key, struct cx *cx, const struct account *a);
/* With source and role, for its owner only. */
MUST_USE enum err api_account_credential(struct json *j, struct cx *cx, int64_t account);
/* The address of somebody's portrait that does not move; there always is one. */
struct str api_portrait(struct cx *cx, const struct account *a);
/* Key "role". */
void api_role_json(struct json *j, enum role role);
void api_emoji_list(struct json *j, const char *key, const struct emoji *v, size_t n);
