/* Activities between two: follows, blocks, favourites, votes, and answers. Called by the delivery
 * jobs. */
#include "fedi/activity.h"
#include "fedi/actor.h"

static void put_to(struct json *j, struct str to)
{
        json_array(j, "to");
        json_str(j, NULL, to);
        json_end(j);
}

/* ---- favourites ---- */

static struct str like_id(struct cx *cx, const struct activity_like *l)
{
        return words_number(cx, l->by->uri, "#likes/", l->mark);
}

void activity_put_like(struct json *j, struct cx *cx, const struct activity_like *l)
{
        words_head(j, like_id(cx, l), "Like", l->by->uri);
        json_str(j, "object", l->uri);
        if (l->approved_by.n) {
                json_str(j, "approvedBy", l->approved_by);
                json_str(j, "likeAuthorization", l->approved_by);
        }
}

struct str activity_like(struct cx *cx, const struct activity_like *l)
{
        struct buf b = {0};
        struct json j;
        words_begin(&j, &b, l->approved_by.n ? WORDS_ASKING : WORDS_PLAIN);
        activity_put_like(&j, cx, l);
        return words_end(cx, &j, &b);
}

struct str activity_like_undo(struct cx *cx, const struct activity_like *l)
{
        struct buf b = {0};
        struct json j;
        words_begin(&j, &b, WORDS_PLAIN);
        words_head(&j, words_of(cx, like_id(cx, l), "/undo"), "Undo", l->by->uri);
        json_object(&j, "object");
        activity_put_like(&j, cx, l);
        json_end(&j);
        return words_end(cx, &j, &b);
}

/* ---- votes ---- */

struct str activity_vote(struct cx *cx, const struct activity_vote *v)
{
        struct str id = str_fmt(cx->arena, "%.*s#votes/%lld/%d", STR_ARG(v->by->uri),
                                (long long)v->id, v->part);
        struct buf b = {0};
        struct json j;
        words_begin(&j, &b, WORDS_PLAIN);
        words_head(&j, words_of(cx, id, "/activity"), "Create", v->by->uri);
        put_to(&j, v->poll_author);
        json_object(&j, "object");
        json_str(&j, "id", id);
        json_z(&j, "type", "Note");
        json_str(&j, "name", v->name);
        json_str(&j, "attributedTo", v->by->uri);
        put_to(&j, v->poll_author);
        json_str(&j, "inReplyTo", v->poll);
        json_end(&j);
        return words_end(cx, &j, &b);
}

/* ---- follows and blocks ---- */

static struct str pair_id(struct cx *cx, const struct activity_pair *p)
{
        bool follow = strcmp(p->type, "Follow") == 0;
        return words_number(cx, p->by->uri, follow ? "#follows/" : "#blocks/", p->id);
}

static void put_pair(struct json *j, struct cx *cx, const struct activity_pair *p)
{
        words_head(j, pair_id(cx, p), p->type, p->by->uri);
        json_str(j, "object", p->other);
}

struct str activity_pair(struct cx *cx, const struct activity_pair *p)
{
        struct buf b = {0};
        struct json j;
        words_begin(&j, &b, WORDS_PLAIN);
        put_pair(&j, cx, p);
        put_to(&j, p->other);
        return words_end(cx, &j, &b);
}

struct str activity_pair_undo(struct cx *cx, const struct activity_pair *p)
{
        struct buf b = {0};
        struct json j;
        words_begin(&j, &b, WORDS_PLAIN);
        words_head(&j, words_of(cx, pair_id(cx, p), "/undo"), "Undo", p->by->uri);
        put_to(&j, p->other);
        json_object(&j, "object");
        put_pair(&j, cx, p);
        json_end(&j);
        return words_end(cx, &j, &b);
}

struct str activity_follow_answer(struct cx *cx, const struct activity_pair *p, bool accept)
{
        struct buf b = {0};
        struct json j;
        words_begin(&j, &b, WORDS_PLAIN);
        words_head(&j,
                   words_number(cx, p->by->uri, accept ? "#accepts/follows/" : "#rejects/follows/",
                                p->id),
                   accept ? "Accept" : "Reject", p->by->uri);
        put_to(&j, p->other);
        json_object(&j, "object");
        if (p->uri.n)
                json_str(&j, "id", p->uri);
        json_z(&j, "type", "Follow");
        json_str(&j, "actor", p->other);
        json_str(&j, "object", p->by->uri);
        json_end(&j);
        return words_end(cx, &j, &b);
}

/* ---- quotes ---- */

struct str activity_quote_answer(struct cx *cx, const struct activity_quote_answer *a)
{
        bool yes = a->stamp.n > 0;
        struct buf b = {0};
        struct json j;
        words_begin(&j, &b, WORDS_NOTE);
        words_head(
                &j,
                words_number(cx, a->by->uri, yes ? "#accepts/quotes/" : "#rejects/quotes/", a->id),
                yes ? "Accept" : "Reject", a->by->uri);
        put_to(&j, a->other);
        json_object(&j, "object");
        words_head(&j, a->request, "QuoteRequest", a->other);
        json_str(&j, "object", a->quoted);
        json_str(&j, "instrument", a->quote);
        json_end(&j);
        if (yes)
                json_str(&j, "result", a->stamp);
        return words_end(cx, &j, &b);
}

/* ---- comments ---- */

struct str activity_comment_answer(struct cx *cx, const struct activity_comment_answer *a)
{
        struct buf b = {0};
        struct json j;
        words_begin(&j, &b, WORDS_NOTE);
        words_head(&j, words_number(cx, a->by->uri, "#accepts/comments/", a->id), "Accept",
                   a->by->uri);
        put_to(&j, a->other);
        json_str(&j, "object", a->comment);
        json_str(&j, "result", a->approval);
        return words_end(cx, &j, &b);
}

/* ---- reports ---- */

struct str activity_flag(struct cx *cx, int64_t report, struct str target,
                         const struct json_value *posts, struct str comment)
{
        struct str server = actor_server_id(cx);
        struct buf b = {0};
        struct json j;
        words_begin(&j, &b, WORDS_PLAIN);
        words_head(&j, words_number(cx, server, "#flags/", report), "Flag", server);
        put_to(&j, target);
        json_str(&j, "content", comment);
        json_array(&j, "object");
        json_str(&j, NULL, target);
        for (const struct json_value *p = posts ? posts->child : NULL; p; p = p->next)
                json_str(&j, NULL, json_text(p));
        json_end(&j);
        return words_end(cx, &j, &b);
}
