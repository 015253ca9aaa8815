/* Polls: options, votes, totals. One person votes once: the unique row of poll_vote decides, and
 * the totals change in the same transaction. Called by publishing, the poll routes and the
 * federation side. */
#include "social/poll.h"
#include "lib/text/json.h"
#include "lib/text/unicode.h"
#include "social/ids.h"
#include "social/notification.h"
#include "social/outbox.h"
#include "social/post_store.h"
#include "store/job.h"

#define POLL_OF_POSTS_TEXT(ids)                                                                    \
        "SELECT l.post, l.id, p.account, l.expires_at, l.multiple, l.hide_totals, "                \
        "l.voters_count, "                                                                         \
        "o.title, o.votes FROM " ids " CROSS JOIN poll l JOIN post p ON p.id = l.post "            \
        "JOIN poll_option o ON o.poll = l.post WHERE l.post = ids.value ORDER BY l.post, "         \
        "o.position"
static const struct stmt POLL_OF_POSTS = {
        .name = "poll_of_posts",
        .text = POLL_OF_POSTS_TEXT(IDS_SQLITE),
        .text_pg = POLL_OF_POSTS_TEXT(IDS_PG),
        .in = "s",
        .out = "iiiIiiisi",
};
#define POLL_VOTES_TEXT(ids)                                                                       \
        "SELECT v.poll, v.position FROM " ids " CROSS JOIN poll_vote v "                           \
        "WHERE v.poll = ids.value AND v.account = $2"
static const struct stmt POLL_VOTES = {
        .name = "poll_votes",
        .text = POLL_VOTES_TEXT(IDS_SQLITE),
        .text_pg = POLL_VOTES_TEXT(IDS_PG),
        .in = "si",
        .out = "ii",
};
static const struct stmt POLL_POST = {
        .name = "poll_post",
        .text = "SELECT post FROM poll WHERE id = $1",
        .in = "i",
        .out = "i",
};
static const struct stmt POLL_INSERT = {
        .name = "poll_insert",
        .text = "INSERT INTO poll (post, id, expires_at, multiple, hide_totals, voters_count) "
                "VALUES ($1, $2, $3, $4, $5, $6)",
        .in = "iiIiii",
};
static const struct stmt POLL_OPTION_INSERT = {
        .name = "poll_option_insert",
        .text = "INSERT INTO poll_option (poll, position, title, votes) VALUES ($1, $2, $3, $4)",
        .in = "iisi",
};
static const struct stmt POLL_DELETE = {
        .name = "poll_delete",
        .text = "DELETE FROM poll WHERE post = $1",
        .in = "i",
};
static const struct stmt POLL_VOTE = {
        .name = "poll_vote",
        .text = "INSERT INTO poll_vote (poll, account, position, uri) VALUES ($1, $2, $3, $4) "
                "ON CONFLICT DO NOTHING",
        .in = "iiiS",
};
static const struct stmt POLL_COUNT_VOTE = {
        .name = "poll_count_vote",
        .text = "UPDATE poll_option SET votes = votes + 1 WHERE poll = $1 AND position = $2",
        .in = "ii",
};
static const struct stmt POLL_COUNT_VOTER = {
        .name = "poll_count_voter",
        .text = "UPDATE poll SET voters_count = voters_count + 1 WHERE post = $1",
        .in = "i",
};
static const struct stmt POLL_END = {
        .name = "poll_end",
        .text = "UPDATE poll SET told = 1 WHERE post = $1 AND told = 0 AND expires_at <= $2",
        .in = "ii",
};
static const struct stmt POLL_VOTERS_HERE = {
        .name = "poll_voters_here",
        .text = "SELECT DISTINCT v.account FROM poll_vote v JOIN login l ON l.account = v.account "
                "WHERE v.poll = $1",
        .in = "i",
        .out = "i",
};

struct poll_list {
        struct poll *v;
        size_t n, size;
};

static struct poll *add_poll(struct cx *cx, struct poll_list *l)
{
        if (l->n == l->size) {
                size_t size = l->size ? l->size * 2 : 4;
                struct poll *more = make_n(cx->arena, size, struct poll);
                if (l->n)
                        memcpy(more, l->v, l->n * sizeof *more);
                l->v = more;
                l->size = size;
        }
        return &l->v[l->n++];
}

static void finish(struct cx *cx, const struct viewer *by, struct poll *p)
{
        p->expired = p->expires_at && p->expires_at <= cx_now(cx);
        p->voted = by->account && by->account == p->author;
        for (size_t i = 0; i < p->n_options; i++) {
                p->votes += p->options[i].votes;
                if (p->hide_totals && !p->expired)
                        p->options[i].votes = -1;
        }
}

static enum err read_polls(struct cx *cx, struct str ids, struct poll_list *l)
{
        struct row r;
        struct poll *p = NULL;
        TRY(db_all(cx->db, &POLL_OF_POSTS, cx->arena, BIND(V(ids)), &r));
        while (row_next(&r)) {
                int64_t post = row_int(&r);
                if (!p || p->post != post) {
                        p = add_poll(cx, l);
                        p->post = post;
                        p->options = make_n(cx->arena, POLL_OPTIONS_READ, struct poll_option);
                }
                p->id = row_int(&r);
                p->author = row_int(&r);
                p->expires_at = row_int(&r);
                p->multiple = row_int(&r) != 0;
                p->hide_totals = row_int(&r) != 0;
                p->voters = row_int(&r);
                struct poll_option o = {.title = row_str(&r)};
                o.votes = row_int(&r);
                if (p->n_options < POLL_OPTIONS_READ)
                        p->options[p->n_options++] = o;
        }
        return row_end(&r);
}

enum err poll_of_posts(struct cx *cx, const struct viewer *by, const int64_t *posts, size_t n,
                       struct poll **ret, size_t *n_ret)
{
        struct poll_list l = {0};
        struct str ids = ids_json(cx->arena, posts, n);
        struct row r;
        TRY(read_polls(cx, ids, &l));
        for (size_t i = 0; i < l.n; i++)
                finish(cx, by, &l.v[i]);
        if (by->account && l.n) {
                TRY(db_all(cx->db, &POLL_VOTES, NULL, BIND(V(ids), V(by->account)), &r));
                while (row_next(&r)) {
                        int64_t post = row_int(&r), position = row_int(&r);
                        for (size_t i = 0; i < l.n; i++)
                                if (l.v[i].post == post && position >= 0 && position < 64) {
                                        l.v[i].voted = true;
                                        l.v[i].own_votes |= UINT64_C(1) << position;
                                }
                }
                TRY(row_end(&r));
        }
        *ret = l.v;
        *n_ret = l.n;
        return OK;
}

/* The poll with this id on a post `by` may see, and that post. */
static enum err get(struct cx *cx, const struct viewer *by, int64_t id, struct post **post,
                    struct poll **ret)
{
        struct row r;
        size_t n;
        TRY(db_one(cx->db, &POLL_POST, NULL, BIND(V(id)), &r));
        int64_t post_id = row_int(&r);
        TRY(row_end(&r));
        TRY(post_get(cx, by, post_id, post));
        TRY(poll_of_posts(cx, by, &post_id, 1, ret, &n));
        return n ? OK : ERR_MISSING;
}

enum err poll_get(struct cx *cx, const struct viewer *by, int64_t id, struct poll **ret)
{
        struct post *post;
        return get(cx, by, id, &post, ret);
}

static enum err count(struct cx *cx, const struct post *post, int64_t account,
                      const int64_t *choices, size_t n, struct str uri)
{
        for (size_t i = 0; i < n; i++) {
                int64_t changed;
                TRY(db_run(cx->db, &POLL_VOTE, BIND(V(post->id), V(account), V(choices[i]), V(uri)),
                           &changed));
                if (changed)
                        TRY(db_run(cx->db, &POLL_COUNT_VOTE, BIND(V(post->id), V(choices[i])),
                                   NULL));
        }
        cx_event(cx, EVENT_POST_CHANGED, 0, post->id);
        return poll_news_soon(cx, post);
}

static enum err check_choices(struct cx *cx, const struct poll *p, const int64_t *choices, size_t n)
{
        if (!n)
                return fail_field(cx, "choices", ERR_INPUT,
                                  "Validation failed: Choose at least one answer");
        if (n > 1 && !p->multiple)
                return fail_field(cx, "choices", ERR_INPUT,
                                  "Validation failed: Only one answer can be chosen");
        for (size_t i = 0; i < n; i++) {
                if (choices[i] < 0 || (size_t)choices[i] >= p->n_options)
                        return fail_field(
                                cx, "choices", ERR_INPUT,
                                "Validation failed: The chosen vote option does not exist");
                if (ids_find(choices, i, choices[i]) < i)
                        return fail_field(cx, "choices", ERR_INPUT,
                                          "Validation failed: The same answer was chosen twice");
        }
        return OK;
}

enum err poll_vote(struct cx *cx, const struct viewer *by, int64_t id, const int64_t *choices,
                   size_t n, struct poll **ret)
{
        struct post *post;
        struct poll *p;
        TRY(get(cx, by, id, &post, &p));
        if (p->author == by->account)
                return fail(cx, ERR_INPUT, "Validation failed: You cannot vote in your own polls");
        if (p->expired)
                return fail(cx, ERR_INPUT, "Validation failed: The poll has already ended");
        if (p->voted)
                return fail(cx, ERR_INPUT,
                            "Validation failed: You have already voted on this poll");
        TRY(check_choices(cx, p, choices, n));
        TRY(count(cx, post, by->account, choices, n, STR_NONE));
        TRY(db_run(cx->db, &POLL_COUNT_VOTER, BIND(V(post->id)), NULL));
        if (!post->local)
                TRY(outbox_vote(cx, by->account, post, p, choices, n));
        return poll_get(cx, by, id, ret);
}

enum err poll_vote_named(struct cx *cx, int64_t account, int64_t post_id, struct str option,
                         struct str uri)
{
        const struct viewer by = {.account = account};
        struct post *post;
        struct poll *p;
        size_t n;
        TRY(post_get(cx, &by, post_id, &post));
        TRY(poll_of_posts(cx, &by, &post_id, 1, &p, &n));
        if (!n || p->expired || p->author == account || (p->voted && !p->multiple))
                return OK;
        for (size_t i = 0; i < p->n_options; i++) {
                int64_t choice = (int64_t)i;
                if (!str_eq(p->options[i].title, option) || (p->own_votes >> i & 1))
                        continue;
                TRY(count(cx, post, account, &choice, 1, uri));
                return p->voted ? OK : db_run(cx->db, &POLL_COUNT_VOTER, BIND(V(post_id)), NULL);
        }
        return OK;
}

static enum err check_options(struct cx *cx, struct str_list *options)
{
        if (options->n < 2)
                return fail_field(cx, "poll", ERR_INPUT,
                                  "Validation failed: Options must have more than one item");
        if (options->n > POLL_OPTIONS_MAX)
                return fail_field(cx, "poll", ERR_INPUT,
                                  "Validation failed: Options can't contain more than %d items",
                                  POLL_OPTIONS_MAX);
        for (size_t i = 0; i < options->n; i++) {
                struct str *o = &options->v[i];
                if (!text_clean(cx->arena, *o, o) || !(*o = str_trim(*o)).n)
                        return fail_field(cx, "poll", ERR_INPUT,
                                          "Validation failed: Options can't be blank");
                if (utf8_count(*o) > POLL_OPTION_MAX)
                        return fail_field(cx, "poll", ERR_INPUT,
                                          "Validation failed: Options cannot be longer than %d "
                                          "characters each",
                                          POLL_OPTION_MAX);
                for (size_t k = 0; k < i; k++)
                        if (str_eq(options->v[k], *o))
                                return fail_field(
                                        cx, "poll", ERR_INPUT,
                                        "Validation failed: Options contain duplicate items");
        }
        return OK;
}

enum err poll_check(struct cx *cx, struct poll_draft *d)
{
        TRY(check_options(cx, &d->options));
        if (!d->expires_in.given)
                return fail_field(cx, "poll", ERR_INPUT,
                                  "Validation failed: Expires at can't be blank");
        if (d->expires_in.v < POLL_SECONDS_MIN)
                return fail_field(cx, "poll", ERR_INPUT, "Validation failed: Duration is too soon");
        if (d->expires_in.v > POLL_SECONDS_MAX)
                return fail_field(cx, "poll", ERR_INPUT,
                                  "Validation failed: Duration is too far into the future");
        return OK;
}

enum err poll_store(struct cx *cx, int64_t post, const struct poll_new *p)
{
        TRY(db_run(cx->db, &POLL_INSERT,
                   BIND(V(post), V(cx_id(cx)), V_ID(p->expires_at), V(p->multiple),
                        V(p->hide_totals), V(p->voters)),
                   NULL));
        for (size_t i = 0; i < p->n; i++)
                TRY(db_run(cx->db, &POLL_OPTION_INSERT,
                           BIND(V(post), V(i), V(p->options[i]), V(p->votes ? p->votes[i] : 0)),
                           NULL));
        if (!p->expires_at)
                return OK;
        struct str key = str_int(cx->arena, post);
        return job_add(cx, "poll_end", str_fmt(cx->arena, "{\"post\":\"%lld\"}", (long long)post),
                       key, p->expires_at + 1000);
}

enum err poll_drop(struct cx *cx, int64_t post)
{
        TRY(job_cancel(cx, "poll_end", str_int(cx->arena, post)));
        return db_run(cx->db, &POLL_DELETE, BIND(V(post)), NULL);
}

static enum err tell_voters(struct cx *cx, const struct post *post)
{
        int64_t ids[256];
        size_t n = 0;
        TRY(db_ints(cx->db, &POLL_VOTERS_HERE, BIND(V(post->id)), ids, countof(ids), &n));
        for (size_t i = 0; i < n; i++)
                TRY(notification_add(cx, ids[i], NOTIFICATION_POLL, post->account, post->id));
        return notification_add(cx, post->account, NOTIFICATION_POLL, post->account, post->id);
}

enum err poll_end_job(struct cx *cx, struct str payload)
{
        const struct json_value *j;
        struct post *post;
        int64_t id, changed;
        TRY(json_read(cx->arena, payload, NULL, &j, NULL));
        if (!str_to_i64(json_get_text(j, "post"), &id))
                return ERR_INPUT;
        enum err e = post_load(cx, id, &post);
        if (e)
                return e == ERR_MISSING ? OK : e;
        TRY(db_run(cx->db, &POLL_END, BIND(V(id), V(cx_now(cx))), &changed));
        if (!changed)
                return OK;
        cx_event(cx, EVENT_POST_CHANGED, 0, id);
        TRY(tell_voters(cx, post));
        TRY(job_cancel(cx, "poll_news", str_int(cx->arena, id)));
        return poll_news(cx, post);
}

const struct stmt_list POLL_STATEMENTS = {
        (const struct stmt *const[]){&POLL_OF_POSTS, &POLL_VOTES, &POLL_POST, &POLL_INSERT,
                                     &POLL_OPTION_INSERT, &POLL_DELETE, &POLL_VOTE,
                                     &POLL_COUNT_VOTE, &POLL_COUNT_VOTER, &POLL_END,
                                     &POLL_VOTERS_HERE},
        11,
};
