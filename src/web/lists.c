/* /lists: making, renaming and ending lists, and who is on them. */
#include "web/lists.h"
#include "lib/base/die.h"
#include "lib/text/unicode.h"
#include "social/scope.h"
#include "store/limits.h"
#include "web/done.h"
#include "web/lists.html.h"
#include "web/web.h"

enum { MEMBERS_SHOWN = 500 };

static enum err show_all(struct req *rq, int status, struct str title, struct str error)
{
        struct list *v;
        size_t n;
        TRY(list_all(rq->cx, rq->viewer->account, &v, &n));
        struct web_page p = {.title = S("Lists"), .here = HERE_LISTS, .told = web_done(rq)};
        struct html *h;
        TRY(web_open(rq, status, &p, &h));
        web_lists_body(h, &p, v, n, title, error);
        return web_close(h, &p);
}

static enum err web_lists(struct req *rq)
{
        return show_all(rq, 200, STR_NONE, STR_NONE);
}

static enum err web_lists_make(struct req *rq)
{
        struct list draft = {.replies_policy = LIST_REPLIES_LIST}, *made;
        if (!name_clean(rq->arena, req_param(rq, "title"), &draft.title) || !draft.title.n)
                return show_all(rq, 422, req_param(rq, "title"), S("A list needs a name."));
        if (utf8_count(draft.title) > LIST_TITLE_MAX)
                return show_all(rq, 422, draft.title, S("This name is too long."));
        TRY(list_create(rq->cx, rq->viewer->account, &draft, &made));
        reply_redirect(rq, str_fmt(rq->arena, "/lists/%lld/change?done=made", (long long)made->id));
        return OK;
}

static enum err show_one(struct req *rq, int status, struct str who, struct str error)
{
        struct list_page v = {.who = who, .error = error};
        struct list *l;
        TRY(list_get(rq->cx, rq->viewer->account, req_path_id(rq, "id"), &l));
        if (l->audience) {
                reply_redirect(rq, str_fmt(rq->arena, "/audiences/%lld", (long long)l->id));
                return OK;
        }
        v.list = l;
        struct page page = {.limit = MEMBERS_SHOWN};
        int64_t *ids;
        size_t n;
        TRY(list_members(rq->cx, rq->viewer->account, l->id, &page, &ids, &n));
        TRY(account_get_many(rq->cx, ids, n, &v.members, &v.n_members));
        struct web_page p = {.title = l->title, .here = HERE_LISTS, .told = web_done(rq)};
        struct html *h;
        TRY(web_open(rq, status, &p, &h));
        web_list_change_body(h, &p, &v);
        return web_close(h, &p);
}

static enum err web_list_page(struct req *rq)
{
        return show_one(rq, 200, STR_NONE, STR_NONE);
}

static enum err add_member(struct req *rq, int64_t list)
{
        struct str who = str_trim(req_param(rq, "who"));
        struct account *a;
        enum err e = account_by_name(rq->cx, str_starts(who, S("@")) ? str_after(who, 1) : who, &a);
        if (!e)
                e = list_add(rq->cx, rq->viewer->account, list, &a->id, 1);
        if (e == ERR_MISSING)
                return show_one(rq, 422, who, S("Nobody you follow has that name."));
        if (e == ERR_INPUT)
                return show_one(rq, 422, who, S("They are on the list already."));
        return e;
}

static enum err change(struct req *rq, int64_t id)
{
        struct list *l;
        TRY(list_get(rq->cx, rq->viewer->account, id, &l));
        struct str title;
        if (!name_clean(rq->arena, req_param(rq, "title"), &title) || !title.n ||
            utf8_count(title) > LIST_TITLE_MAX)
                return show_one(rq, 422, STR_NONE,
                                S("A list needs a name of at most 256 characters."));
        l->title = title;
        l->exclusive = str_eq(req_param(rq, "exclusive"), S("yes"));
        return list_change(rq->cx, rq->viewer->account, id, l);
}

static enum err web_list_change(struct req *rq)
{
        int64_t id = req_path_id(rq, "id"), who, me = rq->viewer->account;
        struct str what = req_param(rq, "do");
        struct list *l;
        TRY(list_get(rq->cx, me, id, &l));
        if (l->audience)
                return ERR_MISSING; /* those have a page of their own */
        if (str_eq(what, S("delete"))) {
                TRY(list_delete(rq->cx, me, id));
                reply_redirect(rq, S("/lists?done=ended"));
                return OK;
        }
        if (str_eq(what, S("remove"))) {
                if (!str_to_i64(req_param(rq, "account"), &who))
                        return ERR_MISSING;
                TRY(list_remove(rq->cx, me, id, &who, 1));
        } else if (str_eq(what, S("add"))) {
                TRY(add_member(rq, id));
        } else {
                TRY(change(rq, id));
        }
        if (!rq->status || rq->status < 400)
                reply_redirect(rq,
                               str_fmt(rq->arena, "/lists/%lld/change?done=saved", (long long)id));
        return OK;
}

static const struct route routes[] = {
        {"GET", "/lists", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, web_lists, 0, 0},
        {"POST", "/lists", SCOPE_PAGE_SIGNED_IN, LIMIT_WRITE, LANE_WRITE, web_lists_make, 0, 0},
        {"GET", "/lists/:id/change", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, web_list_page, 0,
         0},
        {"POST", "/lists/:id/change", SCOPE_PAGE_SIGNED_IN, LIMIT_WRITE, LANE_WRITE,
         web_list_change, 0, 0},
};
const struct route_list WEB_LISTS_ROUTES = {DOOR_PAGE, routes, countof(routes)};
