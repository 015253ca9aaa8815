/* Delivery of posts and boosts: who gets what. Called by the workers for the job "deliver_post"
 * (see social/outbox.h). A post that is gone by the time the job runs is told by the Delete that
 * follows. */
#include "fedi/activity.h"
#include "fedi/deliver.h"
#include "fedi/deliver_job.h"
#include "fedi/deliver_run.h"
#include "social/coauthor.h"
#include "social/ids.h"
#include "social/sent.h"

enum { PEOPLE_MOST = 5000 };

/* Elsewhere, and concerned though not followers: they boosted or answered it. */
static const struct stmt DELIVER_HEARD = {
        .name = "deliver_heard",
        .text = "SELECT a.id FROM post p JOIN account a ON a.id = p.account"
                " WHERE p.boost_of = $1 AND a.domain <> ''"
                " UNION SELECT a.id FROM post p JOIN account a ON a.id = p.account"
                " WHERE p.reply_to = $1 AND a.domain <> '' LIMIT $2",
        .in = "ii",
        .out = "i",
};
static const struct stmt DELIVER_MEMBERS = {
        .name = "deliver_members",
        .text = "SELECT a.id FROM list_member m JOIN account a ON a.id = m.account"
                " WHERE m.list = $1 AND a.domain <> '' LIMIT $2",
        .in = "ii",
        .out = "i",
};

struct posting {
        struct job *job;
        struct cx *cx;
        struct str act, uri;
        int64_t account, post, list, boost_of;
        enum audience audience;
        int64_t *people; /* PEOPLE_MOST + those of the payload */
        size_t n_people;
        /* What was made of it. */
        struct account *author;
        struct str body;
        struct str request; /* of a quote, to its author */
        int64_t request_to;
        int64_t *members; /* of a chosen audience: each gets a document of their own */
        struct str *member_bodies;
        size_t n_members;
        int64_t beside[COAUTHORS_MAX]; /* whose followers hear of it, too */
        size_t n_beside;
};

static bool is(const struct posting *p, const char *act)
{
        return str_eq(p->act, str_of(act));
}

static bool is_update(const struct posting *p)
{
        return is(p, "update") || is(p, "authors") || is(p, "update_asked");
}

static enum err read_payload(struct job *job, struct posting *p)
{
        const struct json_value *v;
        int64_t audience = AUDIENCE_SELF;
        TRY(deliver_payload(job, &v));
        *p = (struct posting){.job = job, .cx = job->cx, .act = json_get_text(v, "act")};
        p->uri = json_get_text(v, "uri");
        p->account = json_get_id(v, "account");
        p->post = json_get_id(v, "post");
        p->list = json_get_id(v, "list");
        p->boost_of = json_get_id(v, "boost_of");
        (void)json_i64(json_get(v, "audience"), &audience);
        p->audience = (enum audience)audience;
        const struct json_value *to = json_get(v, "to");
        p->people = make_n(job->cx->arena, (to ? to->count : 0) + PEOPLE_MOST, int64_t);
        for (const struct json_value *x = to ? to->child : NULL; x; x = x->next)
                if (str_to_i64(json_text(x), &p->people[p->n_people]))
                        p->n_people++;
        const struct json_value *beside = json_get(v, "beside");
        for (const struct json_value *x = beside ? beside->child : NULL;
             x && p->n_beside < COAUTHORS_MAX; x = x->next)
                if (str_to_i64(json_text(x), &p->beside[p->n_beside]))
                        p->n_beside++;
        return OK;
}

static enum err list_ids(struct cx *cx, const struct stmt *s, int64_t of, int64_t *ret, size_t *n)
{
        struct row r;
        size_t got = 0;
        TRY(db_all(cx->db, s, NULL, BIND(V(of), V(PEOPLE_MOST)), &r));
        while (got < PEOPLE_MOST && row_next(&r))
                ret[got++] = row_int(&r);
        *n = got;
        return row_end(&r);
}

static enum err add_heard(struct posting *p)
{
        size_t n;
        TRY(list_ids(p->cx, &DELIVER_HEARD, p->post, p->people + p->n_people, &n));
        p->n_people += n;
        return OK;
}

static struct str note_body(struct posting *p, const struct note_out *n)
{
        return is_update(p) ? activity_update(p->cx, n, p->job->id) : activity_create(p->cx, n);
}

/* Others take new words only with a new date. */
static void stamp(const struct posting *p, struct note_out *n)
{
        if (is(p, "authors"))
                n->updated_at = cx_now(p->cx);
}

static enum err make_members(struct posting *p, const struct post *post)
{
        p->members = make_n(p->cx->arena, PEOPLE_MOST, int64_t);
        TRY(list_ids(p->cx, &DELIVER_MEMBERS, post->audience_list, p->members, &p->n_members));
        p->member_bodies = make_n(p->cx->arena, p->n_members + 1, struct str);
        for (size_t i = 0; i < p->n_members; i++) {
                struct note_out *n;
                TRY(note_out_load(p->cx, post, p->members[i], &n));
                stamp(p, n);
                p->member_bodies[i] = note_body(p, n);
        }
        return OK;
}

/* A post from here that quotes one from elsewhere asks its author. */
static enum err make_request(struct posting *p, const struct note_out *n)
{
        struct post *quoted;
        if (!n->post->quote_of || n->post->quote_state != QUOTE_PENDING || !is(p, "create"))
                return OK;
        enum err e = post_load(p->cx, n->post->quote_of, &quoted);
        if (e == ERR_MISSING)
                return OK;
        TRY(e);
        if (quoted->local)
                return OK;
        p->request = activity_quote_request(p->cx, n, quoted->uri);
        p->request_to = quoted->account;
        return OK;
}

static bool asks(const struct posting *p)
{
        return is(p, "ask") || is(p, "request") || is(p, "update_asked");
}

/* The question whether it may be, for the author of what it answers or boosts. */
static enum err make_question(struct posting *p, int64_t target, const struct note_out *n,
                              const struct activity_boost *b)
{
        struct post *asked;
        struct account *author;
        TRY(post_load(p->cx, target, &asked));
        TRY(account_get(p->cx, asked->account, &author));
        p->body = n ? activity_reply_request(p->cx, n, asked->uri, author->uri)
                    : activity_announce_request(p->cx, b, author->uri);
        return OK;
}

static enum err make_note(struct posting *p)
{
        struct post *post;
        struct note_out *n;
        TRY(post_load(p->cx, p->post, &post));
        if (post->local_only || post->audience == AUDIENCE_SELF ||
            post->state != (asks(p) ? COMMENT_HELD : COMMENT_SHOWN))
                return ERR_MISSING;
        if (!asks(p))
                p->audience = post->audience; /* it may have been narrowed since */
        TRY(note_out_load(p->cx, post, 0, &n));
        stamp(p, n);
        if (is(p, "request"))
                return make_question(p, post->reply_to, n, NULL);
        p->body = note_body(p, n);
        if (asks(p))
                return OK;
        if (is_update(p) && post->audience <= AUDIENCE_QUIET)
                TRY(add_heard(p));
        if (post->audience == AUDIENCE_CIRCLE)
                TRY(make_members(p, post));
        return make_request(p, n);
}

static enum err make_boost(struct posting *p)
{
        struct post gone = {.uri = p->uri, .audience = p->audience}, *wrapper, *shown;
        struct activity_boost b = {.author = p->author, .wrapper = &gone};
        bool undo = is(p, "undo_announce") || is(p, "undo_beside");
        if (is(p, "beside")) {
                gone.created_at = cx_now(p->cx);
        } else if (!undo) {
                TRY(post_load(p->cx, p->post, &wrapper));
                TRY(note_approved_by(p->cx, p->post, &b.approved_by));
                b.wrapper = wrapper;
        }
        enum err e = post_load(p->cx, p->boost_of, &shown);
        if (e && (e != ERR_MISSING || !undo))
                return e;
        if (!e) {
                if (shown->local_only)
                        return ERR_MISSING;
                b.boosted = shown->uri;
                gone.boost_of = shown->id;
        }
        TRY(note_address(p->cx, b.wrapper, p->author, 0, &b.to, &b.cc));
        if (is(p, "request"))
                return make_question(p, p->boost_of, NULL, &b);
        p->body = activity_announce(p->cx, &b, undo);
        return OK;
}

static enum err make_any(struct cx *cx, void *arg)
{
        struct posting *p = arg;
        TRY(account_get(cx, p->account, &p->author));
        if (is(p, "announce") || is(p, "undo_announce") || is(p, "beside") ||
            is(p, "undo_beside") || (is(p, "request") && p->boost_of))
                return make_boost(p);
        if (is(p, "create") || asks(p) || is_update(p))
                return make_note(p);
        if (is(p, "delete")) {
                p->body = activity_delete(cx, p->author, p->uri);
                if (p->audience == AUDIENCE_CIRCLE && p->list) {
                        size_t n;
                        TRY(list_ids(cx, &DELIVER_MEMBERS, p->list, p->people + p->n_people, &n));
                        p->n_people += n;
                }
                return OK;
        }
        p->body = activity_pin(cx, p->author, p->uri, is(p, "pin"), p->job->id);
        return OK;
}

/* Whom an audience's post is sent to is kept, so that they can be asked for it when they leave.
 * Whoever left since it was written gets nothing. */
static enum err keep_members(struct cx *cx, void *arg)
{
        struct posting *p = arg;
        size_t n = p->n_members, k = 0, people = p->n_people;
        int64_t *may = make_n(cx->arena, n + people + 1, int64_t);
        memcpy(may, p->members, n * sizeof *may);
        TRY(sent_put(cx, p->post, may, &n));
        for (size_t i = 0; i < p->n_members; i++)
                if (ids_find(may, n, p->members[i]) < n) {
                        p->members[k] = p->members[i];
                        p->member_bodies[k++] = p->member_bodies[i];
                }
        p->n_members = k;
        if (people)
                memcpy(may, p->people, people * sizeof *may);
        return sent_put(cx, p->post, may, &people);
}

static enum err send_all(struct posting *p)
{
        struct deliver_to to = {.people = p->people, .n_people = p->n_people};
        if (p->audience <= AUDIENCE_FOLLOWERS)
                to.followers_of = p->account;
        if (p->audience == AUDIENCE_FOLLOWERS && is(p, "create"))
                to.sync = p->account;
        if (!p->body.n)
                return ERR_FAULT;
        TRY(deliver_send(p->job, 0, p->account, p->body, &to));
        if (p->request.n) {
                to = (struct deliver_to){
                        .people = &p->request_to, .n_people = 1, .in_person = true};
                TRY(deliver_send(p->job, 1, p->account, p->request, &to));
        }
        for (size_t i = 0; i < p->n_members; i++) {
                to = (struct deliver_to){
                        .people = &p->members[i], .n_people = 1, .in_person = true};
                TRY(deliver_send(p->job, (int)i + 2, p->account, p->member_bodies[i], &to));
        }
        for (size_t i = 0; i < p->n_beside && p->audience <= AUDIENCE_QUIET; i++) {
                to = (struct deliver_to){.followers_of = p->beside[i]};
                TRY(deliver_send(p->job, PEOPLE_MOST + 2 + (int)i, p->account, p->body, &to));
        }
        return OK;
}

enum err deliver_post_job(struct job *job)
{
        struct posting p;
        TRY(read_payload(job, &p));
        enum err e = cx_read(job->cx, make_any, &p);
        if (e == ERR_MISSING)
                return OK;
        TRY(e);
        if (p.members)
                TRY(cx_write(job->cx, keep_members, &p));
        TRY(send_all(&p));
        deliverer_wake(job->cx->instance->deliverer);
        return OK;
}

const struct stmt_list DELIVER_POST_STATEMENTS = {
        (const struct stmt *const[]){&DELIVER_HEARD, &DELIVER_MEMBERS}, 2};
