/* Bringing files of other servers: see far_take.h. The network part waits on the fetcher's thread;
 * two threads here look at what came, hand it to the box and to the writer; one more sees to the
 * deadlines of those who wait. Called by the route that serves copies, and by the job of link
 * previews. */
#include "social/far_take.h"
#include "lib/base/hash.h"
#include "lib/base/log.h"
#include "lib/http/fetch.h"
#include "lib/text/url.h"
#include "social/far_film.h"
#include "social/media_take.h"
#include "store/files.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
        THREADS = 2, /* the box decodes no more at once on a small machine */
        BUCKETS = 1024,
        USED = 256,
        TICK_MS = 200,
        FLUSH_MS = 60000,
        ARENA_CAP = 64 << 20,
        PART_FREED = 20 /* evicting goes a twentieth below the limit, so that it is seldom done */
};

/* A file on its way. */
struct coming {
        struct coming *chain, *next; /* in the table; in the line of those that came */
        struct far_file file;        /* strings in `words` */
        struct str host;
        char *words;
        struct far_waiter *waiters;
        struct far_take *owner;
        int fd;
        int64_t size, retry_ms;
        enum fetch_end end;
        int status;
};

struct far_take {
        struct instance *instance;
        struct fetcher *fetcher;
        pthread_t threads[THREADS], ticker;
        int n_threads;
        bool has_ticker;
        pthread_mutex_t lock; /* of all below */
        pthread_cond_t came, tick;
        struct coming *table[BUCKETS];
        struct coming *first, **last;
        struct far_row used[USED];
        size_t n_coming, n_waiting, n_used;
        bool ending;
        atomic_bool stopping;
        atomic_llong taken, failed, evicted, bytes;
};

static struct coming **slot(struct far_take *t, enum far_kind kind, int64_t owner)
{
        return &t->table[hash_i64(owner * FAR_KINDS + (int64_t)kind) % BUCKETS];
}

static struct coming *find(struct far_take *t, enum far_kind kind, int64_t owner)
{
        struct coming *c = *slot(t, kind, owner);
        while (c && (c->file.kind != kind || c->file.owner != owner))
                c = c->chain;
        return c;
}

static void unlink_coming(struct far_take *t, struct coming *c)
{
        struct coming **at = slot(t, c->file.kind, c->file.owner);
        while (*at != c)
                at = &(*at)->chain;
        *at = c->chain;
        t->n_coming--;
}

static size_t of_host(struct far_take *t, struct str host)
{
        size_t n = 0;
        for (size_t i = 0; i < BUCKETS; i++)
                for (struct coming *c = t->table[i]; c; c = c->chain)
                        n += str_eq(c->host, host);
        return n;
}

static void tell(struct far_waiter *w, enum err e)
{
        while (w) {
                struct far_waiter *next = w->next; /* w may be gone after the call */
                w->done(w, e);
                w = next;
        }
}

/* ---- what came ---- */

static bool is_film(const struct far_file *f)
{
        return f->kind == FAR_PHOTO && f->is != MEDIA_IMAGE && f->is != MEDIA_UNKNOWN;
}

static enum err take_picture(struct cx *cx, const struct coming *c, struct far_copy *to)
{
        static const enum photobox_mode modes[FAR_KINDS] = {PHOTOBOX_PHOTO,  PHOTOBOX_PORTRAIT,
                                                            PHOTOBOX_HEADER, PHOTOBOX_EMOJI,
                                                            PHOTOBOX_CARD,   PHOTOBOX_CARD};
        struct upload file = {.fd = c->fd, .size = c->size};
        struct media_renditions r;
        TRY(media_render(cx, &file, modes[c->file.kind], &r));
        *to = (struct far_copy){
                .names = {r.full, r.preview, r.still},
                .type = str_of(picture_mime(r.about.full.kind)),
                .small_type = str_of(picture_mime(r.about.preview.kind)),
                .blurhash = str_dup(cx->arena, str_of(r.about.blurhash)),
                .full_bytes = (int64_t)r.about.full.bytes,
                .bytes = (int64_t)(r.about.full.bytes + r.about.preview.bytes +
                                   (r.still.n ? r.about.still.bytes : 0)),
                .width = r.about.full.width,
                .height = r.about.full.height,
                .small_width = r.about.preview.width,
                .small_height = r.about.preview.height,
                .animated = r.about.animated,
        };
        return OK;
}

struct keeping {
        const struct far_file *file;
        const struct far_copy *copy;
};

static enum err keep(struct cx *cx, void *arg)
{
        const struct keeping *k = arg;
        return far_file_keep(cx, k->file, k->copy);
}

static enum err throw_away(struct cx *cx, const struct far_copy *copy, enum err e)
{
        for (size_t i = 0; i < FAR_FORMS; i++)
                if (copy->names[i].n && files_remove(cx->instance->files, copy->names[i]))
                        return ERR_FAULT; /* the sweep finds it */
        return e == ERR_GONE ? OK : e;
}

struct missing {
        struct str url;
        int64_t least_ms;
        bool final;
};

static enum err put_miss(struct cx *cx, void *arg)
{
        const struct missing *m = arg;
        return far_file_miss(cx, m->url, m->final, m->least_ms);
}

/* Gone, forbidden, or no picture: that does not change within minutes. */
static enum err miss(struct cx *cx, const struct coming *c, bool final, const char *why)
{
        struct missing m = {c->file.url, c->retry_ms, final};
        log_event(LOG_INFO, "far_file", LOG_S("host", c->host), LOG_Z("why", why),
                  LOG_N("status", c->status));
        TRY(cx_write(cx, put_miss, &m));
        return final ? ERR_MISSING : ERR_REMOTE;
}

static enum err take(struct cx *cx, struct coming *c)
{
        struct far_copy copy = {0};
        if (c->end == FETCH_CANCELLED || c->end == FETCH_BUSY || c->end == FETCH_DISK)
                return ERR_BUSY; /* our own trouble, not theirs */
        if (c->end)
                return miss(cx, c, c->end == FETCH_REFUSED || c->end == FETCH_ADDRESS,
                            fetch_end_name(c->end));
        if (c->status != 200)
                return miss(cx, c, c->status / 100 == 4 && c->status != 429, "status");
        enum err e = is_film(&c->file) ? far_film_take(cx, c->fd, c->size, &copy)
                                       : take_picture(cx, c, &copy);
        if (e == ERR_INPUT || e == ERR_TOO_LARGE)
                return miss(cx, c, true, "no picture");
        if (e)
                return e == ERR_BUSY || e == ERR_FULL ? e : miss(cx, c, false, "fault");
        struct keeping k = {&c->file, &copy};
        e = cx_write(cx, keep, &k);
        if (e)
                return throw_away(cx, &copy, e);
        atomic_fetch_add(&c->owner->bytes, copy.bytes);
        return OK;
}

/* ---- room ---- */

struct eviction {
        int64_t bytes, freed;
};

static enum err evict(struct cx *cx, void *arg)
{
        struct eviction *v = arg;
        return far_file_evict(cx, v->bytes, &v->freed);
}

static void make_room(struct far_take *t, struct cx *cx)
{
        int64_t limit = cx->settings->far_media_bytes;
        struct eviction v = {.bytes = t->bytes - (limit - limit / PART_FREED)};
        if (t->bytes <= limit)
                return;
        do {
                if (cx_write(cx, evict, &v) || !v.freed)
                        return;
                atomic_fetch_sub(&t->bytes, v.freed);
                atomic_fetch_add(&t->evicted, v.freed);
                v.bytes -= v.freed;
        } while (v.bytes > 0);
}

/* ---- the threads ---- */

static void end(struct far_take *t, struct coming *c, enum err e)
{
        pthread_mutex_lock(&t->lock);
        unlink_coming(t, c);
        struct far_waiter *w = c->waiters;
        for (struct far_waiter *i = w; i; i = i->next)
                t->n_waiting--;
        pthread_mutex_unlock(&t->lock);
        atomic_fetch_add(e ? &t->failed : &t->taken, 1);
        tell(w, e == OK || e == ERR_MISSING || e == ERR_REMOTE ? e : ERR_BUSY);
        if (c->fd >= 0)
                close(c->fd);
        free(c->words);
        free(c);
}

static struct coming *next_come(struct far_take *t)
{
        pthread_mutex_lock(&t->lock);
        while (!t->first && !t->ending)
                pthread_cond_wait(&t->came, &t->lock);
        struct coming *c = t->first;
        if (c) {
                t->first = c->next;
                if (!t->first)
                        t->last = &t->first;
        }
        pthread_mutex_unlock(&t->lock);
        return c;
}

static void open_cx(struct far_take *t, struct arena *a, struct cx *cx)
{
        *cx = (struct cx){.arena = a,
                          .clock = t->instance->clock,
                          .settings = t->instance->settings,
                          .instance = t->instance};
}

static void *work(void *arg)
{
        struct far_take *t = arg;
        struct arena a;
        struct cx cx;
        arena_open(&a, ARENA_CAP);
        for (struct coming *c; (c = next_come(t));) {
                open_cx(t, &a, &cx);
                enum err e = t->stopping ? ERR_BUSY : take(&cx, c);
                end(t, c, e);
                make_room(t, &cx);
                arena_reset(&a);
        }
        arena_close(&a);
        return NULL;
}

/* Takes those off whose time is over. */
static struct far_waiter *overdue(struct far_take *t, int64_t now)
{
        struct far_waiter *late = NULL;
        for (size_t i = 0; i < BUCKETS; i++)
                for (struct coming *c = t->table[i]; c; c = c->chain)
                        for (struct far_waiter **at = &c->waiters; *at;) {
                                struct far_waiter *w = *at;
                                if (w->deadline_ms > now && !t->stopping) {
                                        at = &w->next;
                                        continue;
                                }
                                *at = w->next;
                                w->next = late;
                                late = w;
                                t->n_waiting--;
                        }
        return late;
}

struct uses {
        struct far_row v[USED];
        size_t n;
};

static enum err touch_all(struct cx *cx, void *arg)
{
        const struct uses *u = arg;
        for (size_t i = 0; i < u->n; i++)
                TRY(far_file_touch(cx, u->v[i].kind, u->v[i].owner));
        return OK;
}

static void flush_uses(struct far_take *t, struct cx *cx)
{
        struct uses u;
        pthread_mutex_lock(&t->lock);
        memcpy(u.v, t->used, t->n_used * sizeof u.v[0]);
        u.n = t->n_used;
        t->n_used = 0;
        pthread_mutex_unlock(&t->lock);
        if (u.n && cx_write(cx, touch_all, &u))
                log_event(LOG_WARN, "far_file", LOG_Z("why", "uses were not noted"));
}

static void wait_a_tick(struct far_take *t)
{
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += TICK_MS * 1000000L;
        if (until.tv_nsec >= 1000000000L) {
                until.tv_nsec -= 1000000000L;
                until.tv_sec++;
        }
        pthread_cond_timedwait(&t->tick, &t->lock, &until);
}

static void *tick(void *arg)
{
        struct far_take *t = arg;
        struct arena a;
        struct cx cx;
        int64_t flush_ms = clock_steady(t->instance->clock) + FLUSH_MS;
        arena_open(&a, ARENA_CAP);
        for (bool more = true; more;) {
                pthread_mutex_lock(&t->lock);
                if (!t->ending && !t->stopping)
                        wait_a_tick(t);
                else if (!t->ending)
                        pthread_cond_wait(&t->tick, &t->lock);
                int64_t now = clock_steady(t->instance->clock);
                struct far_waiter *late = t->n_waiting ? overdue(t, now) : NULL;
                more = !t->ending;
                pthread_mutex_unlock(&t->lock);
                tell(late, ERR_BUSY);
                if (now < flush_ms && more)
                        continue;
                open_cx(t, &a, &cx);
                flush_uses(t, &cx);
                arena_reset(&a);
                flush_ms = now + FLUSH_MS;
        }
        arena_close(&a);
        return NULL;
}

/* ---- asking ---- */

/* On the fetcher's thread. */
static void fetched(void *arg, const struct fetch_answer *a)
{
        struct coming *c = arg;
        struct far_take *t = c->owner;
        c->end = a->end;
        if (!a->end) {
                c->status = a->status;
                c->size = (int64_t)a->size;
                c->retry_ms = fetch_retry_after(a, clock_now(t->instance->clock));
        }
        pthread_mutex_lock(&t->lock);
        *t->last = c;
        t->last = &c->next;
        pthread_cond_signal(&t->came);
        pthread_mutex_unlock(&t->lock);
}

static struct coming *make_coming(struct far_take *t, const struct far_file *f, struct str host)
{
        struct coming *c = must_alloc(1, sizeof *c);
        *c = (struct coming){.file = *f, .owner = t, .fd = -1};
        c->words = must_alloc(f->url.n + host.n + 1, 1);
        memcpy(c->words, f->url.p, f->url.n);
        memcpy(c->words + f->url.n, host.p, host.n);
        c->file.url = (struct str){c->words, f->url.n};
        c->host = (struct str){c->words + f->url.n, host.n};
        c->file.domain = STR_NONE;
        return c;
}

static void start(struct far_take *t, struct coming *c, bool urgent)
{
        const struct settings *s = t->instance->settings;
        struct arena a;
        struct str name;
        arena_open(&a, 1 << 20);
        bool open = files_new(t->instance->files, &a, "x", &c->fd, &name) == OK;
        arena_close(&a);
        if (!open) {
                fetched(c, &(struct fetch_answer){.end = FETCH_DISK});
                return;
        }
        struct fetch_request rq = {
                .url = c->file.url,
                .accept = is_film(&c->file) ? S("video/*, audio/*")
                                            : S("image/jpeg, image/png, image/webp, image/gif, "
                                                "image/avif, image/heic"),
                .max_bytes = (size_t)(is_film(&c->file) ? s->video_bytes : s->image_bytes),
                .total_ms = FAR_FETCH_MS,
                .wait_ms = FAR_FETCH_MS,
                .follow = FETCH_FOLLOW_ANY,
                .urgent = urgent,
                .fd = c->fd,
        };
        fetch_start(t->fetcher, &rq, fetched, c);
}

void far_take_want(struct far_take *t, const struct far_file *f, bool urgent, struct far_waiter *w)
{
        struct arena a;
        struct url u;
        struct str host = STR_NONE;
        arena_open(&a, 1 << 20);
        if (url_read(&a, f->url, &u) && url_is_http(&u))
                host = url_host_port(&a, &u);
        w->deadline_ms = clock_steady(t->instance->clock) + FAR_WAIT_MS;
        w->next = NULL;
        pthread_mutex_lock(&t->lock);
        struct coming *c = find(t, f->kind, f->owner), *fresh = NULL;
        bool full = !host.n || t->stopping || t->n_waiting >= FAR_WAITING;
        if (!full && !c && t->n_coming < FAR_AT_ONCE && of_host(t, host) < FAR_HOST_AT_ONCE) {
                c = fresh = make_coming(t, f, host);
                struct coming **at = slot(t, f->kind, f->owner);
                c->chain = *at;
                *at = c;
                t->n_coming++;
        }
        full = full || !c;
        if (!full) {
                w->next = c->waiters;
                c->waiters = w;
                t->n_waiting++;
        }
        pthread_mutex_unlock(&t->lock);
        arena_close(&a);
        if (fresh)
                start(t, fresh, urgent);
        if (full)
                w->done(w, host.n ? ERR_BUSY : ERR_MISSING);
}

struct now {
        struct far_waiter w;
        pthread_mutex_t lock;
        pthread_cond_t wake;
        enum err e;
        bool done;
};

static void now_done(struct far_waiter *w, enum err e)
{
        struct now *n = (struct now *)w; /* its first member */
        pthread_mutex_lock(&n->lock);
        n->e = e;
        n->done = true;
        pthread_cond_signal(&n->wake);
        pthread_mutex_unlock(&n->lock);
}

enum err far_take_now(struct far_take *t, const struct far_file *f)
{
        struct now n = {.w = {.done = now_done},
                        .lock = PTHREAD_MUTEX_INITIALIZER,
                        .wake = PTHREAD_COND_INITIALIZER};
        far_take_want(t, f, false, &n.w);
        pthread_mutex_lock(&n.lock);
        while (!n.done)
                pthread_cond_wait(&n.wake, &n.lock);
        pthread_mutex_unlock(&n.lock);
        pthread_mutex_destroy(&n.lock);
        pthread_cond_destroy(&n.wake);
        return n.e;
}

void far_take_used(struct far_take *t, enum far_kind kind, int64_t owner)
{
        pthread_mutex_lock(&t->lock);
        bool known = t->n_used == USED; /* full: the next minute notes it */
        for (size_t i = 0; i < t->n_used && !known; i++)
                known = t->used[i].kind == kind && t->used[i].owner == owner;
        if (!known)
                t->used[t->n_used++] = (struct far_row){kind, owner};
        pthread_mutex_unlock(&t->lock);
}

void far_take_recount(struct far_take *t, int64_t bytes)
{
        if (t)
                atomic_store(&t->bytes, bytes);
}

/* ---- opening ---- */

static enum err read_total(struct cx *cx, void *arg)
{
        return far_file_total(cx, arg);
}

enum err far_take_open(struct instance *instance, struct fetcher *fetcher, struct far_take **ret)
{
        struct far_take *t = must_alloc(1, sizeof *t);
        struct arena a;
        struct cx cx;
        int64_t total = 0;
        t->instance = instance;
        t->fetcher = fetcher;
        t->last = &t->first;
        pthread_mutex_init(&t->lock, NULL);
        pthread_cond_init(&t->came, NULL);
        pthread_cond_init(&t->tick, NULL);
        *ret = t;
        arena_open(&a, ARENA_CAP);
        open_cx(t, &a, &cx);
        enum err e = cx_write(&cx, read_total, &total);
        arena_close(&a);
        t->bytes = total;
        if (!e && pthread_create(&t->ticker, NULL, tick, t))
                e = ERR_FAULT;
        t->has_ticker = !e;
        for (int i = 0; i < THREADS && !e; i++)
                if (pthread_create(&t->threads[i], NULL, work, t))
                        e = ERR_FAULT;
                else
                        t->n_threads++;
        return e;
}

void far_take_stop(struct far_take *t)
{
        if (!t)
                return;
        pthread_mutex_lock(&t->lock);
        t->stopping = true;
        struct far_waiter *late = overdue(t, 0);
        pthread_mutex_unlock(&t->lock);
        tell(late, ERR_BUSY);
}

void far_take_close(struct far_take **tp)
{
        struct far_take *t = *tp;
        if (!t)
                return;
        far_take_stop(t);
        fetch_stop(t->fetcher); /* every fetch ends, and is put into the line */
        pthread_mutex_lock(&t->lock);
        t->ending = true;
        pthread_cond_broadcast(&t->came);
        pthread_cond_broadcast(&t->tick);
        pthread_mutex_unlock(&t->lock);
        for (int i = 0; i < t->n_threads; i++)
                pthread_join(t->threads[i], NULL);
        if (t->has_ticker)
                pthread_join(t->ticker, NULL);
        pthread_mutex_destroy(&t->lock);
        pthread_cond_destroy(&t->came);
        pthread_cond_destroy(&t->tick);
        free(t);
        *tp = NULL;
}

struct far_take_counts far_take_count(struct far_take *t)
{
        if (!t)
                return (struct far_take_counts){0};
        pthread_mutex_lock(&t->lock);
        int64_t under_way = (int64_t)t->n_coming;
        pthread_mutex_unlock(&t->lock);
        return (struct far_take_counts){t->taken, t->failed, t->evicted, t->bytes, under_way};
}
