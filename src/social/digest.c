/* Digests: see digest.h. Armed by notification_add, made ready by a job, opened by the page. */
#include "social/digest.h"
#include "lib/text/json.h"
#include "lib/text/zone.h"
#include "social/quiet.h"
#include "store/job.h"

static const struct stmt DIGEST_OWNER = {
        .name = "digest_owner",
        .text = "SELECT digest_hour, digest_mail, digest_ready, digest_last, zone, quiet_from, "
                "quiet_until FROM login WHERE account = $1",
        .in = "i",
        .out = "iiiisii",
};
static const struct stmt DIGEST_WAITS = {
        .name = "digest_waits",
        .text = "SELECT id FROM notification WHERE account = $1 AND filtered = $2 LIMIT 1",
        .in = "ii",
        .out = "i",
};
static const struct stmt DIGEST_READY = {
        .name = "digest_ready",
        .text = "UPDATE login SET digest_ready = $2 WHERE account = $1",
        .in = "ii",
};
/* Opened, favourites and boosts of one post stand together, however far apart they came ($3). */
static const struct stmt DIGEST_BRING_IN = {
        .name = "digest_bring_in",
        .text = "UPDATE notification SET filtered = 0, digest = $2, group_key = CASE kind WHEN 1 "
                "THEN 'reblog-' || CAST(post AS TEXT) || $3 WHEN 2 THEN 'favourite-' || "
                "CAST(post AS TEXT) || $3 ELSE group_key END WHERE account = $1 AND filtered IN "
                "(2, 3)",
        .in = "iis",
};
/* Requests that were made of nothing else. */
static const struct stmt DIGEST_REQUESTS = {
        .name = "digest_requests",
        .text = "DELETE FROM notification_request WHERE account = $1 AND NOT EXISTS (SELECT 1 FROM "
                "notification n WHERE n.sender = notification_request.sender AND n.account = $1 "
                "AND n.filtered > 0)",
        .in = "i",
};
static const struct stmt DIGEST_OPENED = {
        .name = "digest_opened",
        .text = "UPDATE login SET digest_ready = 0, digest_last = $2 WHERE account = $1",
        .in = "ii",
};
/* Who did it, newest first; each person once. */
static const struct stmt DIGEST_NAMES = {
        .name = "digest_names",
        .text = "SELECT CASE WHEN s.display_name = '' THEN s.username ELSE s.display_name END FROM "
                "notification n JOIN account s ON s.id = n.sender WHERE n.account = $1 AND "
                "n.filtered = 2 AND n.kind = $2 AND s.suspended_at IS NULL GROUP BY s.id, "
                "s.display_name, s.username ORDER BY MAX(n.id) DESC LIMIT 4",
        .in = "ii",
        .out = "s",
};
static const struct stmt DIGEST_SET = {
        .name = "digest_set",
        .text = "UPDATE login SET digest_hour = $2, digest_mail = $3 WHERE account = $1",
        .in = "iii",
};

_Static_assert(NOTIFICATION_REBLOG == 1 && NOTIFICATION_FAVOURITE == 2 && WAIT_DIGEST == 2 &&
                       WAIT_OPENED == 3,
               "the statements above carry these as numbers");

struct owner {
        int hour;
        bool mail, quiet;
        int64_t ready, last;
        struct str zone;
};

static enum err read_owner(struct cx *cx, int64_t account, struct owner *o)
{
        struct row r;
        TRY(db_one(cx->db, &DIGEST_OWNER, cx->arena, BIND(V(account)), &r));
        o->hour = (int)row_int(&r);
        o->mail = row_int(&r) != 0;
        o->ready = row_int(&r);
        o->last = row_int(&r);
        o->zone = row_str(&r);
        int64_t from = row_int(&r);
        o->quiet = quiet_is_on(cx, from, row_int(&r));
        return row_end(&r);
}

static enum err arm(struct cx *cx, int64_t account, const struct owner *o)
{
        struct zone z = zone_open(cx->arena, o->zone.n ? o->zone : cx->settings->zone);
        struct str payload = str_fmt(cx->arena, "{\"account\":\"%lld\"}", (long long)account);
        return job_add(cx, "digest", payload, str_int(cx->arena, account),
                       zone_next_hour(&z, cx_now(cx), o->hour));
}

enum err digest_arm(struct cx *cx, int64_t account)
{
        struct owner o;
        TRY(read_owner(cx, account, &o));
        return o.ready || o.quiet ? OK : arm(cx, account, &o);
}

static enum err waits(struct cx *cx, int64_t account, enum notification_wait for_what, bool *ret)
{
        struct row r;
        TRY(db_find(cx->db, &DIGEST_WAITS, NULL, BIND(V(account), V(for_what)), &r, ret));
        if (!*ret)
                return OK;
        row_int(&r);
        return row_end(&r);
}

enum err digest_waits(struct cx *cx, int64_t account, bool *ret)
{
        TRY(waits(cx, account, WAIT_DIGEST, ret));
        return *ret ? OK : waits(cx, account, WAIT_OPENED, ret);
}

enum err digest_job(struct cx *cx, struct str payload)
{
        const struct json_value *j;
        struct owner o;
        int64_t account;
        bool something;
        TRY(json_read(cx->arena, payload, NULL, &j, NULL));
        if (!str_to_i64(json_get_text(j, "account"), &account))
                return ERR_INPUT;
        enum err e = read_owner(cx, account, &o);
        if (e)
                return e == ERR_MISSING ? OK : e;
        TRY(waits(cx, account, WAIT_DIGEST, &something));
        if (!something || o.quiet || o.ready)
                return OK;
        TRY(db_run(cx->db, &DIGEST_READY, BIND(V(account), V(cx_now(cx))), NULL));
        cx_event(cx, EVENT_LOGIN_CHANGED, account, 0);
        if (!o.mail)
                return OK;
        struct str mail =
                str_fmt(cx->arena, "{\"kind\":\"digest\",\"account\":%lld}", (long long)account);
        return job_add(cx, "mail", mail,
                       str_join(cx->arena, S("digest-"), str_int(cx->arena, account)), 0);
}

enum err digest_open(struct cx *cx, int64_t account, int64_t *id)
{
        struct owner o;
        bool something;
        TRY(read_owner(cx, account, &o));
        TRY(digest_waits(cx, account, &something));
        *id = o.last;
        if (something) {
                *id = cx_id(cx);
                struct str suffix = str_fmt(cx->arena, "-d%lld", (long long)*id);
                TRY(db_run(cx->db, &DIGEST_BRING_IN, BIND(V(account), V(*id), V(suffix)), NULL));
                TRY(db_run(cx->db, &DIGEST_REQUESTS, BIND(V(account)), NULL));
        }
        if (!something && !o.ready)
                return OK;
        TRY(db_run(cx->db, &DIGEST_OPENED, BIND(V(account), V(*id)), NULL));
        cx_event(cx, EVENT_LOGIN_CHANGED, account, 0);
        return job_cancel(cx, "digest", str_int(cx->arena, account));
}

static enum err add_names(struct cx *cx, int64_t account, enum notification_kind kind,
                          const char *one, const char *several, struct str *to)
{
        enum { NAMED = 3 };
        struct str names[NAMED + 1], line = S("");
        size_t n = 0;
        struct row r;
        TRY(db_all(cx->db, &DIGEST_NAMES, cx->arena, BIND(V(account), V(kind)), &r));
        while (n < countof(names) && row_next(&r))
                names[n++] = row_str(&r);
        TRY(row_end(&r));
        bool others = n > NAMED;
        for (size_t i = 0; i < n && i < NAMED; i++) {
                const char *join = i == 0 ? "" : i + 1 == n ? " and " : ", ";
                line = str_fmt(cx->arena, "%.*s%s%.*s", STR_ARG(line), join, STR_ARG(names[i]));
        }
        if (n)
                *to = str_fmt(cx->arena, "%.*s%.*s%s %s.\n", STR_ARG(*to), STR_ARG(line),
                              others ? " and others" : "", n == 1 ? one : several);
        return OK;
}

enum err digest_note(struct cx *cx, int64_t account, struct str *ret)
{
        *ret = S("");
        TRY(add_names(cx, account, NOTIFICATION_MENTION, "wrote", "wrote", ret));
        TRY(add_names(cx, account, NOTIFICATION_FAVOURITE, "thinks of you", "think of you", ret));
        TRY(add_names(cx, account, NOTIFICATION_REBLOG, "boosted what you wrote",
                      "boosted what you wrote", ret));
        return add_names(cx, account, NOTIFICATION_QUOTE, "quoted you", "quoted you", ret);
}

enum err digest_set(struct cx *cx, int64_t account, int64_t hour, bool mail)
{
        struct owner o;
        bool something;
        if (hour < 0 || hour > 23)
                return fail_field(cx, "hour", ERR_INPUT, "An hour is 0 to 23.");
        TRY(db_run(cx->db, &DIGEST_SET, BIND(V(account), V(hour), V(mail)), NULL));
        cx_event(cx, EVENT_LOGIN_CHANGED, account, 0);
        TRY(read_owner(cx, account, &o));
        TRY(job_cancel(cx, "digest", str_int(cx->arena, account)));
        TRY(waits(cx, account, WAIT_DIGEST, &something));
        return something && !o.ready && !o.quiet ? arm(cx, account, &o) : OK;
}

const struct stmt_list DIGEST_STATEMENTS = {
        (const struct stmt *const[]){&DIGEST_OWNER, &DIGEST_WAITS, &DIGEST_READY, &DIGEST_BRING_IN,
                                     &DIGEST_REQUESTS, &DIGEST_OPENED, &DIGEST_NAMES, &DIGEST_SET},
        8,
};
