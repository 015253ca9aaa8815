/* GET /@name/journal/copy: all of a journal for one of its owners, as a zip: one page of words, the
 * photos beside it. It is put together in a temporary file, a page of posts at a time, in an arena
 * that is emptied after each. */
#include "lib/base/die.h"
#include "lib/base/zip.h"
#include "social/scope.h"
#include "store/files.h"
#include "store/limits.h"
#include "web/journal.h"
#include "web/journal_copy.html.h"
#include "web/web.h"
#include <fcntl.h>
#include <unistd.h>

enum { AT_ONCE = 40, PAGE_BYTES = 256 << 20, ARENA_BYTES = 64 << 20 };

struct copy {
        struct cx cx; /* with the arena of one page */
        struct zip zip;
        struct html page;
        struct web_page clock; /* for dates in the owner's zone */
        const struct account *account;
        int64_t after; /* the last post that is in it */
        struct cards posts;
        bool more;
};

static enum err load(struct cx *cx, void *arg)
{
        struct copy *c = arg;
        const struct viewer as = {.account = c->account->id};
        struct post_list_options o = {.no_boosts = true};
        struct page page = {.limit = AT_ONCE, .min_id = c->after};
        int64_t *ids;
        size_t n;
        TRY(post_list(cx, &as, c->account->id, &o, &page, &ids, &n));
        c->more = n > 0;
        if (n)
                c->after = page.newest;
        return cards_load(cx, &as, ids, n, &c->posts);
}

/* A file that is gone is left out; the rest of the copy is worth having. */
static enum err add_media(struct copy *c, const struct card *card)
{
        for (size_t i = 0; i < card->n_media; i++) {
                struct str name = card->media[i].file;
                int fd;
                int64_t size;
                enum err e =
                        name.n ? files_read(c->cx.instance->files, name, &fd, &size) : ERR_MISSING;
                if (e == ERR_MISSING)
                        continue;
                TRY(e);
                zip_add_file(&c->zip, str_join(c->cx.arena, S("media/"), name), fd);
                close(fd);
        }
        return c->zip.err;
}

static enum err add_posts(struct copy *c)
{
        for (size_t i = c->posts.n; i--;) { /* newest first in a page, oldest first in the copy */
                const struct card *card = &c->posts.v[i];
                web_copy_post(&c->page, card, when_full(&c->clock, card->post->created_at));
                TRY(add_media(c, card));
        }
        return c->page.out->failed ? ERR_TOO_LARGE : OK;
}

static enum err add_all(struct copy *c)
{
        do {
                arena_reset(c->cx.arena);
                TRY(cx_read(&c->cx, load, c));
                TRY(add_posts(c));
        } while (c->more);
        web_copy_foot(&c->page);
        zip_add(&c->zip, S("index.html"), buf_str(c->page.out));
        return c->zip.err;
}

static enum err write_copy(struct req *rq, const struct account *a, const struct journal *j, int fd,
                           int64_t *size)
{
        struct arena arena;
        struct buf words = {.cap = PAGE_BYTES};
        struct copy c = {.cx = *rq->cx, .account = a, .after = 1};
        c.cx.arena = &arena;
        c.page = (struct html){.out = &words, .arena = &arena};
        c.clock = (struct web_page){.cx = &c.cx,
                                    .now = cx_now(rq->cx),
                                    .zone = zone_open(rq->arena, rq->cx->settings->zone)};
        arena_open(&arena, ARENA_BYTES);
        zip_open(&c.zip, fd, cx_now(rq->cx));
        web_copy_head(&c.page, a, j, rq->cx->settings->language);
        enum err e = add_all(&c), closed = zip_close(&c.zip, size);
        arena_close(&arena);
        buf_free(&words);
        return e ? e : closed;
}

static enum err web_journal_copy(struct req *rq)
{
        struct account *a;
        struct journal *j;
        int64_t size;
        TRY(web_journal_own(rq, &a, &j));
        struct str dir = files_temp_dir(rq->cx->instance->files);
        int fd = open(str_z(rq->arena, dir), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
        if (fd < 0)
                return ERR_FULL;
        enum err e = write_copy(rq, a, j, fd, &size);
        if (e) {
                close(fd);
                return e;
        }
        reply_header(rq, "Content-Disposition",
                     str_fmt(rq->arena, "attachment; filename=\"%.*s.zip\"", STR_ARG(a->username)));
        reply_cache(rq, "private, no-store");
        reply_file(rq, fd, size, "application/zip", STR_NONE);
        return OK;
}

static const struct route routes[] = {
        {"GET", "/@:name/journal/copy", SCOPE_PAGE_SIGNED_IN, LIMIT_COPY, LANE_SLOW,
         web_journal_copy, 0, 0},
};
const struct route_list WEB_JOURNAL_COPY_ROUTES = {DOOR_PAGE, routes, countof(routes)};
