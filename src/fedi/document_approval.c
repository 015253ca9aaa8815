/* What authors here agreed to, for servers that check it: approvals of comments, and authorizations
 * of answers, boosts and favourites that a request asked for (GoToSocial's interaction policies).
 * See document.h. */
#include "fedi/document.h"
#include "social/follow_far.h"
#include "social/outbox_comment.h"
#include "social/outbox_request.h"
#include "social/scope.h"
#include "store/limits.h"

struct approval {
        const char *type;
        struct str id, author, made, target; /* what was made, and what it is about */
        bool open;
        bool older; /* servers of 2024 and 2025 read other names */
};

static enum err reply_approval(struct req *rq, const struct approval *a)
{
        struct buf b = {0};
        struct json j;
        json_open(&j, &b);
        json_object(&j, NULL);
        words_context(&j, a->older ? WORDS_NOTE : WORDS_ASKING);
        json_str(&j, "id", a->id);
        json_z(&j, "type", a->type);
        json_str(&j, "attributedTo", a->author);
        if (a->older) {
                json_str(&j, "object", a->made);
                json_str(&j, "target", a->target);
        }
        json_str(&j, "interactingObject", a->made);
        json_str(&j, "interactionTarget", a->target);
        json_end(&j);
        return document_reply(rq, &b, a->open);
}

/* Whoever is named in the address agreed: nobody else's word would do. */
static enum err agreed_by(struct req *rq, const struct post *p, struct approval *a)
{
        struct account *author;
        if (!p->local || p->local_only || !str_eq_nocase(p->author, req_path(rq, "name")))
                return ERR_MISSING;
        TRY(account_get(rq->cx, p->account, &author));
        a->author = author->uri;
        return OK;
}

static enum err fedi_comment_approval(struct req *rq)
{
        struct cx *cx = rq->cx;
        struct post *comment, *root, *parent;
        struct approval a = {.type = "ReplyApproval", .older = true};
        bool later;
        TRY(asker_must(rq, &later));
        if (later)
                return OK;
        TRY(post_load(cx, req_path_id(rq, "id"), &comment));
        if (comment->local || !comment->reply_to || comment->state != COMMENT_SHOWN)
                return ERR_MISSING;
        TRY(post_load(cx, comment->thread, &root));
        TRY(post_load(cx, comment->reply_to, &parent));
        TRY(agreed_by(rq, root, &a));
        a.id = comment_approval_uri(cx, root->author, comment->id);
        a.made = comment->uri;
        a.target = parent->uri;
        a.open = comment->audience <= AUDIENCE_QUIET;
        return reply_approval(rq, &a);
}

static enum err fedi_authorization(struct req *rq)
{
        struct cx *cx = rq->cx;
        struct post *made, *target;
        struct approval a = {.type = "AnnounceAuthorization"};
        bool later;
        TRY(asker_must(rq, &later));
        if (later)
                return OK;
        TRY(post_load(cx, req_path_id(rq, "id"), &made));
        if (made->local || !(made->boost_of || made->reply_to) || made->state != COMMENT_SHOWN)
                return ERR_MISSING;
        if (!made->boost_of)
                a.type = "ReplyAuthorization";
        TRY(post_load(cx, made->boost_of ? made->boost_of : made->reply_to, &target));
        TRY(agreed_by(rq, target, &a));
        a.id = authorization_uri(cx, target->author, made->id);
        a.made = made->uri;
        a.target = target->uri;
        a.open = made->audience <= AUDIENCE_QUIET && target->audience <= AUDIENCE_QUIET;
        return reply_approval(rq, &a);
}

static enum err fedi_authorization_like(struct req *rq)
{
        struct cx *cx = rq->cx;
        struct post *target;
        struct approval a = {.type = "LikeAuthorization"};
        int64_t by = req_path_id(rq, "by");
        bool later;
        TRY(asker_must(rq, &later));
        if (later)
                return OK;
        TRY(mark_far_uri(cx, by, req_path_id(rq, "id"), &a.made));
        TRY(post_load(cx, req_path_id(rq, "id"), &target));
        TRY(agreed_by(rq, target, &a));
        a.id = authorization_like_uri(cx, target->author, target->id, by);
        a.target = target->uri;
        a.open = target->audience <= AUDIENCE_QUIET;
        return reply_approval(rq, &a);
}

#define READS SCOPE_NONE, LIMIT_FILE, LANE_READ
static const struct route routes[] = {
        {"GET", "/users/:name/approvals/:id", READS, fedi_comment_approval, 0, 0},
        {"GET", "/users/:name/authorizations/:id", READS, fedi_authorization, 0, 0},
        {"GET", "/users/:name/authorizations/:id/likes/:by", READS, fedi_authorization_like, 0, 0},
};
const struct route_list DOCUMENT_APPROVAL_ROUTES = {DOOR_FEDI, routes, countof(routes)};
