/* Setting files and rows against each other: see media_sweep.h. Two walks over the folders with the
 * rows read in between, a page at a time; of a file only its hash is kept, so a million of them
 * cost 16 MiB for some seconds. */
#include "social/media_sweep.h"
#include "lib/base/hash.h"
#include "lib/base/log.h"
#include "social/far_take.h"
#include "store/files.h"
#include <stdlib.h>
#include <unistd.h>

enum {
        PAGE = 500,
        DOUBT_FROM = 100, /* files; fewer than these prove nothing */
        TOLD_MOST = 20,
        ARENA_CAP = 16 << 20
};

#define PAGE_OF(table, columns)                                                                    \
        "SELECT id, " columns " FROM " table " WHERE id > $1 ORDER BY id LIMIT $2"
static const struct stmt MEDIA_PAGE = {
        .name = "sweep_media",
        .text = PAGE_OF("media", "file, preview, still"),
        .in = "ii",
        .out = "iSSS",
};
static const struct stmt AVATAR_PAGE = {
        .name = "sweep_avatars",
        .text = PAGE_OF("account", "avatar, avatar_static, avatar_portrait"),
        .in = "ii",
        .out = "iSSS",
};
static const struct stmt HEADER_PAGE = {
        .name = "sweep_headers",
        .text = PAGE_OF("account", "header, header_static"),
        .in = "ii",
        .out = "iSS",
};
static const struct stmt EMOJI_PAGE = {
        .name = "sweep_emoji",
        .text = PAGE_OF("emoji", "file, still"),
        .in = "ii",
        .out = "iSS",
};
static const struct stmt LINK_PAGE = {
        .name = "sweep_links",
        .text = PAGE_OF("link_card", "file, preview"),
        .in = "ii",
        .out = "iSS",
};

static const struct stmt STEWARD_PAGE = {
        .name = "sweep_steward_files",
        .text = PAGE_OF("steward_file", "name, still, portrait"),
        .in = "ii",
        .out = "iSSS",
};

static const struct stmt KEEPSAKE_PAGE = {
        .name = "sweep_keepsakes",
        .text = PAGE_OF("keepsake", "file"),
        .in = "ii",
        .out = "iS",
};

static const struct holder {
        const struct stmt *page;
        enum far_kind kind;
        size_t names;
        const char *noun;
} holders[] = {{&MEDIA_PAGE, FAR_PHOTO, 3, "media"},
               {&AVATAR_PAGE, FAR_AVATAR, 3, "avatar"},
               {&HEADER_PAGE, FAR_HEADER, 2, "header"},
               {&EMOJI_PAGE, FAR_EMOJI, 2, "emoji"},
               {&LINK_PAGE, FAR_LINK, 2, "link"},
               {&STEWARD_PAGE, FAR_AVATAR, 3, "steward's picture"},
               {&KEEPSAKE_PAGE, FAR_AVATAR, 1, "keepsake"}};

struct known {
        uint64_t hash;
        bool has_row;
};

struct sweep {
        struct cx *cx;
        const _Atomic bool *stop;
        struct sweep_count *count;
        struct known *v;
        size_t n, room, rows;
        int64_t now;
        const struct holder *holder; /* whose page is being read */
        int64_t after;
        bool full; /* there is a next page */
        int64_t lost[PAGE];
        size_t n_lost;
};

/* ---- files ---- */

static enum err note_file(void *arg, struct str name, int64_t modified_ms)
{
        struct sweep *s = arg;
        (void)modified_ms;
        if (s->n == s->room) {
                s->room = s->room ? s->room * 2 : 1024;
                struct known *more = realloc(s->v, s->room * sizeof *more);
                if (!more)
                        return ERR_FULL;
                s->v = more;
        }
        s->v[s->n++] = (struct known){hash_keyed(name), false};
        return s->stop && *s->stop ? ERR_BUSY : OK;
}

static int by_hash(const void *x, const void *y)
{
        uint64_t a = ((const struct known *)x)->hash, b = ((const struct known *)y)->hash;
        return (a > b) - (a < b);
}

static struct known *find(struct sweep *s, struct str name)
{
        struct known key = {.hash = hash_keyed(name)};
        return s->n ? bsearch(&key, s->v, s->n, sizeof key, by_hash) : NULL;
}

static enum err remove_file(void *arg, struct str name, int64_t modified_ms)
{
        struct sweep *s = arg;
        struct known *k = find(s, name);
        if (s->stop && *s->stop)
                return ERR_BUSY;
        if (!k || k->has_row || modified_ms > s->now - SWEEP_GRACE_MS)
                return OK; /* it came after the first walk, or is in use, or may be soon */
        TRY(files_remove(s->cx->instance->files, name));
        s->count->removed++;
        return OK;
}

/* ---- rows ---- */

static bool is_there(struct sweep *s, struct str name)
{
        struct known *k = find(s, name);
        int fd;
        int64_t size;
        if (k) {
                s->rows += !k->has_row;
                k->has_row = true;
                return true;
        }
        /* Written since the walk, perhaps. */
        if (files_read(s->cx->instance->files, name, &fd, &size))
                return false;
        close(fd);
        return true;
}

static enum err read_page(struct cx *cx, void *arg)
{
        struct sweep *s = arg;
        struct row r;
        size_t n = 0;
        s->n_lost = 0;
        TRY(db_all(cx->db, s->holder->page, cx->arena, BIND(V(s->after), V(PAGE)), &r));
        while (n < PAGE && row_next(&r)) {
                bool whole = true;
                s->after = row_int(&r);
                for (size_t i = 0; i < s->holder->names; i++) {
                        struct str name = row_str(&r);
                        whole = (!name.n || is_there(s, name)) && whole;
                }
                if (!whole)
                        s->lost[s->n_lost++] = s->after;
                n++;
        }
        s->full = n == PAGE;
        return row_end(&r);
}

/* A copy is only forgotten; what people here put in is told to whoever reads the log. */
static enum err settle_lost(struct cx *cx, void *arg)
{
        struct sweep *s = arg;
        for (size_t i = 0; i < s->n_lost; i++) {
                struct far_file f;
                enum err e = far_file_get(cx, s->holder->kind, s->lost[i], &f);
                if (!e) {
                        TRY(far_file_forget(cx, f.kind, f.owner));
                        s->count->forgotten++;
                        continue;
                }
                if (e != ERR_MISSING)
                        return e;
                if (s->count->missing++ < TOLD_MOST)
                        log_event(LOG_WARN, "file_missing", LOG_Z("of", s->holder->noun),
                                  LOG_N("id", s->lost[i]));
        }
        return OK;
}

static enum err read_rows(struct sweep *s)
{
        struct arena own, *arena = s->cx->arena;
        enum err e = OK;
        arena_open(&own, ARENA_CAP);
        s->cx->arena = &own;
        for (size_t i = 0; i < countof(holders) && !e; i++) {
                s->holder = &holders[i];
                s->after = INT64_MIN;
                do {
                        e = cx_read(s->cx, read_page, s);
                        if (!e && s->n_lost)
                                e = cx_write(s->cx, settle_lost, s);
                        if (!e && s->stop && *s->stop)
                                e = ERR_BUSY;
                        arena_reset(&own);
                } while (!e && s->full);
        }
        s->cx->arena = arena;
        arena_close(&own);
        return e;
}

/* ---- copies whose row went ---- */

struct orphans {
        struct far_row after;
        size_t n;
};

static enum err drop_orphans(struct cx *cx, void *arg)
{
        struct orphans *o = arg;
        struct far_row v[PAGE];
        TRY(far_file_list(cx, o->after, v, PAGE, &o->n));
        for (size_t i = 0; i < o->n; i++) {
                struct far_file f;
                enum err e = far_file_get(cx, v[i].kind, v[i].owner, &f);
                if (e && e != ERR_MISSING)
                        return e;
                if (e || !f.names[FAR_FULL].n)
                        TRY(far_file_forget(cx, v[i].kind, v[i].owner));
                o->after = v[i];
        }
        return OK;
}

static enum err read_total(struct cx *cx, void *arg)
{
        return far_file_total(cx, arg);
}

static enum err sweep_copies(struct cx *cx)
{
        struct orphans o = {.after = {0, INT64_MIN}};
        int64_t total;
        do
                TRY(cx_write(cx, drop_orphans, &o));
        while (o.n == PAGE);
        TRY(cx_write(cx, read_total, &total));
        far_take_recount(cx->instance->far_take, total);
        return OK;
}

enum err media_sweep(struct cx *cx, const _Atomic bool *stop, struct sweep_count *ret)
{
        struct sweep s = {.cx = cx, .stop = stop, .count = ret, .now = cx_now(cx)};
        *ret = (struct sweep_count){0};
        enum err e = files_each(cx->instance->files, note_file, &s);
        if (!e && s.n)
                qsort(s.v, s.n, sizeof *s.v, by_hash);
        ret->files = (int64_t)s.n;
        if (!e)
                e = read_rows(&s);
        ret->doubtful = s.n >= DOUBT_FROM && s.rows < s.n / 2;
        if (!e && !ret->doubtful)
                e = files_each(cx->instance->files, remove_file, &s);
        free(s.v);
        return e ? e : sweep_copies(cx);
}

static const struct stmt *const statements[] = {&MEDIA_PAGE,   &AVATAR_PAGE, &HEADER_PAGE,
                                                &EMOJI_PAGE,   &LINK_PAGE,   &STEWARD_PAGE,
                                                &KEEPSAKE_PAGE};
const struct stmt_list MEDIA_SWEEP_STATEMENTS = {statements, countof(statements)};
