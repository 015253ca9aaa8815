/* Letters and thanks: writing to the authors beneath a post, as a member or as a visitor; the
 * authors' answers to one person or to everyone; the private list of people who wrote. */
#include "lib/base/die.h"
#include "social/scope.h"
#include "store/limits.h"
#include "web/done.h"
#include "web/inbox.h"
#include "web/inbox.html.h"
#include "web/post.h"
#include "web/web.h"

enum { WROTE_A_PAGE = 100 };

/* ---- writing one ---- */

static enum err find(struct req *rq, struct letter_page *v, struct card *card)
{
        bool may;
        TRY(web_post_find(rq, card));
        int64_t id = card->post->id;
        v->card = card;
        v->visitor = !rq->viewer->account;
        v->path = path_of_post(rq->arena, card->author, id);
        v->to = account_name(card->author);
        TRY(v->visitor ? letter_visitors_may(rq->cx, id, &may)
                       : letter_may(rq->cx, rq->viewer, id, &may));
        if (may)
                return OK;
        return v->visitor ? ERR_NO_TOKEN
                          : req_fail(rq, ERR_MISSING,
                                     "The author takes no letters about this "
                                     "post.");
}

static enum err show(struct req *rq, int status, const struct letter_page *v)
{
        struct web_page p = {.title = S("Write a letter")};
        struct html *h;
        TRY(web_open(rq, status, &p, &h));
        if (v->visitor)
                p.csrf = web_csrf(rq);
        web_letter_body(h, &p, v);
        return web_close(h, &p);
}

static enum err web_letter(struct req *rq)
{
        struct letter_page v = {0};
        struct card card;
        TRY(find(rq, &v, &card));
        return show(rq, 200, &v);
}

static enum err said(struct req *rq, const char *title, const char *sentence, struct str path)
{
        struct web_page p = {.title = str_of(title)};
        struct html *h;
        TRY(web_open(rq, 200, &p, &h));
        web_letter_said(h, str_of(title), str_of(sentence), path);
        return web_close(h, &p);
}

static enum err again(struct req *rq, struct letter_page *v, enum err e)
{
        struct str field = rq->cx->fault_field, fault = rq->cx->fault;
        if (e != ERR_INPUT && e != ERR_LIMIT)
                return e;
        if (str_eq(field, S("name")))
                v->name_error = fault;
        else if (str_eq(field, S("email")))
                v->email_error = fault;
        else
                v->error = fault;
        return show(rq, e == ERR_LIMIT ? 429 : 422, v);
}

static enum err web_letter_send(struct req *rq)
{
        struct letter_page v = {.text = req_param(rq, "text"),
                                .name = req_param(rq, "name"),
                                .email = req_param(rq, "email")};
        struct card card;
        enum err e;
        TRY(find(rq, &v, &card));
        if (v.visitor) {
                struct visitor_letter l = {card.post->id, v.name, v.email, v.text};
                e = letter_ask(rq->cx, &l);
                return e ? again(rq, &v, e)
                         : said(rq, "One more step",
                                "We sent a link to your address. The letter leaves when you open "
                                "it and press the button.",
                                v.path);
        }
        e = letter_send(rq->cx, rq->viewer, card.post->id, v.text);
        if (e)
                return again(rq, &v, e);
        reply_redirect(rq, web_done_path(rq->arena, v.path, "letter"));
        return OK;
}

static enum err web_letter_link(struct req *rq)
{
        TRY(letter_confirm_look(rq->cx, req_path(rq, "secret")));
        struct web_page p = {.title = S("Your letter"), .alone = true};
        struct html *h;
        TRY(web_open(rq, 200, &p, &h));
        p.csrf = web_csrf(rq);
        web_letter_confirm(h, &p, rq->path);
        return web_close(h, &p);
}

static enum err web_letter_link_send(struct req *rq)
{
        TRY(letter_confirm(rq->cx, req_path(rq, "secret")));
        return said(rq, "Sent", "They can read it when they wish.", STR_NONE);
}

/* ---- thanks ---- */

static enum err show_thank(struct req *rq, int status, const struct thank_page *v)
{
        struct web_page p = {.title = v->everyone ? S("Thank everyone") : S("Thank you"),
                             .here = HERE_INBOX};
        struct html *h;
        TRY(web_open(rq, status, &p, &h));
        web_inbox_thank(h, &p, v);
        return web_close(h, &p);
}

static enum err must_be_author(struct req *rq, int64_t thread)
{
        enum hand_role role;
        TRY(hand_of(rq->cx, thread, rq->viewer->account, &role));
        return role == HAND_AUTHOR || role == HAND_CO_AUTHOR ? OK : ERR_MISSING;
}

static enum err load_thank(struct req *rq, struct thank_page *v)
{
        int64_t comment = req_param_id(rq, "comment"), letter = req_param_id(rq, "letter");
        struct cards c = {0};
        struct letter *l;
        v->path = S("/quiet-inbox/thank");
        v->back = web_own_path(req_param(rq, "back"), S("/quiet-inbox"));
        if (letter) {
                TRY(letter_get(rq->cx, rq->viewer, letter, &l));
                v->letter = l;
                v->name = l->name;
                return must_be_author(rq, l->thread);
        }
        TRY(cards_load(rq->cx, rq->viewer, &comment, comment ? 1 : 0, &c));
        if (!c.n)
                return ERR_MISSING;
        v->comment = &c.v[0];
        v->name = account_name(v->comment->author);
        return must_be_author(rq, v->comment->post->thread);
}

static enum err web_thank(struct req *rq)
{
        struct thank_page v = {.text = S("Thank you for your words.\nNo answer is needed.")};
        TRY(load_thank(rq, &v));
        return show_thank(rq, 200, &v);
}

static enum err web_thank_send(struct req *rq)
{
        struct thank_page v = {.text = req_param(rq, "text")};
        TRY(load_thank(rq, &v));
        enum err e = thank_send(rq->cx, rq->viewer, v.comment ? v.comment->post->id : 0,
                                v.letter ? v.letter->id : 0, v.text);
        if (e == ERR_INPUT) {
                v.error = rq->cx->fault;
                return show_thank(rq, 422, &v);
        }
        TRY(e);
        reply_redirect(rq, web_done_path(rq->arena, v.back, "thanked"));
        return OK;
}

static enum err find_hand(struct req *rq, struct card *card, struct str *path)
{
        TRY(web_post_find(rq, card));
        TRY(must_be_author(rq, card->post->id));
        *path = path_of_post(rq->arena, card->author, card->post->id);
        return OK;
}

static enum err web_thank_all(struct req *rq)
{
        struct thank_page v = {.everyone = true,
                               .text = S("Thank you, all of you, for your words.")};
        struct card card;
        TRY(find_hand(rq, &card, &v.back));
        v.path = str_join(rq->arena, v.back, S("/thank"));
        return show_thank(rq, 200, &v);
}

static enum err web_thank_all_send(struct req *rq)
{
        struct thank_page v = {.everyone = true, .text = req_param(rq, "text")};
        struct card card;
        int64_t post;
        TRY(find_hand(rq, &card, &v.back));
        v.path = str_join(rq->arena, v.back, S("/thank"));
        enum err e = thank_everyone(rq->cx, rq->viewer, card.post->id, v.text, &post);
        if (e == ERR_INPUT) {
                v.error = rq->cx->fault;
                return show_thank(rq, 422, &v);
        }
        TRY(e);
        reply_redirect(rq, web_done_path(rq->arena, v.back, "thanked_all"));
        return OK;
}

/* ---- people who wrote ---- */

static enum err web_wrote(struct req *rq)
{
        struct wrote_page v = {0};
        struct person_wrote *w;
        struct card card;
        TRY(find_hand(rq, &card, &v.path));
        TRY(people_who_wrote(rq->cx, rq->viewer, card.post->id, req_param_id(rq, "before"),
                             WROTE_A_PAGE, &w, &v.n));
        v.v = w;
        if (v.n == WROTE_A_PAGE)
                v.more = str_fmt(rq->arena, "%.*s/wrote?before=%lld", STR_ARG(v.path),
                                 (long long)w[v.n - 1].at);
        struct web_page p = {.title = S("People who wrote"), .here = HERE_INBOX};
        struct html *h;
        TRY(web_open(rq, 200, &p, &h));
        web_inbox_wrote(h, &p, &v);
        return web_close(h, &p);
}

static enum err web_wrote_tick(struct req *rq)
{
        struct card card;
        struct str path;
        int64_t account = req_param_id(rq, "account"), letter = req_param_id(rq, "letter");
        TRY(find_hand(rq, &card, &path));
        if (!account == !letter)
                return ERR_INPUT;
        TRY(thanked_set(rq->cx, rq->viewer, card.post->id, account, letter,
                        str_eq(req_param(rq, "do"), S("tick"))));
        reply_redirect(rq, web_back(rq));
        return OK;
}

static const struct route routes[] = {
        {"GET", "/@:name/:id/letter", SCOPE_PAGE_PUBLIC, LIMIT_PAGE, LANE_READ, web_letter, 0, 0},
        {"POST", "/@:name/:id/letter", SCOPE_PAGE_PUBLIC, LIMIT_POST, LANE_WRITE, web_letter_send,
         0, 0},
        {"GET", "/letters/:secret", SCOPE_PAGE_PUBLIC, LIMIT_PAGE, LANE_READ, web_letter_link, 0,
         0},
        {"POST", "/letters/:secret", SCOPE_PAGE_PUBLIC, LIMIT_MAIL, LANE_WRITE,
         web_letter_link_send, 0, 0},
        {"GET", "/quiet-inbox/thank", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, web_thank, 0, 0},
        {"POST", "/quiet-inbox/thank", SCOPE_PAGE_SIGNED_IN, LIMIT_POST, LANE_WRITE, web_thank_send,
         0, 0},
        {"GET", "/@:name/:id/thank", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, web_thank_all, 0,
         0},
        {"POST", "/@:name/:id/thank", SCOPE_PAGE_SIGNED_IN, LIMIT_POST, LANE_WRITE,
         web_thank_all_send, 0, 0},
        {"GET", "/@:name/:id/wrote", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, web_wrote, 0, 0},
        {"POST", "/@:name/:id/wrote", SCOPE_PAGE_SIGNED_IN, LIMIT_WRITE, LANE_WRITE, web_wrote_tick,
         0, 0},
};
const struct route_list WEB_LETTER_ROUTES = {DOOR_PAGE, routes, countof(routes)};
