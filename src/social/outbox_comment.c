/* Delivery jobs of approvals of comments: see outbox_comment.h. Called when a comment changes its
 * state. */
#include "social/outbox_comment.h"
#include "lib/text/json.h"
#include "social/approval.h"
#include "social/outbox_request.h"
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

/* Whose post it answers says yes to who asked first. */
static enum err accept_request(struct cx *cx, const struct post *comment, const struct asked *asked,
                               const struct post *target)
{
        const struct request_answer a = {
                .account = target->account,
                .to = comment->account,
                .type = "ReplyRequest",
                .request = asked->request,
                .object = target->uri,
                .instrument = comment->uri,
                .result = authorization_uri(cx, target->author, comment->id)};
        return outbox_request_answer(cx, &a);
}

/* 0: nobody here. */
static enum err root_author(struct cx *cx, const struct post *comment, int64_t *ret)
{
        struct row r;
        bool found;
        *ret = 0;
        TRY(db_find(cx->db, &COMMENT_ROOT, NULL, BIND(V(comment->thread)), &r, &found));
        if (!found)
                return OK;
        *ret = row_int(&r);
        return row_end(&r);
}

static enum err add(struct cx *cx, const struct post *comment, int64_t author, bool shown,
                    bool asked)
{
        struct buf b = {0};
        struct json j;
        json_open(&j, &b);
        json_object(&j, NULL);
        json_id(&j, "account", author);
        json_id(&j, "to", comment->account);
        json_id(&j, "comment", comment->id);
        json_str(&j, "uri", comment->uri);
        json_bool(&j, "shown", shown);
        json_bool(&j, "asked", asked);
        json_end(&j);
        return job_add_buf(cx, "deliver_comment_answer", &b, STR_NONE);
}

enum err outbox_comment(struct cx *cx, const struct post *comment, bool shown)
{
        struct asked asked;
        struct post *target;
        int64_t author;
        if (comment->local)
                return OK;
        TRY(approval_asked_about(cx, comment->id, &asked));
        if (asked.target) {
                TRY(post_load(cx, asked.target, &target));
                return shown ? accept_request(cx, comment, &asked, target)
                             : add(cx, comment, target->account, false, true);
        }
        TRY(root_author(cx, comment, &author));
        return author ? add(cx, comment, author, shown, false) : OK;
}

const struct stmt_list OUTBOX_COMMENT_STATEMENTS = {(const struct stmt *const[]){&COMMENT_ROOT}, 1};
