/* OAuth scopes as bits, and what a route asks for. A broad scope holds its granular ones: the bits of "read" include those
 * of "read:statuses". A route's bits are alternatives: any of them lets the token through. */
#pragma once
#include "lib/base/arena.h"
#include "lib/base/str.h"

#define SCOPE_BIT(n) (UINT64_C(1) << (n))
enum scope_number {
#define SCOPE(name, text) SCOPE_N_##name,
#include "social/scope.def"
#undef SCOPE
        SCOPE_N_COUNT_
};

/* SCOPE_READ, SCOPE_READ_ACCOUNTS, SCOPE_WRITE_STATUSES... each its own bit alone (SCOPE_READ is the plain "read" bit, which
 * only a token with the whole of "read" has). */
#define SCOPE_READ SCOPE_BIT(SCOPE_N_READ)
#define SCOPE_READ_ACCOUNTS SCOPE_BIT(SCOPE_N_READ_ACCOUNTS)
#define SCOPE_READ_BLOCKS SCOPE_BIT(SCOPE_N_READ_BLOCKS)
#define SCOPE_READ_BOOKMARKS SCOPE_BIT(SCOPE_N_READ_BOOKMARKS)
#define SCOPE_READ_COLLECTIONS SCOPE_BIT(SCOPE_N_READ_COLLECTIONS)
#define SCOPE_READ_FAVOURITES SCOPE_BIT(SCOPE_N_READ_FAVOURITES)
#define SCOPE_READ_FILTERS SCOPE_BIT(SCOPE_N_READ_FILTERS)
#define SCOPE_READ_FOLLOWS SCOPE_BIT(SCOPE_N_READ_FOLLOWS)
#define SCOPE_READ_LISTS SCOPE_BIT(SCOPE_N_READ_LISTS)
#define SCOPE_READ_MUTES SCOPE_BIT(SCOPE_N_READ_MUTES)
#define SCOPE_READ_NOTIFICATIONS SCOPE_BIT(SCOPE_N_READ_NOTIFICATIONS)
#define SCOPE_READ_SEARCH SCOPE_BIT(SCOPE_N_READ_SEARCH)
#define SCOPE_READ_STATUSES SCOPE_BIT(SCOPE_N_READ_STATUSES)
#define SCOPE_WRITE SCOPE_BIT(SCOPE_N_WRITE)
#define SCOPE_WRITE_ACCOUNTS SCOPE_BIT(SCOPE_N_WRITE_ACCOUNTS)
#define SCOPE_WRITE_BLOCKS SCOPE_BIT(SCOPE_N_WRITE_BLOCKS)
#define SCOPE_WRITE_BOOKMARKS SCOPE_BIT(SCOPE_N_WRITE_BOOKMARKS)
#define SCOPE_WRITE_COLLECTIONS SCOPE_BIT(SCOPE_N_WRITE_COLLECTIONS)
#define SCOPE_WRITE_CONVERSATIONS SCOPE_BIT(SCOPE_N_WRITE_CONVERSATIONS)
#define SCOPE_WRITE_FAVOURITES SCOPE_BIT(SCOPE_N_WRITE_FAVOURITES)
#define SCOPE_WRITE_FILTERS SCOPE_BIT(SCOPE_N_WRITE_FILTERS)
#define SCOPE_WRITE_FOLLOWS SCOPE_BIT(SCOPE_N_WRITE_FOLLOWS)
#define SCOPE_WRITE_LISTS SCOPE_BIT(SCOPE_N_WRITE_LISTS)
#define SCOPE_WRITE_MEDIA SCOPE_BIT(SCOPE_N_WRITE_MEDIA)
#define SCOPE_WRITE_MUTES SCOPE_BIT(SCOPE_N_WRITE_MUTES)
#define SCOPE_WRITE_NOTIFICATIONS SCOPE_BIT(SCOPE_N_WRITE_NOTIFICATIONS)
#define SCOPE_WRITE_REPORTS SCOPE_BIT(SCOPE_N_WRITE_REPORTS)
#define SCOPE_WRITE_STATUSES SCOPE_BIT(SCOPE_N_WRITE_STATUSES)
#define SCOPE_FOLLOW SCOPE_BIT(SCOPE_N_FOLLOW)
#define SCOPE_PUSH SCOPE_BIT(SCOPE_N_PUSH)
#define SCOPE_PROFILE SCOPE_BIT(SCOPE_N_PROFILE)
#define SCOPE_ADMIN_READ SCOPE_BIT(SCOPE_N_ADMIN_READ)
#define SCOPE_ADMIN_READ_ACCOUNTS SCOPE_BIT(SCOPE_N_ADMIN_READ_ACCOUNTS)
#define SCOPE_ADMIN_READ_REPORTS SCOPE_BIT(SCOPE_N_ADMIN_READ_REPORTS)
#define SCOPE_ADMIN_READ_DOMAIN_ALLOWS SCOPE_BIT(SCOPE_N_ADMIN_READ_DOMAIN_ALLOWS)
#define SCOPE_ADMIN_READ_DOMAIN_BLOCKS SCOPE_BIT(SCOPE_N_ADMIN_READ_DOMAIN_BLOCKS)
#define SCOPE_ADMIN_READ_IP_BLOCKS SCOPE_BIT(SCOPE_N_ADMIN_READ_IP_BLOCKS)
#define SCOPE_ADMIN_READ_EMAIL_DOMAIN_BLOCKS SCOPE_BIT(SCOPE_N_ADMIN_READ_EMAIL_DOMAIN_BLOCKS)
#define SCOPE_ADMIN_READ_CANONICAL_EMAIL_BLOCKS SCOPE_BIT(SCOPE_N_ADMIN_READ_CANONICAL_EMAIL_BLOCKS)
#define SCOPE_ADMIN_WRITE SCOPE_BIT(SCOPE_N_ADMIN_WRITE)
#define SCOPE_ADMIN_WRITE_ACCOUNTS SCOPE_BIT(SCOPE_N_ADMIN_WRITE_ACCOUNTS)
#define SCOPE_ADMIN_WRITE_REPORTS SCOPE_BIT(SCOPE_N_ADMIN_WRITE_REPORTS)
#define SCOPE_ADMIN_WRITE_DOMAIN_ALLOWS SCOPE_BIT(SCOPE_N_ADMIN_WRITE_DOMAIN_ALLOWS)
#define SCOPE_ADMIN_WRITE_DOMAIN_BLOCKS SCOPE_BIT(SCOPE_N_ADMIN_WRITE_DOMAIN_BLOCKS)
#define SCOPE_ADMIN_WRITE_IP_BLOCKS SCOPE_BIT(SCOPE_N_ADMIN_WRITE_IP_BLOCKS)
#define SCOPE_ADMIN_WRITE_EMAIL_DOMAIN_BLOCKS SCOPE_BIT(SCOPE_N_ADMIN_WRITE_EMAIL_DOMAIN_BLOCKS)
#define SCOPE_ADMIN_WRITE_CANONICAL_EMAIL_BLOCKS SCOPE_BIT(SCOPE_N_ADMIN_WRITE_CANONICAL_EMAIL_BLOCKS)

/* What a route may ask beside scopes. SCOPE_NONE: no credential is looked at. */
#define SCOPE_NONE UINT64_C(0)
#define SCOPE_OPTIONAL SCOPE_BIT(48)       /* strangers too; a token that is sent must be good and have a named scope */
#define SCOPE_USER SCOPE_BIT(49)           /* any token of a person */
#define SCOPE_APP SCOPE_BIT(50)            /* an app's own token will do; with scopes named: it needs one of them */
#define SCOPE_ALL_OF SCOPE_BIT(51)         /* all the named scopes, not any */
#define SCOPE_ANY_STATE SCOPE_BIT(52)      /* also people who are unconfirmed, waiting, disabled: sign out, export */
#define SCOPE_PAGE_PUBLIC SCOPE_BIT(53)    /* a page for everybody; the session is used when there is one */
#define SCOPE_PAGE_SIGNED_IN SCOPE_BIT(54) /* strangers are sent to sign in */
#define SCOPE_PAGE_MODERATOR SCOPE_BIT(55)
#define SCOPE_PAGE_OWNER SCOPE_BIT(56)
#define SCOPE_PAGES (SCOPE_PAGE_PUBLIC | SCOPE_PAGE_SIGNED_IN | SCOPE_PAGE_MODERATOR | SCOPE_PAGE_OWNER)
#define SCOPES_REAL (SCOPE_BIT(48) - 1) /* the bits that tokens hold */

/* "read write:statuses" to bits, broad ones expanded. False when a word is no scope. Separators: spaces; "" is no bits. */
bool scope_read(struct str text, uint64_t *ret);
/* The words once each, separated by single spaces, in the order given. */
struct str scope_tidy(struct arena *a, struct str text);
/* Every name, for the metadata document and the consent page. */
size_t scope_count(void);
struct str scope_name(size_t i);
/* In words, for the consent page: "See your lists". */
struct str scope_words(size_t i);
bool scope_next(struct str *rest, struct str *ret); /* walks the words of a scope text */
