/* One log line a request, collected and written once a turn of the loop: path without the query
 * (tokens travel there), never an address or a body. Routes whose path itself is a secret show
 * their pattern instead. */
#include "lib/base/log.h"
#include "lib/http/server.h"
#include <time.h>

void access_log(const struct request *r)
{
        static const char *const lanes[] = {"read", "write", "slow"};
        const struct route *route = r->rq.route;
        if (!log_wants(LOG_INFO))
                return;
        struct timespec now;
        clock_gettime(CLOCK_MONOTONIC, &now);
        int64_t us = (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000 - r->started_us;
        struct str path = r->rq.path.p ? r->rq.path : S("-");
        if (route && route->flags & ROUTE_SECRET_PATH)
                path = str_of(route->path);
        log_add(&r->loop->log, LOG_INFO, "request",
                (const struct log_pair[]){
                        LOG_Z("method", r->rq.target.p ? method_name(r->rq.method) : "-"),
                        LOG_S("path", path), LOG_N("status", r->rq.status), LOG_N("us", us),
                        LOG_N("bytes", r->sent), LOG_Z("id", r->id),
                        LOG_Z("lane", route ? lanes[route->lane] : "none")},
                7);
}
