/* GET /@name/journal/copy: all of a journal for one of its owners, as a zip: one page of words, the
 * photos beside it. It is put together in a temporary file, a page of posts at a time, in an arena
 * that is emptied after each. An export of everything holds one for each journal its owner has. */
#include "lib/base/die.h"
#include "lib/base/zip.h"
#include "social/scope.h"
#include "store/files.h"
#include "store/limits.h"
#include "web/journal.h"
#include "web/journal_copy.html.h"
#include "web/web.h"
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { AT_ONCE = 40, PAGE_BYTES = 16 << 20, ARENA_BYTES = 64 << 20 };

struct copy {
        struct cx cx; /* with the arena of one page */
        struct zip *zip;
        struct str folder; /* in the zip: "", or "journals/name/" */
        struct html page;
        struct web_page clock; /* for dates in the owner's zone */
        const struct account *account;
        const struct journal *journal;
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
                zip_add_file(
                        c->zip,
                        str_fmt(c->cx.arena, "%.*smedia/%.*s", STR_ARG(c->folder), STR_ARG(name)),
                        fd);
                close(fd);
        }
        return c->zip->err;
}

static enum err add_words(struct copy *c, const struct card *card)
{
        web_copy_post(&c->page, card, when_full(&c->clock, card->post->created_at));
        return OK;
}

static enum err hand_on(struct copy *c)
{
        if (c->page.out->failed)
                return ERR_TOO_LARGE;
        zip_more(c->zip, buf_str(c->page.out));
        buf_clear(c->page.out);
        return c->zip->err;
}

/* Oldest first. One entry is open at a time, so words and photos take a walk each. */
static enum err each(struct copy *c, enum err (*add)(struct copy *c, const struct card *card),
                     enum err (*after)(struct copy *c))
{
        c->after = 1;
        do {
                arena_reset(c->cx.arena);
                TRY(cx_read(&c->cx, load, c));
                for (size_t i = c->posts.n; i--;) /* newest first in a page */
                        TRY(add(c, &c->posts.v[i]));
                if (after)
                        TRY(after(c));
        } while (c->more);
        return OK;
}

static enum err add_all(struct copy *c)
{
        char name[160];
        snprintf(name, sizeof name, "%.*sindex.html", STR_ARG(c->folder));
        zip_begin(c->zip, str_of(name));
        web_copy_head(&c->page, c->account, c->journal, c->cx.settings->language);
        TRY(each(c, add_words, hand_on));
        web_copy_foot(&c->page);
        TRY(hand_on(c));
        zip_end(c->zip);
        return each(c, add_media, NULL);
}

static enum err write_into(struct cx *cx, struct copy *c)
{
        struct arena arena;
        struct buf words = {.cap = PAGE_BYTES};
        c->cx = *cx;
        c->cx.arena = &arena;
        c->page = (struct html){.out = &words, .arena = &arena};
        c->clock = (struct web_page){
                .cx = &c->cx, .now = cx_now(cx), .zone = zone_open(cx->arena, cx->settings->zone)};
        arena_open(&arena, ARENA_BYTES);
        enum err e = add_all(c);
        arena_close(&arena);
        buf_free(&words);
        return e;
}

static enum err write_copy(struct req *rq, const struct account *a, const struct journal *j, int fd,
                           int64_t *size)
{
        struct zip zip;
        struct copy c = {.zip = &zip, .folder = S(""), .account = a, .journal = j};
        zip_open(&zip, fd, cx_now(rq->cx));
        enum err e = write_into(rq->cx, &c), closed = zip_close(&zip, size);
        return e ? e : closed;
}

static enum err load_journal(struct cx *cx, void *arg)
{
        struct copy *c = arg;
        struct account *a;
        struct journal *j;
        TRY(account_get(cx, c->after, &a));
        TRY(journal_get(cx, c->after, &j));
        c->account = a;
        c->journal = j;
        return OK;
}

enum err web_journal_copy_into(struct cx *cx, int64_t journal, struct zip *zip)
{
        struct copy c = {.zip = zip, .after = journal};
        enum err e = cx_read(cx, load_journal, &c);
        if (e)
                return e == ERR_MISSING ? OK : e; /* deleted meanwhile */
        c.folder = str_fmt(cx->arena, "journals/%.*s/", STR_ARG(c.account->username));
        return write_into(cx, &c);
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
