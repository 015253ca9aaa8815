/* Telling other servers how a poll from here stands: a while after a vote, once for all votes of
 * that while, and when it ends. Called by poll.c and by the job "poll_news". */
#include "lib/text/json.h"
#include "social/outbox.h"
#include "social/poll.h"
#include "social/post_parts.h"
#include "store/job.h"

enum { NEWS_MS = 3 * 60 * 1000 /* as Mastodon does */, VOTERS_MOST = 1000 };

static const struct stmt VOTERS_FAR = {
        .name = "poll_voters_far",
        .text = "SELECT DISTINCT v.account FROM poll_vote v JOIN account a ON a.id = v.account"
                " WHERE v.poll = $1 AND a.domain <> '' LIMIT 1000",
        .in = "i",
        .out = "i",
};

enum err poll_news_soon(struct cx *cx, const struct post *post)
{
        if (!post->local || post->local_only)
                return OK;
        return job_add(cx, "poll_news",
                       str_fmt(cx->arena, "{\"post\":\"%lld\"}", (long long)post->id),
                       str_int(cx->arena, post->id), cx_now(cx) + NEWS_MS);
}

enum err poll_news(struct cx *cx, const struct post *post)
{
        int64_t *near, *to = make_n(cx->arena, VOTERS_MOST, int64_t);
        size_t n, n_near;
        if (!post->local)
                return OK;
        TRY(db_ints(cx->db, &VOTERS_FAR, BIND(V(post->id)), to, VOTERS_MOST, &n));
        TRY(post_people_far(cx, post, &near, &n_near));
        int64_t *all = make_n(cx->arena, n + n_near + 1, int64_t);
        memcpy(all, to, n * sizeof *all);
        for (size_t i = 0; i < n_near; i++)
                all[n + i] = near[i];
        return outbox_post(cx, OUTBOX_UPDATE, post, all, n + n_near);
}

enum err poll_news_job(struct cx *cx, struct str payload)
{
        const struct json_value *j;
        struct post *post;
        int64_t id;
        TRY(json_read(cx->arena, payload, NULL, &j, NULL));
        if (!str_to_i64(json_get_text(j, "post"), &id))
                return ERR_INPUT;
        enum err e = post_load(cx, id, &post);
        if (e)
                return e == ERR_MISSING ? OK : e;
        return poll_news(cx, post);
}

const struct stmt_list POLL_NEWS_STATEMENTS = {(const struct stmt *const[]){&VOTERS_FAR}, 1};
