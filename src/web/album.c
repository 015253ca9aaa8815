/* /@name/albums/ID: an album as its readers see it, each photo as far as they may see its post. The
 * owner's pages are in album_change.c. */
#include "web/album.h"
#include "lib/base/die.h"
#include "social/ids.h"
#include "social/journal.h"
#include "social/scope.h"
#include "store/limits.h"
#include "web/album.html.h"
#include "web/done.h"
#include "web/web.h"

enum { PHOTOS_A_PAGE = 60 };

struct str path_of_album(struct arena *a, const struct account *owner, int64_t id)
{
        struct str path = path_of_account(a, owner);
        return str_fmt(a, "%.*s/albums/%lld", STR_ARG(path), (long long)id);
}

struct str web_albums_base(struct arena *a, const struct account *owner)
{
        return owner->kind == ACCOUNT_JOURNAL
                       ? str_join(a, path_of_account(a, owner), S("/journal/albums"))
                       : S("/albums");
}

enum err web_album_viewer(struct req *rq, const struct account *owner, struct viewer *by, bool *own)
{
        *by = *rq->viewer;
        *own = by->account && by->account == owner->id;
        if (!by->account || owner->kind != ACCOUNT_JOURNAL)
                return OK;
        TRY(journal_owns(rq->cx, owner->id, by->account, own));
        if (*own)
                by->account = owner->id;
        return OK;
}

struct str crop_class(struct arena *a, const struct media *m)
{
        enum { STEPS = 10 }; /* as the style sheet has them */
        int x = (int)((m->focus_x + 1) / 2 * STEPS + 0.5),
            y = (int)((1 - m->focus_y) / 2 * STEPS + 0.5);
        x = x < 0 ? 0 : x > STEPS ? STEPS : x;
        y = y < 0 ? 0 : y > STEPS ? STEPS : y;
        return str_fmt(a, "x%d y%d", x, y);
}

static bool find(const struct cards *c, const struct album_photo *of, struct profile_photo *ret)
{
        for (size_t i = 0; i < c->n; i++) {
                const struct card *k = &c->v[i];
                for (size_t j = 0; k->entry == of->post && j < k->n_media; j++)
                        if (k->media[j].id == of->media && media_shows(&k->media[j])) {
                                *ret = (struct profile_photo){&k->media[j], k};
                                return true;
                        }
        }
        return false;
}

enum err web_album_photos(struct req *rq, const struct viewer *by, const struct album_photo *v,
                          size_t n, struct profile_photo **ret, size_t *n_ret)
{
        int64_t *ids = make_n(rq->arena, n + 1, int64_t);
        struct profile_photo *photos = make_n(rq->arena, n + 1, struct profile_photo);
        struct cards *c = make(rq->arena, struct cards);
        size_t k = 0, found = 0;
        for (size_t i = 0; i < n; i++)
                if (ids_find(ids, k, v[i].post) == k)
                        ids[k++] = v[i].post;
        TRY(cards_load(rq->cx, by, ids, k, c));
        for (size_t i = 0; i < n; i++)
                found += find(c, &v[i], &photos[found]);
        *ret = photos;
        *n_ret = found;
        return OK;
}

enum err web_albums_load(struct req *rq, const struct viewer *by, int64_t account,
                         struct album_listed **ret, size_t *n)
{
        struct album *v;
        TRY(album_list(rq->cx, by, account, &v, n));
        struct album_listed *l = make_n(rq->arena, *n + 1, struct album_listed);
        struct album_photo *covers = make_n(rq->arena, *n + 1, struct album_photo);
        struct profile_photo *photos;
        size_t k = 0, got;
        for (size_t i = 0; i < *n; i++)
                if (v[i].cover_post)
                        covers[k++] = (struct album_photo){v[i].cover, v[i].cover_post, 0};
        TRY(web_album_photos(rq, by, covers, k, &photos, &got));
        for (size_t i = 0; i < *n; i++) {
                l[i].album = v[i];
                for (size_t j = 0; j < got; j++)
                        if (photos[j].media->id == v[i].cover)
                                l[i].cover = photos[j];
        }
        *ret = l;
        return OK;
}

static enum err web_album_show(struct req *rq)
{
        struct account *owner;
        struct album_photo *v;
        struct profile_photo *photos;
        struct album_page a = {0};
        int64_t after = 0;
        bool more;
        size_t n;
        TRY(web_account_find(rq, &owner));
        TRY(web_album_viewer(rq, owner, &a.by, &a.own));
        TRY(album_get(rq->cx, &a.by, req_path_id(rq, "id"), &a.album));
        if (a.album.account != owner->id)
                return ERR_MISSING;
        if (!str_to_i64(req_param(rq, "after"), &after) || after < 0)
                after = 0;
        TRY(album_photos(rq->cx, &a.by, a.album.id, after, PHOTOS_A_PAGE, &v, &n, &more));
        TRY(web_album_photos(rq, &a.by, v, n, &photos, &a.n));
        a.owner = owner;
        a.base = web_albums_base(rq->arena, owner);
        a.photos = photos;
        a.path = path_of_album(rq->arena, owner, a.album.id);
        if (more)
                a.more = str_fmt(rq->arena, "%.*s?after=%lld", STR_ARG(a.path),
                                 (long long)v[n - 1].place);
        struct web_page p = {.title = a.album.title, .told = web_done(rq)};
        struct html *h;
        TRY(web_open(rq, 200, &p, &h));
        web_album_body(h, &p, &a);
        return web_close(h, &p);
}

static const struct route routes[] = {
        {"GET", "/@:name/albums/:id", SCOPE_PAGE_PUBLIC, LIMIT_PAGE, LANE_READ, web_album_show, 0,
         0},
};
const struct route_list WEB_ALBUM_ROUTES = {DOOR_PAGE, routes, countof(routes)};
