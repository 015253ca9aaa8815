/* The engine's signers, one thread a core: a signature is most of what a delivery costs. They take
 * what the planner put in the queue, sign, and hand it to the fetcher, whose thread judges the
 * answer. */
#include "fedi/deliver_parts.h"
#include "social/leave.h"
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

enum { SIGN_NICE = 10 };

void ship_queue_add(struct ship_queue *q, struct shipment *s)
{
        s->next = NULL;
        if (!q->first)
                q->last = &q->first;
        *q->last = s;
        q->last = &s->next;
}

struct shipment *ship_queue_take(struct ship_queue *q)
{
        struct shipment *s = q->first;
        if (s)
                q->first = s->next;
        return s;
}

void ship_ended(struct deliverer *d, struct shipment *s)
{
        ship_queue_add(&d->ended, s);
        d->n_ended++;
        if (!d->gathering || d->n_ended >= DELIVER_GATHER)
                pthread_cond_signal(&d->planner);
}

static void give_back(struct shipment *s, enum ship_end end)
{
        struct deliverer *d = s->deliverer;
        s->end = end;
        pthread_mutex_lock(&d->lock);
        ship_ended(d, s);
        pthread_mutex_unlock(&d->lock);
}

/* 401 comes from servers that could not fetch our key just now as well as from those that never
 * will; see deliver_lane_ended. */
static enum ship_end judge_status(int status)
{
        if (status >= 200 && status < 300)
                return SHIP_TAKEN;
        if (status == 401 || status == 408 || status == 429 || (status >= 500 && status != 501))
                return SHIP_LATER;
        return SHIP_NEVER;
}

static enum ship_end judge(const struct fetch_answer *a)
{
        switch (a->end) {
        case FETCH_OK:
                return judge_status(a->status);
        case FETCH_ADDRESS:
        case FETCH_REFUSED:
                return SHIP_NEVER;
        case FETCH_BUSY:
        case FETCH_CANCELLED:
        case FETCH_SIGN:
                return SHIP_AGAIN;
        case FETCH_LARGE:
        case FETCH_TYPE: /* what it says beyond its status does not matter */
                return SHIP_TAKEN;
        default:
                return SHIP_LATER;
        }
}

/* Perhaps it takes the other form of signature. */
static bool knock_again(struct deliverer *d, struct shipment *s)
{
        s->knocked = true;
        s->signer.scheme = s->signer.scheme == SIGN_CAVAGE ? SIGN_RFC9421 : SIGN_CAVAGE;
        pthread_mutex_lock(&d->lock);
        bool go = !d->stopping;
        if (go) {
                ship_queue_add(&d->to_sign, s);
                pthread_cond_signal(&d->signers);
        }
        pthread_mutex_unlock(&d->lock);
        return go;
}

/* On the fetcher's thread. */
static void answered(void *arg, const struct fetch_answer *a)
{
        struct shipment *s = arg;
        struct deliverer *d = s->deliverer;
        enum ship_end end = judge(a);
        s->status = a->end == FETCH_OK ? a->status : 0;
        if ((s->status == 400 || s->status == 401) && !s->knocked && knock_again(d, s))
                return;
        if (end == SHIP_LATER && a->end == FETCH_OK)
                s->pause_ms = fetch_retry_after(a, clock_now(d->instance->clock));
        give_back(s, end);
}

static void send_one(struct shipment *s)
{
        const struct fetch_header headers[] = {
                {S_ROW("Content-Type"), S_ROW("application/activity+json")},
                {S_ROW("Collection-Synchronization"), s->sync}};
        struct fetch_request rq = {
                .method = "POST",
                .url = s->inbox,
                .headers = headers,
                .n_headers = s->sync.n ? 2 : 1,
                .body = s->bytes->body,
                .sign = sign_hop,
                .sign_arg = &s->signer,
                .follow = FETCH_FOLLOW_NONE,
                .wait_ms = 60 * 1000,
        };
        s->signer.content_type = headers[0].value;
        s->signer.sum = s->bytes->sum;
        s->signer.clock = s->deliverer->instance->clock;
        fetch_start(s->deliverer->instance->fedi->fetcher, &rq, answered, s);
}

/* Signing takes all the processors there are for as long as deliveries wait; who reads a page goes
 * first. */
static void be_modest(void)
{
        setpriority(PRIO_PROCESS, (id_t)gettid(), SIGN_NICE);
}

void *deliver_sign_run(void *deliverer)
{
        struct deliverer *d = deliverer;
        be_modest();
        pthread_mutex_lock(&d->lock);
        for (;;) {
                struct shipment *s = ship_queue_take(&d->to_sign);
                if (!s && d->stopping)
                        break;
                if (!s) {
                        pthread_cond_wait(&d->signers, &d->lock);
                        continue;
                }
                bool stopping = d->stopping;
                pthread_mutex_unlock(&d->lock);
                if (stopping)
                        give_back(s, SHIP_AGAIN);
                else
                        send_one(s);
                pthread_mutex_lock(&d->lock);
        }
        pthread_mutex_unlock(&d->lock);
        return NULL;
}

/* ---- keys, the planner's ---- */

static enum err load_key(struct deliverer *d, int64_t account, struct deliver_signer *k)
{
        struct str uri, pem;
        TRY(leave_signer(&d->cx, account, &uri, &pem));
        struct key *key;
        TRY(key_read_private(pem, &key));
        if (k->key)
                key_drop(&k->key);
        free((char *)k->key_id.p);
        struct str id = str_join(&d->arena, uri, S(FEDI_KEY_FRAGMENT));
        char *copy = must_alloc(1, id.n);
        memcpy(copy, id.p, id.n);
        *k = (struct deliver_signer){account, key, {copy, id.n}, 0};
        return OK;
}

enum err deliver_signer_get(struct deliverer *d, int64_t account, struct signer *ret)
{
        struct fedi *f = d->instance->fedi;
        struct deliver_signer *k = &d->keys[0];
        if (!account) {
                *ret = (struct signer){.key = key_keep(f->key), .key_id = f->key_id};
                return OK;
        }
        for (size_t i = 0; i < DELIVER_KEYS && k->account != account; i++)
                if (d->keys[i].account == account || d->keys[i].used < k->used)
                        k = &d->keys[i];
        if (k->account != account)
                TRY(load_key(d, account, k));
        k->used = ++d->turn;
        *ret = (struct signer){.key = key_keep(k->key), .key_id = k->key_id};
        return OK;
}

void deliver_signers_close(struct deliverer *d)
{
        for (size_t i = 0; i < DELIVER_KEYS; i++) {
                if (d->keys[i].key)
                        key_drop(&d->keys[i].key);
                free((char *)d->keys[i].key_id.p);
        }
}
