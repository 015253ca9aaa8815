/* /@name/ID/who and /@name/ID/presets: what an author settles about a post after it was sent. Who
 * can see it is said in one sentence, with names; more people come in only after a question. */
#include "web/post_reach.h"
#include "lib/base/die.h"
#include "social/mention.h"
#include "social/scope.h"
#include "store/limits.h"
#include "web/compose.h"
#include "web/done.h"
#include "web/post_reach.html.h"
#include "web/web.h"

enum { NAMES_MOST = 60 };

/* "Ben, Wanda and Maren" */
static struct str join_names(struct arena *a, const struct str *v, size_t n, bool more)
{
        struct str s = S("");
        for (size_t i = 0; i < n; i++) {
                const char *comma = i == 0 ? "" : i + 1 < n || more ? ", " : " and ";
                s = str_fmt(a, "%.*s%s%.*s", STR_ARG(s), comma, STR_ARG(v[i]));
        }
        return more ? str_fmt(a, "%.*s and others", STR_ARG(s)) : s;
}

static enum err names_of(struct cx *cx, const int64_t *ids, size_t n, struct str *ret)
{
        struct account **v;
        size_t got;
        bool more = n > NAMES_MOST;
        TRY(account_get_many(cx, ids, more ? NAMES_MOST : n, &v, &got));
        struct str *names = make_n(cx->arena, got + 1, struct str);
        for (size_t i = 0; i < got; i++)
                names[i] = account_name(v[i]);
        *ret = join_names(cx->arena, names, got, more);
        return OK;
}

static enum err mentioned(struct cx *cx, const struct post *p, struct str *ret)
{
        struct mention *m;
        size_t n;
        *ret = S("");
        if (!(p->has & POST_HAS_MENTIONS))
                return OK;
        TRY(mention_of_posts(cx, &p->id, 1, &m, &n));
        int64_t *ids = make_n(cx->arena, n + 1, int64_t);
        for (size_t i = 0; i < n; i++)
                ids[i] = m[i].account;
        return n ? names_of(cx, ids, n, ret) : OK;
}

static enum err members(struct cx *cx, const struct viewer *by, const struct post *p,
                        struct str *ret)
{
        struct page page = {.limit = NAMES_MOST + 1};
        int64_t *ids;
        size_t n;
        *ret = S("");
        enum err e = list_members(cx, by->account, p->audience_list, &page, &ids, &n);
        if (e == ERR_MISSING)
                return OK; /* the audience was deleted */
        TRY(e);
        return n ? names_of(cx, ids, n, ret) : OK;
}

/* Everybody, a group, or names; never a number. */
static enum err who_sentence(struct cx *cx, const struct viewer *by, const struct post *p,
                             struct str *ret)
{
        struct str named, in;
        struct arena *a = cx->arena;
        const char *whose =
                p->has & POST_HAS_JOURNAL ? "The journal’s followers" : "Your followers";
        const char *here = p->local_only ? " It stays on this server." : "";
        TRY(mentioned(cx, p, &named));
        struct str with =
                named.n ? str_fmt(a, ", and %.*s, mentioned in it", STR_ARG(named)) : S("");
        switch (p->audience) {
        case AUDIENCE_PUBLIC:
                *ret = str_fmt(a, "Everybody: people here%s, and anyone who opens the link.%s",
                               p->local_only ? "" : ", people on other servers", here);
                return OK;
        case AUDIENCE_QUIET:
                *ret = str_fmt(a,
                               "%s, and anyone who has the link; it is not in public lists or "
                               "search.%s",
                               whose, here);
                return OK;
        case AUDIENCE_FOLLOWERS:
                *ret = str_fmt(a, "%s%.*s.%s", whose, STR_ARG(with), here);
                return OK;
        case AUDIENCE_CIRCLE:
                TRY(members(cx, by, p, &in));
                if (in.n)
                        *ret = str_fmt(a, "%.*s%.*s; and you.%s", STR_ARG(in), STR_ARG(with), here);
                else
                        *ret = str_fmt(a, "Only you%.*s: nobody is in the audience now.%s",
                                       STR_ARG(with), here);
                return OK;
        case AUDIENCE_MENTIONED:
                *ret = named.n ? str_fmt(a, "%.*s, and you.", STR_ARG(named)) : S("Only you.");
                return OK;
        case AUDIENCE_SELF:
                break;
        }
        *ret = S("Only you.");
        return OK;
}

static enum err who_load(struct req *rq, struct card *card, struct who_page *v)
{
        struct list *audiences;
        TRY(web_post_find_own(rq, card));
        *v = (struct who_page){.card = card,
                               .path = path_of_post(rq->arena, card->author, card->post->id),
                               .now = reach_name(rq->arena, card->post)};
        TRY(who_sentence(rq->cx, rq->viewer, card->post, &v->sentence));
        v->of_journal = card->post->account != rq->viewer->account;
        if (v->of_journal)
                return OK; /* its readers are its own, not one owner's lists */
        TRY(list_audiences(rq->cx, rq->viewer->account, &audiences, &v->n_audiences));
        v->audiences = audiences;
        return OK;
}

static enum err who_show(struct req *rq)
{
        struct card card;
        struct who_page v;
        TRY(who_load(rq, &card, &v));
        struct web_page p = {.title = S("Who can see this"), .told = web_done(rq)};
        struct html *h;
        TRY(web_open(rq, 200, &p, &h));
        web_post_who_body(h, &p, &v);
        return web_close(h, &p);
}

static enum err ask_wider(struct req *rq, struct who_page *v, const struct reach *to)
{
        struct post later = *v->card->post;
        struct str sentence;
        later.audience = to->audience;
        later.audience_list = to->list;
        TRY(who_sentence(rq->cx, rq->viewer, &later, &sentence));
        v->wider = reach_name(rq->arena, &later);
        v->wider_sentence = str_fmt(rq->arena, "Then they can see it: %.*s", STR_ARG(sentence));
        struct web_page p = {.title = S("Let others see this?")};
        struct html *h;
        TRY(web_open(rq, 200, &p, &h));
        web_post_wider_body(h, &p, v);
        return web_close(h, &p);
}

static enum err who_change(struct req *rq)
{
        struct card card;
        struct who_page v;
        struct reach to;
        TRY(who_load(rq, &card, &v));
        TRY(reach_read(rq->cx, rq->viewer->account, req_param(rq, "visibility"), &to));
        bool sure = str_eq(req_param(rq, "sure"), S("yes"));
        if (reach_is_wider(card.post, &to) && !sure)
                return ask_wider(rq, &v, &to);
        bool narrower = to.audience > card.post->audience;
        TRY(post_set_reach(rq->cx, rq->viewer, card.post->id, &to));
        reply_redirect(rq,
                       web_done_path(rq->arena, str_join(rq->arena, v.path, S("/who")),
                                     narrower && !card.post->local_only ? "narrowed" : "saved"));
        return OK;
}

/* ---- the switches ---- */

static enum err load_topics(struct req *rq, const struct post *post, struct presets_page *v)
{
        struct topic *topics;
        struct post_topic *stated;
        struct str language;
        size_t n;
        TRY(topic_language(rq->cx, rq->viewer->locale, &language));
        TRY(topic_list(rq->cx, language, &topics, &v->n_topics));
        v->topics = topics;
        TRY(topic_of_posts(rq->cx, &post->id, 1, &stated, &n));
        v->about.v = make_n(rq->arena, n + 1, int64_t);
        for (size_t i = 0; i < n; i++)
                v->about.v[v->about.n++] = stated[i].topic;
        return OK;
}

static const struct field topic_fields[] = {
        {"topic", F_IDS, offsetof(struct presets_page, about), TOPICS_MAX},
};

static enum err presets_load(struct req *rq, struct card *card, struct presets_page *v)
{
        struct preset now;
        TRY(web_post_find_own(rq, card));
        if (card->post->reply_to)
                return ERR_MISSING;
        TRY(post_bundle(rq->cx, card->post, &now));
        v->card = card;
        v->path = path_of_post(rq->arena, card->author, card->post->id);
        TRY(load_topics(rq, card->post, v));
        return switches_form_open(rq->cx, rq->viewer->account, &now, SWITCHES_AS_THEY_ARE,
                                  &v->form);
}

static enum err presets_answer(struct req *rq, int status, const struct presets_page *v,
                               struct str told)
{
        struct web_page p = {.title = S("Presets"), .told = told};
        struct html *h;
        TRY(web_open(rq, status, &p, &h));
        web_post_presets_body(h, &p, v);
        return web_close(h, &p);
}

static enum err presets_show(struct req *rq)
{
        struct card card;
        struct presets_page v = {0};
        TRY(presets_load(rq, &card, &v));
        return presets_answer(rq, 200, &v, web_done(rq));
}

static enum err presets_keep(struct req *rq, struct presets_page *v)
{
        struct preset p = *switches_form_bundle(rq->arena, &v->form);
        int64_t id;
        p.name = v->form.name.p ? v->form.name : S("");
        enum err e = preset_create(rq->cx, rq->viewer->account, &p, &id);
        if (e == ERR_INPUT) {
                v->form.name_error = rq->cx->fault;
                return presets_answer(rq, 422, v, STR_NONE);
        }
        TRY(e);
        reply_redirect(rq, str_join(rq->arena, v->path, S("/presets?done=saved")));
        return OK;
}

static enum err presets_change(struct req *rq)
{
        struct card card;
        struct presets_page v = {0};
        struct str what = req_param(rq, "do");
        TRY(presets_load(rq, &card, &v));
        switches_form_read(rq, &v.form);
        v.about = (struct id_list){0};
        TRY(req_read(rq, topic_fields, countof(topic_fields), &v));
        if (str_eq(what, S("keep_preset")))
                return presets_keep(rq, &v);
        if (!str_eq(what, S("save")))
                return presets_answer(rq, 200, &v, STR_NONE);
        TRY(post_set_bundle(rq->cx, rq->viewer, card.post->id,
                            switches_form_bundle(rq->arena, &v.form)));
        enum err e = topic_state(rq->cx, card.post->id, v.about.v, v.about.n);
        if (e == ERR_INPUT) {
                v.error = rq->cx->fault;
                return presets_answer(rq, 422, &v, STR_NONE);
        }
        TRY(e);
        reply_redirect(rq, web_done_path(rq->arena, v.path, "saved"));
        return OK;
}

static const struct route routes[] = {
        {"GET", "/@:name/:id/who", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, who_show, 0, 0},
        {"POST", "/@:name/:id/who", SCOPE_PAGE_SIGNED_IN, LIMIT_WRITE, LANE_WRITE, who_change, 0,
         0},
        {"GET", "/@:name/:id/presets", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, presets_show, 0,
         0},
        {"POST", "/@:name/:id/presets", SCOPE_PAGE_SIGNED_IN, LIMIT_WRITE, LANE_WRITE,
         presets_change, 0, 0},
};
const struct route_list WEB_POST_REACH_ROUTES = {DOOR_PAGE, routes, countof(routes)};
