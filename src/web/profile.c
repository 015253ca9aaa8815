/* /@name: a profile for everybody, with what this reader may see of its posts. No counts. */
#include "web/profile.h"
#include "lib/base/die.h"
#include "social/leave.h"
#include "social/quiet.h"
#include "social/scope.h"
#include "social/steward.h"
#include "store/limits.h"
#include "web/album.h"
#include "web/done.h"
#include "web/journal.h"
#include "web/kept.h"
#include "web/post.html.h"
#include "web/profile.html.h"
#include "web/web.h"

enum { POSTS_A_PAGE = 20, PHOTO_POSTS_A_PAGE = 30, PHOTOS_A_POST = 16 };

enum err web_account_find(struct req *rq, struct account **ret)
{
        struct str name = req_path(rq, "name");
        bool gone;
        TRY(leave_was_here(rq->cx, name, &gone));
        if (gone)
                return ERR_GONE;
        TRY(account_by_name(rq->cx, name, ret));
        if ((*ret)->suspended && (*ret)->kind == ACCOUNT_JOURNAL)
                return ERR_MISSING; /* hidden, and perhaps shown again */
        if ((*ret)->suspended)
                return account_is_local(*ret) ? ERR_GONE : ERR_MISSING;
        return OK;
}

static enum err open_memorial(struct req *rq, struct profile *f)
{
        struct memorial *m, *same;
        enum err e = memorial_of(rq->cx, f->account->id, &m);
        if (e)
                return e == ERR_MISSING ? OK : e;
        f->memorial = m;
        e = steward_must(rq->cx, rq->viewer->account, f->account->id, &same);
        if (e && e != ERR_MISSING)
                return e;
        f->steward = !e;
        return way_list(rq->cx, (struct way_of){.memorial = f->account->id}, &f->ways, &f->n_ways);
}

enum err web_profile_open(struct req *rq, enum profile_tab tab, struct profile *f)
{
        struct cx *cx = rq->cx;
        struct account *a;
        TRY(web_account_find(rq, &a));
        TRY(web_journal_met(rq, a));
        *f = (struct profile){.account = a,
                              .path = path_of_account(rq->arena, a),
                              .tab = tab,
                              .mine = rq->viewer->account == a->id};
        struct str domain = a->domain.n ? a->domain : cx->settings->account_domain;
        f->acct = str_fmt(rq->arena, "%.*s@%.*s", STR_ARG(a->username), STR_ARG(domain));
        struct relationship *r;
        TRY(account_emoji(cx, a));
        if (rq->viewer->account && !f->mine) {
                TRY(relationship_get(cx, rq->viewer->account, a->id, &r));
                f->relation = r;
        }
        struct quiet_time quiet;
        if (account_is_local(a)) {
                TRY(quiet_get(cx, a->id, &quiet));
                f->quiet_line = quiet.on ? quiet.line : STR_NONE;
        }
        if (a->memorial && account_is_local(a))
                TRY(open_memorial(rq, f));
        if (tab == PROFILE_POSTS && account_is_local(a))
                TRY(days_shown_load(rq, a->id, &f->days));
        struct account *moved;
        if (a->moved_to && account_get(cx, a->moved_to, &moved) == OK)
                f->moved_to = moved;
        return OK;
}

static struct markup preview_of(struct req *rq, const struct profile *f)
{
        const struct account *a = f->account;
        if (!account_is_local(a))
                return MARKUP_NONE;
        struct preview o = {.type = "profile",
                            .url = a->url,
                            .uri = a->uri,
                            .server = rq->cx->settings->title,
                            .title = account_name(a),
                            .text = a->note,
                            .feed = str_join(rq->arena, f->path, S(".atom"))};
        if (a->avatar_static.n || a->avatar.n)
                o.image = media_url(rq->cx, a->avatar_static.n ? a->avatar_static : a->avatar);
        o.image_alt = a->avatar_description;
        web_document(rq, a->uri);
        struct html *h = web_aside(rq);
        web_post_head(h, &o);
        return web_aside_markup(h);
}

struct web_page web_profile_page(struct req *rq, const struct profile *f)
{
        return (struct web_page){.title = account_name(f->account),
                                 .indexable = f->account->indexable && account_is_local(f->account),
                                 .head = preview_of(rq, f),
                                 .told = web_done(rq)};
}

static enum err load_posts(struct req *rq, struct profile *f)
{
        struct cx *cx = rq->cx;
        int64_t *ids;
        size_t n;
        f->page = pager_read(rq, POSTS_A_PAGE);
        f->paged = f->page.max_id || f->page.min_id;
        if (!f->paged) {
                struct page first = {.limit = POST_PINS_MAX};
                struct post_list_options pinned = {.pinned = true};
                TRY(post_list(cx, rq->viewer, f->account->id, &pinned, &first, &ids, &n));
                TRY(cards_load(cx, rq->viewer, ids, n, &f->pinned));
        }
        struct post_list_options o = {.no_replies = true};
        TRY(post_list(cx, rq->viewer, f->account->id, &o, &f->page, &ids, &n));
        TRY(cards_load(cx, rq->viewer, ids, n, &f->posts));
        return cards_filter(cx, rq->viewer, FILTER_ACCOUNT, &f->posts);
}

/* Pinned posts and recent ones can be the same; an id may stand once in a page. */
static void leave_out_pinned(struct profile *f)
{
        size_t k = 0;
        for (size_t i = 0; i < f->posts.n; i++) {
                bool pinned = false;
                for (size_t j = 0; j < f->pinned.n; j++)
                        pinned = pinned || f->pinned.v[j].entry == f->posts.v[i].entry;
                if (!pinned)
                        f->posts.v[k++] = f->posts.v[i];
        }
        f->posts.n = k;
}

static enum err show_gallery(struct req *rq, struct profile *f);

static enum err show_posts(struct req *rq, struct profile *f, const char *below)
{
        TRY(load_posts(rq, f));
        leave_out_pinned(f);
        if (f->account->kind == ACCOUNT_JOURNAL)
                return web_journal_show(rq, f);
        struct web_page p = web_profile_page(rq, f);
        struct html *h;
        TRY(web_open(rq, 200, &p, &h));
        struct pager g = pager_of(rq->arena, &f->page, str_join(rq->arena, f->path, str_of(below)),
                                  STR_NONE);
        web_profile_posts(h, &p, f, &g);
        return web_close(h, &p);
}

/* GET /@name/posts: of a profile that begins with its photos. */
static enum err web_profile_show_posts(struct req *rq)
{
        struct profile f;
        TRY(web_profile_open(rq, PROFILE_POSTS, &f));
        return show_posts(rq, &f, "/posts");
}

static enum err web_profile_show(struct req *rq)
{
        struct profile f;
        struct account *a;
        if (kept_may(rq)) {
                TRY(web_account_find(rq, &a));
                if (kept_answer(rq, a->id))
                        return OK;
        }
        TRY(web_profile_open(rq, PROFILE_POSTS, &f));
        if (f.account->gallery) {
                f.tab = PROFILE_PHOTOS;
                TRY(show_gallery(rq, &f));
        } else {
                TRY(show_posts(rq, &f, ""));
        }
        if (f.account->kind != ACCOUNT_JOURNAL && !f.posts.poll_runs && !f.pinned.poll_runs)
                kept_put(rq, f.account->id,
                         account_is_local(f.account) ? f.account->uri : STR_NONE);
        return OK;
}

struct str profile_cover(const struct web_page *p, const struct profile_photo *at)
{
        struct str cover = photo_cover(p, at->card, at->media);
        bool noted = at->card->post->spoiler.n && !(p->me && p->me->expand_notes);
        return cover.n ? cover : noted ? at->card->post->spoiler : STR_NONE;
}

/* Up to `of_each` photos of each post on the page. */
static enum err load_photos(struct req *rq, struct profile *f, size_t of_each,
                            struct profile_photo **ret, size_t *n_ret)
{
        f->page = pager_read(rq, PHOTO_POSTS_A_PAGE);
        struct post_list_options o = {.only_media = true, .no_boosts = true};
        int64_t *ids;
        size_t n, k = 0;
        TRY(post_list(rq->cx, rq->viewer, f->account->id, &o, &f->page, &ids, &n));
        TRY(cards_load(rq->cx, rq->viewer, ids, n, &f->posts));
        struct profile_photo *photos =
                make_n(rq->arena, f->posts.n * of_each + 1, struct profile_photo);
        for (size_t i = 0; i < f->posts.n; i++) {
                const struct card *c = &f->posts.v[i];
                for (size_t j = 0, got = 0; j < c->n_media && got < of_each; j++)
                        if (media_shows(&c->media[j])) {
                                photos[k++] = (struct profile_photo){&c->media[j], c};
                                got++;
                        }
        }
        *ret = photos;
        *n_ret = k;
        return OK;
}

static struct pager photo_pager(struct req *rq, const struct profile *f, const char *below)
{
        struct pager g = pager_of(rq->arena, &f->page, str_join(rq->arena, f->path, str_of(below)),
                                  STR_NONE);
        g.older_word = "Older photos";
        g.newer_word = "Newer photos";
        return g;
}

static enum err show_gallery(struct req *rq, struct profile *f)
{
        struct profile_photo *photos;
        size_t n;
        TRY(load_photos(rq, f, 1, &photos, &n));
        struct web_page p = web_profile_page(rq, f);
        struct html *h;
        TRY(web_open(rq, 200, &p, &h));
        struct pager g = photo_pager(rq, f, "");
        web_profile_gallery(h, &p, f, photos, n, &g);
        return web_close(h, &p);
}

static enum err web_profile_show_photos(struct req *rq)
{
        struct profile f;
        struct profile_photo *photos;
        struct album_listed *albums;
        size_t k;
        TRY(web_profile_open(rq, PROFILE_PHOTOS, &f));
        TRY(load_photos(rq, &f, PHOTOS_A_POST, &photos, &k));
        if (!f.page.max_id && !f.page.min_id && account_is_local(f.account)) {
                struct viewer by;
                TRY(web_album_viewer(rq, f.account, &by, &f.keeps_albums));
                TRY(web_albums_load(rq, &by, f.account->id, &albums, &f.n_albums));
                f.albums = albums;
        }
        struct web_page p = web_profile_page(rq, &f);
        struct html *h;
        TRY(web_open(rq, 200, &p, &h));
        struct pager g = photo_pager(rq, &f, "/photos");
        web_profile_photos(h, &p, &f, photos, k, &g);
        return web_close(h, &p);
}

static enum err web_profile_show_about(struct req *rq)
{
        struct profile f;
        TRY(web_profile_open(rq, PROFILE_ABOUT, &f));
        struct web_page p = web_profile_page(rq, &f);
        struct html *h;
        TRY(web_open(rq, 200, &p, &h));
        web_profile_about(h, &p, &f);
        return web_close(h, &p);
}

/* The server in "@name@server.example"; only letters, digits, dots, hyphens and a port, since it
 * becomes a link. */
static struct str server_of(struct str acct)
{
        acct = str_trim(acct);
        if (str_starts(acct, S("@")))
                acct = str_after(acct, 1);
        size_t at = str_find_char(acct, '@');
        struct str server = str_after(acct, at + 1);
        bool good = at > 0 && server.n > 2 && server.n < 254 && str_has_char(server, '.');
        for (size_t i = 0; good && i < server.n; i++) {
                char c = server.p[i];
                good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       strchr(".-:", c);
        }
        return good ? server : STR_NONE;
}

/* GET /@name/follow?acct=: strangers are shown the way to their own server's question; nothing is
 * sent anywhere. */
static enum err web_profile_follow_far(struct req *rq)
{
        struct profile f;
        TRY(web_profile_open(rq, PROFILE_POSTS, &f));
        struct str given = req_param(rq, "acct"), server = server_of(given), url = STR_NONE;
        if (server.n)
                url = str_fmt(rq->arena, "https://%.*s/authorize_interaction?uri=acct:%.*s",
                              STR_ARG(server), STR_ARG(f.acct));
        struct web_page p = {.title = S("Follow"), .alone = true};
        struct html *h;
        TRY(web_open(rq, given.n && !server.n ? 422 : 200, &p, &h));
        web_profile_remote(h, &f, server.n ? server : given, url);
        return web_close(h, &p);
}

static const struct route routes[] = {
        {"GET", "/@:name", SCOPE_PAGE_PUBLIC, LIMIT_PAGE, LANE_READ, web_profile_show, 0, 0},
        {"GET", "/@:name/posts", SCOPE_PAGE_PUBLIC, LIMIT_PAGE, LANE_READ, web_profile_show_posts,
         0, 0},
        {"GET", "/@:name/photos", SCOPE_PAGE_PUBLIC, LIMIT_PAGE, LANE_READ, web_profile_show_photos,
         0, 0},
        {"GET", "/@:name/about", SCOPE_PAGE_PUBLIC, LIMIT_PAGE, LANE_READ, web_profile_show_about,
         0, 0},
        {"GET", "/@:name/follow", SCOPE_PAGE_PUBLIC, LIMIT_PAGE, LANE_READ, web_profile_follow_far,
         0, 0},
};
const struct route_list WEB_PROFILE_ROUTES = {DOOR_PAGE, routes, countof(routes)};
