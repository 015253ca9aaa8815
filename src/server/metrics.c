/* Numbers for the operator: see metrics.h. The table below is the whole list; the reference page is
 * printed from it. */
#include "server/metrics.h"
#include "lib/base/buf.h"
#include "lib/db/db.h"
#include "social/access.h"
#include "store/cx.h"
#include <stdio.h>
#include <unistd.h>

static const struct http *shown; /* one process, one server; written before its loops start */

void metrics_of(const struct http *http)
{
        shown = http;
}

static int64_t memory_bytes(void)
{
        long pages = 0, resident = 0;
        FILE *f = fopen("/proc/self/statm", "re");
        if (f) {
                if (fscanf(f, "%ld %ld", &pages, &resident) != 2)
                        resident = 0;
                fclose(f);
        }
        return resident * sysconf(_SC_PAGESIZE);
}

static void one(struct buf *b, const char *name, const char *kind, int64_t v)
{
        buf_addf(b, "# TYPE tidings_%s %s\ntidings_%s %lld\n", name, kind, name, (long long)v);
}

/* From loopback (and not through a proxy), or with the token of the settings. */
static bool allowed(const struct req *rq)
{
        struct str token = rq->cx->settings->metrics_token, given = req_header(rq, "authorization");
        if (token.n && str_starts(given, S("Bearer ")) &&
            str_same_secret(str_after(given, 7), token))
                return true;
        return (str_starts(rq->peer, S("127.")) || str_eq(rq->peer, S("::1"))) &&
               !req_header(rq, "x-forwarded-for").p;
}

static enum err metrics_show(struct req *rq)
{
        if (!allowed(rq))
                return ERR_MISSING;
        struct http_counters h = http_counters(shown);
        struct db_counters d = db_counters();
        struct buf b = {0};
        one(&b, "http_connections", "gauge", h.connections);
        one(&b, "http_requests_total", "counter", h.requests);
        one(&b, "http_received_bytes_total", "counter", h.bytes_in);
        one(&b, "http_sent_bytes_total", "counter", h.bytes_out);
        buf_add(&b, S("# TYPE tidings_http_answers_total counter\n"));
        for (int i = 1; i < 6; i++)
                buf_addf(&b, "tidings_http_answers_total{status=\"%dxx\"} %lld\n", i,
                         (long long)h.status[i]);
        one(&b, "http_streams", "gauge", h.streams);
        one(&b, "http_rejected_total", "counter", h.rejected);
        one(&b, "database_statements_total", "counter", d.statements);
        one(&b, "database_commits_total", "counter", d.commits);
        one(&b, "database_fsyncs_total", "counter", d.fsyncs);
        one(&b, "resident_memory_bytes", "gauge", memory_bytes());
        reply_text(rq, 200, "text/plain; version=0.0.4; charset=utf-8", buf_str(&b));
        buf_free(&b);
        return OK;
}

static enum err health(struct req *rq)
{
        reply_static(rq, 200, "text/plain; charset=utf-8", S("OK\n"));
        return OK;
}

static const struct route routes[] = {
        {"GET", "/health", SCOPE_NONE, 0, LANE_READ, health, 0, 0},
        {"GET", "/metrics", SCOPE_NONE, 0, LANE_READ, metrics_show, 0, 0},
};
const struct route_list METRICS_ROUTES = {DOOR_API, routes, countof(routes)};
