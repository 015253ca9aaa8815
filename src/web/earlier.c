/* /@name/ID/earlier: from a post that changes a story, what its author wrote before: a line that
 * leads here, comments closed, out of pins and search, only for themselves; and one undo for each
 * such act. */
#include "web/earlier.h"
#include "lib/base/die.h"
#include "social/scope.h"
#include "store/limits.h"
#include "web/done.h"
#include "web/earlier.html.h"
#include "web/post.h"
#include "web/web.h"

enum { POSTS_A_PAGE = 40 };

/* The post at hand, and who the reader is to it: its author, or the journal they write for. */
static enum err find(struct req *rq, struct card *card, struct viewer *as)
{
        TRY(web_post_find(rq, card));
        return earlier_author(rq->cx, rq->viewer, card->entry, as);
}

static struct str act_words(struct arena *a, const struct earlier_act *x)
{
        struct str s = S("");
        const struct {
                unsigned bit;
                const char *words;
        } parts[] = {{EARLIER_LINE, "later-news line"},
                     {EARLIER_CLOSE, "comments closed"},
                     {EARLIER_DROP, "out of pins and search"},
                     {EARLIER_SELF, "only me"}};
        for (size_t i = 0; i < countof(parts); i++)
                if (x->what & parts[i].bit)
                        s = str_fmt(a, "%.*s%s%s", STR_ARG(s), s.n ? ", " : "", parts[i].words);
        return str_fmt(a, "%c%.*s: %lld %s%s", s.n ? s.p[0] - 'a' + 'A' : ' ',
                       STR_ARG(str_after(s, 1)), (long long)x->posts,
                       x->posts == 1 ? "post" : "posts", x->far ? ", also on other servers" : "");
}

static enum err load(struct req *rq, const struct viewer *as, struct earlier_page *v)
{
        struct page page = pager_read(rq, POSTS_A_PAGE);
        struct post_list_options o = {.no_replies = true, .no_boosts = true};
        struct earlier_act *acts;
        int64_t *ids;
        size_t n;
        if (!page.max_id || page.max_id > v->news->entry)
                page.max_id = v->news->entry;
        TRY(post_list(rq->cx, as, as->account, &o, &page, &ids, &n));
        TRY(cards_load(rq->cx, as, ids, n, &v->posts));
        v->pager = pager_of(rq->arena, &page, rq->path, STR_NONE);
        v->pager.newer = STR_NONE; /* the newest of them stand on the first page */
        TRY(earlier_acts(rq->cx, as->account, &acts, &v->n_acts));
        v->acts = make_n(rq->arena, v->n_acts + 1, struct earlier_line);
        for (size_t i = 0; i < v->n_acts; i++)
                v->acts[i] = (struct earlier_line){&acts[i], act_words(rq->arena, &acts[i])};
        return OK;
}

static void prepare(struct req *rq, struct card *card, struct earlier_page *v)
{
        *v = (struct earlier_page){.news = card,
                                   .path = path_of_post(rq->arena, card->author, card->post->id)};
        v->words = (struct web_field){.name = "words",
                                      .label = "The line",
                                      .hint = "It stands before the words of each post you choose "
                                              "and leads to this one.",
                                      .value = S(LATER_WORDS),
                                      .max = LATER_WORDS_MAX};
}

static enum err show(struct req *rq, int status, const struct earlier_page *v)
{
        struct web_page p = {.title = S("Earlier posts"), .told = web_done(rq)};
        struct html *h;
        TRY(web_open(rq, status, &p, &h));
        web_earlier_body(h, &p, v);
        return web_close(h, &p);
}

static enum err earlier_show(struct req *rq)
{
        struct card card;
        struct viewer as;
        struct earlier_page v;
        TRY(find(rq, &card, &as));
        prepare(rq, &card, &v);
        v.line = true;
        TRY(load(rq, &as, &v));
        return show(rq, 200, &v);
}

struct earlier_input {
        struct id_list posts;
        struct str words;
        enum tri line, close, drop, self, far;
        int64_t undo;
};
static const struct field fields[] = {
        {"posts", F_IDS, offsetof(struct earlier_input, posts), EARLIER_POSTS_MAX},
        {"words", F_STR, offsetof(struct earlier_input, words), 65536},
        {"line", F_BOOL, offsetof(struct earlier_input, line), 0},
        {"close", F_BOOL, offsetof(struct earlier_input, close), 0},
        {"drop", F_BOOL, offsetof(struct earlier_input, drop), 0},
        {"only_me", F_BOOL, offsetof(struct earlier_input, self), 0},
        {"far", F_BOOL, offsetof(struct earlier_input, far), 0},
        {"undo", F_ID, offsetof(struct earlier_input, undo), 1},
};

/* What was wrong is said above the form, and everything chosen stays chosen. */
static enum err refuse(struct req *rq, struct card *card, const struct viewer *as,
                       const struct earlier_input *in)
{
        struct earlier_page v;
        struct str fault = rq->cx->fault, field = rq->cx->fault_field;
        prepare(rq, card, &v);
        v.line = in->line == TRI_TRUE;
        v.close = in->close == TRI_TRUE;
        v.drop = in->drop == TRI_TRUE;
        v.self = in->self == TRI_TRUE;
        v.far = in->far == TRI_TRUE;
        v.words.value = in->words;
        if (str_eq(field, S("words")))
                v.words.error = fault;
        else
                v.error = fault;
        TRY(load(rq, as, &v));
        v.chosen = make_n(rq->arena, v.posts.n + 1, bool);
        for (size_t i = 0; i < v.posts.n; i++)
                for (size_t k = 0; k < in->posts.n; k++)
                        v.chosen[i] = v.chosen[i] || in->posts.v[k] == v.posts.v[i].entry;
        return show(rq, 422, &v);
}

static enum err earlier_send(struct req *rq)
{
        struct card card;
        struct viewer as;
        struct earlier_input in = {0};
        int64_t act;
        TRY(find(rq, &card, &as));
        TRY(req_read(rq, fields, countof(fields), &in));
        if (in.undo) {
                TRY(earlier_undo(rq->cx, rq->viewer, in.undo));
                reply_redirect(rq, str_join(rq->arena, rq->path, S("?done=earlier_undone")));
                return OK;
        }
        struct earlier_draft d = {.news = card.entry,
                                  .posts = in.posts,
                                  .words = in.words,
                                  .far = in.far == TRI_TRUE,
                                  .what = (in.line == TRI_TRUE ? EARLIER_LINE : 0u) |
                                          (in.close == TRI_TRUE ? EARLIER_CLOSE : 0u) |
                                          (in.drop == TRI_TRUE ? EARLIER_DROP : 0u) |
                                          (in.self == TRI_TRUE ? EARLIER_SELF : 0u)};
        enum err e = earlier_do(rq->cx, rq->viewer, &d, &act);
        if (e == ERR_INPUT)
                return refuse(rq, &card, &as, &in);
        TRY(e);
        reply_redirect(rq, str_join(rq->arena, rq->path, S("?done=earlier")));
        return OK;
}

static const struct route routes[] = {
        {"GET", "/@:name/:id/earlier", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, earlier_show, 0,
         0},
        {"POST", "/@:name/:id/earlier", SCOPE_PAGE_SIGNED_IN, LIMIT_WRITE, LANE_WRITE, earlier_send,
         0, 0},
};
const struct route_list WEB_EARLIER_ROUTES = {DOOR_PAGE, routes, countof(routes)};
