/* /albums, and /@name/journal/albums for the owners of a journal: making albums, putting photos of
 * one's own posts into them, ordering them with Up and
 * Down, choosing a cover. Nothing here changes who may see a photo. */
#include "lib/base/die.h"
#include "social/scope.h"
#include "store/limits.h"
#include "web/album.h"
#include "web/album.html.h"
#include "web/done.h"
#include "web/journal.h"
#include "web/web.h"

enum { CHOICES_A_PAGE = 20, CHOSEN_MOST = 200 };

/* Whose albums: one's own, or under /@name those of a journal one owns. ERR_MISSING for others'. */
static enum err open_shelf(struct req *rq, struct album_page *a)
{
        struct account *owner;
        if (req_path(rq, "name").n) {
                struct journal *j;
                TRY(web_journal_own(rq, &owner, &j));
        } else {
                TRY(account_get(rq->cx, rq->viewer->account, &owner));
        }
        a->owner = owner;
        a->base = web_albums_base(rq->arena, owner);
        return web_album_viewer(rq, owner, &a->by, &a->own);
}

static enum err show_all(struct req *rq, int status, struct album_page *form)
{
        struct album_listed *v;
        size_t n;
        TRY(web_albums_load(rq, &form->by, form->owner->id, &v, &n));
        struct web_page p = {.title = S("Albums"), .told = web_done(rq)};
        struct html *h;
        TRY(web_open(rq, status, &p, &h));
        web_albums_body(h, &p, v, n, form);
        return web_close(h, &p);
}

static enum err web_albums(struct req *rq)
{
        struct album_page form = {0};
        TRY(open_shelf(rq, &form));
        return show_all(rq, 200, &form);
}

/* The fault beside the field it is about. */
static void put_fault(struct req *rq, struct album_page *a)
{
        bool words = str_eq(rq->cx->fault_field, S("words"));
        a->words_error = words ? rq->cx->fault : STR_NONE;
        a->title_error = words ? STR_NONE : rq->cx->fault;
}

static struct str own_path(struct req *rq, const struct album_page *a, const char *rest)
{
        return str_fmt(rq->arena, "%.*s/%lld%s", STR_ARG(a->base), (long long)a->album.id, rest);
}

static enum err web_albums_make(struct req *rq)
{
        struct album_page form = {.title = req_param(rq, "title"), .words = req_param(rq, "words")};
        int64_t id;
        struct str move = req_param(rq, "do");
        TRY(open_shelf(rq, &form));
        if (str_starts(move, S("up:")) || str_starts(move, S("down:"))) {
                bool up = str_starts(move, S("up:"));
                if (!str_to_i64(str_after(move, up ? 3 : 5), &id))
                        return ERR_MISSING;
                TRY(album_move(rq->cx, form.owner->id, id, up));
                reply_redirect(rq, str_join(rq->arena, form.base, S("?done=saved")));
                return OK;
        }
        enum err e = album_create(rq->cx, form.owner->id, form.title, form.words, &form.album.id);
        if (e == ERR_INPUT) {
                put_fault(rq, &form);
                return show_all(rq, 422, &form);
        }
        TRY(e);
        reply_redirect(rq, own_path(rq, &form, "/add?done=made"));
        return OK;
}

static enum err open_own(struct req *rq, struct album_page *a)
{
        TRY(open_shelf(rq, a));
        TRY(album_get(rq->cx, &a->by, req_path_id(rq, "id"), &a->album));
        if (a->album.account != a->owner->id)
                return ERR_MISSING;
        a->path = path_of_album(rq->arena, a->owner, a->album.id);
        return OK;
}

static enum err show_one(struct req *rq, int status, struct album_page *a)
{
        struct album_photo *v;
        struct profile_photo *photos;
        size_t n;
        bool more;
        TRY(album_photos(rq->cx, &a->by, a->album.id, 0, ALBUM_PHOTOS_MAX, &v, &n, &more));
        TRY(web_album_photos(rq, &a->by, v, n, &photos, &a->n));
        a->photos = photos;
        struct web_page p = {.title = S("Change an album"), .told = web_done(rq)};
        struct html *h;
        TRY(web_open(rq, status, &p, &h));
        web_album_change_body(h, &p, a);
        return web_close(h, &p);
}

static enum err web_album_change(struct req *rq)
{
        struct album_page a = {0};
        TRY(open_own(rq, &a));
        a.title = a.album.title;
        a.words = a.album.words;
        return show_one(rq, 200, &a);
}

/* "up:ID", "down:ID", "remove:ID", "cover:ID" of a photo. */
static enum err arrange(struct req *rq, const struct album_page *a, struct str what)
{
        int64_t media, me = a->owner->id, album = a->album.id;
        size_t colon = str_find_char(what, ':');
        struct str verb = str_cut(what, 0, colon);
        if (colon == what.n || !str_to_i64(str_after(what, colon + 1), &media))
                return ERR_MISSING;
        if (str_eq(verb, S("up")) || str_eq(verb, S("down")))
                return album_move_photo(rq->cx, me, album, media, str_eq(verb, S("up")));
        if (str_eq(verb, S("remove")))
                return album_remove(rq->cx, me, album, media);
        if (str_eq(verb, S("cover")))
                return album_set_cover(rq->cx, me, album, media);
        return ERR_MISSING;
}

static enum err web_album_save(struct req *rq)
{
        struct album_page a = {0};
        struct str what = req_param(rq, "do");
        TRY(open_own(rq, &a));
        if (str_eq(what, S("delete"))) {
                TRY(album_delete(rq->cx, a.owner->id, a.album.id));
                reply_redirect(rq, str_join(rq->arena, a.base, S("?done=album_gone")));
                return OK;
        }
        if (str_eq(what, S("save"))) {
                a.title = req_param(rq, "title");
                a.words = req_param(rq, "words");
                enum err e = album_change(rq->cx, a.owner->id, a.album.id, a.title, a.words);
                if (e == ERR_INPUT) {
                        put_fault(rq, &a);
                        return show_one(rq, 422, &a);
                }
                TRY(e);
        } else {
                TRY(arrange(rq, &a, what));
        }
        reply_redirect(rq, own_path(rq, &a, "?done=saved"));
        return OK;
}

/* ---- choosing photos ---- */

static enum err show_choices(struct req *rq, int status, struct album_page *a, struct str error)
{
        struct page page = pager_read(rq, CHOICES_A_PAGE);
        struct post_list_options o = {.only_media = true, .no_boosts = true};
        struct album_photo *in;
        struct cards *c = make(rq->arena, struct cards);
        int64_t *ids;
        size_t n, n_in, k = 0;
        bool more;
        TRY(album_photos(rq->cx, &a->by, a->album.id, 0, ALBUM_PHOTOS_MAX, &in, &n_in, &more));
        TRY(post_list(rq->cx, &a->by, a->owner->id, &o, &page, &ids, &n));
        TRY(cards_load(rq->cx, &a->by, ids, n, c));
        size_t most = 0;
        for (size_t i = 0; i < c->n; i++)
                most += c->v[i].n_media;
        struct album_choice *v = make_n(rq->arena, most + 1, struct album_choice);
        for (size_t i = 0; i < c->n; i++)
                for (size_t j = 0; j < c->v[i].n_media; j++) {
                        const struct media *m = &c->v[i].media[j];
                        if (m->kind != MEDIA_IMAGE || !media_shows(m))
                                continue;
                        v[k].at = (struct profile_photo){m, &c->v[i]};
                        for (size_t x = 0; x < n_in; x++)
                                v[k].in = v[k].in || in[x].media == m->id;
                        k++;
                }
        struct pager g = pager_of(rq->arena, &page, own_path(rq, a, "/add"), STR_NONE);
        g.older_word = "Older photos";
        g.newer_word = "Newer photos";
        struct web_page p = {.title = S("Add photos"), .told = web_done(rq)};
        struct html *h;
        TRY(web_open(rq, status, &p, &h));
        web_album_choose_body(h, &p, a, v, k, &g, error);
        return web_close(h, &p);
}

static enum err web_album_choose(struct req *rq)
{
        struct album_page a = {0};
        TRY(open_own(rq, &a));
        return show_choices(rq, 200, &a, STR_NONE);
}

struct chosen {
        struct id_list media;
};
static const struct field fields[] = {
        {"media", F_IDS, offsetof(struct chosen, media), CHOSEN_MOST},
};

static enum err web_album_add(struct req *rq)
{
        struct album_page a = {0};
        struct chosen in = {0};
        TRY(open_own(rq, &a));
        TRY(req_read(rq, fields, countof(fields), &in));
        if (!in.media.n)
                return show_choices(rq, 422, &a, S("No photo was chosen."));
        enum err e = album_add(rq->cx, a.owner->id, a.album.id, in.media.v, in.media.n);
        if (e == ERR_INPUT)
                return show_choices(rq, 422, &a, rq->cx->fault);
        TRY(e);
        reply_redirect(rq, own_path(rq, &a, "?done=saved"));
        return OK;
}

#define READ SCOPE_PAGE_SIGNED_IN, LIMIT_PAGE, LANE_READ
#define WRITE SCOPE_PAGE_SIGNED_IN, LIMIT_WRITE, LANE_WRITE
static const struct route routes[] = {
        {"GET", "/albums", READ, web_albums, 0, 0},
        {"POST", "/albums", WRITE, web_albums_make, 0, 0},
        {"GET", "/albums/:id", READ, web_album_change, 0, 0},
        {"POST", "/albums/:id", WRITE, web_album_save, 0, 0},
        {"GET", "/albums/:id/add", READ, web_album_choose, 0, 0},
        {"POST", "/albums/:id/add", WRITE, web_album_add, 0, 0},
        {"GET", "/@:name/journal/albums", READ, web_albums, 0, 0},
        {"POST", "/@:name/journal/albums", WRITE, web_albums_make, 0, 0},
        {"GET", "/@:name/journal/albums/:id", READ, web_album_change, 0, 0},
        {"POST", "/@:name/journal/albums/:id", WRITE, web_album_save, 0, 0},
        {"GET", "/@:name/journal/albums/:id/add", READ, web_album_choose, 0, 0},
        {"POST", "/@:name/journal/albums/:id/add", WRITE, web_album_add, 0, 0},
};
const struct route_list WEB_ALBUM_CHANGE_ROUTES = {DOOR_PAGE, routes, countof(routes)};
