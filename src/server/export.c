/* Putting an export together: the documents of fedi, the pages of web, the rows of social and the
 * files of the store, in one zip. It stands here because the doors do not know each other. A try
 * that ends early leaves nothing: the file has no name before it is whole. */
#include "server/export.h"
#include "fedi/archive.h"
#include "lib/base/log.h"
#include "lib/base/zip.h"
#include "social/export.h"
#include "social/journal.h"
#include "store/download.h"
#include "store/files.h"
#include "web/journal.h"
#include "web/offline.h"
#include <unistd.h>

enum { PART_ARENA = 64 << 20, FILES_AT_ONCE = 100 };

struct building {
        struct job *job;
        struct cx cx; /* with the arena of a part */
        struct arena *kept;
        const struct export *export;
        const struct account *account;
        struct zip zip;
        struct export_sink sink;
        int64_t after; /* the last file that is in it */
        struct str names[FILES_AT_ONCE];
        size_t n;
        int64_t *journals;
        size_t n_journals;
};

static enum err take(struct export_sink *s, struct str bytes)
{
        struct building *b = s->of;
        if (job_must_stop(b->job))
                return ERR_BUSY;
        zip_more(&b->zip, bytes);
        return b->zip.err;
}

static enum err add_rows(struct building *b)
{
        for (size_t i = 0; i < EXPORT_FILES_COUNT; i++) {
                zip_begin(&b->zip, str_of(EXPORT_FILES[i].name));
                TRY(export_rows(&b->cx, &EXPORT_FILES[i], b->account->id, true, &b->sink));
                zip_end(&b->zip);
        }
        return b->zip.err;
}

static enum err add_documents(struct building *b)
{
        const struct account *a = b->account;
        zip_begin(&b->zip, S("actor.json"));
        TRY(archive_actor(&b->cx, a, &b->sink));
        zip_end(&b->zip);
        zip_begin(&b->zip, S("outbox.json"));
        TRY(archive_outbox(&b->cx, a, &b->sink));
        zip_end(&b->zip);
        zip_begin(&b->zip, S("likes.json"));
        TRY(archive_marks(&b->cx, a, MARK_FAVOURITE, "likes.json", &b->sink));
        zip_end(&b->zip);
        zip_begin(&b->zip, S("bookmarks.json"));
        TRY(archive_marks(&b->cx, a, MARK_BOOKMARK, "bookmarks.json", &b->sink));
        zip_end(&b->zip);
        return b->zip.err;
}

/* A file that was deleted meanwhile is left out; the rest of the copy is worth having. */
static enum err add_file(struct building *b, struct str name, struct str file)
{
        int fd;
        int64_t size;
        enum err e = file.n ? files_read(b->cx.instance->files, file, &fd, &size) : ERR_MISSING;
        if (e)
                return e == ERR_MISSING ? OK : e;
        zip_add_file(&b->zip, name, fd);
        close(fd);
        return b->zip.err;
}

static enum err load_names(struct cx *cx, void *arg)
{
        struct building *b = arg;
        return export_media(cx, b->account->id, &b->after, b->names, FILES_AT_ONCE, &b->n);
}

static enum err add_media(struct building *b)
{
        const struct account *a = b->account;
        struct arena *arena = b->cx.arena;
        TRY(add_file(b, export_picture(arena, "avatar", a->avatar), a->avatar));
        TRY(add_file(b, export_picture(arena, "header", a->header), a->header));
        do {
                arena_reset(arena);
                TRY(cx_read(&b->cx, load_names, b));
                for (size_t i = 0; i < b->n; i++) {
                        if (job_must_stop(b->job))
                                return ERR_BUSY;
                        TRY(add_file(b, str_join(arena, S("media_attachments/files/"), b->names[i]),
                                     b->names[i]));
                }
        } while (b->n == FILES_AT_ONCE);
        return OK;
}

static enum err add_journals(struct building *b)
{
        for (size_t i = 0; i < b->n_journals; i++) {
                if (job_must_stop(b->job))
                        return ERR_BUSY;
                arena_reset(b->cx.arena);
                TRY(web_journal_copy_into(&b->cx, b->export->account, b->journals[i], &b->zip));
        }
        return OK;
}

static enum err load_person(struct cx *cx, void *arg)
{
        struct building *b = arg;
        struct account *a;
        TRY(account_get(cx, b->export->account, &a));
        b->account = a;
        return journal_list(cx, a->id, false, &b->journals, &b->n_journals);
}

static enum err add_all(struct building *b)
{
        struct cx kept = b->cx;
        kept.arena = b->kept;
        TRY(cx_read(&kept, load_person, b));
        TRY(add_documents(b));
        TRY(add_rows(b));
        TRY(web_offline(&b->cx, b->kept, b->account, b->job->stopping, &b->zip));
        TRY(add_media(b));
        return add_journals(b);
}

static enum err build(struct job *job, const struct export *x, int fd, int64_t *size)
{
        struct arena part;
        struct building b = {.job = job, .cx = *job->cx, .kept = job->cx->arena, .export = x};
        b.cx.arena = &part;
        b.sink = (struct export_sink){take, &b};
        b.after = -1;
        arena_open(&part, PART_ARENA);
        zip_open(&b.zip, fd, cx_now(job->cx));
        enum err e = add_all(&b), closed = zip_close(&b.zip, size);
        arena_close(&part);
        return e ? e : closed;
}

struct result {
        const struct export *export;
        int64_t bytes;
};

static enum err ready(struct cx *cx, void *arg)
{
        const struct result *r = arg;
        return export_ready(cx, r->export, r->bytes);
}

static enum err failed(struct cx *cx, void *arg)
{
        const struct result *r = arg;
        return export_fail(cx, r->export->id);
}

static enum err make_one(struct job *job, struct result *r)
{
        int fd;
        TRY(download_new(job->cx, &fd));
        enum err e = build(job, r->export, fd, &r->bytes);
        if (!e)
                e = download_keep(job->cx, EXPORT_FILE, r->export->id, fd);
        close(fd);
        TRY(e);
        log_event(LOG_INFO, "export", LOG_N("bytes", r->bytes));
        return job_end(job, ready, r);
}

struct asked {
        struct str payload;
        struct export *export;
};

static enum err begin(struct cx *cx, void *arg)
{
        struct asked *a = arg;
        return export_begin(cx, a->payload, &a->export);
}

enum err export_run(struct job *job)
{
        struct asked a = {.payload = job->payload};
        enum err e = cx_read(job->cx, begin, &a);
        if (e)
                return e == ERR_MISSING ? OK : e;
        struct result r = {.export = a.export};
        e = make_one(job, &r);
        if (e && !job_must_stop(job) && (!err_retry(e) || job->attempts >= job->kind->max_attempts))
                TRY(cx_write(job->cx, failed, &r));
        return e;
}
