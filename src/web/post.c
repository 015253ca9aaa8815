/* GET /@name/ID: a post with its comments, nested as they answer each other. Strangers get it from
 * memory while nothing changes. */
#include "web/post.h"
#include "lib/base/die.h"
#include "lib/base/rand.h"
#include "social/keeper.h"
#include "social/letter.h"
#include "social/mention.h"
#include "social/quiet.h"
#include "social/scope.h"
#include "social/thread.h"
#include "store/limits.h"
#include "web/done.h"
#include "web/embed.h"
#include "web/kept.h"
#include "web/post.html.h"
#include "web/web.h"

enum { PREVIEW_BYTES = 300, COMMENTS_A_PAGE = 200 };

enum err web_post_find(struct req *rq, struct card *ret)
{
        int64_t id = req_path_id(rq, "id");
        struct cards c;
        TRY(cards_load(rq->cx, rq->viewer, &id, id ? 1 : 0, &c));
        if (c.n != 1 ||
            !str_eq_nocase(account_acct(rq->arena, c.v[0].author), req_path(rq, "name")))
                return ERR_MISSING;
        *ret = c.v[0];
        return OK;
}

enum err web_post_find_own(struct req *rq, struct card *ret)
{
        TRY(web_post_find(rq, ret));
        return ret->mine ? OK : ERR_MISSING;
}

struct str who_will_read(struct arena *a, enum audience audience, const struct account *answered)
{
        struct str name = answered ? account_name(answered) : STR_NONE;
        switch (audience) {
        case AUDIENCE_PUBLIC:
                return S("Everybody can read it.");
        case AUDIENCE_QUIET:
                return S("Your followers read it, and anyone with the link.");
        case AUDIENCE_FOLLOWERS:
                return S("Only your followers and the people mentioned read it.");
        case AUDIENCE_CIRCLE:
                return S("Only the people you chose read it.");
        case AUDIENCE_MENTIONED:
                if (name.n)
                        return str_fmt(a, "Only %.*s and others you mention read it.",
                                       STR_ARG(name));
                return S("Only the people you mention read it.");
        case AUDIENCE_SELF:
                break;
        }
        return S("Only you read it.");
}

struct str comment_start(struct arena *a, const struct viewer *by, const struct card *c)
{
        if (c->post->account == by->account)
                return S("");
        return str_fmt(a, "@%.*s ", STR_ARG(account_acct(a, c->author)));
}

static struct str excerpt(struct arena *a, const struct post *p)
{
        struct str all = p->spoiler.n ? p->spoiler : markup_to_text(a, p->content);
        return cut_words(a, all, PREVIEW_BYTES);
}

/* What other sites may show of it: nothing that the author put behind a note. */
static struct markup preview_of(struct req *rq, const struct card *c, bool embeds)
{
        const struct post *p = c->post;
        if (p->audience > AUDIENCE_QUIET || !account_is_local(c->author))
                return MARKUP_NONE;
        struct preview o = {
                .type = "article",
                .url = p->url,
                .uri = p->uri,
                .server = rq->cx->settings->title,
                .title = account_name(c->author),
                .wish = c->switches ? c->switches->wish : WISH_NONE,
        };
        bool asks = switches_asks(c->switches);
        if (asks)
                o.title = str_fmt(rq->arena, "A %s by %.*s", p->reply_to ? "comment" : "post",
                                  STR_ARG(o.title));
        else
                o.text = excerpt(rq->arena, p);
        if (embeds)
                o.oembed = web_oembed_path(rq->arena, p);
        if (!asks && c->n_media && !p->sensitive && !p->spoiler.n &&
            c->media[0].kind == MEDIA_IMAGE && c->media[0].preview.n && !c->media[0].veil) {
                o.image = media_url(rq->cx, c->media[0].preview);
                o.image_alt = c->media[0].description;
        }
        if (p->local_only)
                o.uri = STR_NONE;
        else
                web_document(rq, p->uri);
        struct html *h = web_aside(rq);
        web_post_head(h, &o);
        return web_aside_markup(h);
}

/* Cuts one page's worth out of a thread: what follows the comment named by "after". */
static void cut_thread(struct req *rq, struct thread *t, struct post_page *v)
{
        int64_t after;
        size_t from = 0;
        if (str_to_i64(req_param(rq, "after"), &after))
                while (from < t->n_down && t->down[from] != after)
                        from++;
        if (from == t->n_down)
                from = 0; /* it is gone */
        else if (t->n_down && t->down[from] == after)
                from++;
        v->some_before = from > 0;
        t->down += from;
        t->depth += from;
        t->n_down -= from;
        if (t->n_down <= COMMENTS_A_PAGE)
                return;
        t->n_down = COMMENTS_A_PAGE;
        v->more = str_fmt(rq->arena, "%.*s?after=%lld#comments", STR_ARG(v->path),
                          (long long)t->down[COMMENTS_A_PAGE - 1]);
}

/* The comments that the viewer may see, with the depth of each. */
static enum err load_comments(struct req *rq, int64_t id, struct post_page *v, struct cards *ret,
                              bool *poll_runs)
{
        struct thread t;
        TRY(thread_get(rq->cx, rq->viewer, id, &t));
        cut_thread(rq, &t, v);
        struct cards c;
        TRY(cards_load(rq->cx, rq->viewer, t.down, t.n_down, &c));
        TRY(cards_filter(rq->cx, rq->viewer, FILTER_THREAD, &c));
        unsigned char *depth = make_n(rq->arena, c.n + 1, unsigned char);
        for (size_t i = 0, k = 0; i < t.n_down && k < c.n; i++)
                if (t.down[i] == c.v[k].entry)
                        depth[k++] = t.depth[i];
        *ret = c;
        v->comments = c.v;
        v->n_comments = c.n;
        v->depth = depth;
        *poll_runs = c.poll_runs;
        return OK;
}

/* Where a comment stands: in its thread, if the reader may see the root. */
static enum err find_place(struct req *rq, struct post_page *v)
{
        const struct post *p = v->card->post;
        if (!p->reply_to)
                return OK;
        struct cards root;
        TRY(cards_load(rq->cx, rq->viewer, &p->thread, 1, &root));
        if (!root.n || p->thread == p->id)
                return OK;
        v->above = v->card->answers ? v->card->answers : root.v[0].author;
        v->above_name = account_name(v->above);
        v->above_path = path_of_post(rq->arena, root.v[0].author, p->thread);
        return OK;
}

/* The pinned thank-you stands before the others, and not among them once more. */
static enum err pin_thanks(struct req *rq, int64_t thanks, struct post_page *v)
{
        struct cards c;
        size_t k = 0;
        if (!thanks || v->card->post->id != v->card->post->thread)
                return OK;
        TRY(cards_load(rq->cx, rq->viewer, &thanks, 1, &c));
        if (!c.n || c.v[0].post->state != COMMENT_SHOWN)
                return OK;
        v->thanks = &c.v[0];
        struct card *all = make_n(rq->arena, v->n_comments + 1, struct card);
        unsigned char *depth = make_n(rq->arena, v->n_comments + 1, unsigned char);
        for (size_t i = 0; i < v->n_comments; i++) {
                if (v->comments[i].entry == thanks)
                        continue;
                all[k] = v->comments[i];
                depth[k++] = v->depth[i];
        }
        v->comments = all;
        v->depth = depth;
        v->n_comments = k;
        return OK;
}

/* What the thread's authors wished, as far as this page tells it; and what the viewer may do. */
static enum err load_wishes(struct req *rq, struct post_page *v, struct card *comments,
                            bool *changes)
{
        const struct post *p = v->card->post;
        enum hand_role role = HAND_NONE;
        struct switches s;
        *changes = false;
        if (rq->viewer->account && p->local)
                TRY(hand_of(rq->cx, p->thread, rq->viewer->account, &role));
        v->hand = role != HAND_NONE;
        v->reviewed = v->card->author->memorial && p->local && p->id == p->thread;
        /* A steward sorts what waits, in the quiet inbox, and nothing that was shown before. */
        for (size_t i = 0; v->hand && role != HAND_STEWARD && i < v->n_comments; i++)
                comments[i].hand = true;
        if (v->card->mine && p->reply_to)
                TRY(comment_not_in_print(rq->cx, p->id, &v->not_in_print));
        if (p->local && p->id == p->thread)
                TRY(rq->viewer->account ? letter_may(rq->cx, rq->viewer, p->id, &v->letters)
                                        : letter_visitors_may(rq->cx, p->id, &v->letters));
        if (!(p->has & (POST_HAS_SWITCHES | POST_HAS_JOURNAL)))
                return OK;
        TRY(switches_get(rq->cx, p->thread, &s));
        TRY(comment_may(rq->cx, rq->viewer, p->thread, &v->closed));
        v->reviewed = v->reviewed || s.review;
        if (!v->hand)
                TRY(web_gentle_load(rq, &s, p->language, &v->gentle));
        *changes = s.closes_at > cx_now(rq->cx);
        return pin_thanks(rq, s.thanks, v);
}

static enum err load_ways(struct req *rq, struct post_page *v)
{
        const struct post *p = v->card->post;
        struct way *ways;
        if (v->hand && !v->card->mine && !p->reply_to)
                TRY(keeper_may_help(rq->cx, p->id, 0, rq->viewer->account, &v->helps));
        if (!(p->has & POST_HAS_WAYS))
                return OK;
        TRY(way_list(rq->cx, (struct way_of){.post = p->id}, &ways, &v->n_ways));
        v->ways = ways;
        struct card *c = make(rq->arena, struct card);
        struct post *plain = make(rq->arena, struct post);
        *plain = *p;
        plain->content = way_unsign(rq->cx, p);
        *c = *v->card;
        c->post = plain;
        v->card = c;
        return OK;
}

/* "Maren and Tobias". */
static struct str names_of_authors(struct arena *a, const struct card *c)
{
        struct str all = account_name(c->author);
        for (size_t i = 0; i < c->n_authors; i++)
                all = str_fmt(a, "%.*s%s%.*s", STR_ARG(all), i + 1 < c->n_authors ? ", " : " and ",
                              STR_ARG(account_name(c->authors[i])));
        return all;
}

/* A keeper may be among the first readers, and is named to nobody but the author. */
static struct str who_reads_first(struct arena *a, const struct card *c)
{
        if (c->author->memorial)
                return S("Those who look after this account read it first. Nobody else sees it "
                         "until they show it.");
        if (c->post->id != c->post->thread)
                return S("The author of the post, or somebody they trust, reads it first. Nobody "
                         "else sees it until they show it.");
        return str_fmt(a,
                       "%.*s, or somebody they trust, read%s it first. Nobody else sees it until "
                       "they show it.",
                       STR_ARG(names_of_authors(a, c)), c->n_authors ? "" : "s");
}

static enum err prepare_form(struct req *rq, struct post_page *v)
{
        const struct card *c = v->card;
        bool held = v->reviewed;
        v->to_whom = names_of_authors(rq->arena, c);
        if (!rq->viewer->account)
                return OK;
        if (!held && !c->mine && c->post->local && c->post->id == c->post->thread)
                TRY(quiet_on(rq->cx, c->author->id, &held));
        v->visibility = audience_api_name(c->post->audience);
        v->who_reads = who_will_read(rq->arena, c->post->audience, c->mine ? NULL : c->author);
        if (held && !v->hand)
                v->who_reads = who_reads_first(rq->arena, c);
        v->start = comment_start(rq->arena, rq->viewer, c);
        v->key = rand_token(rq->arena, 16);
        return OK;
}

/* As its author lets all public posts be, or as set for this thread. */
static bool indexable(const struct card *c)
{
        if (c->post->audience != AUDIENCE_PUBLIC || c->unsearched || switches_asks(c->switches))
                return false;
        return c->switches ? c->switches->indexing : c->author->indexable;
}

static enum err web_post_show(struct req *rq)
{
        if (kept_answer(rq, req_path_id(rq, "id")))
                return OK;
        struct card card;
        TRY(web_post_find(rq, &card));
        if (card.booster) {
                reply_redirect(rq, path_of_post(rq->arena, card.author, card.post->id));
                return OK;
        }
        struct post_page v = {.card = &card,
                              .path = path_of_post(rq->arena, card.author, card.post->id)};
        bool poll_runs, changes;
        struct cards comments;
        TRY(load_comments(rq, card.post->id, &v, &comments, &poll_runs));
        TRY(load_wishes(rq, &v, comments.v, &changes));
        TRY(find_place(rq, &v));
        TRY(load_ways(rq, &v));
        TRY(prepare_form(rq, &v));
        bool embeds, asks = switches_asks(card.switches);
        TRY(switches_embeds(rq->cx, card.post, &embeds));
        struct web_page p = {
                .title =
                        str_fmt(rq->arena, "A %s by %.*s", card.post->reply_to ? "comment" : "post",
                                STR_ARG(account_name(card.author))),
                .indexable = indexable(&card),
                .asks = asks,
                .head = preview_of(rq, &card, embeds),
                .told = web_done(rq),
        };
        if (asks)
                reply_header(rq, "X-Robots-Tag", S("noindex, noarchive, noimageindex, nosnippet"));
        struct html *h;
        TRY(web_open(rq, 200, &p, &h));
        web_post_body(h, &p, &v);
        web_close(h, &p);
        if (!poll_runs && !changes && !asks && !(card.poll && !card.poll->expired))
                kept_put(rq, card.post->id,
                         card.post->local && !card.post->local_only ? card.post->uri : STR_NONE);
        return OK;
}

static enum err web_post_history(struct req *rq)
{
        struct card card;
        TRY(web_post_find(rq, &card));
        struct post_version *versions;
        size_t n;
        TRY(post_history(rq->cx, rq->viewer, card.post->id, &versions, &n));
        struct web_page p = {.title = S("Versions")};
        struct html *h;
        TRY(web_open(rq, 200, &p, &h));
        web_post_history_body(h, &p, &card, versions, n);
        return web_close(h, &p);
}

static enum err web_post_ask_delete(struct req *rq)
{
        struct card card;
        TRY(web_post_find_own(rq, &card));
        struct web_page p = {.title = S("Delete")};
        struct html *h;
        TRY(web_open(rq, 200, &p, &h));
        web_post_delete_body(h, &p, &card, path_of_post(rq->arena, card.author, card.post->id));
        return web_close(h, &p);
}

static const struct route routes[] = {
        {"GET", "/@:name/:id", SCOPE_PAGE_PUBLIC, LIMIT_PAGE, LANE_READ, web_post_show, 0, 0},
        {"GET", "/@:name/:id/history", SCOPE_PAGE_PUBLIC, LIMIT_PAGE, LANE_READ, web_post_history,
         0, 0},
        {"GET", "/@:name/:id/delete", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ,
         web_post_ask_delete, 0, 0},
};
const struct route_list WEB_POST_ROUTES = {DOOR_PAGE, routes, countof(routes)};
