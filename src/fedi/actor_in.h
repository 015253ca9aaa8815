/* An actor as its own server writes it, read into one struct, cleaned and cut to our limits; and WebFinger's answer about
 * a name. Nothing here asks the database or the network. */
#pragma once
#include "fedi/note_in.h"
#include "social/account.h"

enum { /* T122 */
        ACTOR_NAME_MAX = 100,   /* preferredUsername: longer is no name */
        ACTOR_TITLE_MAX = 500,  /* display name, characters */
        ACTOR_NOTE_BYTES = 20480,
        ACTOR_FIELDS_MAX = 50,
        ACTOR_FIELD_BYTES = 2047, /* Mastodon's cut */
        ACTOR_ALIASES_MAX = 256,
        ACTOR_KEY_BYTES = 16384
};

struct actor_in {
        struct address id;
        enum account_kind kind;
        struct str username, handle; /* handle: "user@domain" when the actor claims one itself (FEP-2c59) */
        struct str inbox, shared_inbox, outbox, followers, following, featured, url;
        struct str display_name;
        struct markup note;
        struct account_field *fields;
        size_t n_fields;
        struct str avatar, avatar_description, header, header_description; /* addresses; STR_NONE: none */
        bool locked, discoverable, indexable, memorial, suspended;
        struct str key_id, key_pem; /* the first RSA key of its own; STR_NONE: none */
        struct str *aliases;
        size_t n_aliases;
        struct str moved_to; /* STR_NONE: not */
        struct note_emoji *emoji;
        size_t n_emoji;
        int64_t created_at; /* 0: not told */
};

/* Is this a type that stands for somebody? */
bool actor_in_is(const struct json_value *object);
/* ERR_INPUT with r->why: no actor, no id of an own, no inbox, no usable name. */
MUST_USE enum err actor_in_read(struct reading *r, const struct json_value *actor, struct actor_in *ret);

/* WebFinger (RFC 7033): the actors a name stands for, and the name as its server spells it. */
enum { WEBFINGER_SELF_MAX = 8 };
struct webfinger_in {
        struct str name, domain; /* of the subject, domain lower-case ASCII */
        struct str self[WEBFINGER_SELF_MAX];
        size_t n_self;
};
/* `asked` is the domain that answered: a subject without one is there. */
MUST_USE enum err webfinger_in_read(struct reading *r, const struct json_value *answer, struct str asked,
                                    struct webfinger_in *ret);
bool webfinger_in_names(const struct webfinger_in *w, struct str actor);
/* "user@domain", "@user@domain", "acct:user@domain" into its parts; false for what is none. The domain may carry a port. */
bool handle_read(struct arena *a, struct str text, struct str *name, struct str *domain);
