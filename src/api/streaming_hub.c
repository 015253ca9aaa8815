/* The hub of live updates. Events arrive on the writer's thread and are only queued there; the
 * hub's own thread reads what they are about in a snapshot of its own, judges for each listener
 * with the same rules as every list, and sends. */
#include "api/streaming_hub.h"
#include "api/conversation.h"
#include "api/notification_json.h"
#include "api/post_json.h"
#include "api/streaming.h"
#include "lib/base/die.h"
#include "lib/base/log.h"
#include "social/access.h"
#include "social/conversation.h"
#include "social/home.h"
#include "social/list.h"
#include "social/notification.h"
#include "social/sift.h"
#include "social/tag.h"
#include "social/timeline.h"
#include <pthread.h>
#include <stdlib.h>

enum { QUEUE_MAX = 65536, ARENA_CAP = 64 << 20 };

struct streaming {
        struct instance *instance;
        pthread_t thread;
        pthread_mutex_t lock; /* of the listeners and of the queue */
        pthread_cond_t wake;
        struct listener *listeners;
        struct event_list queue;
        bool stop;
        struct db *db; /* of the hub's thread */
        struct arena arena;
        pthread_mutex_t asking; /* questions from loops use a connection of their own */
        struct db *ask_db;
};

struct streaming
        *streaming_hub; /* one a process: set before the server runs, cleared after it stopped */

static const char *const names[STREAM_KINDS_] = {
        "user",
        "user:notification",
        "public",
        "public:local",
        "public:remote",
        "public:media",
        "public:local:media",
        "public:remote:media",
        "hashtag",
        "hashtag:local",
        "list",
        "direct",
};

bool stream_kind_read(struct str name, enum stream_kind *ret)
{
        for (int i = 0; i < STREAM_KINDS_; i++)
                if (str_eq(name, str_of(names[i]))) {
                        *ret = (enum stream_kind)i;
                        return true;
                }
        return false;
}

static bool same(const struct subscription *a, const struct subscription *b)
{
        return a->kind == b->kind && a->list == b->list && a->tag_n == b->tag_n &&
               !memcmp(a->tag, b->tag, a->tag_n);
}

bool streaming_join(struct streaming *s, struct listener *l)
{
        int mine = 0;
        pthread_mutex_lock(&s->lock);
        for (struct listener *x = s->listeners; x; x = x->next)
                mine += x->viewer.account == l->viewer.account;
        l->next = s->listeners;
        l->at = &s->listeners;
        if (l->next)
                l->next->at = &l->next;
        s->listeners = l;
        pthread_mutex_unlock(&s->lock);
        return mine < STREAMS_PER_PERSON;
}

void streaming_leave(struct listener *l)
{
        pthread_mutex_lock(&l->hub->lock);
        if (l->at) {
                *l->at = l->next;
                if (l->next)
                        l->next->at = l->at;
        }
        pthread_mutex_unlock(&l->hub->lock);
        if (l->stream)
                stream_drop(l->stream);
        free(l);
}

bool streaming_subscribe(struct listener *l, const struct subscription *s)
{
        bool good = true;
        pthread_mutex_lock(&l->hub->lock);
        for (size_t i = 0; i < l->n; i++)
                if (same(&l->subscriptions[i], s))
                        goto out;
        good = l->n < SUBSCRIPTIONS_MAX;
        if (good)
                l->subscriptions[l->n++] = *s;
out:
        pthread_mutex_unlock(&l->hub->lock);
        return good;
}

void streaming_unsubscribe(struct listener *l, const struct subscription *s)
{
        pthread_mutex_lock(&l->hub->lock);
        for (size_t i = 0; i < l->n; i++)
                if (same(&l->subscriptions[i], s)) {
                        l->subscriptions[i] = l->subscriptions[--l->n];
                        break;
                }
        pthread_mutex_unlock(&l->hub->lock);
}

/* One event for one listener: {"stream":["user"],"event":"update","payload":"..."} or event:/data:
 * lines. */
static void send_one(struct listener *l, const struct subscription *s, const char *event,
                     struct str payload)
{
        struct buf b = {0};
        struct json j;
        if (!stream_is_websocket(l->stream)) {
                buf_addf(&b, "event: %s\ndata: %.*s\n\n", event,
                         STR_ARG(payload.p ? payload : S("undefined")));
        } else {
                json_open(&j, &b);
                json_object(&j, NULL);
                json_array(&j, "stream");
                json_z(&j, NULL,
                       s->kind == STREAM_HASHTAG_LOCAL ? "hashtag:local" : names[s->kind]);
                if (s->tag_n)
                        json_str(&j, NULL, (struct str){s->tag, s->tag_n});
                if (s->list)
                        json_id(&j, NULL, s->list);
                json_end(&j);
                json_z(&j, "event", event);
                if (payload.p)
                        json_str(&j, "payload", payload);
                json_end(&j);
        }
        stream_send(l->stream, buf_str(&b));
        buf_free(&b);
}

/* A copy of the listeners who might want the event, so that no lock is held while the database is
 * read. */
struct wanted {
        struct listener copy;
        struct stream *stream;
};

struct work {
        struct streaming *hub;
        struct cx *cx;
        const struct event *event;
        struct wanted *v;
        size_t n;
};

static bool concerns(const struct subscription *s, const struct event *e, int64_t account)
{
        switch (e->kind) {
        case EVENT_HOME:
                return s->kind == STREAM_USER && e->account == account;
        case EVENT_NOTIFICATION:
                return (s->kind == STREAM_USER || s->kind == STREAM_USER_NOTIFICATION) &&
                       e->account == account;
        case EVENT_CONVERSATION:
                return s->kind == STREAM_DIRECT && e->account == account;
        case EVENT_FILTERS:
                return s->kind == STREAM_USER && e->account == account;
        case EVENT_POST_NEW:
        case EVENT_POST_SHOWN:
                return s->kind == STREAM_USER ||
                       (s->kind >= STREAM_PUBLIC && s->kind <= STREAM_LIST);
        case EVENT_POST_EDITED:
        case EVENT_POST_DELETED:
        case EVENT_POST_HIDDEN:
                return s->kind != STREAM_USER_NOTIFICATION;
        default:
                return false;
        }
}

static bool wants(const struct listener *l, const struct event *e)
{
        for (size_t i = 0; i < l->n; i++)
                if (concerns(&l->subscriptions[i], e, l->viewer.account))
                        return true;
        return false;
}

static void gather(struct work *w)
{
        struct streaming *hub = w->hub;
        size_t all = 0;
        pthread_mutex_lock(&hub->lock);
        for (struct listener *l = hub->listeners; l; l = l->next) {
                if (w->event->kind == EVENT_FILTERS && l->viewer.account == w->event->account)
                        l->viewer.has_filters = l->viewer.sifts = true; /* they may have some now */
                all += wants(l, w->event);
        }
        w->v = make_n(&hub->arena, all + 1, struct wanted);
        for (struct listener *l = hub->listeners; l && w->n < all; l = l->next)
                if (wants(l, w->event)) {
                        w->v[w->n].copy = *l;
                        w->v[w->n++].stream = l->stream;
                        stream_hold(l->stream);
                }
        pthread_mutex_unlock(&hub->lock);
}

static struct str render_post(struct cx *cx, const struct viewer *by, int64_t id)
{
        struct buf b = {0};
        struct json j;
        json_open(&j, &b);
        struct str s = STR_NONE;
        if (!api_post_json(&j, NULL, cx, by, id))
                s = str_dup(cx->arena, buf_str(&b));
        buf_free(&b);
        return s;
}

/* Does the post belong to this stream (the rules of who may see it were asked already)? */
static enum err belongs(struct cx *cx, const struct viewer *by, const struct subscription *s,
                        const struct post *p, bool *ret)
{
        bool open = p->audience == AUDIENCE_PUBLIC && !p->boost_of, media = p->has & POST_HAS_MEDIA;
        bool public = s->kind >= STREAM_PUBLIC && s->kind <= STREAM_HASHTAG_LOCAL;
        *ret = false;
        if (public && open)
                TRY(timeline_open_to(cx, by, p->account, &open));
        switch (s->kind) {
        case STREAM_PUBLIC:
        case STREAM_PUBLIC_LOCAL:
        case STREAM_PUBLIC_REMOTE:
                *ret = open && !p->reply_to &&
                       (s->kind == STREAM_PUBLIC || p->local == (s->kind == STREAM_PUBLIC_LOCAL));
                return OK;
        case STREAM_PUBLIC_MEDIA:
        case STREAM_PUBLIC_LOCAL_MEDIA:
        case STREAM_PUBLIC_REMOTE_MEDIA:
                *ret = open && !p->reply_to && media &&
                       (s->kind == STREAM_PUBLIC_MEDIA ||
                        p->local == (s->kind == STREAM_PUBLIC_LOCAL_MEDIA));
                return OK;
        case STREAM_HASHTAG:
        case STREAM_HASHTAG_LOCAL: {
                struct tag_of_post *t;
                size_t n;
                if (!open || (s->kind == STREAM_HASHTAG_LOCAL && !p->local))
                        return OK;
                TRY(tag_of_posts(cx, &p->id, 1, &t, &n));
                for (size_t i = 0; i < n; i++)
                        *ret |= str_eq(t[i].name, (struct str){s->tag, s->tag_n});
                return OK;
        }
        case STREAM_LIST:
                return list_has(cx, by->account, s->list, p->account, ret);
        case STREAM_USER:
                return home_has(cx, by->account, p->id, ret);
        case STREAM_USER_NOTIFICATION:
        case STREAM_DIRECT:
        case STREAM_KINDS_:
                return OK;
        }
        return OK;
}

/* What the listener rests from is in none of their streams. */
static enum err leave_out(struct cx *cx, const struct listener *l, const struct subscription *s,
                          int64_t post, bool *yes)
{
        bool home = s->kind == STREAM_USER || s->kind == STREAM_LIST, hidden;
        TRY(sift_hides(cx, l->viewer.account, home ? FILTER_HOME : FILTER_PUBLIC, post, &hidden));
        *yes = !hidden;
        return OK;
}

static enum err deliver_post(struct work *w, struct wanted *x, const struct post *p,
                             const char *event)
{
        struct str json = STR_NONE;
        struct listener *l = &x->copy;
        l->stream = x->stream;
        for (size_t i = 0; i < l->n; i++) {
                const struct subscription *s = &l->subscriptions[i];
                bool yes = w->event->kind == EVENT_HOME ||
                           (w->event->kind == EVENT_POST_EDITED && s->kind == STREAM_USER);
                if (!concerns(s, w->event, l->viewer.account))
                        continue;
                if (!yes)
                        TRY(belongs(w->cx, &l->viewer, s, p, &yes));
                if (yes && l->viewer.sifts)
                        TRY(leave_out(w->cx, l, s, p->id, &yes));
                if (!yes)
                        continue;
                if (!json.p)
                        json = render_post(w->cx, &l->viewer, p->id);
                if (json.p)
                        send_one(l, s, event, json);
        }
        return OK;
}

static enum err deliver_notification(struct work *w, struct wanted *x)
{
        struct notification *n;
        struct notification_things things;
        struct buf b = {0};
        struct json j;
        enum err e = notification_get(w->cx, &x->copy.viewer, w->event->subject, &n);
        if (e || n->filtered)
                return e == ERR_MISSING ? OK : e;
        TRY(api_notification_fetch(w->cx, &x->copy.viewer, n, 1, &things));
        json_open(&j, &b);
        bool written = api_notification_put(&j, NULL, w->cx, n, 0, &things);
        x->copy.stream = x->stream;
        for (size_t i = 0; written && i < x->copy.n; i++)
                if (concerns(&x->copy.subscriptions[i], w->event, x->copy.viewer.account))
                        send_one(&x->copy, &x->copy.subscriptions[i], "notification", buf_str(&b));
        buf_free(&b);
        return OK;
}

static enum err deliver_conversation(struct work *w, struct wanted *x)
{
        struct conversation c;
        struct buf b = {0};
        struct json j;
        enum err e = conversation_get(w->cx, &x->copy.viewer, w->event->subject, &c);
        if (e)
                return e == ERR_MISSING ? OK : e; /* its last post was deleted */
        json_open(&j, &b);
        e = api_conversation_put(&j, w->cx, &x->copy.viewer, &c);
        x->copy.stream = x->stream;
        for (size_t i = 0; !e && i < x->copy.n; i++)
                if (concerns(&x->copy.subscriptions[i], w->event, x->copy.viewer.account))
                        send_one(&x->copy, &x->copy.subscriptions[i], "conversation", buf_str(&b));
        buf_free(&b);
        return e;
}

static enum err deliver_plain(struct work *w, struct wanted *x, const char *event,
                              struct str payload)
{
        x->copy.stream = x->stream;
        for (size_t i = 0; i < x->copy.n; i++)
                if (concerns(&x->copy.subscriptions[i], w->event, x->copy.viewer.account)) {
                        send_one(&x->copy, &x->copy.subscriptions[i], event, payload);
                        if (w->event->kind == EVENT_POST_DELETED ||
                            w->event->kind == EVENT_POST_HIDDEN)
                                break; /* once a connection is enough */
                }
        return OK;
}

/* A comment that is shown or hidden says nothing to its writer; one that waits is in no stream but
 * its writer's, though an author may ask for it by its id. */
static bool silent(const struct event *e, const struct post *p, int64_t account)
{
        if (e->kind == EVENT_POST_SHOWN || e->kind == EVENT_POST_HIDDEN)
                return e->account == account;
        return p && p->state != COMMENT_SHOWN && p->account != account;
}

static enum err deliver(struct cx *cx, void *arg)
{
        struct work *w = arg;
        const struct event *e = w->event;
        struct post *p = NULL;
        w->cx = cx;
        if (e->kind == EVENT_POST_NEW || e->kind == EVENT_POST_SHOWN ||
            e->kind == EVENT_POST_EDITED || e->kind == EVENT_HOME) {
                enum err gone = post_load(cx, e->subject, &p);
                if (gone)
                        return gone == ERR_MISSING ? OK : gone;
        }
        for (size_t i = 0; i < w->n; i++) {
                enum err bad = OK;
                if (e->kind == EVENT_NOTIFICATION)
                        bad = deliver_notification(w, &w->v[i]);
                else if (e->kind == EVENT_CONVERSATION)
                        bad = deliver_conversation(w, &w->v[i]);
                else if (silent(e, p, w->v[i].copy.viewer.account))
                        continue;
                else if (e->kind == EVENT_POST_DELETED || e->kind == EVENT_POST_HIDDEN)
                        bad = deliver_plain(w, &w->v[i], "delete", str_int(cx->arena, e->subject));
                else if (e->kind == EVENT_FILTERS)
                        bad = deliver_plain(w, &w->v[i], "filters_changed", STR_NONE);
                else if (p)
                        bad = deliver_post(w, &w->v[i], p,
                                           e->kind == EVENT_POST_EDITED ? "status.update"
                                                                        : "update");
                if (bad)
                        log_event(LOG_WARN, "stream_event", LOG_Z("err", err_name(bad)));
        }
        return OK;
}

/* Credentials ended: every listener of that account is asked again, and closed when the answer is
 * no. */
static enum err recheck(struct cx *cx, void *arg)
{
        struct work *w = arg;
        for (size_t i = 0; i < w->n; i++) {
                struct listener *l = &w->v[i].copy;
                struct viewer *now;
                bool holds = l->secret_n &&
                             !access_by_token(cx, (struct str){l->secret, l->secret_n}, &now) &&
                             !access_check(cx, now, SCOPE_READ_STATUSES);
                if (!holds)
                        stream_close(w->v[i].stream, 1008);
        }
        return OK;
}

static void gather_of_account(struct work *w)
{
        struct streaming *hub = w->hub;
        bool all_people = w->event->kind == EVENT_EVERYTHING;
        size_t all = 0;
        pthread_mutex_lock(&hub->lock);
        for (struct listener *l = hub->listeners; l; l = l->next)
                all++;
        w->v = make_n(&hub->arena, all + 1, struct wanted);
        for (struct listener *l = hub->listeners; l; l = l->next)
                if (all_people || l->viewer.account == w->event->account) {
                        w->v[w->n].copy = *l;
                        w->v[w->n++].stream = l->stream;
                        stream_hold(l->stream);
                }
        pthread_mutex_unlock(&hub->lock);
}

static void handle(struct streaming *hub, const struct event *e)
{
        struct instance *i = hub->instance;
        struct work w = {.hub = hub, .event = e};
        struct cx cx = {.db = hub->db,
                        .arena = &hub->arena,
                        .clock = i->clock,
                        .settings = i->settings,
                        .instance = i};
        bool access = e->kind == EVENT_ACCESS_ENDED || e->kind == EVENT_EVERYTHING;
        if (access)
                gather_of_account(&w);
        else
                gather(&w);
        if (w.n && cx_read(&cx, access ? recheck : deliver, &w))
                log_event(LOG_WARN, "streaming", LOG_Z("what", "a snapshot could not be read"));
        for (size_t k = 0; k < w.n; k++)
                stream_drop(w.v[k].stream);
        arena_reset(&hub->arena);
}

static void *hub_main(void *owner)
{
        struct streaming *hub = owner;
        pthread_mutex_lock(&hub->lock);
        while (!hub->stop) {
                if (!hub->queue.n) {
                        pthread_cond_wait(&hub->wake, &hub->lock);
                        continue;
                }
                struct event_list batch = hub->queue;
                hub->queue = (struct event_list){0};
                pthread_mutex_unlock(&hub->lock);
                for (size_t i = 0; i < batch.n; i++)
                        handle(hub, &batch.v[i]);
                free(batch.v);
                pthread_mutex_lock(&hub->lock);
        }
        pthread_mutex_unlock(&hub->lock);
        return NULL;
}

/* On the writer's thread. */
static void on_event(void *owner, const struct event *e)
{
        struct streaming *hub = owner;
        pthread_mutex_lock(&hub->lock);
        if (hub->listeners && hub->queue.n < QUEUE_MAX) {
                event_add(&hub->queue, *e);
                pthread_cond_signal(&hub->wake);
        }
        pthread_mutex_unlock(&hub->lock);
}

/* A short question of a loop's thread (a subscribe frame), on a connection of its own. */
enum err streaming_ask(struct streaming *hub, struct arena *a,
                       enum err (*f)(struct cx *cx, void *arg), void *arg)
{
        struct instance *i = hub->instance;
        struct cx cx = {.arena = a, .clock = i->clock, .settings = i->settings, .instance = i};
        pthread_mutex_lock(&hub->asking);
        cx.db = hub->ask_db;
        enum err e = cx_read(&cx, f, arg);
        pthread_mutex_unlock(&hub->asking);
        return e;
}

enum err streaming_open(struct instance *instance, struct streaming **ret)
{
        struct streaming *s = must_alloc(1, sizeof *s);
        s->instance = instance;
        arena_open(&s->arena, ARENA_CAP);
        pthread_mutex_init(&s->lock, NULL);
        pthread_mutex_init(&s->asking, NULL);
        pthread_cond_init(&s->wake, NULL);
        TRY(db_open(&instance->reader, &s->db));
        TRY(db_open(&instance->reader, &s->ask_db));
        events_listen(instance->events, on_event, s);
        if (pthread_create(&s->thread, NULL, hub_main, s))
                return ERR_FAULT;
        streaming_hub = s;
        *ret = s;
        return OK;
}

void streaming_close(struct streaming **hub)
{
        struct streaming *s = *hub;
        pthread_mutex_lock(&s->lock);
        s->stop = true;
        pthread_cond_signal(&s->wake);
        pthread_mutex_unlock(&s->lock);
        pthread_join(s->thread, NULL);
        streaming_hub = NULL;
        db_close(&s->db);
        db_close(&s->ask_db);
        free(s->queue.v);
        arena_close(&s->arena);
        pthread_mutex_destroy(&s->lock);
        pthread_mutex_destroy(&s->asking);
        pthread_cond_destroy(&s->wake);
        free(s);
        *hub = NULL;
}
