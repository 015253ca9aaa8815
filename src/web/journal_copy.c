/* GET /@name/journal/copy: all of a journal for one of its owners, as an archive of the same making
 * as a keepsake's: every post, the photos as they are stored, and nothing that others wrote. It is
 * put together while its owner waits, since whoever leaves takes it along at once. An export of
 * everything holds one for each journal its owner has. */
#include "lib/base/die.h"
#include "social/keepsake.h"
#include "social/scope.h"
#include "store/files.h"
#include "store/limits.h"
#include "web/journal.h"
#include "web/keepsake_book.h"
#include "web/web.h"
#include <fcntl.h>
#include <unistd.h>

struct copy {
        int64_t owner, journal;
        struct account *account;
        struct keepsake book;
        struct keepsake_reader reader;
};

static enum err load_journal(struct cx *cx, void *arg)
{
        struct copy *c = arg;
        struct journal *j;
        TRY(account_get(cx, c->journal, &c->account));
        TRY(journal_get(cx, c->journal, &j));
        c->book = (struct keepsake){.account = c->owner,
                                    .subject = c->journal,
                                    .kind = KEEPSAKE_OF_JOURNAL,
                                    .form = KEEPSAKE_ZIP,
                                    .paper = KEEPSAKE_A4,
                                    .parts = KEEPSAKE_PHOTOS | KEEPSAKE_CAPTIONS | KEEPSAKE_VEILED |
                                             KEEPSAKE_LIMITED | KEEPSAKE_SELF,
                                    .title = account_name(c->account),
                                    .words = markup_to_text(cx->arena, c->account->note_html),
                                    .memory = j->memory};
        return keepsake_reader(cx, &c->book, &c->reader);
}

enum err web_journal_copy_into(struct cx *cx, int64_t owner, int64_t journal, struct zip *zip)
{
        struct copy c = {.owner = owner, .journal = journal};
        enum err e = cx_read(cx, load_journal, &c);
        if (e)
                return e == ERR_MISSING ? OK : e; /* deleted meanwhile */
        return web_book_into(cx, &c.reader,
                             str_fmt(cx->arena, "journals/%.*s/", STR_ARG(c.account->username)),
                             zip);
}

static enum err web_journal_copy(struct req *rq)
{
        struct account *a;
        struct journal *j;
        int64_t size;
        TRY(web_journal_own(rq, &a, &j));
        struct copy c = {.owner = rq->viewer->account, .journal = a->id};
        TRY(cx_read(rq->cx, load_journal, &c));
        struct str dir = files_temp_dir(rq->cx->instance->files);
        int fd = open(str_z(rq->arena, dir), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
        if (fd < 0)
                return ERR_FULL;
        enum err e = web_book_write(rq->cx, &c.reader, NULL, INT64_MAX, fd, &size);
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
