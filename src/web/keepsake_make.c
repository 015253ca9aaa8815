/* The job "keepsake": makes the book that was asked for. It is written to a file without a name,
 * which goes into the store once it is whole: a job that dies leaves nothing, and begins again. The
 * file is the row's in the transaction that ends the job. */
#include "lib/text/json.h"
#include "store/files.h"
#include "web/keepsake.h"
#include "web/keepsake_book.h"

struct making {
        int64_t id;
        struct keepsake *k;
        struct keepsake_reader reader;
        struct str file, why;
        int64_t bytes;
};

static enum err begin(struct cx *cx, void *arg)
{
        struct making *m = arg;
        TRY(keepsake_begin(cx, m->id, &m->k));
        return keepsake_reader(cx, m->k, &m->reader);
}

static enum err write_made(struct cx *cx, void *arg)
{
        struct making *m = arg;
        return keepsake_made(cx, m->id, m->file, m->bytes);
}

static enum err write_name(struct cx *cx, void *arg)
{
        struct making *m = arg;
        return keepsake_named(cx, m->id, m->file);
}

static enum err write_failed(struct cx *cx, void *arg)
{
        struct making *m = arg;
        return keepsake_failed(cx, m->id, m->why);
}

static enum err give_up(struct job *job, struct making *m, struct str why)
{
        m->why = why;
        return job_end(job, write_failed, m);
}

static enum err make_file(struct job *job, struct making *m)
{
        static const char *const extensions[] = {"html", "epub", "zip"};
        /* Browsers open no page that is larger. */
        static const int64_t page_most = (int64_t)512 << 20;
        struct files *files = job->cx->instance->files;
        int64_t most = job->cx->settings->keepsake_bytes;
        int fd;
        if (m->k->form == KEEPSAKE_HTML && most > page_most)
                most = page_most;
        TRY(files_new(files, job->cx->arena, extensions[m->k->form], &fd, &m->file));
        enum err e = web_book_write(job->cx, &m->reader, job->stopping, most, fd, &m->bytes);
        if (!e)
                e = cx_write(job->cx, write_name, m);
        if (e)
                files_forget(files, fd);
        else
                e = files_keep(files, fd, m->file);
        return e;
}

enum err web_keepsake_run(struct job *job)
{
        const struct json_value *j;
        struct making m = {0};
        TRY(json_read(job->cx->arena, job->payload, NULL, &j, NULL));
        if (!str_to_i64(json_get_text(j, "keepsake"), &m.id))
                return ERR_INPUT;
        enum err e = cx_read(job->cx, begin, &m);
        if (e == ERR_MISSING) /* taken back, or no longer theirs to have */
                return give_up(job, &m, S("You cannot have this book any more."));
        TRY(e);
        if (m.k->file.n) /* of a try that died between the file and the end */
                TRY(files_remove(job->cx->instance->files, m.k->file));
        e = make_file(job, &m);
        if (e == ERR_MISSING)
                return OK; /* deleted while it was made */
        if (e == ERR_TOO_LARGE)
                return give_up(job, &m,
                               S("It would be larger than it can be here. Choose fewer days, or "
                                 "leave the photos out; an EPUB or an archive can hold more than a "
                                 "page to print."));
        if (e && !(e == ERR_BUSY && job_must_stop(job)) && job->attempts >= KEEPSAKE_TRIES)
                return give_up(job, &m,
                               e == ERR_FULL ? S("The server has no room for it just now. Ask for "
                                                 "it again later.")
                                             : S("It could not be made. Ask for it once more, "
                                                 "perhaps for fewer days."));
        TRY(e);
        e = job_end(job, write_made, &m);
        if (e && files_remove(job->cx->instance->files, m.file) == OK && e == ERR_MISSING)
                return OK; /* deleted while it was made */
        return e;
}
