/* Delivery jobs of approvals of comments: see outbox_comment.h. Called when a comment changes its
 * state. */
#include "social/outbox_comment.h"
#include "lib/text/json.h"
#include "store/job.h"

static const struct stmt COMMENT_ROOT = {
        .name = "outbox_comment_root",
        .text = "SELECT account FROM post WHERE id = $1 AND local = 1",
        .in = "i",
        .out = "i",
};

struct str comment_approval_uri(struct cx *cx, struct str username, int64_t comment)
{
        return str_fmt(cx->arena, "%.*s/users/%.*s/approvals/%lld", STR_ARG(cx->settings->url),
                       STR_ARG(username), (long long)comment);
}

enum err outbox_comment(struct cx *cx, const struct post *comment, bool shown)
{
        struct row r;
        struct buf b = {0};
        struct json j;
        bool found;
        if (comment->local)
                return OK;
        TRY(db_find(cx->db, &COMMENT_ROOT, NULL, BIND(V(comment->thread)), &r, &found));
        if (!found)
                return OK;
        int64_t author = row_int(&r);
        TRY(row_end(&r));
        json_open(&j, &b);
        json_object(&j, NULL);
        json_id(&j, "account", author);
        json_id(&j, "to", comment->account);
        json_id(&j, "comment", comment->id);
        json_str(&j, "uri", comment->uri);
        json_bool(&j, "shown", shown);
        json_end(&j);
        enum err e = b.failed ? ERR_FAULT
                              : job_add(cx, "deliver_comment_answer", buf_str(&b), STR_NONE, 0);
        buf_free(&b);
        return e;
}

const struct stmt_list OUTBOX_COMMENT_STATEMENTS = {(const struct stmt *const[]){&COMMENT_ROOT}, 1};
