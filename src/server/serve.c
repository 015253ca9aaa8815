/* Starting and stopping the server: see serve.h. Signals are taken by sigwait alone; no handler
 * runs any code. */
#include "server/serve.h"
#include "api/streaming.h"
#include "fedi/deliver_run.h"
#include "fedi/fedi.h"
#include "fedi/find.h"
#include "lib/base/die.h"
#include "lib/base/hash.h"
#include "lib/base/log.h"
#include "lib/db/writer.h"
#include "server/admit.h"
#include "server/exit.h"
#include "server/first.h"
#include "server/jobs.h"
#include "server/lanes.h"
#include "server/metrics.h"
#include "server/open.h"
#include "server/routes.h"
#include "social/far_take.h"
#include "social/push_send.h"
#include "store/files.h"
#include "store/limits.h"
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

enum { POOL_THREADS = 16, GRACE_MS = 10000, LONG_KEEP_ALIVE = 100000, CONNECTIONS = 16384 };

struct server {
        struct opened opened;
        struct lanes *lanes;
        struct http *http;
        struct workers *workers;
        struct streaming *streaming;
};

static enum err open_federation(struct server *s)
{
        struct instance *i = &s->opened.instance;
        struct fetch_settings fetch = fedi_fetch_settings(i->settings, &s->opened.arena);
        TRY(fedi_open(&s->opened.cx, &fetch, &i->fedi));
        i->find_far = find_far;
        i->fetcher = i->fedi->fetcher;
        TRY(far_file_open(&s->opened.cx));
        TRY(far_take_open(i, i->fetcher, &i->far_take));
        i->look_far = look_far;
        TRY(push_open(&s->opened.cx));
        return deliverer_open(i, &i->deliverer);
}

static void *loop_open(void *owner, int index)
{
        struct server *s = owner;
        struct loop_state *l = must_alloc(1, sizeof *l);
        (void)index;
        if (db_open(&s->opened.instance.reader, &l->db))
                die("a loop cannot open the database");
        open_arm(l->db);
        return l;
}

static void loop_close(void *owner, void *loop)
{
        struct loop_state *l = loop;
        (void)owner;
        db_close(&l->db);
        free(l);
}

static enum err on_admit(struct req *rq, void *owner, void *loop)
{
        return admit(rq, ((struct server *)owner)->lanes, loop);
}

static enum err on_check(struct req *rq, void *owner, void *loop)
{
        return admit_check(rq, ((struct server *)owner)->lanes, loop);
}

static void on_run(struct req *rq, void *owner, void *loop)
{
        lanes_run(((struct server *)owner)->lanes, rq, loop);
}

static void on_error(struct req *rq, enum err e, void *owner)
{
        admit_error(rq, e, ((struct server *)owner)->lanes);
}

/* The names requests may carry: the public ones, and those of the loopback address we listen on, by
 * which the operator and a proxy's health check come. Addresses we print are made from the settings
 * alone, whatever name was used. */
static struct str_list host_names(struct arena *a, const struct settings *s)
{
        enum { MOST = 5 };
        struct str_list l = {make_n(a, MOST, struct str), 0};
        struct str port = str_after(s->listen, s->listen.n);
        l.v[l.n++] = s->host;
        l.v[l.n++] = s->account_domain;
        for (size_t i = s->listen.n; i-- > 0 && !port.n;)
                if (s->listen.p[i] == ':')
                        port = str_after(s->listen, i);
        if (str_starts(s->listen, S("127.")) || str_starts(s->listen, S("[::1]")) ||
            str_starts(s->listen, S("localhost:"))) {
                l.v[l.n++] = s->listen;
                l.v[l.n++] = str_join(a, S("localhost"), port);
                l.v[l.n++] = str_join(a, S("127.0.0.1"), port);
        }
        return l;
}

/* As many as a town's phones hold open, each costing a few KiB; but never so many that none are
 * left for the database, photos and other servers. */
static int connections_most(void)
{
        enum { OTHERS = 256 };
        struct rlimit files;
        if (getrlimit(RLIMIT_NOFILE, &files) || files.rlim_cur >= CONNECTIONS + OTHERS)
                return CONNECTIONS;
        return files.rlim_cur > 2 * OTHERS ? (int)files.rlim_cur - OTHERS : (int)files.rlim_cur / 2;
}

static enum err start_http(struct server *s)
{
        const struct settings *set = s->opened.instance.settings;
        struct str_list hosts = host_names(&s->opened.arena, set);
        struct route_list *routes = make_n(&s->opened.arena, routes_count(), struct route_list);
        routes_gather(routes);
        struct http_settings h = {
                .listen = set->listen,
                .loops = (int)set->loops,
                .hosts = hosts.v,
                .n_hosts = hosts.n,
                .proxies = set->trusted_proxies.v,
                .n_proxies = set->trusted_proxies.n,
                .temp_dir = files_temp_dir(s->opened.instance.files),
                .routes = routes,
                .n_routes = routes_count(),
                .limits = LIMITS,
                .n_limits = LIMIT_COUNT_,
                .limits_off = !set->rate_limits,
                .https = set->https,
                .clock = s->opened.instance.clock,
                .requests_per_connection = set->rate_limits ? 0 : LONG_KEEP_ALIVE,
                .connections = connections_most(),
                .connections_per_ip = set->rate_limits ? 0 : CONNECTIONS,
        };
        struct http_hooks hooks = {
                .owner = s,
                .loop_open = loop_open,
                .loop_close = loop_close,
                .admit = on_admit,
                .check = on_check,
                .run = on_run,
                .error = on_error,
        };
        TRY(http_open(&h, &hooks, &s->http));
        metrics_of(s->http);
        /* The port is ours and nobody was answered yet: whoever sees /health say 200 has the link
         * in the log. */
        if (first_start(&s->opened.cx))
                log_event(LOG_ERROR, "first_start", LOG_Z("what", "no link for the owner"));
        log_event(LOG_INFO, "listening", LOG_S("listen", set->listen), LOG_S("url", set->url));
        return http_start(s->http);
}

/* Large answers come and go all the time: keep their memory in the heap rather than give it back to
 * the kernel and have every page of the next one faulted in again (a third of the time of a long
 * thread). */
static void keep_memory(void)
{
        mallopt(M_MMAP_THRESHOLD, 8 << 20);
        mallopt(M_TRIM_THRESHOLD, 16 << 20);
}

/* No secrets in core dumps; files of ours are for this user alone; as many descriptors as allowed.
 */
static void harden(void)
{
        struct rlimit none = {0, 0}, files;
        setrlimit(RLIMIT_CORE, &none);
        prctl(PR_SET_DUMPABLE, 0);
        umask(077);
        if (!getrlimit(RLIMIT_NOFILE, &files)) {
                files.rlim_cur = files.rlim_max;
                setrlimit(RLIMIT_NOFILE, &files);
        }
        signal(SIGPIPE, SIG_IGN);
        signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is a full disk, not an end */
}

static void block_signals(sigset_t *set)
{
        sigemptyset(set);
        sigaddset(set, SIGTERM);
        sigaddset(set, SIGINT);
        sigaddset(set, SIGHUP);
        pthread_sigmask(SIG_BLOCK, set, NULL);
}

static enum err write_nothing(void *arg, struct db *db)
{
        (void)arg;
        (void)db;
        return OK;
}

static void stop(struct server *s)
{
        far_take_stop(s->opened.instance.far_take); /* whoever waits for a picture waits no more */
        if (s->http)
                http_stop(s->http, GRACE_MS);
        if (s->workers) {
                struct instance *i = &s->opened.instance;
                __atomic_store_n(&i->workers, NULL, __ATOMIC_RELEASE);
                if (writer_do(i->writer, write_nothing,
                              NULL)) /* its thread has let go of them now */
                        log_event(LOG_WARN, "stopping", LOG_Z("what", "the writer failed"));
                workers_close(&s->workers);
        }
        deliverer_close(&s->opened.instance.deliverer); /* nobody is left to wake it */
        if (s->lanes)
                lanes_close(&s->lanes);
        if (s->http)
                http_close(&s->http);
        if (s->streaming)
                streaming_close(&s->streaming);
        far_take_close(&s->opened.instance.far_take);
        push_close(&s->opened.instance);
        fedi_close(&s->opened.instance.fedi);
        open_close(&s->opened);
}

int serve(const struct config *config)
{
        struct server s = {0};
        sigset_t signals;
        int code, got;
        harden();
        hash_begin();
        keep_memory();
        block_signals(&signals);
        if (open_data(config, OPEN_SERVE | OPEN_PICTURES, &s.opened, &code)) {
                open_close(&s.opened);
                return code;
        }
        enum err e = lanes_open(&s.opened.instance, POOL_THREADS, &s.lanes);
        if (!e)
                e = streaming_open(&s.opened.instance, &s.streaming);
        if (!e)
                e = open_federation(&s);
        if (!e)
                e = start_http(&s);
        if (!e)
                e = jobs_open(&s.opened.instance, &s.workers);
        if (e) {
                fprintf(stderr, "tidings: cannot listen on %.*s.\n",
                        STR_ARG(config->settings.listen));
                stop(&s);
                return EXIT_UNAVAILABLE;
        }
        do
                sigwait(&signals, &got);
        while (got == SIGHUP);
        log_event(LOG_INFO, "stopping", LOG_N("signal", got));
        stop(&s);
        return EXIT_GOOD;
}
