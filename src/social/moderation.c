/* Acts of moderators: see moderation.h. Called by the moderators' pages and by the admin API; the
 * command line acts as account 0 with the rank of an owner. */
#include "social/moderation.h"
#include "lib/text/json.h"
#include "lib/text/unicode.h"
#include "social/audit.h"
#include "social/ids.h"
#include "social/journal.h"
#include "social/login.h"
#include "social/mailing.h"
#include "social/outbox.h"
#include "social/post.h"
#include "social/report.h"
#include "social/severance.h"

static const struct stmt SENSITIZE = {
        .name = "moderation_sensitize",
        .text = "UPDATE account SET sensitized_at = $2 WHERE id = $1 AND (sensitized_at IS NULL)"
                " <> ($2 IS NULL)",
        .text_pg = "UPDATE account SET sensitized_at = $2 WHERE id = $1"
                   " AND (sensitized_at IS NULL) <> (CAST($2 AS BIGINT) IS NULL)",
        .in = "iI",
};
static const struct stmt COVER_POST = {
        .name = "moderation_cover_post",
        .text = "UPDATE post SET sensitive = 1 WHERE id = $1 AND sensitive = 0",
        .in = "i",
};
static const struct stmt REJECT = {
        .name = "moderation_reject",
        .text = "DELETE FROM account WHERE id = $1 AND domain = '' AND EXISTS"
                " (SELECT 1 FROM login l WHERE l.account = $1 AND l.approved = 0)",
        .in = "i",
};

static const char *const role_names[] = {"member", "moderator", "owner"};

const char *role_name(enum role r)
{
        return role_names[r];
}

bool role_read(struct str name, enum role *ret)
{
        for (size_t i = 0; i < countof(role_names); i++)
                if (str_eq(name, str_of(role_names[i]))) {
                        *ret = (enum role)i;
                        return true;
                }
        return false;
}

/* ---- who may ---- */

static enum err role_of(struct cx *cx, const struct account *a, enum role *ret)
{
        struct login *l;
        *ret = ROLE_MEMBER;
        if (!account_is_local(a))
                return OK;
        enum err e = login_get(cx, a->id, &l);
        if (e == ERR_MISSING)
                return OK;
        TRY(e);
        *ret = l->role;
        return OK;
}

enum err moderate_check(struct cx *cx, const struct viewer *by, const struct account *target)
{
        enum role role;
        if (by->role < ROLE_MODERATOR)
                return fail(cx, ERR_DENIED, "This action is not allowed");
        if (by->account == target->id)
                return fail(cx, ERR_DENIED, "Nobody moderates themselves.");
        TRY(role_of(cx, target, &role));
        if (role >= by->role)
                return fail(cx, ERR_DENIED, "They have a role like yours: you cannot act on them.");
        return OK;
}

static enum err target_get(struct cx *cx, const struct viewer *by, int64_t id, struct account **ret)
{
        TRY(account_get(cx, id, ret));
        return moderate_check(cx, by, *ret);
}

static enum err log_act(struct cx *cx, const struct viewer *by, const char *act,
                        const struct account *a)
{
        return audit_note(cx, by, act, a->id, account_acct(cx->arena, a));
}

/* ---- posts ---- */

static bool names_post(struct cx *cx, struct str list, int64_t id)
{
        const struct json_value *v;
        if (!list.n || json_read(cx->arena, list, NULL, &v, NULL))
                return false;
        for (v = v->child; v; v = v->next) {
                int64_t one;
                if (str_to_i64(json_text(v), &one) && one == id)
                        return true;
        }
        return false;
}

/* Moderators act on what was reported, and on what they can see as anybody could. */
static enum err post_at_hand(struct cx *cx, const struct viewer *by, const struct moderation *m,
                             const struct report *report, int64_t id, struct post **ret)
{
        if (report && names_post(cx, report->posts, id))
                TRY(post_load(cx, id, ret));
        else
                TRY(post_get(cx, by, id, ret));
        return (*ret)->account == m->target ? OK : ERR_MISSING;
}

static enum err cover(struct cx *cx, struct post *p)
{
        int64_t changed;
        TRY(db_run(cx->db, &COVER_POST, BIND(V(p->id)), &changed));
        if (!changed)
                return OK;
        cx_event(cx, EVENT_POST_EDITED, p->account, p->id);
        p->sensitive = true;
        return p->local ? outbox_post(cx, OUTBOX_UPDATE, p, NULL, 0) : OK;
}

static enum err act_on_posts(struct cx *cx, const struct viewer *by, const struct moderation *m,
                             const struct report *report)
{
        if (!m->posts.n)
                return fail(cx, ERR_INPUT, "No post was chosen.");
        if (m->posts.n > REPORT_POSTS_MAX)
                return fail(cx, ERR_INPUT, "At most %d posts at a time.", REPORT_POSTS_MAX);
        for (size_t i = 0; i < m->posts.n; i++) {
                struct post *p;
                enum err e = post_at_hand(cx, by, m, report, m->posts.v[i], &p);
                if (e == ERR_MISSING && report)
                        continue; /* it went since it was reported */
                TRY(e);
                if (m->act == ACT_DELETE_POSTS)
                        TRY(post_erase(cx, p->id, true));
                else if (m->act == ACT_MARK_POSTS_SENSITIVE)
                        TRY(cover(cx, p));
                else if (!(p->has & POST_HAS_MEDIA))
                        return fail(cx, ERR_INPUT, "A post that was chosen has no photo.");
        }
        return OK;
}

/* ---- accounts ---- */

static enum err sensitize(struct cx *cx, int64_t id, bool on)
{
        int64_t changed;
        TRY(db_run(cx->db, &SENSITIZE, BIND(V(id), V_ID(on ? cx_now(cx) : 0)), &changed));
        if (changed) /* every kept rendering of theirs */
                cx_event(cx, EVENT_EVERYTHING, 0, 0);
        return OK;
}

static enum err suspend(struct cx *cx, const struct account *a)
{
        TRY(account_suspend(cx, a->id, true));
        cx_event(cx, EVENT_EVERYTHING, 0, 0);
        if (account_is_local(a))
                return OK;
        return severance_begin(cx, SEVERANCE_ACCOUNT, str_int(cx->arena, a->id), cx_id(cx));
}

/* Nothing is done but to ask: so that they are told is all of it. */
static enum err ask_veil(struct cx *cx, const struct viewer *by, const struct moderation *m,
                         const struct report *report, const struct account *a)
{
        if (!account_is_local(a))
                return fail(cx, ERR_INPUT, "They write somewhere else.");
        if (m->silent)
                return fail(cx, ERR_INPUT, "Asking means that they are told.");
        return act_on_posts(cx, by, m, report);
}

static enum err act_on_account(struct cx *cx, const struct viewer *by, const struct moderation *m,
                               const struct report *report, const struct account *a)
{
        switch (m->act) {
        case ACT_DISABLE:
                if (!account_is_local(a))
                        return fail(cx, ERR_INPUT, "They sign in somewhere else.");
                return login_disable(cx, a->id);
        case ACT_MARK_POSTS_SENSITIVE:
        case ACT_DELETE_POSTS:
                return act_on_posts(cx, by, m, report);
        case ACT_ASK_VEIL:
                return ask_veil(cx, by, m, report, a);
        case ACT_SENSITIVE:
                return sensitize(cx, a->id, true);
        case ACT_SILENCE:
                TRY(account_silence(cx, a->id, true));
                cx_event(cx, EVENT_EVERYTHING, 0, 0);
                return OK;
        case ACT_SUSPEND:
                return suspend(cx, a);
        default:
                return OK;
        }
}

static enum err warn(struct cx *cx, const struct viewer *by, const struct moderation *m,
                     struct str text, const struct account *a)
{
        struct warning w = {.account = a->id,
                            .moderator = by->account,
                            .act = m->act,
                            .text = text,
                            .report = m->report,
                            .posts = ids_json_texts(cx->arena, m->posts.v, m->posts.n)};
        int64_t owners[JOURNAL_OWNERS_MAX];
        size_t n = 0;
        if (m->act == ACT_ASK_VEIL && !str_trim(text).n)
                w.text = S("Please put a veil over photos of the posts named here: a cover with a "
                           "sentence of your own. Nothing was changed. You can set it, or ask us "
                           "to look again.");
        if (m->silent || !account_is_local(a))
                return OK;
        TRY(journal_told(cx, a->id, owners, &n)); /* nobody signs in as a journal */
        if (!n)
                return warning_add(cx, &w);
        for (size_t i = 0; i < n; i++) {
                w.account = owners[i];
                TRY(warning_add(cx, &w));
        }
        return OK;
}

enum err moderate(struct cx *cx, const struct viewer *by, const struct moderation *m)
{
        struct account *a;
        struct report *report = NULL;
        struct str text;
        TRY(target_get(cx, by, m->target, &a));
        if (!text_clean(cx->arena, m->text.p ? m->text : S(""), &text) ||
            utf8_count(text) > WARNING_TEXT_MAX)
                return fail_field(cx, "text", ERR_INPUT, "The text can have at most %d characters.",
                                  WARNING_TEXT_MAX);
        if (m->report) {
                TRY(report_get(cx, m->report, &report));
                if (report->target != m->target)
                        return ERR_MISSING;
        }
        TRY(act_on_account(cx, by, m, report, a));
        TRY(log_act(cx, by, m->act ? moderation_act_name(m->act) : "warn", a));
        TRY(warn(cx, by, m, text, a));
        if (report && !report->resolved_at)
                TRY(report_resolve(cx, by, m->report, true));
        return OK;
}

enum err moderate_undo(struct cx *cx, const struct viewer *by, int64_t target,
                       enum moderation_act act)
{
        struct account *a;
        static const char *const names[ACT_COUNT_] = {[ACT_DISABLE] = "enable",
                                                      [ACT_SENSITIVE] = "unsensitive",
                                                      [ACT_SILENCE] = "unsilence",
                                                      [ACT_SUSPEND] = "unsuspend"};
        TRY(target_get(cx, by, target, &a));
        if (!names[act])
                return fail(cx, ERR_INPUT, "This cannot be taken back.");
        if (act == ACT_DISABLE) {
                if (!account_is_local(a))
                        return fail(cx, ERR_INPUT, "They sign in somewhere else.");
                TRY(login_enable(cx, target));
        }
        if (act == ACT_SENSITIVE)
                TRY(sensitize(cx, target, false));
        if (act == ACT_SILENCE)
                TRY(account_silence(cx, target, false));
        if (act == ACT_SUSPEND)
                TRY(account_suspend(cx, target, false));
        cx_event(cx, EVENT_EVERYTHING, 0, 0);
        return log_act(cx, by, names[act], a);
}

/* ---- sign-ups and roles ---- */

static enum err waiting_get(struct cx *cx, const struct viewer *by, int64_t target,
                            struct account **ret)
{
        struct login *l;
        TRY(target_get(cx, by, target, ret));
        TRY(login_get(cx, target, &l));
        return l->approved ? ERR_MISSING : OK;
}

enum err moderate_approve(struct cx *cx, const struct viewer *by, int64_t target)
{
        struct account *a;
        TRY(waiting_get(cx, by, target, &a));
        struct mailing m = {.account = target,
                            .subject = S("You can come in"),
                            .text = str_fmt(cx->arena,
                                            "Your account is ready. Sign in at %.*s/sign-in",
                                            STR_ARG(cx->settings->url))};
        TRY(login_approve(cx, target));
        TRY(mailing_add(cx, &m, STR_NONE));
        return log_act(cx, by, "approve", a);
}

enum err moderate_reject(struct cx *cx, const struct viewer *by, int64_t target)
{
        struct account *a;
        struct login *l;
        TRY(waiting_get(cx, by, target, &a));
        TRY(login_get(cx, target, &l));
        struct mailing m = {.to = l->confirmed_at ? l->email : STR_NONE,
                            .subject = S("About the account you asked for"),
                            .text = S("The people who run this server did not let the account in. "
                                      "What you sent with it is deleted.")};
        if (m.to.n)
                TRY(mailing_add(cx, &m, STR_NONE));
        TRY(login_end_access(cx, target, 0));
        TRY(db_run(cx->db, &REJECT, BIND(V(target)), NULL));
        cx_event(cx, EVENT_INSTANCE, 0, 0);
        return log_act(cx, by, "reject", a);
}

enum err moderate_role(struct cx *cx, const struct viewer *by, int64_t target, enum role role)
{
        struct account *a;
        struct login *l;
        if (by->role != ROLE_OWNER || by->account == target)
                return fail(cx, ERR_DENIED, "This action is not allowed");
        TRY(account_get(cx, target, &a));
        TRY(login_get(cx, target, &l));
        if (l->role == role)
                return OK;
        TRY(login_set_role(cx, target, role));
        cx_event(cx, EVENT_ACCOUNT_CHANGED, target, 0);
        return audit_note(cx, by, "role", target,
                          str_fmt(cx->arena, "%.*s: %s", STR_ARG(a->username), role_name(role)));
}

/* ---- appeals ---- */

enum err moderate_appeal(struct cx *cx, const struct viewer *by, int64_t id, bool approve)
{
        struct warning *w;
        struct account *a;
        TRY(warning_get(cx, id, &w));
        TRY(target_get(cx, by, w->account, &a));
        TRY(warning_answer(cx, id, approve));
        TRY(log_act(cx, by, approve ? "appeal_approved" : "appeal_rejected", a));
        bool undone = w->act == ACT_DISABLE || w->act == ACT_SENSITIVE || w->act == ACT_SILENCE ||
                      w->act == ACT_SUSPEND;
        return approve && undone ? moderate_undo(cx, by, w->account, w->act) : OK;
}

static const struct stmt *const statements[] = {&SENSITIZE, &COVER_POST, &REJECT};
const struct stmt_list MODERATION_STATEMENTS = {statements, countof(statements)};
