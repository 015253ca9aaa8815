/* A login: what only people here have: e-mail, password, role, preferences, state. Signing up, signing in, changing. */
#pragma once
#include "social/account.h"

struct login {
        int64_t account;
        struct str username, email;
        enum role role;
        int64_t confirmed_at;
        bool approved, disabled, suspended, memorial;
        struct str reason;   /* why they want to join */
        int64_t invite;
        struct str locale, zone, language, theme, text_size, show_media;
        enum audience visibility;
        enum quote_policy quote_policy;
        bool sensitive, show_counts, need_alt, expand_notes, embeds;
        int64_t preset; /* enum preset_id, or one of their own */
        int digest_hour; /* on the clock of their zone */
        bool digest_mail;
        int64_t digest_ready;            /* since when a digest lies ready; 0: none does */
        int64_t quiet_from, quiet_until; /* see quiet.h */
        int64_t rest_ends;               /* of the topic pause that ends next, see pause.h; 0: none */
        int64_t remind_next;             /* the earliest reminder, see reminder.h; 0: none */
        bool remind_mail;
        int64_t seen_at, created_at;
        int64_t memorial_at; /* becomes a memorial then, unless they are seen; 0: nobody says so */
        bool remembers;      /* a day they asked to be reminded of has come */
};

/* A new person here. Used by the command line, sign-up pages and the API. */
struct login_draft {
        struct str username, email, password;
        enum role role;
        bool confirmed;      /* the address needs no proof (command line; no mail is configured) */
        bool approved;
        bool any_name;       /* also a reserved one (command line) */
        bool no_password;    /* none fits until one is set (command line) */
        enum locked_choice { LOCKED_DEFAULT, LOCKED_NO, LOCKED_YES } locked; /* approve followers by hand */
        struct str locale, reason;
        struct str invite;   /* a code, or STR_NONE */
        struct str address;  /* of the client, for the limit of new accounts; or STR_NONE */
};
/* Slow (password, keys), outside any transaction: checks, then hashes and makes the keys, then writes in one
 * transaction of its own (cx_write). ERR_INPUT with cx->fault_field and a sentence of Mastodon's. */
MUST_USE enum err login_create(struct cx *cx, const struct login_draft *d, int64_t *account);
/* The sign-up of a stranger: login_create by the server's registration setting. *waits: an administrator must approve. */
MUST_USE enum err login_sign_up(struct cx *cx, const struct login_draft *d, int64_t *account, bool *waits);
/* Whether strangers may sign up at all just now: ERR_DENIED, ERR_LIMIT. Reads only. */
MUST_USE enum err login_may_sign_up(struct cx *cx, const struct login_draft *d);
/* All that is wrong with a draft at once, Mastodon's "details": field, code ("ERR_TAKEN"), sentence. Reads only. */
struct login_fault {
        const char *field, *code, *text;
};
MUST_USE enum err login_check_draft(struct cx *cx, const struct login_draft *d, struct login_fault *faults, size_t *n /* in: room */);

/* Slow. By user name or e-mail. ERR_DENIED with the same sentence and after the same time for an unknown name and a
 * wrong password; ERR_LIMIT after 10 tries in 5 minutes from an address or 20 an hour for a name. */
MUST_USE enum err login_check_password(struct cx *cx, struct str name, struct str password, struct str address, int64_t *account);
/* The same, but whose account is closed (disabled, suspended) gets in as far as such people get: to take along what is theirs. */
MUST_USE enum err login_check_password_also_closed(struct cx *cx, struct str name, struct str password, struct str address,
                                                   int64_t *account, bool *closed);
/* For a person already signed in who confirms an act: counts as a try. */
MUST_USE enum err login_confirm_password(struct cx *cx, int64_t account, struct str password, struct str address);
/* Slow. Ends all sessions but `keep_session`, and all tokens, in the same transaction. */
MUST_USE enum err login_set_password(struct cx *cx, int64_t account, struct str password, int64_t keep_session);
/* Slow. The same by a link that came by mail, which is used up with it: ERR_MISSING when it is over. */
MUST_USE enum err login_set_password_by_link(struct cx *cx, int64_t account, struct str password, struct str secret);
/* In a write transaction. */
MUST_USE enum err login_set_email(struct cx *cx, int64_t account, struct str email, bool confirmed);
MUST_USE enum err login_set_role(struct cx *cx, int64_t account, enum role role);
MUST_USE enum err login_disable(struct cx *cx, int64_t account);
MUST_USE enum err login_enable(struct cx *cx, int64_t account);
MUST_USE enum err login_approve(struct cx *cx, int64_t account);
/* Ends all tokens and all sessions but one (0: all); streams close. In a write transaction. */
MUST_USE enum err login_end_access(struct cx *cx, int64_t account, int64_t keep_session);

MUST_USE enum err login_get(struct cx *cx, int64_t account, struct login **ret);              /* ERR_MISSING */
MUST_USE enum err login_by_name(struct cx *cx, struct str name_or_email, struct login **ret); /* ERR_MISSING */
/* By user name, for the command line and the admin pages. `waiting`: only those to be approved. */
MUST_USE enum err login_list(struct cx *cx, bool waiting, int64_t after, int64_t limit, struct login ***ret, size_t *n);
MUST_USE enum err login_count(struct cx *cx, int64_t *ret);

/* Preferences: whatever is given changes. In a write transaction. */
struct login_change {
        const enum audience *visibility;
        const enum quote_policy *quote_policy;
        const bool *sensitive, *show_counts, *need_alt, *expand_notes, *embeds;
        struct str language, locale, zone, theme, text_size, show_media; /* STR_NONE: as it was */
        bool no_language;                                               /* forget the language */
};
MUST_USE enum err login_change(struct cx *cx, int64_t account, const struct login_change *c);

/* Mails with a one-time link, sent by the job "mail" {"kind": "confirm" or "password", "account": ID}; at most 5 in half an hour
 * for a person (T004: ERR_LIMIT). In a write transaction. */
MUST_USE enum err login_ask_confirmation(struct cx *cx, int64_t account);
/* By name or address. OK also when there is nobody or too many were asked for: who asks must not learn it. */
MUST_USE enum err login_ask_password(struct cx *cx, struct str name_or_email);
/* The link of a confirmation was opened and its button pressed. ERR_MISSING. */
MUST_USE enum err login_confirm(struct cx *cx, struct str secret);

/* One-time links (new password, confirming an address). The secret is shown once, its hash kept. In a write transaction. */
MUST_USE enum err single_use_create(struct cx *cx, const char *purpose, int64_t account, struct str detail, int64_t life_ms, struct str *secret);
/* Takes it: ERR_MISSING when it is unknown, used or late. */
MUST_USE enum err single_use_take(struct cx *cx, const char *purpose, struct str secret, int64_t *account, struct str *detail);
/* Looks without taking, for the page with the button. */
MUST_USE enum err single_use_look(struct cx *cx, const char *purpose, struct str secret, int64_t *account, struct str *detail);

MUST_USE enum err single_use_tidy(struct cx *cx);

/* Good user names are 1 to 30 of [a-z0-9_] (capitals are kept as written and compared folded) and not reserved. */
bool login_name_good(struct str username);
bool login_name_reserved(struct str username);
/* One plain address: no comments, quotes, lists; at most 254 bytes. */
bool email_good(struct str email);
/* Forgets counted tries and one-time links whose time is over. For the tidying. */
MUST_USE enum err login_tidy(struct cx *cx);
extern const struct stmt_list LOGIN_STATEMENTS, LOGIN_CREATE_STATEMENTS, LOGIN_PASSWORD_STATEMENTS, SINGLE_USE_STATEMENTS;
