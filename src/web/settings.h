/* Settings: what their pages show. */
#pragma once
#include "social/app.h"
#include "social/export.h"
#include "social/import.h"
#include "social/invite.h"
#include "social/login.h"
#include "social/session.h"
#include "social/switches.h"
#include "social/veil.h"
#include "web/form.h"
#include "web/page.h"

struct settings_section {
        const char *path, *word;
};
extern const struct settings_section SETTINGS_SECTIONS[];
extern const size_t SETTINGS_SECTIONS_COUNT;

struct profile_form {
        const struct account *me;
        bool gallery;
        struct str display_name, note, avatar_words, header_words;
        struct str names[4], values[4];
        bool bot;
        struct str error;
};
struct posting_page {
        const struct preset *all;
        size_t n;
        int64_t wrong; /* the preset whose new name cannot be, and why */
        struct str error;
        struct photo_habits habits;
};
struct access_page {
        const struct session *sessions;
        size_t n_sessions;
        int64_t current;
        const struct token *tokens;
        size_t n_tokens;
};
struct invites_page {
        const struct invite *v;
        size_t n;
        bool may; /* this person may invite */
};

struct move_page {
        struct str_list aliases;
        const struct account *moved_to; /* NULL: not moved */
        int64_t moved_at;
        struct str old, old_error, to, to_error, password_error;
};

struct export_page {
        const struct export *last; /* NULL: none, or its week is over */
        bool may_ask, mails;
        struct str size, error;
        struct import imports[IMPORT_SHOWN];
        size_t n_imports;
        enum import_kind kind; /* chosen in the form that comes back */
        bool overwrite;
        struct str import_error;
};
MUST_USE enum err web_export_show(struct req *rq, int status, struct export_page *given);
MUST_USE enum err web_export_load(struct cx *cx, int64_t account, struct export_page *v);

/* A browser's name from what it sends: "Firefox on Linux". */
struct str agent_words(struct arena *a, struct str agent);
/* Opens a settings page with its heading and the list of the others. */
MUST_USE enum err settings_open(struct req *rq, int status, const char *path, struct web_page *p,
                                struct html **ret);
