/* The page for writing, shown: empty, answering, changing, or come back with something to mend.
 * compose_send.c reads what it sends. */
#include "web/compose.h"
#include "lib/base/die.h"
#include "lib/base/rand.h"
#include "social/login.h"
#include "social/scope.h"
#include "social/waiting.h"
#include "store/limits.h"
#include "web/compose.html.h"
#include "web/done.h"
#include "web/web.h"

const struct audience_choice AUDIENCE_CHOICES[] = {
        {"public", "Everybody", "Public. It also stands in this server’s public pages."},
        {"unlisted", "Your followers, and anyone with the link",
         "Quiet public. It stays out of public lists and search."},
        {"private", "Your followers", "Only people you let follow you, and those you mention."},
        {"direct", "Only people mentioned", "Those whose @name stands in it, and you."},
        {"self", "Only you", "A note to yourself. It leaves no trace elsewhere."},
};
const size_t AUDIENCE_CHOICES_COUNT = countof(AUDIENCE_CHOICES);

struct str audience_form_name(enum audience a)
{
        static const char *const names[] = {
                [AUDIENCE_PUBLIC] = "public",     [AUDIENCE_QUIET] = "unlisted",
                [AUDIENCE_FOLLOWERS] = "private", [AUDIENCE_CIRCLE] = "direct",
                [AUDIENCE_MENTIONED] = "direct",  [AUDIENCE_SELF] = "self",
        };
        return str_of(names[a]);
}

static struct str title_of(struct arena *a, const struct compose *c)
{
        if (c->edits)
                return c->edits->post->reply_to ? S("Change your comment") : S("Change your post");
        if (c->answers)
                return str_fmt(a, "Answer %.*s", STR_ARG(account_name(c->answers->author)));
        return S("Write");
}

enum err compose_show(struct req *rq, int status, struct compose *c, struct str told)
{
        struct web_page p = {.title = title_of(rq->arena, c), .told = told};
        p.here = c->edits || c->answers ? HERE_NOWHERE : HERE_WRITE;
        struct html *h;
        if (c->answers && !c->answers->hand && !c->answers->mine)
                TRY(web_gentle_load(rq, c->answers->switches, c->answers->post->language,
                                    &c->gentle));
        TRY(web_open(rq, status, &p, &h));
        c->need_alt = p.me->need_alt;
        web_compose_body(h, &p, c);
        return web_close(h, &p);
}

void compose_from_post(struct arena *a, struct compose *c, const struct card *card)
{
        const struct post *p = card->post;
        c->text = p->text;
        c->note = p->spoiler;
        c->language = p->language;
        c->visibility = audience_form_name(p->audience);
        c->sensitive = p->sensitive && !p->spoiler.n;
        c->local_only = p->local_only;
        c->ends_in = S("86400");
        c->back = path_of_post(a, card->author, p->id);
        for (size_t i = 0; i < card->n_media; i++)
                compose_photo_add(c, &card->media[i]);
        const struct poll *poll = card->poll;
        for (size_t i = 0; poll && i < poll->n_options && i < COMPOSE_OPTIONS; i++)
                c->options[i] = poll->options[i].title;
        c->multiple = poll && poll->multiple;
}

/* Who sees a new post at first: the writer's choice, and no more people than see what it answers.
 */
static enum audience first_audience(const struct login *me, const struct card *answers)
{
        if (answers && answers->post->audience > me->visibility)
                return answers->post->audience;
        return me->visibility;
}

/* Those that take posts: not closed, not hidden. */
static enum err offer_journals(struct req *rq, struct compose *c)
{
        struct journal_listed *v;
        size_t n, k = 0;
        TRY(web_journal_list(rq, rq->viewer->account, false, &v, &n));
        for (size_t i = 0; i < n; i++)
                if (v[i].journal->state != JOURNAL_CLOSED && !v[i].account->suspended)
                        v[k++] = v[i];
        c->journals = v;
        c->n_journals = k;
        c->signs = true;
        return OK;
}

/* "?journal=ID": as that journal's posts begin. */
static enum err begin_journal(struct req *rq, struct compose *c)
{
        int64_t id;
        if (!c->news || !str_to_i64(req_param(rq, "journal"), &id))
                return OK;
        for (size_t i = 0; i < c->n_journals; i++) {
                const struct journal *j = c->journals[i].journal;
                if (j->account != id)
                        continue;
                c->journal = id;
                c->signs = j->signs;
                c->visibility = j->reach == JOURNAL_PUBLIC ? S("public") : S("private");
                c->local_only = j->reach == JOURNAL_HERE;
                TRY(switches_form_open(rq->cx, rq->viewer->account, NULL, j->preset, &c->switches));
                if (j->reach == JOURNAL_PUBLIC && c->switches.of->visibility >= 0)
                        c->visibility =
                                audience_form_name((enum audience)c->switches.of->visibility);
        }
        return OK;
}

enum err compose_offer(struct req *rq, struct compose *c, const struct login *me)
{
        struct list *audiences;
        c->news = true;
        TRY(list_audiences(rq->cx, me->account, &audiences, &c->n_audiences));
        c->audiences = audiences;
        TRY(offer_journals(rq, c));
        struct topic *topics;
        struct str language;
        TRY(topic_language(rq->cx, rq->viewer->locale, &language));
        TRY(topic_list(rq->cx, language, &topics, &c->n_topics));
        c->topics = topics;
        c->far = make_n(rq->arena, c->n_audiences + 1, bool);
        TRY(list_far(rq->cx, me->account, audiences, c->n_audiences, c->far));
        return switches_form_open(rq->cx, me->account, NULL, me->preset, &c->switches);
}

enum err compose_quote(struct req *rq, struct compose *c, int64_t post)
{
        struct cards *quoted = make(rq->arena, struct cards);
        TRY(cards_load(rq->cx, rq->viewer, &post, 1, quoted));
        if (!quoted->n || quoted->v[0].may_quote == PERMISSION_NO)
                return ERR_MISSING;
        c->quotes = &quoted->v[0];
        return OK;
}

enum err compose_from_draft(struct req *rq, struct compose *c, const struct draft *d)
{
        struct media *m;
        c->text = d->text;
        c->note = d->spoiler.p ? d->spoiler : S("");
        c->language = d->language;
        if (d->visibility.n)
                c->visibility = d->visibility;
        c->sensitive = d->sensitive == TRI_TRUE && !c->note.n;
        c->local_only = d->local_only == TRI_TRUE;
        c->journal = d->journal;
        c->signs = d->signs != TRI_FALSE;
        c->about = d->topics;
        c->multiple = d->poll.multiple == TRI_TRUE;
        c->ends_in =
                d->poll.expires_in.given ? str_int(rq->arena, d->poll.expires_in.v) : S("86400");
        for (size_t i = 0; i < d->poll.options.n && i < COMPOSE_OPTIONS; i++)
                c->options[i] = d->poll.options.v[i];
        for (size_t i = 0; i < d->media.n; i++) {
                TRY(media_get(rq->cx, rq->viewer, d->media.v[i], &m));
                compose_photo_add(c, m);
        }
        if (c->news && d->quote_of) {
                enum err gone = compose_quote(rq, c, d->quote_of);
                if (gone && gone != ERR_MISSING)
                        return gone;
        }
        struct account *co;
        if (c->news && d->co_author && account_get(rq->cx, d->co_author, &co) == OK)
                c->co_author = co->username;
        if (c->news && d->bundle)
                switches_form_set(&c->switches, d->bundle);
        return OK;
}

static enum err fill_new(struct req *rq, struct compose *c)
{
        struct login *me;
        TRY(login_get(rq->cx, rq->viewer->account, &me));
        if (!c->answers)
                TRY(compose_offer(rq, c, me));
        c->action = S("/write");
        c->key = rand_token(rq->arena, 16);
        c->language = me->language.n ? me->language : rq->cx->settings->language;
        c->visibility = audience_form_name(first_audience(me, c->answers));
        if (c->news && c->switches.of->visibility >= 0)
                c->visibility = audience_form_name((enum audience)c->switches.of->visibility);
        c->sensitive = me->sensitive;
        c->ends_in = S("86400");
        return OK;
}

static enum err web_compose_new(struct req *rq)
{
        struct compose c = {.text = req_param(rq, "text")};
        struct cards answered;
        int64_t reply_to, quote;
        struct str to = req_param(rq, "to");
        if (str_to_i64(req_param(rq, "reply_to"), &reply_to)) {
                TRY(cards_load(rq->cx, rq->viewer, &reply_to, 1, &answered));
                if (!answered.n)
                        return ERR_MISSING;
                c.answers = &answered.v[0];
                c.text = comment_start(rq->arena, rq->viewer, c.answers);
        }
        TRY(fill_new(rq, &c));
        TRY(begin_journal(rq, &c));
        if (c.news && str_to_i64(req_param(rq, "quote"), &quote))
                TRY(compose_quote(rq, &c, quote));
        struct draft kept;
        if (c.news && str_to_i64(req_param(rq, "draft"), &c.draft)) {
                TRY(draft_get(rq->cx, rq->viewer, c.draft, &kept));
                TRY(compose_from_draft(rq, &c, &kept));
        }
        struct account *a;
        if (to.n && account_by_name(rq->cx, to, &a) == OK) {
                c.text = str_fmt(rq->arena, "@%.*s ", STR_ARG(account_acct(rq->arena, a)));
                c.visibility = S("direct");
        }
        return compose_show(rq, 200, &c, STR_NONE);
}

static enum err web_compose_edit(struct req *rq)
{
        struct card card;
        TRY(web_post_find_own(rq, &card));
        struct compose c = {.edits = &card, .key = rand_token(rq->arena, 16)};
        compose_from_post(rq->arena, &c, &card);
        c.action = str_join(rq->arena, c.back, S("/edit"));
        return compose_show(rq, 200, &c, STR_NONE);
}

/* POST /@name/ID/delete: the answer to the question there. Writing anew brings the words and photos
 * back into a form. */
static enum err web_compose_delete(struct req *rq)
{
        struct card card;
        TRY(web_post_find_own(rq, &card));
        bool again = str_eq(req_param(rq, "do"), S("again"));
        struct compose c = {0};
        TRY(fill_new(rq, &c));
        compose_from_post(rq->arena, &c, &card);
        c.back = S("/");
        struct cards answered;
        if (again && card.post->reply_to) {
                TRY(cards_load(rq->cx, rq->viewer, &card.post->reply_to, 1, &answered));
                c.answers = answered.n ? &answered.v[0] : NULL;
        }
        TRY(post_delete(rq->cx, rq->viewer, card.post->id, !again, NULL));
        if (again)
                return compose_show(
                        rq, 200, &c,
                        S("Deleted. Here are your words; nothing new has been sent yet."));
        reply_redirect(
                rq, web_done_path(rq->arena, path_of_account(rq->arena, card.author), "deleted"));
        return OK;
}

static enum err to_write(struct req *rq)
{
        reply_redirect(rq, rq->query.n ? str_fmt(rq->arena, "/write?%.*s", STR_ARG(rq->query))
                                       : S("/write"));
        return OK;
}

static enum err to_home(struct req *rq)
{
        reply_redirect(rq, S("/"));
        return OK;
}

static const struct route routes[] = {
        {"GET", "/write", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, web_compose_new, 0, 0},
        {"GET", "/@:name/:id/edit", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, web_compose_edit,
         0, 0},
        {"POST", "/@:name/:id/delete", SCOPE_PAGE_SIGNED_IN, LIMIT_DELETE, LANE_WRITE,
         web_compose_delete, 0, 0},
        /* Under these names other software looks for the same pages. */
        {"GET", "/compose", SCOPE_PAGE_PUBLIC, LIMIT_PAGE, LANE_READ, to_write, 0, 0},
        {"GET", "/publish", SCOPE_PAGE_PUBLIC, LIMIT_PAGE, LANE_READ, to_write, 0, 0},
        {"GET", "/share", SCOPE_PAGE_PUBLIC, LIMIT_PAGE, LANE_READ, to_write, 0, 0},
        {"GET", "/home", SCOPE_PAGE_PUBLIC, LIMIT_PAGE, LANE_READ, to_home, 0, 0},
};
const struct route_list WEB_COMPOSE_ROUTES = {DOOR_PAGE, routes, countof(routes)};
