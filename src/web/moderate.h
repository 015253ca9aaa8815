/* The moderators' pages: what they show. Every page is one section of /moderation; those of the owner are not shown to
 * moderators. */
#pragma once
#include "lib/base/encode.h"
#include "social/account_review.h"
#include "social/announcement.h"
#include "social/audit.h"
#include "social/emoji.h"
#include "social/invite.h"
#include "social/join_block.h"
#include "social/moderation.h"
#include "social/report.h"
#include "social/rule.h"
#include "social/server_policy.h"
#include "web/card.h"
#include "web/form.h"
#include "web/profile.h"

extern const struct route_list WEB_CONVERSATION_ROUTES; /* conversation.c */
extern const struct route_list WEB_FILTER_ROUTES;       /* filter.c */
extern const struct route_list WEB_MODERATE_ROUTES;
extern const struct route_list WEB_MODERATE_ACCOUNTS_ROUTES;
extern const struct route_list WEB_MODERATE_EMOJI_ROUTES;
extern const struct route_list WEB_MODERATE_JOINING_ROUTES;
extern const struct route_list WEB_MODERATE_MEMORIALS_ROUTES;
extern const struct route_list WEB_MODERATE_REPORTS_ROUTES;
extern const struct route_list WEB_MODERATE_SERVERS_ROUTES;
extern const struct route_list WEB_MODERATE_TEXTS_ROUTES;
extern const struct route_list WEB_WARNING_ROUTES; /* warning.c */
#define WEB_MODERATE_LISTS                                                                         \
        &WEB_CONVERSATION_ROUTES, &WEB_FILTER_ROUTES, &WEB_MODERATE_ROUTES,                        \
                &WEB_MODERATE_ACCOUNTS_ROUTES, &WEB_MODERATE_EMOJI_ROUTES,                         \
                &WEB_MODERATE_JOINING_ROUTES, &WEB_MODERATE_MEMORIALS_ROUTES,                      \
                &WEB_MODERATE_REPORTS_ROUTES,                                                      \
                &WEB_MODERATE_SERVERS_ROUTES, &WEB_MODERATE_TEXTS_ROUTES, &WEB_WARNING_ROUTES

struct moderate_section {
        const char *path, *word; /* path "": the overview */
        bool owner;
};
extern const struct moderate_section MODERATE_SECTIONS[];
extern const size_t MODERATE_SECTIONS_COUNT;

/* Opens a page of a section, with the list of the others. p->title as given, else the section's word. */
MUST_USE enum err moderate_open(struct req *rq, int status, const char *path, struct web_page *p, struct html **ret);
/* Leads back to the page at hand (or to `path`) with a sentence of done.c. */
enum err moderate_done(struct req *rq, struct str path, const char *done);
/* What an act of the log is called: "limited", "refused the server". */
const char *audit_words(struct str act);
/* In words, for lists and headings. */
/* What was done to somebody: "Limited", "Posts deleted". */
const char *warning_words(enum moderation_act act);
struct str state_words(struct arena *a, const struct review *v);

struct audit_line {
        const struct audit *a;
        const struct account *by, *target; /* NULL: the command line; nobody, or gone */
};
MUST_USE enum err audit_lines(struct cx *cx, const struct audit *v, size_t n, struct audit_line **ret);

struct appeal_line {
        const struct warning *w;
        const struct account *account;
};
struct alike_line {
        const struct account *account, *like;
};
struct overview {
        int64_t reports;   /* open, up to 1,000 */
        size_t waiting;    /* sign-ups, up to 20 */
        struct appeal_line *appeals;
        size_t n_appeals;
        struct alike_line *alike; /* new people named like somebody here */
        size_t n_alike;
        struct audit_line *log;
        size_t n_log;
};

/* What can be done, as a choice of the forms. */
struct act_choice {
        enum moderation_act act;
        const char *label, *hint;
        bool here_only; /* people of this server */
        bool posts;     /* acts on the posts that are ticked */
};
extern const struct act_choice ACT_CHOICES[];
extern const size_t ACT_CHOICES_COUNT;
struct act_form {
        const struct account *target;
        const struct cards *posts; /* to tick; NULL: none */
        struct str text, error;
        bool ticked;  /* posts are ticked from the start */
        bool here;    /* the target is of this server */
};
/* Reads the form and acts: OK, or a sentence in cx->fault. report 0: none. */
MUST_USE enum err act_form_run(struct req *rq, int64_t target, int64_t report);

struct report_line {
        const struct report *r;
        const struct account *by, *target; /* NULL: gone */
};
struct report_list_page {
        struct report_line *v, *first;
        size_t n, n_first;
        bool resolved;
        struct pager pager;
};
struct report_page {
        const struct report *r;
        const struct account *by, *target, *assigned, *resolved_by;
        const struct report_note *notes;
        const struct account **note_by;
        size_t n_notes;
        struct rule *rules;
        size_t n_rules;
        const struct report_letter *letter; /* NULL: none */
        struct cards posts;
        struct act_form act;
        struct str note, error;
};

struct account_list_page {
        const struct review_filter *f;
        struct review *v;
        size_t n;
        struct pager pager;
};
struct account_page {
        struct review who;
        int64_t ends_at; /* what a suspended one wrote is deleted then; 0: not */
        struct act_form act;
        struct cards posts;
        const struct warning *warnings;
        size_t n_warnings;
        struct report_line *reports;
        size_t n_reports;
        struct audit_line *log;
        size_t n_log;
        struct pager pager; /* of the posts */
        bool may, owner; /* may: act on them */
        struct str error;
};

struct server_list_page {
        const struct server_policy_row *decided;
        size_t n_decided;
        const struct server_known *known;
        size_t n_known;
        struct str find, next; /* next: the name to go on after; none: no more */
        struct str error;
        bool allow_list;
        struct pager pager;
};
struct server_page {
        struct str domain;
        const struct server_policy_row *row; /* never NULL */
        bool decided;
        const struct server_policy_row *above; /* a decision about a name above it; NULL: none */
        struct str error;
        bool allow_list;
};

struct joining_page {
        const struct email_domain_block *domains;
        size_t n_domains;
        const struct ip_block *networks;
        size_t n_networks;
        struct str error;
};
struct emoji_page {
        const struct emoji_row *v;
        size_t n;
        struct str shortcode, category, error;
};
