/* The timelines: home by day, newest first, 40 a page; posts of this server; one list; one hashtag;
 * what one marked. And the front page that strangers see instead of a home. */
#include "social/home.h"
#include "lib/base/die.h"
#include "social/mark.h"
#include "social/scope.h"
#include "social/tag.h"
#include "social/timeline.h"
#include "store/limits.h"
#include "web/done.h"
#include "web/home.h"
#include "web/home.html.h"
#include "web/web.h"

enum { POSTS_A_PAGE = 40 };

static enum err fill_strip(struct req *rq, struct timeline_page *t, enum strip_here here,
                           int64_t list)
{
        t->strip = (struct strip){.here = here, .list = list};
        t->with_strip = rq->viewer->account != 0;
        struct list *lists, *close;
        size_t n;
        if (!t->with_strip)
                return OK;
        TRY(list_all(rq->cx, rq->viewer->account, &lists, &n));
        struct list *all = make_n(rq->arena, n + 1, struct list);
        /* Close is an audience, and the one audience that people also read by. */
        enum err e = list_get(rq->cx, rq->viewer->account, list_close(rq->viewer->account), &close);
        if (e && e != ERR_MISSING)
                return e;
        if (!e)
                all[t->strip.n_lists++] = *close;
        for (size_t i = 0; i < n; i++)
                all[t->strip.n_lists++] = lists[i];
        t->strip.lists = all;
        return OK;
}

/* A post and its boost can meet on one page: it is shown where it is newest. */
static void leave_out_repeats(struct cards *c)
{
        size_t k = 0;
        for (size_t i = 0; i < c->n; i++) {
                bool seen = false;
                for (size_t j = 0; j < k && !seen; j++)
                        seen = c->v[j].post->id == c->v[i].post->id;
                if (!seen)
                        c->v[k++] = c->v[i];
        }
        c->n = k;
}

static enum err show(struct req *rq, struct web_page *p, struct timeline_page *t,
                     const struct page *page, const int64_t *ids, size_t n)
{
        TRY(cards_load(rq->cx, rq->viewer, ids, n, &t->posts));
        leave_out_repeats(&t->posts);
        if (t->context)
                TRY(cards_filter(rq->cx, rq->viewer, t->context, &t->posts));
        t->paged = page->max_id || page->min_id;
        t->pager = pager_of(rq->arena, page, rq->path, STR_NONE);
        p->told = web_done(rq);
        struct html *h;
        TRY(web_open(rq, 200, p, &h));
        if (t->calm) {
                struct pause *rest;
                TRY(pause_ending(rq->cx, p->me->account, p->me->rest_ends, &rest));
                t->rest = rest;
                struct reminder_line *due = NULL;
                TRY(web_reminders_due(rq, p->me, false, &due, &t->n_reminders));
                t->reminders = due;
        }
        if (t->calm && p->me->remembers)
                TRY(remember_today(rq->cx, rq->viewer->account, &t->today, &t->n_today));
        web_timeline(h, p, t);
        return web_close(h, p);
}

static enum err front(struct req *rq)
{
        struct web_page p = {.title = S("Welcome"), .indexable = true};
        struct html *h;
        TRY(web_open(rq, 200, &p, &h));
        web_front(h, &p);
        return web_close(h, &p);
}

static enum err web_home(struct req *rq)
{
        if (!rq->viewer->account)
                return front(rq);
        struct page page = pager_read(rq, POSTS_A_PAGE);
        int64_t *ids;
        size_t n;
        TRY(home_list(rq->cx, rq->viewer, &page, &ids, &n));
        struct web_page p = {.title = S("Home"), .here = HERE_HOME};
        struct timeline_page t = {.empty = S("Nothing here yet. What the people you follow write "
                                             "will stand here, newest first."),
                                  .context = FILTER_HOME,
                                  .calm = true};
        TRY(fill_strip(rq, &t, STRIP_ALL, 0));
        return show(rq, &p, &t, &page, ids, n);
}

static enum err web_local(struct req *rq)
{
        if (!rq->viewer->account && !rq->cx->settings->local_timeline_for_visitors)
                return ERR_NO_TOKEN;
        struct page page = pager_read(rq, POSTS_A_PAGE);
        struct timeline_options o = {.local = true};
        int64_t *ids;
        size_t n;
        TRY(timeline_public(rq->cx, rq->viewer, &o, &page, &ids, &n));
        struct web_page p = {.title = S("Local"),
                             .here = rq->viewer->account ? HERE_HOME : HERE_NOWHERE};
        struct timeline_page t = {.empty = S("Nobody here has sent a public post yet."),
                                  .context = FILTER_PUBLIC};
        if (!rq->viewer->account)
                t.heading = S("Public posts of this server");
        TRY(fill_strip(rq, &t, STRIP_LOCAL, 0));
        return show(rq, &p, &t, &page, ids, n);
}

static enum err web_list(struct req *rq)
{
        struct list *l;
        TRY(list_get(rq->cx, rq->viewer->account, req_path_id(rq, "id"), &l));
        struct page page = pager_read(rq, POSTS_A_PAGE);
        int64_t *ids;
        size_t n;
        TRY(timeline_list(rq->cx, rq->viewer, l->id, &page, &ids, &n));
        struct web_page p = {.title = l->title, .here = HERE_HOME};
        struct timeline_page t = {.empty = S("Nothing here yet."), .context = FILTER_HOME};
        TRY(fill_strip(rq, &t, STRIP_LIST, l->id));
        return show(rq, &p, &t, &page, ids, n);
}

static enum err web_tag(struct req *rq)
{
        /* A hashtag's page is a part of the local timeline, so it is as open as that. */
        if (!rq->viewer->account && !rq->cx->settings->local_timeline_for_visitors)
                return ERR_NO_TOKEN;
        struct str name;
        TRY(tag_fold(rq->cx, req_path(rq, "name"), &name));
        struct page page = pager_read(rq, POSTS_A_PAGE);
        struct timeline_options o = {.local = !rq->viewer->account};
        int64_t *ids;
        size_t n;
        TRY(timeline_tag(rq->cx, rq->viewer, name, &o, &page, &ids, &n));
        struct tag *tag;
        TRY(tag_get(rq->cx, rq->viewer, name, &tag));
        struct timeline_page t = {.empty = S("Nothing public with this word yet."),
                                  .context = FILTER_PUBLIC};
        t.heading = str_join(rq->arena, S("#"), tag->display.n ? tag->display : name);
        struct web_page p = {.title = t.heading};
        return show(rq, &p, &t, &page, ids, n);
}

static enum err marked(struct req *rq, enum mark kind, struct web_page *p, struct str empty)
{
        struct page page = pager_read(rq, POSTS_A_PAGE);
        int64_t *ids;
        size_t n;
        TRY(mark_list(rq->cx, rq->viewer, kind, &page, &ids, &n));
        struct timeline_page t = {.heading = p->title, .empty = empty};
        return show(rq, p, &t, &page, ids, n);
}

static enum err web_bookmarks(struct req *rq)
{
        struct web_page p = {.title = S("Bookmarks"), .here = HERE_BOOKMARKS};
        return marked(rq, MARK_BOOKMARK, &p, S("Nothing yet. Only you see this list."));
}

static enum err web_favourites(struct req *rq)
{
        struct web_page p = {.title = S("Favourites"), .here = HERE_MORE};
        return marked(rq, MARK_FAVOURITE, &p, S("Nothing yet."));
}

static enum err web_more(struct req *rq)
{
        struct account *me;
        TRY(account_get(rq->cx, rq->viewer->account, &me));
        struct web_page p = {.title = S("More"), .here = HERE_MORE};
        struct html *h;
        TRY(web_open(rq, 200, &p, &h));
        web_more_body(h, &p, path_of_account(rq->arena, me), rq->viewer->role >= ROLE_MODERATOR);
        return web_close(h, &p);
}

static const struct route routes[] = {
        {"GET", "/", SCOPE_PAGE_PUBLIC, LIMIT_PAGE, LANE_READ, web_home, 0, 0},
        {"GET", "/local", SCOPE_PAGE_PUBLIC, LIMIT_PAGE, LANE_READ, web_local, 0, 0},
        {"GET", "/lists/:id", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, web_list, 0, 0},
        {"GET", "/tags/:name", SCOPE_PAGE_PUBLIC, LIMIT_PAGE, LANE_READ, web_tag, 0, 0},
        {"GET", "/bookmarks", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, web_bookmarks, 0, 0},
        {"GET", "/favourites", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, web_favourites, 0, 0},
        {"GET", "/more", SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ, web_more, 0, 0},
};
const struct route_list WEB_HOME_ROUTES = {DOOR_PAGE, routes, countof(routes)};
