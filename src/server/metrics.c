/* Numbers for the operator: see metrics.h. The table below is the whole list; the reference page is
 * printed from it. */
#include "server/metrics.h"
#include "fedi/deliver_run.h"
#include "lib/base/buf.h"
#include "lib/db/db.h"
#include "server/jobs.h"
#include "social/far_take.h"
#include "social/scope.h"
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

/* What is read once for a page of metrics. */
struct reading {
        struct http_counters http;
        struct db_counters database;
        struct job_counts jobs;
        struct deliver_counts deliveries;
        struct deliverer_counts sending;
        struct far_take_counts far;
        int64_t dead, memory;
};

struct metric {
        const char *name, *kind, *about;
        size_t at; /* of an int64_t in struct reading */
};

#define AT(member) offsetof(struct reading, member)
static const struct metric table[] = {
        {"http_connections", "gauge", "Connections open now.", AT(http.connections)},
        {"http_requests_total", "counter", "Requests answered.", AT(http.requests)},
        {"http_received_bytes_total", "counter", "Bytes received.", AT(http.bytes_in)},
        {"http_sent_bytes_total", "counter", "Bytes sent.", AT(http.bytes_out)},
        {"http_answers_2xx_total", "counter", "Answers with a status from 200 to 299.",
         AT(http.status[2])},
        {"http_answers_3xx_total", "counter", "Answers with a status from 300 to 399.",
         AT(http.status[3])},
        {"http_answers_4xx_total", "counter", "Answers with a status from 400 to 499.",
         AT(http.status[4])},
        {"http_answers_5xx_total", "counter", "Answers with a status from 500 to 599.",
         AT(http.status[5])},
        {"http_streams", "gauge", "Connections that are streams now.", AT(http.streams)},
        {"http_rejected_total", "counter", "Connections refused because there were too many.",
         AT(http.rejected)},
        {"database_statements_total", "counter", "Statements run.", AT(database.statements)},
        {"database_commits_total", "counter", "Transactions committed.", AT(database.commits)},
        {"database_fsyncs_total", "counter", "Times the disk was asked to keep what was written.",
         AT(database.fsyncs)},
        {"jobs_waiting", "gauge", "Jobs that wait, counted up to 10,000.", AT(jobs.waiting)},
        {"jobs_late_milliseconds", "gauge", "How long the oldest job is overdue.",
         AT(jobs.late_ms)},
        {"jobs_dead", "gauge", "Jobs given up, counted up to 10,000.", AT(dead)},
        {"deliveries_waiting", "gauge",
         "Activities that wait for other servers' inboxes, counted up to 100,000.",
         AT(deliveries.waiting)},
        {"deliveries_out", "gauge", "Activities now being signed or sent.", AT(sending.out)},
        {"deliveries_taken_total", "counter", "Activities that other servers took.",
         AT(sending.sent)},
        {"deliveries_refused_total", "counter", "Activities that other servers will never take.",
         AT(sending.refused)},
        {"deliveries_failed_total", "counter", "Tries that failed and come again.",
         AT(sending.failed)},
        {"servers_failing", "gauge", "Other servers that took nothing lately, up to 10,000.",
         AT(deliveries.hosts_failing)},
        {"servers_given_up", "gauge", "Of these, given up until they are heard of again.",
         AT(deliveries.hosts_dead)},
        {"far_files_bytes", "gauge", "Disk held by copies of other servers' files.", AT(far.bytes)},
        {"far_files_under_way", "gauge", "Files of other servers being fetched now.",
         AT(far.under_way)},
        {"far_files_taken_total", "counter", "Files of other servers fetched and kept.",
         AT(far.taken)},
        {"far_files_failed_total", "counter", "Files of other servers that could not be had.",
         AT(far.failed)},
        {"far_files_evicted_bytes_total", "counter", "Bytes of copies that gave way to newer ones.",
         AT(far.evicted)},
        {"resident_memory_bytes", "gauge", "Memory of this process.", AT(memory)},
};

void metrics_print_reference(struct buf *out)
{
        buf_add(out, S("# Metrics\n\n`GET /metrics` gives Prometheus text, to loopback or to a "
                       "bearer of `metrics-token`.\n\n"
                       "| Name | Kind | What it is |\n| --- | --- | --- |\n"));
        for (size_t i = 0; i < countof(table); i++)
                buf_addf(out, "| `tidings_%s` | %s | %s |\n", table[i].name, table[i].kind,
                         table[i].about);
}

static enum err read_all(struct cx *cx, struct reading *r)
{
        r->http = http_counters(shown);
        r->database = db_counters();
        r->memory = memory_bytes();
        TRY(jobs_count(cx, &r->jobs));
        TRY(deliver_count(cx, &r->deliveries));
        r->far = far_take_count(cx->instance->far_take);
        r->sending = deliverer_count(cx->instance->deliverer);
        return job_count_dead(cx, &r->dead);
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
        struct reading r;
        struct buf b = {0};
        TRY(read_all(rq->cx, &r));
        for (size_t i = 0; i < countof(table); i++) {
                const char *value = (const char *)&r + table[i].at;
                buf_addf(&b, "# HELP tidings_%s %s\n# TYPE tidings_%s %s\ntidings_%s %lld\n",
                         table[i].name, table[i].about, table[i].name, table[i].kind, table[i].name,
                         (long long)*(const int64_t *)(const void *)value);
        }
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
        {"GET", "/health", SCOPE_NONE, 0, LANE_READ, health, ROUTE_ANY_HOST, 0},
        {"GET", "/metrics", SCOPE_NONE, 0, LANE_READ, metrics_show, 0, 0},
};
const struct route_list METRICS_ROUTES = {DOOR_API, routes, countof(routes)};
