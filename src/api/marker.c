/* Read markers of the client API. Keys are absent for timelines whose marker was never set. */
#include "api/marker.h"
#include "lib/http/req.h"
#include "lib/text/json.h"
#include "social/marker.h"
#include "social/scope.h"
#include "store/limits.h"

static const char *const timelines[] = {"home", "notifications"};

static void write_marker(struct json *j, const char *key, const struct marker *m)
{
        json_object(j, key);
        json_id(j, "last_read_id", m->last_read);
        json_int(j, "version", m->version);
        json_time(j, "updated_at", m->updated_at);
        json_end(j);
}

struct wanted {
        struct str_list timelines;
};
static const struct field wanted_fields[] = {
        {"timeline", F_STRS, offsetof(struct wanted, timelines), 10},
};

static bool asked_for(const struct wanted *w, const char *timeline)
{
        for (size_t i = 0; i < w->timelines.n; i++)
                if (str_eq(w->timelines.v[i], str_of(timeline)))
                        return true;
        return false;
}

static enum err api_marker_list(struct req *rq)
{
        struct wanted w = {0};
        TRY(req_read(rq, wanted_fields, countof(wanted_fields), &w));
        struct json *j = reply_json(rq, 200);
        json_object(j, NULL);
        for (size_t i = 0; i < countof(timelines); i++) {
                struct marker m;
                bool found = false;
                if (asked_for(&w, timelines[i]))
                        TRY(marker_find(rq->cx, rq->viewer->account, str_of(timelines[i]), &m,
                                        &found));
                if (found)
                        write_marker(j, timelines[i], &m);
        }
        json_end(j);
        return OK;
}

struct read_to {
        int64_t home, notifications;
};
static const struct field read_to_fields[] = {
        {"home[last_read_id]", F_ID, offsetof(struct read_to, home), 0},
        {"notifications[last_read_id]", F_ID, offsetof(struct read_to, notifications), 0},
};

static enum err api_marker_set(struct req *rq)
{
        struct read_to in = {0};
        TRY(req_read(rq, read_to_fields, countof(read_to_fields), &in));
        const int64_t read[] = {in.home, in.notifications};
        struct json *j = reply_json(rq, 200);
        json_object(j, NULL);
        for (size_t i = 0; i < countof(timelines); i++) {
                struct marker m;
                if (!read[i])
                        continue;
                TRY(marker_set(rq->cx, rq->viewer->account, str_of(timelines[i]), read[i], &m));
                write_marker(j, timelines[i], &m);
        }
        json_end(j);
        return OK;
}

static const struct route routes[] = {
        {"GET", "/api/v1/markers", SCOPE_READ_STATUSES, LIMIT_READ, LANE_READ, api_marker_list, 0,
         0},
        {"POST", "/api/v1/markers", SCOPE_WRITE_STATUSES, LIMIT_WRITE, LANE_WRITE, api_marker_set,
         0, 0},
};
const struct route_list API_MARKER_ROUTES = {DOOR_API, routes, countof(routes)};
