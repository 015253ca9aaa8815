/* Answering servers that ask for an actor, a post or an activity by its id, or for a page's
 * document by Accept (the rows with ROUTE_DOCUMENT). What everybody may see is kept rendered until
 * it changes. */
#include "fedi/document.h"
#include "fedi/activity.h"
#include "fedi/actor.h"
#include "lib/base/encode.h"
#include "lib/base/hash.h"
#include "social/account_far.h"
#include "social/leave.h"
#include "social/quote.h"
#include "social/scope.h"
#include "store/cache.h"
#include "store/limits.h"

static enum err reply(struct req *rq, struct str body, bool open)
{
        struct str etag = hex_encode(rq->arena, str_cut(sha256(rq->arena, body), 0, 12));
        reply_header(rq, "Vary", S("Accept, Signature"));
        open = open && !rq->cx->settings->signed_fetch;
        reply_cache(rq, open ? "public, max-age=180" : "private, no-store");
        if (reply_not_changed(rq, etag))
                return OK;
        reply_text(rq, 200, "application/activity+json; charset=utf-8", body);
        return OK;
}

enum err document_reply(struct req *rq, struct buf *b, bool open)
{
        enum err e = b->failed ? ERR_FAULT : reply(rq, buf_str(b), open);
        buf_free(b);
        return e;
}

/* ---- who and what ---- */

/* Also those who are suspended: their servers are told so by the actor's document alone. */
static enum err find_account(struct req *rq, struct account **ret)
{
        struct str name = req_path(rq, "name");
        bool gone, later;
        *ret = NULL;
        TRY(asker_must(rq, &later));
        if (later)
                return OK;
        if (str_has_char(name, '@'))
                return ERR_MISSING;
        TRY(leave_was_here(rq->cx, name, &gone));
        if (gone)
                return ERR_GONE;
        TRY(account_by_name(rq->cx, name, ret));
        return (*ret)->kind == ACCOUNT_JOURNAL ? account_shown(rq->cx, 0, (*ret)->id) : OK;
}

enum err document_account(struct req *rq, struct account **ret)
{
        TRY(find_account(rq, ret));
        return *ret && (*ret)->suspended ? ERR_GONE : OK;
}

/* A browser that followed an id is shown the page. */
static bool wants_page(const struct req *rq)
{
        struct str accept = req_header(rq, "accept");
        return str_has(accept, S("text/html")) && !str_has(accept, S("json"));
}

/* Deleted, and everybody could see it: servers that ask are told so. */
static enum err reply_gone(struct req *rq)
{
        struct str uri =
                str_fmt(rq->arena, "%.*s/users/%.*s/statuses/%lld", STR_ARG(rq->cx->settings->url),
                        STR_ARG(req_path(rq, "name")), (long long)req_path_id(rq, "id"));
        bool gone;
        struct account *a;
        TRY(tombstone_find(rq->cx, uri, &gone));
        enum err e = gone ? OK : document_account(rq, &a);
        if (!gone && !e && !a)
                return OK;
        if (e == ERR_GONE) /* nothing of theirs is here, whatever is asked for */
                gone = true;
        else if (e)
                return e;
        if (!gone)
                return ERR_MISSING;
        struct buf b = {0};
        struct json j;
        json_open(&j, &b);
        json_object(&j, NULL);
        words_context(&j, WORDS_PLAIN);
        json_str(&j, "id", uri);
        json_z(&j, "type", "Tombstone");
        json_end(&j);
        reply_text(rq, 410, "application/activity+json; charset=utf-8", buf_str(&b));
        buf_free(&b);
        return OK;
}

static enum err see(struct req *rq, int64_t id, struct viewer *by, struct post **ret)
{
        struct viewer other;
        enum err e = post_get(rq->cx, by, id, ret);
        if (e != ERR_MISSING || !by->account)
                return e;
        TRY(asker_stands_for(rq->cx, by, id, &other));
        if (!other.account)
                return ERR_MISSING;
        *by = other;
        return post_get(rq->cx, by, id, ret);
}

static enum err post_for(struct req *rq, struct viewer *by, struct post **ret)
{
        TRY(see(rq, req_path_id(rq, "id"), by, ret));
        const struct post *p = *ret;
        bool right = p->local && !p->local_only && str_eq_nocase(p->author, req_path(rq, "name"));
        return right ? OK : ERR_MISSING;
}

/* The first post of a thread, wherever it was written. */
static enum err thread_for(struct req *rq, struct viewer *by, struct post **ret)
{
        TRY(see(rq, req_path_id(rq, "id"), by, ret));
        const struct post *p = *ret;
        return p->thread == p->id && !p->boost_of && !p->local_only ? OK : ERR_MISSING;
}

/* What everybody may see is shown without asking for anybody's key. */
static enum err show(struct req *rq, struct post **ret, struct viewer *by,
                     enum err (*find)(struct req *rq, struct viewer *by, struct post **ret))
{
        bool unknown, later;
        *ret = NULL;
        TRY(asker_must(rq, &later));
        if (later)
                return OK;
        TRY(asker_of(rq, by, &unknown));
        enum err e = find(rq, by, ret);
        if (e != ERR_MISSING || !unknown)
                return e;
        *ret = NULL;
        return asker_later(rq);
}

enum err document_post(struct req *rq, struct post **ret, struct viewer *by)
{
        return show(rq, ret, by, post_for);
}

enum err document_thread(struct req *rq, struct post **ret, struct viewer *by)
{
        return show(rq, ret, by, thread_for);
}

/* ---- actors ---- */

static enum err fedi_actor_show(struct req *rq)
{
        struct cx *cx = rq->cx;
        struct account *a;
        struct buf b = {0};
        struct json j;
        if (wants_page(rq)) {
                reply_redirect(rq, str_join(rq->arena, S("/@"),
                                            percent_encode(rq->arena, req_path(rq, "name"))));
                return OK;
        }
        TRY(find_account(rq, &a));
        if (!a)
                return OK;
        if (!cache_get(cx->instance->cache, CACHE_DOCUMENT, a->id, NULL, 0, &b)) {
                json_open(&j, &b);
                enum err e = actor_put(&j, NULL, cx, a);
                if (e) {
                        buf_free(&b);
                        return e;
                }
                cache_put(cx->instance->cache, CACHE_DOCUMENT, a->id, NULL, 0, buf_str(&b),
                          cx->snapshot);
        }
        return document_reply(rq, &b, true);
}

static enum err fedi_actor_server(struct req *rq)
{
        struct buf b = {0};
        struct json j;
        json_open(&j, &b);
        enum err e = actor_server_put(&j, rq->cx);
        if (!e)
                return document_reply(rq, &b, true);
        buf_free(&b);
        return e;
}

static enum err fedi_actor_server_outbox(struct req *rq)
{
        struct buf b = {0};
        struct json j;
        json_open(&j, &b);
        json_object(&j, NULL);
        words_context(&j, WORDS_PLAIN);
        json_str(&j, "id", words_of(rq->cx, actor_server_id(rq->cx), "/outbox"));
        json_z(&j, "type", "OrderedCollection");
        json_array(&j, "orderedItems");
        json_end(&j);
        json_end(&j);
        return document_reply(rq, &b, true);
}

/* ---- posts ---- */

/* A kept document is for the address with the right name only. */
static uint64_t name_mark(struct req *rq)
{
        return hash_keyed(str_lower(rq->arena, req_path(rq, "name")));
}

static enum err put_post(struct req *rq, const struct post *p, const struct viewer *by)
{
        struct note_out *n;
        struct json j;
        struct buf b = {0};
        bool open = p->audience <= AUDIENCE_QUIET;
        uint64_t mark = name_mark(rq);
        TRY(note_out_load(rq->cx, p, p->audience == AUDIENCE_CIRCLE ? by->account : 0, &n));
        json_open(&j, &b);
        note_put(&j, NULL, rq->cx, n);
        if (open && !b.failed)
                cache_put(rq->cx->instance->cache, CACHE_DOCUMENT, p->id, &mark, sizeof mark,
                          buf_str(&b), rq->cx->snapshot);
        return document_reply(rq, &b, open);
}

static enum err put_boost(struct req *rq, const struct post *p, const struct viewer *by)
{
        struct activity_boost b = {.wrapper = p};
        struct account *author;
        struct post *shown;
        struct cx *cx = rq->cx;
        TRY(account_get(cx, p->account, &author));
        TRY(post_get(cx, by, p->boost_of, &shown));
        b.author = author;
        b.boosted = shown->uri;
        TRY(note_approved_by(cx, p->id, &b.approved_by));
        TRY(note_address(cx, p, author, 0, &b.to, &b.cc));
        struct str body = activity_announce(cx, &b, false);
        return body.n ? reply(rq, body, p->audience <= AUDIENCE_QUIET) : ERR_FAULT;
}

static enum err fedi_post_show(struct req *rq)
{
        struct post *p;
        struct viewer by;
        struct buf b = {0};
        int64_t id = req_path_id(rq, "id");
        bool page = wants_page(rq);
        uint64_t mark = 0;
        bool kept = id && !page && !req_header(rq, "signature").n &&
                    !rq->cx->settings->signed_fetch &&
                    cache_get(rq->cx->instance->cache, CACHE_DOCUMENT, id, &mark, sizeof mark, &b);
        if (kept && mark == name_mark(rq))
                return document_reply(rq, &b, true);
        buf_free(&b);
        if (page && id) {
                struct str name = percent_encode(rq->arena, req_path(rq, "name"));
                reply_redirect(rq, str_fmt(rq->arena, "/@%.*s/%lld", STR_ARG(name), (long long)id));
                return OK;
        }
        enum err e = document_post(rq, &p, &by);
        if (e == ERR_MISSING)
                return reply_gone(rq);
        TRY(e);
        if (!p)
                return OK;
        return p->boost_of ? put_boost(rq, p, &by) : put_post(rq, p, &by);
}

static enum err fedi_post_activity(struct req *rq)
{
        struct post *p;
        struct viewer by;
        struct note_out *n;
        enum err e = document_post(rq, &p, &by);
        if (e == ERR_MISSING)
                return reply_gone(rq);
        TRY(e);
        if (!p)
                return OK;
        if (p->boost_of)
                return put_boost(rq, p, &by);
        TRY(note_out_load(rq->cx, p, p->audience == AUDIENCE_CIRCLE ? by.account : 0, &n));
        struct str body = activity_create(rq->cx, n);
        return body.n ? reply(rq, body, p->audience <= AUDIENCE_QUIET) : ERR_FAULT;
}

/* ---- approvals of quotes (FEP-044f) ---- */

static enum err fedi_quote_stamp(struct req *rq)
{
        struct cx *cx = rq->cx;
        struct quote_stamp s;
        struct post *quoted;
        struct account *author;
        struct buf b = {0};
        struct json j;
        bool later;
        TRY(asker_must(rq, &later));
        if (later)
                return OK;
        enum err e = quote_stamp_get(cx, req_path_id(rq, "id"), &s);
        if (e == ERR_MISSING) {
                bool gone;
                struct str uri = quote_stamp_uri(cx, req_path(rq, "name"), req_path_id(rq, "id"));
                TRY(tombstone_find(cx, uri, &gone));
                return gone ? ERR_GONE : ERR_MISSING;
        }
        TRY(e);
        TRY(post_load(cx, s.post, &quoted));
        if (!str_eq_nocase(quoted->author, req_path(rq, "name")) || quoted->local_only)
                return ERR_MISSING;
        TRY(account_get(cx, quoted->account, &author));
        json_open(&j, &b);
        json_object(&j, NULL);
        words_context(&j, WORDS_NOTE);
        json_str(&j, "id", quote_stamp_uri(cx, quoted->author, s.id));
        json_z(&j, "type", "QuoteAuthorization");
        json_str(&j, "attributedTo", author->uri);
        json_str(&j, "interactingObject", s.quote_uri);
        json_str(&j, "interactionTarget", quoted->uri);
        json_end(&j);
        return document_reply(rq, &b, quoted->audience <= AUDIENCE_QUIET);
}

#define READS SCOPE_NONE, LIMIT_FILE, LANE_READ
static const struct route routes[] = {
        {"GET", "/actor", READS, fedi_actor_server, 0, 0},
        {"GET", "/actor/outbox", READS, fedi_actor_server_outbox, 0, 0},
        {"GET", "/users/:name", READS, fedi_actor_show, 0, 0},
        {"GET", "/users/:name/quotes/:id", READS, fedi_quote_stamp, 0, 0},
        {"GET", "/users/:name/statuses/:id", READS, fedi_post_show, 0, 0},
        {"GET", "/users/:name/statuses/:id/activity", READS, fedi_post_activity, 0, 0},
        {"GET", "/@:name", READS, fedi_actor_show, ROUTE_DOCUMENT, 0},
        {"GET", "/@:name/:id", READS, fedi_post_show, ROUTE_DOCUMENT, 0},
};
const struct route_list DOCUMENT_ROUTES = {DOOR_FEDI, routes, countof(routes)};
