/* An account: a person here, a person elsewhere, or a journal. Reading, looking up, profiles, counts. */
#pragma once
#include "lib/http/req.h"
#include "lib/text/markup.h"
#include "social/audience.h"

enum account_kind { ACCOUNT_PERSON, ACCOUNT_BOT, ACCOUNT_GROUP, ACCOUNT_ORGANIZATION, ACCOUNT_APPLICATION,
                    ACCOUNT_JOURNAL /* here; elsewhere it is an Organization */ };

struct emoji_list;

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
        struct str avatar_far, header_far; /* of people elsewhere: paths of far_file.h; STR_NONE: no picture */
        bool locked, discoverable, indexable, hide_collections, memorial, suspended, silenced, gallery; /* gallery: the profile begins with its photos */
        int64_t posts_count, followers_count, following_count, last_post_at;
        int64_t moved_to, created_at, updated_at;
        const struct emoji_list *emoji; /* of its words, where a page asked for them (emoji.h); else NULL */
};

MUST_USE enum err account_get(struct cx *cx, int64_t id, struct account **ret); /* ERR_MISSING */
/* Several at once, in the order asked, missing ones left out. One statement. */
MUST_USE enum err account_get_many(struct cx *cx, const int64_t *ids, size_t n, struct account ***ret, size_t *n_ret);
/* The one of this id among them, or NULL. */
const struct account *account_among(struct account *const *v, size_t n, int64_t id);
/* By "name", "name@domain" (our own domain counts as here). ERR_MISSING. */
MUST_USE enum err account_by_name(struct cx *cx, struct str acct, struct account **ret);
/* By ActivityPub id, or by the profile address of somebody here. ERR_MISSING. */
MUST_USE enum err account_by_uri(struct cx *cx, struct str uri, struct account **ret);
bool account_is_local(const struct account *a);
struct str account_acct(struct arena *a, const struct account *account); /* "name" here, "name@domain" elsewhere */
/* The name a person reads: display name, or the user name when there is none. */
struct str account_name(const struct account *account);
/* Addresses. */
struct str account_uri(struct cx *cx, int64_t id, struct str username); /* https://host/users/NAME */
struct str account_url(struct cx *cx, struct str username);             /* https://host/@NAME */
struct str media_url(struct cx *cx, struct str store_name);             /* https://host/media/NAME */

/* A new row for a person here, with its keys (account_make_keys); the caller's write transaction goes on with the login.
 * ERR_CONFLICT: the name is taken. */
struct account_keys {
        struct str public_pem, private_pem;
};
struct account_draft {
        struct str username;
        bool locked;
        struct account_keys keys;
};
MUST_USE enum err account_create(struct cx *cx, const struct account_draft *d, int64_t *ret);
/* RSA of 2,048 bits, as the rest of the fediverse has. Slow: never on a loop or in a transaction. */
MUST_USE enum err account_make_keys(struct arena *a, struct account_keys *ret);
MUST_USE enum err account_private_key(struct cx *cx, int64_t id, struct str *pem); /* ERR_MISSING */

/* A profile changes: whatever is given. In a write transaction. The picture files must be durable already; the ones they
 * replace go to media_trash. */
struct account_picture {
        bool given;              /* with no name: take the picture away */
        struct str name, still, portrait, type;
};
enum { ACCOUNT_FIELDS = 4, ACCOUNT_NAME_MAX = 30, ACCOUNT_NOTE_HTML_MAX = 500, ACCOUNT_FIELD_MAX = 255, PICTURE_WORDS_MAX = 1500 };
struct account_change {
        struct str display_name, note;  /* STR_NONE: as it was */
        struct str avatar_description, header_description;
        enum tri locked, bot, discoverable, indexable, hide_collections, gallery;
        bool fields_given;
        const struct account_field *fields; /* name and value; wholly empty ones are dropped */
        size_t n_fields;
        struct account_picture avatar, header;
        bool keep_files; /* those the new pictures replace stay: the change may be taken back */
};
MUST_USE enum err account_update(struct cx *cx, int64_t id, const struct account_change *c);

/* The page at this address names the person back: every line of theirs with exactly this value is marked. */
MUST_USE enum err account_field_proven(struct cx *cx, int64_t id, struct str value);

/* Adds to the counts, never below 0, and tells the caches. In a write transaction. */
MUST_USE enum err account_count(struct cx *cx, int64_t id, int followers, int following);
/* The words by which an account is found (search_index_account). */
struct str account_search_text(struct arena *a, struct str username, struct str domain, struct str display_name);
/* People who asked to be found: by last post, or by age of the account. */
MUST_USE enum err account_directory(struct cx *cx, bool newest, bool only_local, int64_t limit, int64_t offset, int64_t **ids, size_t *n);
/* ERR_MISSING when there is none or it is suspended: for acts on somebody. */
MUST_USE enum err account_must(struct cx *cx, int64_t id);
/* ERR_MISSING for people here who wait for approval or have not proven their address: nobody meets them yet; and for a
 * journal of this server only when `by` (0: a stranger) is no member. */
MUST_USE enum err account_shown(struct cx *cx, int64_t by, int64_t id);
/* What moderators do; twice is once. A suspended person's access ends with it. In a write transaction. */
MUST_USE enum err account_suspend(struct cx *cx, int64_t id, bool on);
MUST_USE enum err account_silence(struct cx *cx, int64_t id, bool on);
extern const struct stmt_list ACCOUNT_STATEMENTS, PROFILE_STATEMENTS, ACCOUNT_FIND_STATEMENTS, ACCOUNT_STATE_STATEMENTS;
