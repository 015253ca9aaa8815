/* The chrome of a page: what every handler opens before it writes and closes after. */
#pragma once
#include "lib/http/req.h"
#include "lib/text/html.h"
#include "social/audience.h"
#include "store/cx.h"
#include "lib/text/zone.h"

enum page_here {
        HERE_NOWHERE,
        HERE_HOME,
        HERE_NOTIFICATIONS,
        HERE_WRITE,
        HERE_SEARCH,
        HERE_INBOX,
        HERE_LISTS,
        HERE_JOURNALS,
        HERE_BOOKMARKS,
        HERE_SETTINGS,
        HERE_MORE,
        HERE_SIGN_IN,
        HERE_ABOUT,
        HERE_HELP,
};

struct web_page {
        /* Chosen by the handler. */
        struct str title;    /* of the window; the server's name is added */
        enum page_here here; /* the current word of the navigation */
        bool alone;          /* a page for one act, without navigation */
        bool indexable;      /* search engines may keep it */
        bool asks;           /* whoever wrote it asks that it is not reproduced */
        struct markup head;  /* more of <head>, from our own templates */
        struct str told;     /* one line above everything: what was just done */
        int level;           /* of the heading of each post; 0: 3 */
        /* Filled by web_open. */
        struct cx *cx;
        struct viewer by;
        bool signed_in, rtl;
        struct str server, language, theme, text_size;
        struct str csrf;  /* of signed-in people; a form for strangers fills it with web_csrf */
        struct zone zone; /* of the reader */
        struct str back;  /* this page's own path, for forms that lead back */
        int64_t now;
        struct login *me; /* the reader's settings; NULL for strangers and on error pages */
};

/* Opens the page: answers rq with `status` and writes everything up to <main>. */
MUST_USE enum err web_open(struct req *rq, int status, struct web_page *p, struct html **ret);
/* Closes <main>, writes the footer. Gives OK, so that a handler may end with it. */
enum err web_close(struct html *h, const struct web_page *p);
/* The same without asking the database: for errors. */
struct html *web_open_plain(struct req *rq, int status, struct web_page *p);

/* A path of ours to go to next, or `otherwise` when this is none. */
struct str web_own_path(struct str path, struct str otherwise);
/* What a form sent in hidden field "back", as a path of ours; "/" when there is none. */
struct str web_back(struct req *rq);
/* A buffer of the request for markup made on the way (the head of a page). */
struct html *web_aside(struct req *rq);
struct markup web_aside_markup(const struct html *h);
