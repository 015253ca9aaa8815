/* /digest: the gathered note. Opening the page opens the digest: what waited stands among the
 * notifications from then on. Names come first; numbers only when asked for. */
#include "web/digest.h"
#include "lib/base/die.h"
#include "social/comment.h"
#include "social/scope.h"
#include "store/limits.h"
#include "web/digest.html.h"
#include "web/done.h"
#include "web/web.h"

static const char *const titles[DIGEST_PARTS_] = {
        [DIGEST_WROTE] = "Who wrote",          [DIGEST_THINKS] = "Who thinks of you",
        [DIGEST_PASSED_ON] = "Who boosted it", [DIGEST_QUOTED] = "Who quoted you",
        [DIGEST_REST] = "What else there is",
};

void names_add(struct names *to, const struct account *who)
{
        for (size_t i = 0; i < to->n; i++)
                if (to->v[i]->id == who->id)
                        return;
        if (to->n == NAMES_MAX)
                to->others = true;
        else
                to->v[to->n++] = who;
}

static enum digest_part_id part_of(enum notification_kind k)
{
        switch (k) {
        case NOTIFICATION_MENTION:
                return DIGEST_WROTE;
        case NOTIFICATION_FAVOURITE:
                return DIGEST_THINKS;
        case NOTIFICATION_REBLOG:
                return DIGEST_PASSED_ON;
        case NOTIFICATION_QUOTE:
                return DIGEST_QUOTED;
        default:
                return DIGEST_REST;
        }
}

/* One line a comment or quote, and one line a post for what many do to it. */
static struct digest_line *line_of(struct digest_part *part, int64_t post)
{
        for (size_t i = 0; i < part->n; i++)
                if (part->v[i].post == post)
                        return &part->v[i];
        struct digest_line *l = &part->v[part->n++];
        l->post = post;
        return l;
}

static enum err gather(struct req *rq, const struct notification *n, size_t count,
                       struct digest_page *v)
{
        int64_t *ids = make_n(rq->arena, count + 1, int64_t);
        struct account **people;
        struct cards cards;
        size_t n_people, k = 0;
        for (size_t i = 0; i < count; i++)
                ids[i] = n[i].sender;
        TRY(account_get_many(rq->cx, ids, count, &people, &n_people));
        for (size_t i = 0; i < count; i++)
                if (n[i].post)
                        ids[k++] = n[i].post;
        TRY(cards_load(rq->cx, rq->viewer, ids, k, &cards));
        for (int i = 0; i < DIGEST_PARTS_; i++) {
                v->parts[i].title = titles[i];
                v->parts[i].v = make_n(rq->arena, count + 1, struct digest_line);
        }
        for (size_t i = 0; i < count; i++) {
                const struct account *who = account_among(people, n_people, n[i].sender);
                if (!who)
                        continue;
                struct digest_part *part = &v->parts[part_of(n[i].kind)];
                struct digest_line *l = line_of(part, n[i].post);
                part->people++;
                names_add(&l->names, who);
                for (size_t j = 0; j < cards.n && !l->card; j++)
                        if (cards.v[j].entry == n[i].post)
                                l->card = &cards.v[j];
                v->since = n[i].created_at; /* the oldest is the last */
        }
        v->n = count;
        return OK;
}

static enum err show(struct req *rq, int64_t id)
{
        struct digest_page v = {.id = id, .numbers = str_eq(req_param(rq, "numbers"), S("yes"))};
        struct notification *n;
        size_t count = 0;
        if (id)
                TRY(notification_of_digest(rq->cx, rq->viewer, id, DIGEST_SHOWN, &n, &count));
        if (count)
                TRY(gather(rq, n, count, &v));
        TRY(comment_waits(rq->cx, rq->viewer->account, 0, &v.inbox));
        v.cut = count == DIGEST_SHOWN;
        struct web_page p = {
                .title = S("Digest"), .here = HERE_NOTIFICATIONS, .told = web_done(rq)};
        struct html *h;
        TRY(web_open(rq, 200, &p, &h));
        web_digest_body(h, &p, &v);
        return web_close(h, &p);
}

static enum err web_digest_open(struct req *rq)
{
        int64_t id;
        TRY(digest_open(rq->cx, rq->viewer->account, &id));
        return show(rq, id);
}

/* One that was opened before; somebody else's, or none, is empty. */
static enum err web_digest_show(struct req *rq)
{
        return show(rq, req_path_id(rq, "id"));
}

static const struct route routes[] = {
        {"GET", "/digest", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_WRITE, web_digest_open, 0, 0},
        {"GET", "/digest/:id", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, web_digest_show, 0, 0},
};
const struct route_list WEB_DIGEST_ROUTES = {DOOR_PAGE, routes, countof(routes)};
