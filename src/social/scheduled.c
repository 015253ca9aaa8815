/* Scheduled posts: see scheduled.h. The API keeps and lists them, the job "publish" ends them. The
 * kept JSON is also what the client API shows as `params`, so both sides of it stand here. */
#include "social/scheduled.h"
#include "lib/base/encode.h"
#include "lib/base/hash.h"
#include "lib/base/log.h"
#include "lib/text/json.h"
#include "social/media.h"
#include "social/memorial.h"
#include "social/post_parts.h"
#include "social/quiet.h"
#include "social/switches.h"
#include "store/job.h"

enum { DAY_MS = 24 * 3600 * 1000, PAGE_MOST = 80 };

static const struct stmt SCHEDULED_ADD = {
        .name = "scheduled_add",
        .text = "INSERT INTO scheduled (id, account, at, params) VALUES ($1, $2, $3, $4)",
        .in = "iiis",
};
static const struct stmt SCHEDULED_GET = {
        .name = "scheduled_get",
        .text = "SELECT id, at, params FROM scheduled WHERE id = $1 AND account = $2",
        .in = "ii",
        .out = "iis",
};
static const struct stmt SCHEDULED_LIST = {
        .name = "scheduled_list",
        .text = "SELECT id, at, params FROM scheduled WHERE account = $1 AND id < $2 AND id > $3 "
                "ORDER BY id DESC LIMIT $4",
        .in = "iiii",
        .out = "iis",
};
static const struct stmt SCHEDULED_LIST_UP = {
        .name = "scheduled_list_up",
        .text = "SELECT id, at, params FROM scheduled WHERE account = $1 AND id < $2 AND id > $3 "
                "ORDER BY id LIMIT $4",
        .in = "iiii",
        .out = "iis",
};
static const struct stmt SCHEDULED_COUNT = {
        .name = "scheduled_count",
        .text = "SELECT count(*), COALESCE(sum(CASE WHEN at >= $2 AND at < $3 THEN 1 ELSE 0 END), "
                "0) FROM scheduled WHERE account = $1",
        .in = "iii",
        .out = "ii",
};
static const struct stmt SCHEDULED_MOVE = {
        .name = "scheduled_move",
        .text = "UPDATE scheduled SET at = $2 WHERE id = $1",
        .in = "ii",
};
static const struct stmt SCHEDULED_DELETE = {
        .name = "scheduled_delete",
        .text = "DELETE FROM scheduled WHERE id = $1 AND account = $2",
        .in = "ii",
};
static const struct stmt SCHEDULED_SEEN = {
        .name = "scheduled_seen",
        .text = "SELECT post FROM idempotency WHERE account = $1 AND key = $2 AND at > $3",
        .in = "isi",
        .out = "i",
};
static const struct stmt SCHEDULED_REMEMBER = {
        .name = "scheduled_remember",
        .text = "INSERT INTO idempotency (account, key, post, at) VALUES ($1, $2, $3, $4) "
                "ON CONFLICT (account, key) DO UPDATE SET post = $3, at = $4",
        .in = "isii",
};
static const struct stmt SCHEDULED_DUE = {
        .name = "scheduled_due",
        .text = "SELECT account, at, params FROM scheduled WHERE id = $1",
        .in = "i",
        .out = "iis",
};

static const struct stmt SCHEDULED_OVERDUE = {
        .name = "scheduled_overdue",
        .text = "SELECT id, at, params FROM scheduled WHERE account = $1 AND at <= $2 ORDER BY id "
                "LIMIT $3",
        .in = "iii",
        .out = "iis",
};

/* ---- the kept request ---- */

static void put_tri(struct json *j, const char *key, enum tri v)
{
        if (v == TRI_UNSET)
                json_null(j, key);
        else
                json_bool(j, key, v == TRI_TRUE);
}

static struct str blank_is_none(struct str s)
{
        return s.n ? s : STR_NONE;
}

static void put_media(struct json *j, const struct draft *d)
{
        if (!d->media.n) {
                json_null(j, "media_ids");
                return;
        }
        json_array(j, "media_ids");
        for (size_t i = 0; i < d->media.n; i++)
                json_id(j, NULL, d->media.v[i]);
        json_end(j);
}

static void put_poll(struct json *j, const struct poll_draft *p)
{
        if (!p->options.n) {
                json_null(j, "poll");
                return;
        }
        json_object(j, "poll");
        json_array(j, "options");
        for (size_t i = 0; i < p->options.n; i++)
                json_str(j, NULL, p->options.v[i]);
        json_end(j);
        json_int(j, "expires_in", p->expires_in.v);
        json_bool(j, "multiple", p->multiple == TRI_TRUE);
        json_bool(j, "hide_totals", p->hide_totals == TRI_TRUE);
        json_end(j);
}

struct str scheduled_keep(struct cx *cx, const struct viewer *by, const struct draft *d)
{
        struct buf b = {0};
        struct json j;
        json_open(&j, &b);
        json_object(&j, NULL);
        json_str(&j, "text", d->text.p ? d->text : S(""));
        json_str(&j, "spoiler_text", blank_is_none(d->spoiler));
        json_str(&j, "language", blank_is_none(d->language));
        json_str(&j, "visibility", blank_is_none(d->visibility));
        put_tri(&j, "sensitive", d->sensitive);
        json_id(&j, "in_reply_to_id",
                d->reply_to); /* text, because a script's numbers end at 2^53 */
        put_media(&j, d);
        put_poll(&j, &d->poll);
        json_int(&j, "application_id", 0); /* a small number on Mastodon, which ours are not */
        json_id(&j, "tidings_app", by->app);
        json_null(&j, "scheduled_at");
        json_str(&j, "idempotency", blank_is_none(d->idempotency_key));
        json_bool(&j, "with_rate_limit", false);
        json_str(&j, "quote_approval_policy", blank_is_none(d->quote_policy));
        json_id(&j, "quoted_status_id", d->quote_of);
        json_bool(&j, "local_only", d->local_only == TRI_TRUE);
        json_id(&j, "tidings_journal", d->journal);
        put_tri(&j, "tidings_signs", d->signs);
        if (d->co_author)
                json_id(&j, "tidings_co_author", d->co_author);
        json_array(&j, "tidings_topics");
        for (size_t i = 0; i < d->topics.n; i++)
                json_id(&j, NULL, d->topics.v[i]);
        json_end(&j);
        if (d->bundle)
                json_str(&j, "tidings_preset", preset_write(cx->arena, d->bundle));
        json_end(&j);
        return buf_take(cx->arena, &b);
}

static enum tri read_tri(const struct json_value *v)
{
        if (!v || v->type == JSON_NULL)
                return TRI_UNSET;
        return json_is_true(v) ? TRI_TRUE : TRI_FALSE;
}

static struct id_list read_ids(struct cx *cx, const struct json_value *v)
{
        struct id_list l = {0};
        if (!v || v->type != JSON_ARRAY)
                return l;
        l.v = make_n(cx->arena, v->count, int64_t);
        for (const struct json_value *x = v->child; x; x = x->next)
                if (str_to_i64(json_text(x), &l.v[l.n]))
                        l.n++;
        return l;
}

static void read_poll(struct cx *cx, const struct json_value *v, struct poll_draft *p)
{
        const struct json_value *options = json_get(v, "options");
        if (!options || options->type != JSON_ARRAY)
                return;
        p->options.v = make_n(cx->arena, options->count, struct str);
        for (const struct json_value *x = options->child; x; x = x->next)
                p->options.v[p->options.n++] = json_text(x);
        p->expires_in.given = json_i64(json_get(v, "expires_in"), &p->expires_in.v);
        p->multiple = read_tri(json_get(v, "multiple"));
        p->hide_totals = read_tri(json_get(v, "hide_totals"));
}

enum err scheduled_kept(struct cx *cx, struct str kept, struct draft *d, struct viewer *by)
{
        const struct json_value *j;
        TRY(json_read(cx->arena, kept, NULL, &j, NULL));
        *d = (struct draft){
                .text = json_get_text(j, "text"),
                .spoiler = json_get_text(j, "spoiler_text"),
                .language = json_get_text(j, "language"),
                .visibility = json_get_text(j, "visibility"),
                .sensitive = read_tri(json_get(j, "sensitive")),
                .local_only = read_tri(json_get(j, "local_only")),
                .signs = read_tri(json_get(j, "tidings_signs")),
                .media = read_ids(cx, json_get(j, "media_ids")),
                .topics = read_ids(cx, json_get(j, "tidings_topics")),
                .quote_policy = json_get_text(j, "quote_approval_policy"),
        };
        read_poll(cx, json_get(j, "poll"), &d->poll);
        if (!str_to_i64(json_get_text(j, "tidings_co_author"), &d->co_author))
                d->co_author = 0;
        struct preset *bundle = make(cx->arena, struct preset);
        if (preset_read(cx->arena, json_get_text(j, "tidings_preset"), bundle))
                d->bundle = bundle;
        if (!str_to_i64(json_get_text(j, "in_reply_to_id"), &d->reply_to))
                d->reply_to = 0;
        if (!str_to_i64(json_get_text(j, "quoted_status_id"), &d->quote_of))
                d->quote_of = 0;
        if (!str_to_i64(json_get_text(j, "tidings_journal"), &d->journal))
                d->journal = 0;
        if (!str_to_i64(json_get_text(j, "tidings_app"), &by->app))
                by->app = 0;
        return OK;
}

/* ---- keeping, listing, changing ---- */

static enum err check_time(struct cx *cx, int64_t account, int64_t at)
{
        int64_t all, that_day, day = at - at % DAY_MS;
        struct row r;
        if (at < cx_now(cx) + SCHEDULED_AHEAD_MS)
                return fail_field(cx, "scheduled_at", ERR_INPUT,
                                  "Validation failed: Scheduled at must be in the future");
        if (at > cx_now(cx) + (int64_t)SCHEDULED_YEARS * 366 * DAY_MS)
                return fail_field(cx, "scheduled_at", ERR_INPUT,
                                  "Validation failed: Scheduled at is more than %d years away",
                                  SCHEDULED_YEARS);
        TRY(db_one(cx->db, &SCHEDULED_COUNT, NULL, BIND(V(account), V(day), V(day + DAY_MS)), &r));
        all = row_int(&r);
        that_day = row_int(&r);
        TRY(row_end(&r));
        if (all >= SCHEDULED_MAX)
                return fail(cx, ERR_INPUT,
                            "Validation failed: You have exceeded the limit of %d scheduled posts",
                            SCHEDULED_MAX);
        if (that_day >= SCHEDULED_DAY_MAX)
                return fail(cx, ERR_INPUT,
                            "Validation failed: You have exceeded the limit of %d scheduled posts "
                            "for that day",
                            SCHEDULED_DAY_MAX);
        return OK;
}

/* A moved one may also run later than it waited for: so the old job goes first. */
static enum err set_job(struct cx *cx, int64_t id, int64_t at)
{
        TRY(job_cancel(cx, "publish", str_int(cx->arena, id)));
        return job_add(cx, "publish", str_fmt(cx->arena, "{\"scheduled\":\"%lld\"}", (long long)id),
                       str_int(cx->arena, id), at);
}

static enum err find_first(struct cx *cx, const struct viewer *by, struct str key,
                           struct scheduled **ret)
{
        struct row r;
        bool found;
        *ret = NULL;
        TRY(db_find(cx->db, &SCHEDULED_SEEN, NULL,
                    BIND(V(by->account), V(key), V(cx_now(cx) - POST_KEY_MS)), &r, &found));
        if (!found)
                return OK;
        int64_t id = row_int(&r);
        TRY(row_end(&r));
        enum err e = scheduled_get(cx, by, id, ret);
        return e == ERR_MISSING ? OK : e;
}

enum err scheduled_create(struct cx *cx, const struct viewer *by, const struct draft *d, int64_t at,
                          struct scheduled **ret)
{
        struct str key = post_key(cx, d->idempotency_key);
        int64_t id = cx_id(cx);
        if (key.n) {
                TRY(find_first(cx, by, key, ret));
                if (*ret)
                        return OK;
        }
        TRY(post_publish_check(cx, by, d));
        TRY(check_time(cx, by->account, at));
        TRY(db_run(cx->db, &SCHEDULED_ADD,
                   BIND(V(id), V(by->account), V(at), V(scheduled_keep(cx, by, d))), NULL));
        TRY(set_job(cx, id, at));
        if (key.n)
                TRY(db_run(cx->db, &SCHEDULED_REMEMBER,
                           BIND(V(by->account), V(key), V(id), V(cx_now(cx))), NULL));
        return scheduled_get(cx, by, id, ret);
}

static enum err read_row(struct cx *cx, struct row *r, struct scheduled *s)
{
        const struct json_value *j;
        s->id = row_int(r);
        s->at = row_int(r);
        s->params = row_str(r);
        TRY(json_read(cx->arena, s->params, NULL, &j, NULL));
        s->media = read_ids(cx, json_get(j, "media_ids"));
        return OK;
}

enum err scheduled_get(struct cx *cx, const struct viewer *by, int64_t id, struct scheduled **ret)
{
        struct row r;
        TRY(db_one(cx->db, &SCHEDULED_GET, cx->arena, BIND(V(id), V(by->account)), &r));
        struct scheduled *s = make(cx->arena, struct scheduled);
        TRY(read_row(cx, &r, s));
        TRY(row_end(&r));
        *ret = s;
        return OK;
}

enum err scheduled_list(struct cx *cx, const struct viewer *by, struct page *page,
                        struct scheduled **ret, size_t *n)
{
        int64_t most = page->limit < PAGE_MOST ? page->limit : PAGE_MOST;
        struct scheduled *v = make_n(cx->arena, PAGE_MOST, struct scheduled);
        size_t k = 0;
        struct row r;
        TRY(db_all(cx->db, page_up(page) ? &SCHEDULED_LIST_UP : &SCHEDULED_LIST, cx->arena,
                   BIND(V(by->account), V(page_below(page)), V(page_above(page)), V(most)), &r));
        while (k < PAGE_MOST && row_next(&r)) {
                TRY(read_row(cx, &r, &v[k]));
                page_saw(page, v[k++].id);
        }
        TRY(row_end(&r));
        page->more = (int64_t)k == most;
        if (page_up(page))
                PAGE_REVERSE(v, k);
        *ret = v;
        *n = k;
        return OK;
}

enum err scheduled_move(struct cx *cx, const struct viewer *by, int64_t id, int64_t at)
{
        struct scheduled *s;
        TRY(scheduled_get(cx, by, id, &s));
        if (s->at == at)
                return OK;
        TRY(check_time(cx, by->account, at));
        TRY(db_run(cx->db, &SCHEDULED_MOVE, BIND(V(id), V(at)), NULL));
        return set_job(cx, id, at);
}

enum err scheduled_delete(struct cx *cx, const struct viewer *by, int64_t id)
{
        int64_t changed;
        TRY(db_run(cx->db, &SCHEDULED_DELETE, BIND(V(id), V(by->account)), &changed));
        return changed ? job_cancel(cx, "publish", str_int(cx->arena, id)) : ERR_MISSING;
}

enum err scheduled_overdue(struct cx *cx, int64_t account, size_t most, struct scheduled *ret,
                           size_t *n)
{
        struct row r;
        *n = 0;
        TRY(db_all(cx->db, &SCHEDULED_OVERDUE, cx->arena, BIND(V(account), V(cx_now(cx)), V(most)),
                   &r));
        while (*n < most && row_next(&r))
                TRY(read_row(cx, &r, &ret[(*n)++]));
        return row_end(&r);
}

enum err scheduled_release(struct cx *cx, const struct viewer *by, int64_t id)
{
        struct scheduled *s;
        TRY(scheduled_get(cx, by, id, &s));
        int64_t now = cx_now(cx);
        if (s->at > now)
                return ERR_MISSING;
        TRY(db_run(cx->db, &SCHEDULED_MOVE, BIND(V(id), V(now)), NULL));
        return set_job(cx, id, now);
}

/* ---- publishing ---- */

enum err scheduled_drop_lost(struct cx *cx, const struct viewer *by, struct id_list *l)
{
        size_t k = 0;
        for (size_t i = 0; i < l->n; i++) {
                struct media *m;
                enum err e = media_get(cx, by, l->v[i], &m);
                if (e && e != ERR_MISSING)
                        return e;
                if (!e && !m->post)
                        l->v[k++] = l->v[i];
        }
        l->n = k;
        return OK;
}

enum err scheduled_publish_job(struct cx *cx, struct str payload)
{
        const struct json_value *j;
        struct viewer by = STRANGER;
        struct draft d;
        struct post *post;
        struct row r;
        bool found;
        struct quiet_time quiet;
        bool memorial;
        int64_t id;
        TRY(json_read(cx->arena, payload, NULL, &j, NULL));
        if (!str_to_i64(json_get_text(j, "scheduled"), &id))
                return ERR_INPUT;
        TRY(db_find(cx->db, &SCHEDULED_DUE, cx->arena, BIND(V(id)), &r, &found));
        if (!found)
                return OK;
        by.account = row_int(&r);
        int64_t at = row_int(&r);
        struct str kept = row_str(&r);
        TRY(row_end(&r));
        if (at > cx_now(cx))
                return set_job(cx, id, at);
        TRY(quiet_get(cx, by.account, &quiet));
        bool was = quiet.from && at >= quiet.from && (!quiet.until || at < quiet.until);
        TRY(memorial_is(cx, by.account, &memorial));
        if (memorial) /* kept, in case that is taken back */
                return OK;
        if (quiet.on || was) /* it waits until its writer chooses: see quiet_choose_post */
                return OK;
        TRY(scheduled_kept(cx, kept, &d, &by));
        TRY(scheduled_drop_lost(cx, &by, &d.media));
        TRY(db_run(cx->db, &SCHEDULED_DELETE, BIND(V(id), V(by.account)), NULL));
        enum err e = post_publish_check(cx, &by, &d);
        if (post_hopeless(e)) {
                log_event(LOG_WARN, "scheduled_dropped", LOG_N("scheduled", id),
                          LOG_S("why", cx->fault));
                return OK;
        }
        return e ? e : post_publish(cx, &by, &d, &post);
}

static const struct stmt *const statements[] = {
        &SCHEDULED_ADD,      &SCHEDULED_GET,  &SCHEDULED_LIST,    &SCHEDULED_LIST_UP,
        &SCHEDULED_COUNT,    &SCHEDULED_MOVE, &SCHEDULED_DELETE,  &SCHEDULED_SEEN,
        &SCHEDULED_REMEMBER, &SCHEDULED_DUE,  &SCHEDULED_OVERDUE,
};
const struct stmt_list SCHEDULED_STATEMENTS = {statements, countof(statements)};
