/* /@name/ID/authors: the co-authors of a post, for its author, for them, and for who is asked; and
 * their sections of Settings → People I trust. */
#include "web/coauthor.h"
#include "lib/base/die.h"
#include "social/scope.h"
#include "store/limits.h"
#include "web/coauthor.html.h"
#include "web/done.h"
#include "web/post.h"
#include "web/trust.h"
#include "web/web.h"

static enum err load(struct req *rq, struct card *card, struct authors_page *v)
{
        struct coauthor *c;
        size_t n, got;
        struct account **people;
        int64_t ids[COAUTHOR_LIST], me = rq->viewer->account;
        TRY(web_post_find(rq, card));
        TRY(coauthor_list(rq->cx, card->post->id, &c, &n));
        for (size_t i = 0; i < n; i++) {
                ids[i] = c[i].account;
                v->asked = v->asked || (c[i].account == me && c[i].asked);
                v->among = v->among || (c[i].account == me && !c[i].asked);
        }
        bool author = card->post->account == me && !card->post->reply_to &&
                      account_is_local(card->author);
        if (!author && !v->asked && !v->among)
                return ERR_MISSING;
        v->card = card;
        v->path = path_of_post(rq->arena, card->author, card->post->id);
        TRY(account_get_many(rq->cx, ids, n, &people, &got));
        v->v = make_n(rq->arena, n + 1, struct authors_row);
        for (size_t i = 0; i < n; i++)
                for (size_t k = 0; k < got; k++)
                        if (people[k]->id == c[i].account)
                                v->v[v->n++] = (struct authors_row){&c[i], people[k]};
        return OK;
}

static enum err show(struct req *rq, int status, const struct authors_page *v)
{
        struct web_page p = {.title = v->asked ? S("Be an author of this?") : S("Co-authors"),
                             .told = web_done(rq)};
        struct html *h;
        TRY(web_open(rq, status, &p, &h));
        web_authors_body(h, &p, v);
        return web_close(h, &p);
}

static enum err authors_page(struct req *rq)
{
        struct card card;
        struct authors_page v = {0};
        TRY(load(rq, &card, &v));
        return show(rq, 200, &v);
}

static enum err ask(struct req *rq, struct authors_page *v)
{
        struct account *a;
        struct str who = str_trim(req_param(rq, "who"));
        enum err e = account_by_name(rq->cx, str_starts(who, S("@")) ? str_after(who, 1) : who, &a);
        if (!e)
                e = coauthor_ask(rq->cx, rq->viewer, v->card->post->id, a->id);
        if (e != ERR_INPUT && e != ERR_MISSING)
                return e;
        v->who = who;
        v->error = e == ERR_INPUT ? rq->cx->fault : S("Nobody here has that name.");
        return show(rq, 422, v);
}

static enum err authors_change(struct req *rq)
{
        struct card card;
        struct authors_page v = {0};
        struct str what = req_param(rq, "do");
        int64_t who;
        TRY(load(rq, &card, &v));
        if (str_eq(what, S("ask"))) {
                TRY(ask(rq, &v));
                if (v.error.n)
                        return OK;
        } else if (str_eq(what, S("accept")) || str_eq(what, S("decline"))) {
                TRY(coauthor_answer(rq->cx, rq->viewer, card.post->id, str_eq(what, S("accept"))));
        } else if (str_eq(what, S("end")) && str_to_i64(req_param(rq, "account"), &who)) {
                TRY(coauthor_end(rq->cx, rq->viewer, card.post->id, who));
        } else {
                return ERR_MISSING;
        }
        /* Who declined or left may not see the post any more. */
        bool gone = str_eq(what, S("decline")) || v.among;
        reply_redirect(rq, gone ? S("/settings/people?done=ended")
                                : str_join(rq->arena, v.path, S("/authors?done=saved")));
        return OK;
}

/* ---- People I trust ---- */

static enum err row_of(struct req *rq, const struct coauthor *c, bool mine, struct trust_row *r)
{
        struct account *other, *author;
        struct post *p;
        TRY(account_get(rq->cx, c->author, &author));
        TRY(account_get(rq->cx, mine ? c->account : c->author, &other));
        TRY(post_load(rq->cx, c->post, &p));
        struct card card = {.post = p, .author = author};
        struct str path = path_of_post(rq->arena, author, c->post);
        *r = (struct trust_row){
                .who = account_name(other),
                .href = path_of_account(rq->arena, other),
                .what = str_fmt(rq->arena, "%s: “%.*s”.%s",
                                mine       ? "Co-author of your post"
                                : c->asked ? "Asks you to be an author of"
                                           : "You are a co-author of",
                                STR_ARG(card_excerpt(rq->arena, &card)),
                                mine && c->asked ? " Not answered yet." : ""),
                .more = c->asked && !mine ? str_join(rq->arena, path, S("/authors")) : path,
                .more_word = c->asked && !mine ? "Read it and answer" : "The post",
                .action = c->asked && !mine ? STR_NONE
                                            : str_join(rq->arena, path, S("/authors?do=end")),
                .field = "account",
                .value = str_int(rq->arena, c->account)};
        return OK;
}

static enum err list(struct req *rq, bool mine, bool asked, struct trust_row **ret, size_t *n)
{
        struct coauthor *c;
        size_t all;
        if (mine)
                TRY(coauthor_beside(rq->cx, rq->viewer->account, &c, &all));
        else
                TRY(coauthor_as(rq->cx, rq->viewer->account, &c, &all));
        *ret = make_n(rq->arena, all + 1, struct trust_row);
        *n = 0;
        for (size_t i = 0; i < all; i++)
                if (mine || c[i].asked == asked)
                        TRY(row_of(rq, &c[i], mine, &(*ret)[(*n)++]));
        return OK;
}

static enum err list_asked(struct req *rq, struct trust_row **ret, size_t *n)
{
        return list(rq, false, true, ret, n);
}
static enum err list_mine(struct req *rq, struct trust_row **ret, size_t *n)
{
        return list(rq, true, false, ret, n);
}
static enum err list_others(struct req *rq, struct trust_row **ret, size_t *n)
{
        return list(rq, false, false, ret, n);
}
const struct trust_section TRUST_COAUTHOR_ASKED = {.title = "They ask you to be an author",
                                                   .list = list_asked};
const struct trust_section TRUST_COAUTHORS = {.title = "Co-authors", .list = list_mine};
const struct trust_section TRUST_COAUTHOR_OF = {.title = "Posts you are a co-author of",
                                                .list = list_others};

static const struct route routes[] = {
        {"GET", "/@:name/:id/authors", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, authors_page, 0,
         0},
        {"POST", "/@:name/:id/authors", SCOPE_PAGE_SIGNED_IN, LIMIT_WRITE, LANE_WRITE,
         authors_change, 0, 0},
};
const struct route_list WEB_COAUTHOR_ROUTES = {DOOR_PAGE, routes, countof(routes)};
