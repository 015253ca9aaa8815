/* The pages: what the server's hooks and tables need of them. All work without JavaScript. */
#pragma once
#include "lib/http/req.h"

/* The form token of whoever asks: bound to the session's cookie, for strangers to a cookie of their
 * own, which is set with the page. */
struct str web_csrf(struct req *rq);
/* For every POST of a page: is the token in field "csrf" the one of this browser, and does the form
 * come from us? ERR_DENIED with a sentence. */
MUST_USE enum err web_check_csrf(struct req *rq);
/* The page for an error: what happened, what is safe, what to do. A stranger who needs to sign in
 * is led there. */
void web_error(struct req *rq, enum err e, struct str sentence);
/* Where one of our static files is: "style.css" gives "/static/style.0f3c….css". */
const char *web_static(const char *name);

extern const struct route_list WEB_ABOUT_ROUTES;
extern const struct route_list WEB_ACT_ROUTES;
extern const struct route_list WEB_ALBUM_ROUTES;
extern const struct route_list WEB_ALBUM_CHANGE_ROUTES;
extern const struct route_list WEB_AUDIENCES_ROUTES;
extern const struct route_list WEB_AUTHORIZE_ROUTES;
extern const struct route_list WEB_COAUTHOR_ROUTES;
extern const struct route_list WEB_COMPOSE_ROUTES;
extern const struct route_list WEB_COMPOSE_SEND_ROUTES;
extern const struct route_list WEB_DIGEST_ROUTES;
extern const struct route_list WEB_EMBED_ROUTES;
extern const struct route_list WEB_EARLIER_ROUTES;
extern const struct route_list WEB_FAR_ROUTES;
extern const struct route_list WEB_OEMBED_ROUTES;
extern const struct route_list WEB_FEED_ROUTES;
extern const struct route_list WEB_HELP_ROUTES;
extern const struct route_list WEB_HOME_ROUTES;
extern const struct route_list WEB_INBOX_ROUTES;
extern const struct route_list WEB_JOURNAL_ROUTES;
extern const struct route_list WEB_JOURNAL_CARE_ROUTES;
extern const struct route_list WEB_JOURNAL_COPY_ROUTES;
extern const struct route_list WEB_JOURNAL_FORM_ROUTES;
extern const struct route_list WEB_JOURNAL_MAIL_ROUTES;
extern const struct route_list WEB_LETTER_ROUTES;
extern const struct route_list WEB_KEEPER_ROUTES;
extern const struct route_list WEB_KEEPSAKE_ROUTES;
extern const struct route_list WEB_LISTS_ROUTES;
extern const struct route_list WEB_MAIL_ROUTES;
extern const struct route_list WEB_MEMORIAL_ROUTES;
extern const struct route_list WEB_NOTIFICATION_ROUTES;
extern const struct route_list WEB_PAUSE_ROUTES;
extern const struct route_list WEB_PEOPLE_ROUTES;
extern const struct route_list WEB_POST_REACH_ROUTES;
extern const struct route_list WEB_POST_ROUTES;
extern const struct route_list WEB_PROFILE_ROUTES;
extern const struct route_list WEB_QUIET_ROUTES;
extern const struct route_list WEB_REMINDER_ROUTES;
extern const struct route_list WEB_REMEMBER_ROUTES;
extern const struct route_list WEB_SEARCH_ROUTES;
extern const struct route_list WEB_SETTINGS_ROUTES;
extern const struct route_list WEB_SETTINGS_ACCESS_ROUTES;
extern const struct route_list WEB_SETTINGS_COMMENTS_ROUTES;
extern const struct route_list WEB_SETTINGS_PUSH_ROUTES;
extern const struct route_list WEB_SETTINGS_EXPORT_ROUTES;
extern const struct route_list WEB_SETTINGS_IMPORT_ROUTES;
extern const struct route_list WEB_SETTINGS_LEAVE_ROUTES;
extern const struct route_list WEB_SETTINGS_MOVE_ROUTES;
extern const struct route_list WEB_SETTINGS_PROFILE_ROUTES;
extern const struct route_list WEB_SIGN_IN_ROUTES;
extern const struct route_list WEB_SIGN_UP_ROUTES;
extern const struct route_list WEB_STATIC_ROUTES;
extern const struct route_list WEB_STEWARD_ROUTES;
extern const struct route_list WEB_STRANGER_ROUTES;
extern const struct route_list WEB_SUPPORT_ROUTES;
extern const struct route_list WEB_TRUST_ROUTES;
extern const struct route_list WEB_WAITING_ROUTES;
extern const struct route_list WEB_WAY_ROUTES;

/* All of them, for the table of tables in server/routes.c. */
#define WEB_ROUTE_LISTS \
        &WEB_ABOUT_ROUTES, \
        &WEB_ACT_ROUTES, \
        &WEB_ALBUM_ROUTES, \
        &WEB_ALBUM_CHANGE_ROUTES, \
        &WEB_AUDIENCES_ROUTES, \
        &WEB_AUTHORIZE_ROUTES, \
        &WEB_COAUTHOR_ROUTES, \
        &WEB_COMPOSE_ROUTES, \
        &WEB_COMPOSE_SEND_ROUTES, \
        &WEB_DIGEST_ROUTES, \
        &WEB_EMBED_ROUTES, \
        &WEB_EARLIER_ROUTES, \
        &WEB_FAR_ROUTES, \
        &WEB_FEED_ROUTES, \
        &WEB_HELP_ROUTES, \
        &WEB_HOME_ROUTES, \
        &WEB_INBOX_ROUTES, \
        &WEB_JOURNAL_CARE_ROUTES, \
        &WEB_JOURNAL_COPY_ROUTES, \
        &WEB_JOURNAL_FORM_ROUTES, \
        &WEB_JOURNAL_MAIL_ROUTES, \
        &WEB_JOURNAL_ROUTES, \
        &WEB_LETTER_ROUTES, \
        &WEB_KEEPER_ROUTES, \
        &WEB_KEEPSAKE_ROUTES, \
        &WEB_LISTS_ROUTES, \
        &WEB_MAIL_ROUTES, \
        &WEB_MEMORIAL_ROUTES, \
        &WEB_NOTIFICATION_ROUTES, \
        &WEB_OEMBED_ROUTES, \
        &WEB_PAUSE_ROUTES, \
        &WEB_PEOPLE_ROUTES, \
        &WEB_POST_REACH_ROUTES, \
        &WEB_POST_ROUTES, \
        &WEB_PROFILE_ROUTES, \
        &WEB_QUIET_ROUTES, \
        &WEB_REMINDER_ROUTES, \
        &WEB_REMEMBER_ROUTES, \
        &WEB_SEARCH_ROUTES, \
        &WEB_SETTINGS_ACCESS_ROUTES, \
        &WEB_SETTINGS_COMMENTS_ROUTES, \
        &WEB_SETTINGS_PUSH_ROUTES, \
        &WEB_SETTINGS_EXPORT_ROUTES, \
        &WEB_SETTINGS_IMPORT_ROUTES, \
        &WEB_SETTINGS_LEAVE_ROUTES, \
        &WEB_SETTINGS_MOVE_ROUTES, \
        &WEB_SETTINGS_PROFILE_ROUTES, \
        &WEB_SETTINGS_ROUTES, \
        &WEB_SIGN_IN_ROUTES, \
        &WEB_SIGN_UP_ROUTES, \
        &WEB_STATIC_ROUTES, \
        &WEB_STEWARD_ROUTES, \
        &WEB_STRANGER_ROUTES, \
        &WEB_SUPPORT_ROUTES, \
        &WEB_TRUST_ROUTES, \
        &WEB_WAITING_ROUTES, \
        &WEB_WAY_ROUTES
