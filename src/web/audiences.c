/* /audiences: making, renaming and deleting audiences, and who is in them. Members are followers,
 * so the page offers those to tick. */
#include "web/audiences.h"
#include "lib/base/die.h"
#include "lib/text/unicode.h"
#include "social/follow.h"
#include "social/scope.h"
#include "store/limits.h"
#include "web/audiences.html.h"
#include "web/done.h"
#include "web/web.h"

enum { MEMBERS_SHOWN = 500, FOLLOWERS_SHOWN = 100 };

static enum err show_all(struct req *rq, int status, struct str title, struct str error)
{
        struct list *v;
        size_t n;
        TRY(list_audiences(rq->cx, rq->viewer->account, &v, &n));
        struct web_page p = {.title = S("Audiences"), .here = HERE_LISTS, .told = web_done(rq)};
        struct html *h;
        TRY(web_open(rq, status, &p, &h));
        web_audiences_body(h, &p, v, n, title, error);
        return web_close(h, &p);
}

static enum err audiences_page(struct req *rq)
{
        return show_all(rq, 200, STR_NONE, STR_NONE);
}

/* A name that can be, or the sentence why not. */
static bool read_title(struct req *rq, struct str *title, struct str *error)
{
        *error = STR_NONE;
        if (!name_clean(rq->arena, req_param(rq, "title"), title) || !title->n)
                *error = S("An audience needs a name.");
        else if (utf8_count(*title) > LIST_TITLE_MAX)
                *error = S("This name is too long.");
        return !error->n;
}

static enum err audiences_make(struct req *rq)
{
        struct list draft = {.audience = true, .replies_policy = LIST_REPLIES_LIST}, *made;
        struct str error;
        if (!read_title(rq, &draft.title, &error))
                return show_all(rq, 422, req_param(rq, "title"), error);
        enum err e = list_create(rq->cx, rq->viewer->account, &draft, &made);
        if (e == ERR_INPUT)
                return show_all(rq, 422, draft.title, rq->cx->fault);
        TRY(e);
        reply_redirect(rq, str_fmt(rq->arena, "/audiences/%lld?done=made", (long long)made->id));
        return OK;
}

static enum err find(struct req *rq, struct list **ret)
{
        TRY(list_get(rq->cx, rq->viewer->account, req_path_id(rq, "id"), ret));
        return (*ret)->audience ? OK : ERR_MISSING;
}

/* Followers who are not in it yet. */
static enum err load_followers(struct req *rq, struct audience_page *v, const int64_t *in,
                               size_t n_in)
{
        struct page page = {.limit = FOLLOWERS_SHOWN};
        int64_t *ids;
        size_t n, k = 0;
        TRY(follow_followers(rq->cx, rq->viewer, rq->viewer->account, &page, &ids, &n));
        for (size_t i = 0; i < n; i++) {
                bool there = false;
                for (size_t m = 0; m < n_in && !there; m++)
                        there = in[m] == ids[i];
                if (!there)
                        ids[k++] = ids[i];
        }
        v->more_followers = page.more;
        return account_get_many(rq->cx, ids, k, &v->followers, &v->n_followers);
}

static enum err show_one(struct req *rq, int status, struct audience_page *v)
{
        struct list *l;
        struct page page = {.limit = MEMBERS_SHOWN};
        int64_t *ids;
        size_t n;
        TRY(find(rq, &l));
        v->list = l;
        v->close = l->id == list_close(rq->viewer->account);
        TRY(list_members(rq->cx, rq->viewer->account, l->id, &page, &ids, &n));
        TRY(account_get_many(rq->cx, ids, n, &v->members, &v->n_members));
        for (size_t i = 0; i < v->n_members; i++)
                v->far = v->far || !account_is_local(v->members[i]);
        TRY(load_followers(rq, v, ids, n));
        struct web_page p = {.title = l->title, .here = HERE_LISTS, .told = web_done(rq)};
        struct html *h;
        TRY(web_open(rq, status, &p, &h));
        web_audience_body(h, &p, v);
        return web_close(h, &p);
}

static enum err audience_page(struct req *rq)
{
        struct audience_page v = {0};
        return show_one(rq, 200, &v);
}

struct input {
        struct id_list accounts;
        int64_t account;
};
static const struct field fields[] = {
        {"accounts", F_IDS, offsetof(struct input, accounts), FOLLOWERS_SHOWN},
        {"account", F_ID, offsetof(struct input, account), 1},
};

/* Those ticked, and one by address. Who is in it already stays. */
static enum err add(struct req *rq, int64_t list, const struct input *in, struct str *error)
{
        int64_t me = rq->viewer->account;
        struct str who = str_trim(req_param(rq, "who"));
        struct account *a;
        enum err e = OK;
        bool has;
        for (size_t i = 0; i < in->accounts.n; i++) {
                TRY(list_has(rq->cx, me, list, in->accounts.v[i], &has));
                if (!has && !e)
                        e = list_add(rq->cx, me, list, &in->accounts.v[i], 1);
        }
        if (!e && who.n) {
                who = str_starts(who, S("@")) ? str_after(who, 1) : who;
                e = account_by_name(rq->cx, who, &a);
                if (!e)
                        e = list_add(rq->cx, me, list, &a->id, 1);
        }
        if (e == ERR_MISSING)
                *error = S("Only people who follow you can be in an audience. Nobody of that name "
                           "does.");
        else if (e == ERR_INPUT)
                *error = S("They are in it already.");
        else
                return e;
        return OK;
}

static enum err rename_it(struct req *rq, struct list *l, struct str *error)
{
        struct str title;
        if (!read_title(rq, &title, error))
                return OK;
        l->title = title;
        return list_change(rq->cx, rq->viewer->account, l->id, l);
}

static enum err audience_change(struct req *rq)
{
        struct str what = req_param(rq, "do");
        struct input in = {0};
        struct audience_page v = {.who = req_param(rq, "who")};
        struct list *l;
        TRY(find(rq, &l));
        TRY(req_read(rq, fields, countof(fields), &in));
        if (str_eq(what, S("delete"))) {
                TRY(list_delete(rq->cx, rq->viewer->account, l->id));
                reply_redirect(rq, S("/audiences?done=ended"));
                return OK;
        }
        if (str_eq(what, S("remove")))
                TRY(list_remove(rq->cx, rq->viewer->account, l->id, &in.account, 1));
        else if (str_eq(what, S("add")))
                TRY(add(rq, l->id, &in, &v.error));
        else if (str_eq(what, S("rename")))
                TRY(rename_it(rq, l, &v.title_error));
        if (v.error.n || v.title_error.n)
                return show_one(rq, 422, &v);
        reply_redirect(rq, str_fmt(rq->arena, "/audiences/%lld?done=saved", (long long)l->id));
        return OK;
}

static const struct route routes[] = {
        {"GET", "/audiences", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, audiences_page, 0, 0},
        {"POST", "/audiences", SCOPE_PAGE_SIGNED_IN, LIMIT_WRITE, LANE_WRITE, audiences_make, 0, 0},
        {"GET", "/audiences/:id", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, audience_page, 0, 0},
        {"POST", "/audiences/:id", SCOPE_PAGE_SIGNED_IN, LIMIT_WRITE, LANE_WRITE, audience_change,
         0, 0},
};
const struct route_list WEB_AUDIENCES_ROUTES = {DOOR_PAGE, routes, countof(routes)};
