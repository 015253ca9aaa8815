/* The planner: one thread that knows which servers are worked for, gives the signers what may
 * leave, and writes down how it ended, many answers in one commit. Memory is that of what is out: a
 * few rows a server, for at most DELIVER_LANES servers, however many wait. */
#include "fedi/deliver_parts.h"
#include "lib/base/log.h"
#include "social/server_policy.h"
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum {
        LOOK_MS = 1000,
        SETTLE_MS = 50,    /* answers are written down together: after this long ... */
        SETTLE_MOST = 256, /* ... or when there are as many; a crash sends so many again at most */
        ARENA_CAP = 64 << 20,
        DRAIN_MS = 2000
};

static int64_t steady(void)
{
        return clock_steady(&clock_real);
}

/* ---- writing down ---- */

static enum err settle_shipments(struct cx *cx, const struct shipment *first)
{
        int64_t last = 0;
        for (const struct shipment *s = first; s; s = s->next) {
                if (s->end == SHIP_TAKEN || s->end == SHIP_NEVER)
                        TRY(deliver_done(cx, s->lane->host.host, s->parcel, s->inbox));
                if (s->status == 410)
                        TRY(deliver_gone(cx, s->lane->host.host, s->inbox));
        }
        for (const struct shipment *s = first; s; s = s->next) {
                if (s->parcel != last)
                        TRY(deliver_parcel_done(cx, s->parcel));
                last = s->parcel;
        }
        return OK;
}

static enum err settle_lane(struct cx *cx, const struct deliver_lane *l)
{
        if (l->failed)
                return deliver_host_bad(cx, &l->host, l->pause_ms);
        if (l->good && (l->host.failures || l->host.dead || l->scheme != l->host.scheme))
                TRY(deliver_host_good(cx, l->host.host, l->scheme));
        return deliver_host_rest(cx, l->host.host);
}

static enum err settle_write(struct cx *cx, void *arg)
{
        const struct deliverer *d = arg;
        TRY(settle_shipments(cx, d->unsettled.first));
        for (size_t i = 0; i < d->n_lanes; i++)
                if (deliver_lane_over(d->lanes[i]))
                        TRY(settle_lane(cx, d->lanes[i]));
        return OK;
}

static void close_lanes(struct deliverer *d)
{
        size_t kept = 0;
        for (size_t i = 0; i < d->n_lanes; i++) {
                struct deliver_lane *l = d->lanes[i];
                if (!deliver_lane_over(l)) {
                        d->lanes[kept++] = l;
                        continue;
                }
                if (l->failed)
                        log_event(LOG_INFO, "delivery_failed", LOG_S("host", l->host.host),
                                  LOG_N("status", l->status),
                                  LOG_N("failures", l->host.failures + 1));
                deliver_lane_close(d, l);
        }
        d->n_lanes = kept;
}

static bool has_news(const struct deliverer *d)
{
        bool any = d->unsettled.first != NULL;
        for (size_t i = 0; i < d->n_lanes && !any; i++)
                any = deliver_lane_over(d->lanes[i]);
        return any;
}

/* False when the database did not take it: the same is tried again a little later. */
static bool settle(struct deliverer *d)
{
        enum err e = cx_write(&d->cx, settle_write, d);
        if (e) {
                log_event(LOG_WARN, "deliveries_unsettled", LOG_Z("reason", err_name(e)));
                return false;
        }
        struct deliverer_counts add = {0};
        for (struct shipment *x; (x = ship_queue_take(&d->unsettled));) {
                add.sent += x->end == SHIP_TAKEN;
                add.refused += x->end == SHIP_NEVER;
                add.failed += x->end == SHIP_LATER;
                shipment_close(d, x);
        }
        pthread_mutex_lock(&d->lock);
        d->counts.sent += add.sent;
        d->counts.refused += add.refused;
        d->counts.failed += add.failed;
        pthread_mutex_unlock(&d->lock);
        d->n_unsettled = 0;
        d->unsettled_ms = 0;
        close_lanes(d);
        return true;
}

/* A commit costs the same for one answer as for many: while more are out, it can wait a moment. */
static bool settle_is_due(struct deliverer *d)
{
        int64_t now = steady();
        if (!has_news(d))
                return false;
        if (!d->unsettled_ms)
                d->unsettled_ms = now;
        return !d->n_out || d->n_unsettled >= SETTLE_MOST || now - d->unsettled_ms >= SETTLE_MS;
}

/* ---- planning ---- */

static bool has_lane(const struct deliverer *d, struct str host)
{
        for (size_t i = 0; i < d->n_lanes; i++)
                if (str_eq(d->lanes[i]->host.host, host))
                        return true;
        return false;
}

static enum err drop_some(struct cx *cx, void *host)
{
        return deliver_drop_some(cx, *(struct str *)host);
}

/* Nothing leaves for a server that the moderators refuse: what waits for it goes, some at each
 * look. */
static bool forbidden(struct deliverer *d, struct deliver_host *h)
{
        struct server_policy policy;
        if (server_policy_get(&d->cx, h->host, &policy))
                return true;
        if (policy.severity != SERVER_REFUSED)
                return false;
        enum err e = cx_write(&d->cx, drop_some, &h->host);
        if (e)
                log_event(LOG_WARN, "deliveries_unsettled", LOG_Z("reason", err_name(e)));
        return true;
}

static void look(struct deliverer *d)
{
        struct deliver_host *due;
        size_t n;
        d->looked_ms = steady();
        if (deliver_due(&d->cx, DELIVER_LANES, &due, &n))
                return;
        d->more_due = n == DELIVER_LANES;
        for (size_t i = 0; i < n && d->n_lanes < DELIVER_LANES; i++)
                if (!has_lane(d, due[i].host) && !forbidden(d, &due[i]))
                        d->lanes[d->n_lanes++] = deliver_lane_open(&due[i]);
}

static void send_off(struct deliverer *d, struct ship_queue *leave)
{
        pthread_mutex_lock(&d->lock);
        for (struct shipment *s; (s = ship_queue_take(leave));) {
                if (s->signer.key) {
                        ship_queue_add(&d->to_sign, s);
                        pthread_cond_signal(&d->signers);
                } else {
                        s->end = SHIP_NEVER;
                        ship_ended(d, s);
                }
        }
        pthread_mutex_unlock(&d->lock);
}

/* Each server in turn, until nothing more may leave. */
static void plan(struct deliverer *d)
{
        struct ship_queue leave = {0};
        for (bool moved = true; moved;) {
                moved = false;
                for (size_t i = 0; i < d->n_lanes && d->n_out < DELIVER_OUT; i++) {
                        struct shipment *s = deliver_lane_next(d, d->lanes[i]);
                        if (!s)
                                continue;
                        ship_queue_add(&leave, s);
                        d->n_out++;
                        moved = true;
                }
        }
        if (leave.first)
                send_off(d, &leave);
}

static struct timespec from_now(long ms)
{
        struct timespec t;
        clock_gettime(CLOCK_MONOTONIC, &t);
        t.tv_nsec += ms % 1000 * 1000000;
        t.tv_sec += ms / 1000 + t.tv_nsec / 1000000000;
        t.tv_nsec %= 1000000000;
        return t;
}

/* Waking up costs the same for one answer as for many: while more are out, what comes within a few
 * milliseconds is taken together. */
static void gather(struct deliverer *d)
{
        struct timespec until = from_now(DELIVER_GATHER_MS);
        int most = d->n_out < DELIVER_GATHER ? d->n_out : DELIVER_GATHER;
        d->gathering = true;
        while (d->ended.first && d->n_ended < most && !d->stopping &&
               !pthread_cond_timedwait(&d->planner, &d->lock, &until))
                ;
        d->gathering = false;
}

static struct shipment *wait_for_news(struct deliverer *d, bool *woken, bool *stopping)
{
        struct timespec until = from_now(d->unsettled_ms ? SETTLE_MS : LOOK_MS);
        pthread_mutex_lock(&d->lock);
        while (!d->ended.first && !d->woken && !d->stopping &&
               !pthread_cond_timedwait(&d->planner, &d->lock, &until))
                ;
        if (d->stopping && !d->ended.first && d->n_out)
                pthread_cond_timedwait(&d->planner, &d->lock, &until);
        gather(d);
        struct shipment *ended = d->ended.first;
        d->ended.first = NULL;
        d->n_ended = 0;
        *woken = d->woken;
        *stopping = d->stopping;
        d->woken = false;
        pthread_mutex_unlock(&d->lock);
        return ended;
}

static void take_in(struct deliverer *d, struct shipment *ended)
{
        for (struct shipment *s = ended, *next; s; s = next) {
                next = s->next;
                deliver_lane_ended(s->lane, s);
                d->n_out--;
                ship_queue_add(&d->unsettled, s);
                d->n_unsettled++;
        }
}

static void *plan_run(void *deliverer)
{
        struct deliverer *d = deliverer;
        for (;;) {
                bool woken, stopping;
                struct shipment *ended = wait_for_news(d, &woken, &stopping);
                take_in(d, ended);
                while (settle_is_due(d) && !settle(d) && !stopping)
                        sleep(1);
                if (stopping && !d->n_out)
                        break;
                if (!stopping) {
                        if (woken || steady() - d->looked_ms >= LOOK_MS ||
                            (d->more_due && d->n_lanes < DELIVER_LANES / 2))
                                look(d);
                        plan(d);
                }
                arena_reset(&d->arena);
        }
        return NULL;
}

/* ---- opening and closing ---- */

static bool start_threads(struct deliverer *d)
{
        long cores = sysconf(_SC_NPROCESSORS_ONLN);
        int signers = cores < 1 ? 1 : cores > DELIVER_SIGNERS ? DELIVER_SIGNERS : (int)cores;
        if (pthread_create(&d->plan_thread, NULL, plan_run, d))
                return false;
        while (d->n_signers < signers &&
               !pthread_create(&d->sign_threads[d->n_signers], NULL, deliver_sign_run, d))
                d->n_signers++;
        return true;
}

enum err deliverer_open(struct instance *instance, struct deliverer **ret)
{
        struct deliverer *d = must_alloc(1, sizeof *d);
        pthread_condattr_t steady_clock;
        d->instance = instance;
        arena_open(&d->arena, ARENA_CAP);
        d->sync = sync_cache_open();
        d->cx = (struct cx){.arena = &d->arena,
                            .clock = instance->clock,
                            .settings = instance->settings,
                            .instance = instance};
        enum err e = db_open(&instance->reader, &d->cx.db);
        pthread_mutex_init(&d->lock, NULL);
        pthread_condattr_init(&steady_clock);
        pthread_condattr_setclock(&steady_clock, CLOCK_MONOTONIC);
        pthread_cond_init(&d->planner, &steady_clock);
        pthread_condattr_destroy(&steady_clock);
        pthread_cond_init(&d->signers, NULL);
        d->woken = true;
        if (!e && !start_threads(d))
                e = ERR_FAULT;
        if (e) {
                if (d->cx.db)
                        db_close(&d->cx.db);
                arena_close(&d->arena);
                sync_cache_close(&d->sync);
                free(d);
                return e;
        }
        *ret = d;
        return OK;
}

void deliverer_wake(struct deliverer *d)
{
        if (!d)
                return;
        pthread_mutex_lock(&d->lock);
        d->woken = true;
        pthread_cond_signal(&d->planner);
        pthread_mutex_unlock(&d->lock);
}

/* What is on the wire gets a moment to end; the rest is cut off, and goes out again at the next
 * start. */
static void drain(struct deliverer *d)
{
        bool out = true;
        for (int64_t until = steady() + DRAIN_MS; out && steady() < until;) {
                usleep(20 * 1000);
                pthread_mutex_lock(&d->lock);
                out = d->n_out > 0;
                pthread_mutex_unlock(&d->lock);
        }
        if (out)
                fetch_stop(d->instance->fedi->fetcher);
}

void deliverer_close(struct deliverer **ret)
{
        struct deliverer *d = *ret;
        if (!d)
                return;
        *ret = NULL;
        pthread_mutex_lock(&d->lock);
        d->stopping = true;
        pthread_cond_broadcast(&d->planner);
        pthread_cond_broadcast(&d->signers);
        pthread_mutex_unlock(&d->lock);
        drain(d);
        pthread_join(d->plan_thread, NULL);
        for (int i = 0; i < d->n_signers; i++)
                pthread_join(d->sign_threads[i], NULL);
        for (struct shipment *s; (s = ship_queue_take(&d->unsettled));)
                shipment_close(d, s);
        while (d->n_lanes)
                deliver_lane_close(d, d->lanes[--d->n_lanes]);
        deliver_signers_close(d);
        db_close(&d->cx.db);
        arena_close(&d->arena);
        sync_cache_close(&d->sync);
        pthread_mutex_destroy(&d->lock);
        pthread_cond_destroy(&d->planner);
        pthread_cond_destroy(&d->signers);
        free(d);
}

struct deliverer_counts deliverer_count(struct deliverer *d)
{
        if (!d)
                return (struct deliverer_counts){0};
        pthread_mutex_lock(&d->lock);
        struct deliverer_counts c = d->counts;
        c.out = d->n_out;
        pthread_mutex_unlock(&d->lock);
        return c;
}
