/* An account: a person here, a person elsewhere, or a journal. Reading, looking up, profiles, counts. */
#pragma once
#include "social/audience.h"
#include "lib/text/markup.h"

enum account_kind { ACCOUNT_PERSON, ACCOUNT_BOT, ACCOUNT_GROUP, ACCOUNT_ORGANIZATION, ACCOUNT_APPLICATION };

struct account_field {
        struct str name, value; /* as written */
        struct markup html;
        int64_t verified_at;
};
struct account {
        int64_t id;
        struct str username, domain; /* domain "" is here */
        enum account_kind kind;
        struct str uri, url;         /* complete, also for people here */
        struct str display_name, note;
        struct markup note_html;
        struct account_field *fields;
        size_t n_fields;
        struct str avatar, avatar_static, avatar_portrait, avatar_description; /* store names; STR_NONE when not set */
        struct str header, header_static, header_description;
        bool locked, discoverable, indexable, hide_collections, memorial, suspended, silenced;
        int64_t posts_count, followers_count, following_count, last_post_at;
        int64_t moved_to, created_at, updated_at;
};

MUST_USE enum err account_get(struct cx *cx, int64_t id, struct account **ret); /* ERR_MISSING */
/* Several at once, in the order asked, missing ones left out. One statement. */
MUST_USE enum err account_get_many(struct cx *cx, const int64_t *ids, size_t n, struct account ***ret, size_t *n_ret);
/* By "name", "name@domain" (our own domain counts as here). ERR_MISSING. */
MUST_USE enum err account_by_name(struct cx *cx, struct str acct, struct account **ret);
bool account_is_local(const struct account *a);
struct str account_acct(struct arena *a, const struct account *account); /* "name" here, "name@domain" elsewhere */
/* The name a person reads: display name, or the user name when there is none. */
struct str account_name(const struct account *account);
/* Addresses. */
struct str account_uri(struct cx *cx, int64_t id, struct str username); /* https://host/users/NAME */
struct str account_url(struct cx *cx, struct str username);             /* https://host/@NAME */
struct str media_url(struct cx *cx, struct str store_name);             /* https://host/media/NAME */
extern const struct stmt_list ACCOUNT_STATEMENTS;
