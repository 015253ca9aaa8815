/* The kinds of notifications that are about neither a post nor a person: follows that ended, what
 * moderators did, and reports. Called for each notification that is written; nearly all are of
 * other kinds. */
#include "api/account_json.h"
#include "api/notification_json.h"
#include "api/report.h"
#include "social/severance.h"

static enum err write_severance(struct json *j, struct cx *cx, const struct notification *n)
{
        struct severance s;
        enum err e = severance_get(cx, n->account, n->report, &s);
        if (e)
                return e == ERR_MISSING ? OK : e;
        json_object(j, "event");
        json_id(j, "id", s.id);
        json_z(j, "type", s.kind == SEVERANCE_ACCOUNT ? "account_suspension" : "domain_block");
        json_bool(j, "purged", false);
        json_str(j, "target_name", s.target);
        json_int(j, "followers_count", s.followers);
        json_int(j, "following_count", s.following);
        json_time(j, "created_at", s.created_at);
        json_end(j);
        return OK;
}

enum err api_warning_json(struct json *j, const char *key, struct cx *cx, const struct warning *w)
{
        static const char *const states[] = {[APPEAL_WAITING] = "pending",
                                             [APPEAL_APPROVED] = "approved",
                                             [APPEAL_REJECTED] = "rejected"};
        json_object(j, key);
        json_id(j, "id", w->id);
        json_z(j, "action", moderation_act_known(w->act));
        json_str(j, "text", w->text);
        json_raw(j, "status_ids", w->posts);
        TRY(api_account_put(j, "target_account", cx, w->account));
        if (w->appeal_state == APPEAL_NONE) {
                json_null(j, "appeal");
        } else {
                json_object(j, "appeal");
                json_str(j, "text", w->appeal);
                json_z(j, "state", states[w->appeal_state]);
                json_end(j);
        }
        json_time(j, "created_at", w->created_at);
        json_end(j);
        return OK;
}

static enum err write_report(struct json *j, struct cx *cx, const struct notification *n)
{
        struct report *r;
        enum err e = report_get(cx, n->report, &r);
        return e == ERR_MISSING ? OK : e ? e : api_report_json(j, "report", cx, r);
}

enum err api_notification_about(struct json *j, struct cx *cx, const struct notification *n)
{
        struct warning *w;
        if (n->kind == NOTIFICATION_REPORT)
                return write_report(j, cx, n);
        if (n->kind == NOTIFICATION_SEVERED)
                return write_severance(j, cx, n);
        if (n->kind != NOTIFICATION_WARNING)
                return OK;
        enum err e = warning_get(cx, n->report, &w);
        if (e || w->account != n->account)
                return e == ERR_MISSING ? OK : e;
        return api_warning_json(j, "moderation_warning", cx, w);
}
