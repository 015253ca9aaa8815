/* Digests: see digest.h. Armed by notification_add, made ready by a job, opened by the page. */
#include "social/digest.h"
#include "lib/text/json.h"
#include "lib/text/zone.h"
#include "social/account.h"
#include "social/ids.h"
#include "social/quiet.h"
#include "store/job.h"

static const struct stmt DIGEST_OWNER = {
        .name = "digest_owner",
        .text = "SELECT digest_hour, digest_mail, digest_ready, digest_last, zone, quiet_from, "
                "quiet_until, has_filters, sifts FROM login WHERE account = $1",
        .in = "i",
        .out = "iiiisiiii",
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
        struct viewer by;
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
        o->by = (struct viewer){.account = account, .has_filters = row_int(&r) != 0};
        o->by.sifts = row_int(&r) != 0;
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

/* Whether something waits that its owner meets: what they rest from is not told of meanwhile. */
static enum err waits(struct cx *cx, const struct owner *o, enum notification_wait for_what,
                      bool *ret)
{
        struct notification *v;
        size_t n;
        struct row r;
        if (o->by.sifts) {
                TRY(notification_waiting(cx, &o->by, for_what, DIGEST_SHOWN, &v, &n));
                *ret = n > 0;
                return OK;
        }
        TRY(db_find(cx->db, &DIGEST_WAITS, NULL, BIND(V(o->by.account), V(for_what)), &r, ret));
        if (!*ret)
                return OK;
        row_int(&r);
        return row_end(&r);
}

static enum err either_waits(struct cx *cx, const struct owner *o, bool *ret)
{
        TRY(waits(cx, o, WAIT_DIGEST, ret));
        return *ret ? OK : waits(cx, o, WAIT_OPENED, ret);
}

enum err digest_waits(struct cx *cx, int64_t account, bool *ret)
{
        struct owner o;
        TRY(read_owner(cx, account, &o));
        return either_waits(cx, &o, ret);
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
        TRY(waits(cx, &o, WAIT_DIGEST, &something));
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
        TRY(either_waits(cx, &o, &something));
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

/* Who did this, newest first, each person once. */
static enum err add_names(struct cx *cx, const struct notification *v, size_t count,
                          enum notification_kind kind, const char *one, const char *several,
                          struct str *to)
{
        enum { NAMED = 3 };
        int64_t who[NAMED + 1];
        struct str line = S("");
        size_t n = 0;
        for (size_t i = 0; i < count && n < countof(who); i++)
                if (v[i].kind == kind && ids_find(who, n, v[i].sender) == n)
                        who[n++] = v[i].sender;
        bool others = n > NAMED;
        for (size_t i = 0; i < n && i < NAMED; i++) {
                const char *join = i == 0 ? "" : i + 1 == n ? " and " : ", ";
                struct account *a;
                TRY(account_get(cx, who[i], &a));
                line = str_fmt(cx->arena, "%.*s%s%.*s", STR_ARG(line), join,
                               STR_ARG(account_name(a)));
        }
        if (n)
                *to = str_fmt(cx->arena, "%.*s%.*s%s %s.\n", STR_ARG(*to), STR_ARG(line),
                              others ? " and others" : "", n == 1 ? one : several);
        return OK;
}

enum err digest_note(struct cx *cx, int64_t account, struct str *ret)
{
        static const struct {
                enum notification_kind kind;
                const char *one, *several;
        } parts[] = {
                {NOTIFICATION_MENTION, "wrote", "wrote"},
                {NOTIFICATION_FAVOURITE, "thinks of you", "think of you"},
                {NOTIFICATION_REBLOG, "boosted what you wrote", "boosted what you wrote"},
                {NOTIFICATION_QUOTE, "quoted you", "quoted you"},
        };
        struct owner o;
        struct notification *v;
        size_t n;
        *ret = S("");
        TRY(read_owner(cx, account, &o));
        TRY(notification_waiting(cx, &o.by, WAIT_DIGEST, DIGEST_SHOWN, &v, &n));
        for (size_t i = 0; i < countof(parts); i++)
                TRY(add_names(cx, v, n, parts[i].kind, parts[i].one, parts[i].several, ret));
        return OK;
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
        TRY(waits(cx, &o, WAIT_DIGEST, &something));
        return something && !o.ready && !o.quiet ? arm(cx, account, &o) : OK;
}

const struct stmt_list DIGEST_STATEMENTS = {
        (const struct stmt *const[]){&DIGEST_OWNER, &DIGEST_WAITS, &DIGEST_READY, &DIGEST_BRING_IN,
                                     &DIGEST_REQUESTS, &DIGEST_OPENED, &DIGEST_SET},
        7,
};
