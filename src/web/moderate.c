/* /moderation: the frame of the moderators' pages, the overview, the log, and the form by which one
 * acts on an account, which reports and accounts share. */
#include "web/moderate.h"
#include "lib/base/die.h"
#include "social/login_alike.h"
#include "social/scope.h"
#include "store/limits.h"
#include "web/done.h"
#include "web/moderate.html.h"
#include "web/web.h"

enum { LINES_A_PAGE = 50, LINES_SHOWN = 10, APPEALS_SHOWN = 20, WAITING_SHOWN = 20 };

const struct moderate_section MODERATE_SECTIONS[] = {
        {"", "Overview", false},
        {"reports", "Reports", false},
        {"accounts", "Accounts", false},
        {"servers", "Servers", false},
        {"joining", "Who may not join", false},
        {"memorials", "Memorials", true},
        {"invites", "Invites", false},
        {"rules", "Rules", true},
        {"announcements", "Announcements", true},
        {"emoji", "Emoji", true},
        {"support", "Support services", true},
        {"topics", "Topics", true},
        {"hard-news", "Beneath hard news", true},
        {"log", "Log", false},
};
const size_t MODERATE_SECTIONS_COUNT = countof(MODERATE_SECTIONS);

enum err moderate_open(struct req *rq, int status, const char *path, struct web_page *p,
                       struct html **ret)
{
        for (size_t i = 0; i < countof(MODERATE_SECTIONS) && !p->title.n; i++)
                if (strcmp(MODERATE_SECTIONS[i].path, path) == 0)
                        p->title = path[0] ? str_of(MODERATE_SECTIONS[i].word) : S("Moderation");
        p->here = HERE_MORE;
        if (!p->told.n)
                p->told = web_done(rq);
        TRY(web_open(rq, status, p, ret));
        web_moderate_top(*ret, p->title, path, rq->viewer->role == ROLE_OWNER);
        return OK;
}

enum err moderate_done(struct req *rq, struct str path, const char *done)
{
        reply_redirect(rq, web_done_path(rq->arena, path, done));
        return OK;
}

/* ---- words ---- */

const char *audit_words(struct str act)
{
        static const struct {
                const char *act, *words;
        } words[] = {
                {"none", "wrote to"},
                {"warn", "wrote to"},
                {"disable", "ended the sign-in of"},
                {"enable", "let sign in again"},
                {"mark_statuses_as_sensitive", "covered photos of"},
                {"delete_statuses", "deleted posts of"},
                {"ask_veil", "asked for a veil over photos of"},
                {"sensitive", "covers all photos of"},
                {"unsensitive", "no longer covers the photos of"},
                {"silence", "limited"},
                {"unsilence", "no longer limits"},
                {"suspend", "suspended"},
                {"unsuspend", "took the suspension back of"},
                {"approve", "let in"},
                {"reject", "did not let in"},
                {"role", "gave a role to"},
                {"appeal_approved", "agreed to the appeal of"},
                {"appeal_rejected", "did not agree to the appeal of"},
                {"report_assigned", "took the report"},
                {"report_unassigned", "gave back the report"},
                {"report_resolved", "closed the report"},
                {"report_reopened", "opened again the report"},
                {"report_sorted", "sorted the report"},
                {"servers_imported", "took in a list of servers:"},
                {"server_refused", "refused the server"},
                {"server_limited", "limited the server"},
                {"server_allowed", "allowed the server"},
                {"server_noted", "decided on the server"},
                {"server_forgotten", "took back what was decided on the server"},
                {"email_domain_block", "shut out the mail server"},
                {"email_domain_unblock", "no longer shuts out the mail server"},
                {"email_block", "shut out a mail address"},
                {"email_unblock", "no longer shuts out a mail address"},
                {"ip_block", "shut out the network"},
                {"ip_unblock", "no longer shuts out the network"},
                {"rule_written", "wrote the rule"},
                {"rule_deleted", "deleted the rule"},
                {"announcement_written", "announced"},
                {"announcement_deleted", "took back the announcement"},
                {"emoji_added", "added the emoji"},
                {"emoji_changed", "changed the emoji"},
                {"emoji_deleted", "deleted the emoji"},
                {"invite_ended", "ended an invite of"},
                {"memorial_confirmed", "confirmed the death of"},
                {"memorial_dismissed", "did not confirm the death of"},
                {"memorial_undone", "took the memorial back for"},
                {"memorial_removed", "removed the memorial of"},
                {"memorial_kept", "keeps the memorial of"},
                {"steward_named", "named a steward for"},
                {"support_written", "wrote the support service"},
                {"support_deleted", "deleted the support service"},
                {"topic_written", "wrote the topic"},
                {"topic_deleted", "deleted the topic"},
                {"gentle_written", "wrote what stands beneath hard news, in"},
        };
        for (size_t i = 0; i < countof(words); i++)
                if (str_eq(act, str_of(words[i].act)))
                        return words[i].words;
        return "did something to";
}

const char *warning_words(enum moderation_act act)
{
        static const char *const words[ACT_COUNT_] = {
                [ACT_NONE] = "Words alone",
                [ACT_DISABLE] = "Sign-in ended",
                [ACT_MARK_POSTS_SENSITIVE] = "Photos covered",
                [ACT_DELETE_POSTS] = "Posts deleted",
                [ACT_SENSITIVE] = "All photos covered",
                [ACT_SILENCE] = "Limited",
                [ACT_SUSPEND] = "Suspended",
                [ACT_ASK_VEIL] = "Asked for a veil",
        };
        return words[act];
}

struct str state_words(struct arena *a, const struct review *v)
{
        struct str s = S("");
        const struct {
                bool on;
                const char *word;
        } states[] = {{v->account->suspended, "suspended"},
                      {v->account->silenced, "limited"},
                      {v->login && v->login->disabled, "sign-in ended"},
                      {v->login && !v->login->approved, "waits to be let in"},
                      {v->covered, "photos covered"}};
        for (size_t i = 0; i < countof(states); i++)
                if (states[i].on)
                        s = str_fmt(a, "%.*s%s%s", STR_ARG(s), s.n ? ", " : "", states[i].word);
        return s.n ? s : S("active");
}

/* ---- the log ---- */

enum err audit_lines(struct cx *cx, const struct audit *v, size_t n, struct audit_line **ret)
{
        int64_t *ids = make_n(cx->arena, 2 * n + 1, int64_t);
        struct account **people;
        size_t k;
        for (size_t i = 0; i < n; i++) {
                ids[2 * i] = v[i].moderator;
                ids[2 * i + 1] = v[i].target;
        }
        TRY(account_get_many(cx, ids, 2 * n, &people, &k));
        struct audit_line *lines = make_n(cx->arena, n + 1, struct audit_line);
        for (size_t i = 0; i < n; i++)
                lines[i] = (struct audit_line){&v[i], account_among(people, k, v[i].moderator),
                                               account_among(people, k, v[i].target)};
        *ret = lines;
        return OK;
}

static enum err log_page(struct req *rq)
{
        struct page page = pager_read(rq, LINES_A_PAGE);
        struct audit *v;
        struct audit_line *lines;
        size_t n;
        TRY(audit_list(rq->cx, 0, 0, &page, &v, &n));
        TRY(audit_lines(rq->cx, v, n, &lines));
        struct pager g = pager_of(rq->arena, &page, rq->path, STR_NONE);
        g.older_word = "Earlier";
        g.newer_word = "Later";
        struct web_page p = {0};
        struct html *h;
        TRY(moderate_open(rq, 200, "log", &p, &h));
        web_moderate_log(h, &p, lines, n, &g);
        return web_close(h, &p);
}

/* ---- the overview ---- */

static enum err load_appeals(struct cx *cx, struct overview *o)
{
        struct warning *v;
        TRY(warning_appeals(cx, APPEALS_SHOWN, &v, &o->n_appeals));
        o->appeals = make_n(cx->arena, o->n_appeals + 1, struct appeal_line);
        for (size_t i = 0; i < o->n_appeals; i++) {
                struct account *a;
                TRY(account_get(cx, v[i].account, &a));
                o->appeals[i] = (struct appeal_line){&v[i], a};
        }
        return OK;
}

static enum err load_alike(struct cx *cx, struct overview *o)
{
        struct alike v[ALIKE_MOST];
        size_t n;
        TRY(login_alike(cx, v, &n));
        o->alike = make_n(cx->arena, n + 1, struct alike_line);
        for (size_t i = 0; i < n; i++) {
                struct account *a, *b;
                TRY(account_get(cx, v[i].account, &a));
                TRY(account_get(cx, v[i].like, &b));
                o->alike[o->n_alike++] = (struct alike_line){a, b};
        }
        return OK;
}

static enum err show_overview(struct req *rq, int status, struct str error)
{
        struct overview o = {0};
        struct page page = {.limit = LINES_SHOWN};
        struct login **waiting;
        struct audit *v;
        TRY(report_count_open(rq->cx, &o.reports));
        TRY(login_list(rq->cx, true, 0, WAITING_SHOWN, &waiting, &o.waiting));
        TRY(load_appeals(rq->cx, &o));
        TRY(load_alike(rq->cx, &o));
        TRY(audit_list(rq->cx, 0, 0, &page, &v, &o.n_log));
        TRY(audit_lines(rq->cx, v, o.n_log, &o.log));
        struct web_page p = {0};
        struct html *h;
        TRY(moderate_open(rq, status, "", &p, &h));
        web_moderate_overview(h, &p, &o, error);
        return web_close(h, &p);
}

static enum err overview_page(struct req *rq)
{
        return show_overview(rq, 200, STR_NONE);
}

static enum err appeal_answer(struct req *rq)
{
        int64_t id = 0;
        str_to_i64(req_param(rq, "warning"), &id);
        bool approve = str_eq(req_param(rq, "do"), S("approve"));
        enum err e = moderate_appeal(rq->cx, rq->viewer, id, approve);
        if (e == ERR_DENIED)
                return show_overview(rq, 403, rq->cx->fault);
        TRY(e);
        return moderate_done(rq, S("/moderation"), approve ? "undone" : "answered");
}

/* ---- acting ---- */

const struct act_choice ACT_CHOICES[] = {
        {ACT_NONE, "Write to them", "Nothing else happens.", true, false},
        {ACT_ASK_VEIL, "Ask them for a veil over photos of these posts",
         "They are told and choose; nothing changes by itself. They can ask you to look again.",
         true, true},
        {ACT_MARK_POSTS_SENSITIVE, "Cover the photos of these posts", NULL, false, true},
        {ACT_DELETE_POSTS, "Delete these posts", "This cannot be taken back.", false, true},
        {ACT_SENSITIVE, "Cover all their photos", "Also those to come, until you take it back.",
         false, false},
        {ACT_SILENCE, "Limit them",
         "Only people who follow them meet what they write. They can go on.", false, false},
        {ACT_DISABLE, "End their sign-in", "They cannot come in; what they wrote stays.", true,
         false},
        {ACT_SUSPEND, "Suspend them",
         "Nothing of theirs is shown any more. You can take it back; follows between them and "
         "other "
         "servers may be gone by then.",
         false, false},
};
const size_t ACT_CHOICES_COUNT = countof(ACT_CHOICES);

struct act_input {
        struct str act, text;
        struct id_list posts;
        enum tri silent;
};
static const struct field act_fields[] = {
        {"act", F_STR, offsetof(struct act_input, act), 40},
        {"text", F_STR, offsetof(struct act_input, text), 0},
        {"posts", F_IDS, offsetof(struct act_input, posts), REPORT_POSTS_MAX},
        {"silent", F_BOOL, offsetof(struct act_input, silent), 0},
};

enum err act_form_run(struct req *rq, int64_t target, int64_t report)
{
        struct act_input in = {0};
        TRY(req_read(rq, act_fields, countof(act_fields), &in));
        struct moderation m = {.target = target,
                               .text = in.text,
                               .report = report,
                               .silent = in.silent == TRI_TRUE};
        if (!moderation_act_read(in.act, &m.act))
                return fail(rq->cx, ERR_INPUT, "Choose what is to be done.");
        if (m.act == ACT_NONE && !str_trim(in.text).n)
                return fail(rq->cx, ERR_INPUT, "Write what they are to read.");
        if (m.act == ACT_MARK_POSTS_SENSITIVE || m.act == ACT_DELETE_POSTS || m.act == ACT_ASK_VEIL)
                m.posts = in.posts;
        return moderate(rq->cx, rq->viewer, &m);
}

#define READ SCOPE_PAGE_MODERATOR, LIMIT_PAGE, LANE_READ
#define WRITE SCOPE_PAGE_MODERATOR, LIMIT_WRITE, LANE_WRITE
static const struct route routes[] = {
        {"GET", "/moderation", READ, overview_page, 0, 0},
        {"POST", "/moderation", WRITE, appeal_answer, 0, 0},
        {"GET", "/moderation/log", READ, log_page, 0, 0},
};
const struct route_list WEB_MODERATE_ROUTES = {DOOR_PAGE, routes, countof(routes)};
