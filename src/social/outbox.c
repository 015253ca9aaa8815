/* Adds the delivery jobs of posts, marks and votes. Called by the verbs of social/, in their
 * transaction. */
#include "social/outbox.h"
#include "lib/text/json.h"
#include "social/coauthor.h"
#include "store/job.h"

/* Whether anybody elsewhere is known at all: a server of one family alone writes no delivery jobs.
 */
static const struct stmt OUTBOX_ANYBODY = {
        .name = "outbox_anybody",
        .text = "SELECT id FROM account WHERE domain <> '' AND inbox IS NOT NULL LIMIT 1",
        .out = "i",
        .scans = true, /* the first row of a partial index */
};
static const struct stmt OUTBOX_FOLLOWED_FAR = {
        .name = "outbox_followed_far",
        .text = "SELECT f.account FROM follow f JOIN account a ON a.id = f.account "
                "WHERE f.target = $1 AND f.state = 1 AND a.domain <> '' LIMIT 1",
        .in = "i",
        .out = "i",
};

static const char *const act_names[] = {
        [OUTBOX_CREATE] = "create",
        [OUTBOX_ASK] = "ask",
        [OUTBOX_REQUEST] = "request",
        [OUTBOX_UPDATE] = "update",
        [OUTBOX_UPDATE_ASKED] = "update_asked",
        [OUTBOX_DELETE] = "delete",
        [OUTBOX_ANNOUNCE] = "announce",
        [OUTBOX_UNDO_ANNOUNCE] = "undo_announce",
        [OUTBOX_AUTHORS] = "authors",
        [OUTBOX_BESIDE] = "beside",
        [OUTBOX_UNDO_BESIDE] = "undo_beside",
        [OUTBOX_PIN] = "pin",
        [OUTBOX_UNPIN] = "unpin",
};
static const char *const like_names[] = {
        [OUTBOX_LIKE] = "like",
        [OUTBOX_LIKE_REQUEST] = "request_like",
        [OUTBOX_LIKE_UNDO] = "undo_like",
};

static enum err anybody(struct cx *cx, bool *ret)
{
        struct row r;
        TRY(db_find(cx->db, &OUTBOX_ANYBODY, NULL, NO_BIND, &r, ret));
        if (!*ret)
                return OK;
        row_int(&r);
        return row_end(&r);
}

/* Followers elsewhere hear of it when the audience holds them. */
static enum err followers_far(struct cx *cx, const struct post *p, bool *ret)
{
        struct row r;
        *ret = false;
        if (p->audience > AUDIENCE_CIRCLE)
                return OK;
        TRY(db_find(cx->db, &OUTBOX_FOLLOWED_FAR, NULL, BIND(V(p->account)), &r, ret));
        if (!*ret)
                return OK;
        row_int(&r);
        return row_end(&r);
}

/* Whose followers elsewhere hold a copy besides. */
static enum err find_beside(struct cx *cx, const struct post *p, struct coauthor **v, size_t *n)
{
        *n = 0;
        return p->has & POST_HAS_AUTHORS && !p->boost_of && p->audience <= AUDIENCE_QUIET
                       ? coauthor_of_posts(cx, &p->id, 1, v, n)
                       : OK;
}

static void put_post(struct json *j, const struct post *p, const int64_t *to, size_t n)
{
        json_id(j, "account", p->account);
        json_id(j, "post", p->id);
        json_str(j, "uri", p->uri);
        json_int(j, "audience", p->audience);
        json_id(j, "list", p->audience_list);
        json_id(j, "boost_of", p->boost_of);
        json_array(j, "to");
        for (size_t i = 0; i < n; i++)
                json_id(j, NULL, to[i]);
        json_end(j);
}

enum err outbox_post(struct cx *cx, enum outbox_act act, const struct post *p, const int64_t *to,
                     size_t n)
{
        bool far;
        struct buf b = {0};
        struct json j;
        if (p->local_only || p->audience == AUDIENCE_SELF || !p->local)
                return OK;
        TRY(anybody(cx, &far));
        if (!far)
                return OK;
        struct coauthor *beside;
        size_t n_beside;
        TRY(find_beside(cx, p, &beside, &n_beside));
        if (!n && !n_beside) {
                TRY(followers_far(cx, p, &far));
                if (!far && act != OUTBOX_DELETE)
                        return OK;
        }
        json_open(&j, &b);
        json_object(&j, NULL);
        json_z(&j, "act", act_names[act]);
        put_post(&j, p, to, n);
        if (n_beside) {
                json_array(&j, "beside");
                for (size_t i = 0; i < n_beside; i++)
                        json_id(&j, NULL, beside[i].account);
                json_end(&j);
        }
        json_end(&j);
        return job_add_buf(cx, "deliver_post", &b, STR_NONE);
}

enum err outbox_mark(struct cx *cx, enum outbox_like act, int64_t account, const struct post *p,
                     int64_t mark, struct str stamp)
{
        struct buf b = {0};
        struct json j;
        if (p->local)
                return OK;
        json_open(&j, &b);
        json_object(&j, NULL);
        json_z(&j, "act", like_names[act]);
        json_id(&j, "account", account);
        json_id(&j, "post", p->id);
        json_str(&j, "uri", p->uri);
        json_id(&j, "mark", mark);
        json_str(&j, "stamp", stamp);
        json_id(&j, "to", p->account);
        json_end(&j);
        return job_add_buf(cx, "deliver_mark", &b, STR_NONE);
}

enum err outbox_vote(struct cx *cx, int64_t account, const struct post *p, const struct poll *poll,
                     const int64_t *choices, size_t n)
{
        struct buf b = {0};
        struct json j;
        json_open(&j, &b);
        json_object(&j, NULL);
        json_id(&j, "account", account);
        json_id(&j, "post", p->id);
        json_str(&j, "uri", p->uri);
        json_array(&j, "names");
        for (size_t i = 0; i < n; i++)
                json_str(&j, NULL, poll->options[choices[i]].title);
        json_end(&j);
        json_id(&j, "to", p->account);
        json_end(&j);
        return job_add_buf(cx, "deliver_vote", &b, STR_NONE);
}

const struct stmt_list OUTBOX_STATEMENTS = {
        (const struct stmt *const[]){&OUTBOX_ANYBODY, &OUTBOX_FOLLOWED_FAR},
        2,
};
