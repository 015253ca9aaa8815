/* /@name/died, where anybody tells that a person has died; /@name/tributes; and /memorial/here, by
 * which somebody says that they are there after all. What stewards do is in steward.c. */
#include "web/memorial.h"
#include "lib/base/die.h"
#include "social/scope.h"
#include "store/limits.h"
#include "web/done.h"
#include "web/memorial.html.h"
#include "web/web.h"

/* ---- telling ---- */

static enum err open_died(struct req *rq, struct died_page *v)
{
        struct account *a;
        TRY(web_account_find(rq, &a));
        if (!account_is_local(a) || a->kind == ACCOUNT_JOURNAL || a->memorial ||
            a->id == rq->viewer->account)
                return ERR_MISSING;
        TRY(account_shown(rq->cx, rq->viewer->account, a->id));
        *v = (struct died_page){.account = a,
                                .path = path_of_account(rq->arena, a),
                                .visitor = !rq->viewer->account};
        return OK;
}

static enum err show_died(struct req *rq, int status, const struct died_page *v, bool sent)
{
        struct web_page p = {.title = sent ? S("Sent") : S("Tell us that somebody has died")};
        struct html *h;
        TRY(web_open(rq, status, &p, &h));
        p.csrf = web_csrf(rq);
        reply_cache(rq, "private, no-store");
        if (sent)
                web_died_sent(h, v);
        else
                web_died_form(h, &p, v);
        return web_close(h, &p);
}

static enum err died_form(struct req *rq)
{
        struct died_page v;
        TRY(open_died(rq, &v));
        return show_died(rq, 200, &v, false);
}

static enum err died_send(struct req *rq)
{
        struct died_page v;
        TRY(open_died(rq, &v));
        v.typed = (struct memorial_word){.name = req_param(rq, "by_name"),
                                         .email = req_param(rq, "by_email"),
                                         .words = req_param(rq, "words"),
                                         .link = req_param(rq, "link")};
        enum err e = memorial_tell(rq->cx, rq->viewer, v.account->id, &v.typed);
        if (e == ERR_INPUT) {
                v.error = rq->cx->fault;
                v.wrong = rq->cx->fault_field;
                return show_died(rq, 422, &v, false);
        }
        TRY(e);
        return show_died(rq, 200, &v, true);
}

/* The request itself has told it already (server/touch.c): the person is there. */
static enum err here_send(struct req *rq)
{
        TRY(memorial_seen(rq->cx, rq->viewer->account));
        reply_redirect(rq, S("/?done=here"));
        return OK;
}

/* ---- tributes ---- */

static enum err lines(struct req *rq, const struct tribute *t, size_t n, struct tribute_line *v,
                      size_t *k)
{
        int64_t *ids = make_n(rq->arena, n + 1, int64_t);
        struct account **people;
        size_t n_people;
        for (size_t i = 0; i < n; i++)
                ids[i] = t[i].writer;
        TRY(account_get_many(rq->cx, ids, n, &people, &n_people));
        for (size_t i = 0; i < n; i++)
                for (size_t j = 0; j < n_people; j++)
                        if (people[j]->id == t[i].writer && !people[j]->suspended) {
                                v[(*k)++] = (struct tribute_line){&t[i], people[j]};
                                break;
                        }
        return OK;
}

enum err tribute_lines(struct req *rq, int64_t account, enum tribute_state state, int64_t writer,
                       struct tribute_line **ret, size_t *n)
{
        struct tribute *t;
        size_t k;
        TRY(tribute_list(rq->cx, account, state, writer, &t, &k));
        *ret = make_n(rq->arena, k + 1, struct tribute_line);
        *n = 0;
        return lines(rq, t, k, *ret, n);
}

static enum err open_tributes(struct req *rq, struct tributes_page *v)
{
        struct account *a;
        struct memorial *m;
        TRY(web_account_find(rq, &a));
        TRY(memorial_of(rq->cx, a->id, &m));
        *v = (struct tributes_page){.account = a,
                                    .path = path_of_account(rq->arena, a),
                                    .may = rq->viewer->account != 0};
        return OK;
}

static enum err show_tributes(struct req *rq, int status, struct tributes_page *v)
{
        int64_t of = v->account->id, me = rq->viewer->account;
        struct tribute_line *away;
        size_t n_away;
        TRY(tribute_lines(rq, of, TRIBUTE_SHOWN, 0, &v->shown, &v->n_shown));
        if (me) { /* whether it was read or put away is nobody's to know */
                struct tribute_line *waits;
                size_t n;
                TRY(tribute_lines(rq, of, TRIBUTE_WAITS, me, &waits, &n));
                TRY(tribute_lines(rq, of, TRIBUTE_AWAY, me, &away, &n_away));
                v->mine = make_n(rq->arena, n + n_away + 1, struct tribute_line);
                for (size_t i = 0; i < n; i++)
                        v->mine[v->n_mine++] = waits[i];
                for (size_t i = 0; i < n_away; i++)
                        v->mine[v->n_mine++] = away[i];
        }
        struct web_page p = {.title = S("Tributes"), .told = web_done(rq)};
        struct html *h;
        TRY(web_open(rq, status, &p, &h));
        web_tributes_body(h, &p, v);
        return web_close(h, &p);
}

static enum err tributes_page(struct req *rq)
{
        struct tributes_page v;
        TRY(open_tributes(rq, &v));
        return show_tributes(rq, 200, &v);
}

static enum err tributes_send(struct req *rq)
{
        struct tributes_page v;
        int64_t id;
        TRY(open_tributes(rq, &v));
        struct str to = str_join(rq->arena, v.path, S("/tributes"));
        if (str_eq(req_param(rq, "do"), S("back")) && str_to_i64(req_param(rq, "tribute"), &id)) {
                TRY(tribute_take_back(rq->cx, rq->viewer, id));
                reply_redirect(rq, web_done_path(rq->arena, to, "taken_back"));
                return OK;
        }
        v.typed = req_param(rq, "words");
        enum err e = tribute_write(rq->cx, rq->viewer, v.account->id, v.typed);
        if (e == ERR_INPUT) {
                v.error = rq->cx->fault;
                return show_tributes(rq, 422, &v);
        }
        TRY(e);
        reply_redirect(rq, web_done_path(rq->arena, to, "tribute"));
        return OK;
}

static const struct route routes[] = {
        {"GET", "/@:name/died", SCOPE_PAGE_PUBLIC, LIMIT_PAGE, LANE_READ, died_form, 0, 0},
        {"POST", "/@:name/died", SCOPE_PAGE_PUBLIC, LIMIT_MAIL, LANE_WRITE, died_send, 0, 0},
        {"GET", "/@:name/tributes", SCOPE_PAGE_PUBLIC, LIMIT_PAGE, LANE_READ, tributes_page, 0, 0},
        {"POST", "/@:name/tributes", SCOPE_PAGE_SIGNED_IN, LIMIT_WRITE, LANE_WRITE, tributes_send,
         0, 0},
        {"POST", "/memorial/here", SCOPE_PAGE_SIGNED_IN, LIMIT_WRITE, LANE_WRITE, here_send, 0, 0},
};
const struct route_list WEB_MEMORIAL_ROUTES = {DOOR_PAGE, routes, countof(routes)};
