/* The planner's work for one server: what is read ahead, what may leave now, what an answer means
 * for the server. Everything of one person reaches one server in order, so that an Undo never comes
 * before what it undoes; the same activity may go to several inboxes there at once. */
#include "fedi/deliver_parts.h"
#include "fedi/digest.h"
#include <stdlib.h>

enum { REFUSALS_MOST = 6 /* 401 this often in a row: our key will not be believed */ };

struct deliver_lane *deliver_lane_open(const struct deliver_host *h)
{
        struct deliver_lane *l = must_alloc(1, sizeof *l);
        l->name = must_alloc(1, h->host.n + 1);
        memcpy(l->name, h->host.p, h->host.n);
        l->host = *h;
        l->host.host = (struct str){l->name, h->host.n};
        l->after.inbox = S("");
        l->scheme = h->scheme;
        return l;
}

void deliver_lane_close(struct deliverer *d, struct deliver_lane *l)
{
        while (l->wait) {
                struct shipment *s = l->wait;
                l->wait = s->next;
                shipment_close(d, s);
        }
        free(l->after_inbox);
        free(l->name);
        free(l);
}

/* ---- bytes ---- */

static enum err bytes_hold(struct deliverer *d, int64_t parcel, struct deliver_bytes **ret)
{
        struct deliver_bytes *b = d->bytes;
        struct str body;
        while (b && b->parcel != parcel)
                b = b->next;
        if (!b) {
                TRY(deliver_body(&d->cx, parcel, &body));
                struct str sum = digest_sum(&d->arena, body);
                b = must_alloc(1, sizeof *b + body.n + sum.n);
                char *text = (char *)(b + 1);
                memcpy(text, body.p, body.n);
                memcpy(text + body.n, sum.p, sum.n);
                *b = (struct deliver_bytes){.next = d->bytes,
                                            .parcel = parcel,
                                            .body = {text, body.n},
                                            .sum = {text + body.n, sum.n}};
                d->bytes = b;
        }
        b->holders++;
        *ret = b;
        return OK;
}

static void bytes_drop(struct deliverer *d, struct deliver_bytes *b)
{
        if (--b->holders)
                return;
        for (struct deliver_bytes **at = &d->bytes; *at; at = &(*at)->next)
                if (*at == b) {
                        *at = b->next;
                        break;
                }
        free(b);
}

/* ---- shipments ---- */

static enum err shipment_open(struct deliverer *d, struct deliver_lane *l,
                              const struct deliver_row *row, struct shipment **ret)
{
        struct signer signer;
        enum err e = deliver_signer_get(d, row->account, &signer);
        if (e == ERR_MISSING || e == ERR_FAULT)
                signer = (struct signer){0};
        else
                TRY(e);
        struct str sync = STR_NONE;
        if (row->sync) {
                e = sync_header(&d->cx, d->sync, row->sync, l->host.host, &sync);
                if (e && e != ERR_MISSING) {
                        if (signer.key)
                                key_drop(&signer.key);
                        return e;
                }
        }
        size_t names = row->inbox.n + signer.key_id.n;
        struct shipment *s = must_alloc(1, sizeof *s + names + sync.n);
        if (sync.n) {
                memcpy(s->text + names, sync.p, sync.n);
                s->sync = (struct str){s->text + names, sync.n};
        }
        memcpy(s->text, row->inbox.p, row->inbox.n);
        if (signer.key_id.n)
                memcpy(s->text + row->inbox.n, signer.key_id.p, signer.key_id.n);
        s->deliverer = d;
        s->lane = l;
        s->parcel = row->parcel;
        s->account = row->account;
        s->inbox = (struct str){s->text, row->inbox.n};
        s->signer = signer;
        s->signer.key_id.p = s->text + row->inbox.n;
        s->signer.scheme = (enum sign_scheme)l->scheme;
        s->signer.sync = s->sync;
        e = bytes_hold(d, row->parcel, &s->bytes);
        if (e) {
                shipment_close(d, s);
                return e;
        }
        *ret = s;
        return OK;
}

void shipment_close(struct deliverer *d, struct shipment *s)
{
        if (s->bytes)
                bytes_drop(d, s->bytes);
        if (s->signer.key)
                key_drop(&s->signer.key);
        free(s);
}

static void keep_place(struct deliver_lane *l, const struct deliver_row *row)
{
        l->after_inbox = must_realloc(l->after_inbox, row->inbox.n + 1);
        memcpy(l->after_inbox, row->inbox.p, row->inbox.n);
        l->after = (struct deliver_row){
                row->parcel, row->account, row->sync, {l->after_inbox, row->inbox.n}};
}

static enum err read_ahead(struct deliverer *d, struct deliver_lane *l)
{
        struct deliver_row *rows;
        struct shipment **last = &l->wait;
        size_t n;
        TRY(deliver_rows(&d->cx, l->host.host, &l->after, DELIVER_AHEAD, &rows, &n));
        for (size_t i = 0; i < n; i++) {
                TRY(shipment_open(d, l, &rows[i], last));
                last = &(*last)->next;
                keep_place(l, &rows[i]);
        }
        l->exhausted = n < DELIVER_AHEAD;
        return OK;
}

/* Is something else of the same person before it? */
static bool must_wait(const struct deliver_lane *l, const struct shipment *s)
{
        for (int i = 0; i < l->n_out; i++)
                if (l->out[i]->account == s->account && l->out[i]->parcel != s->parcel)
                        return true;
        for (const struct shipment *x = l->wait; x != s; x = x->next)
                if (x->account == s->account && x->parcel != s->parcel)
                        return true;
        return false;
}

struct shipment *deliver_lane_next(struct deliverer *d, struct deliver_lane *l)
{
        int places = l->host.failures ? 1 : DELIVER_HOST_PLACES;
        if (l->failed || l->tired || l->n_out >= places)
                return NULL;
        if (!l->wait && !l->exhausted && read_ahead(d, l))
                l->tired = true;
        for (struct shipment **at = &l->wait; *at; at = &(*at)->next) {
                struct shipment *s = *at;
                if (must_wait(l, s))
                        continue;
                *at = s->next;
                s->next = NULL;
                l->out[l->n_out++] = s;
                return s;
        }
        return NULL;
}

void deliver_lane_ended(struct deliver_lane *l, struct shipment *s)
{
        for (int i = 0; i < l->n_out; i++)
                if (l->out[i] == s) {
                        l->out[i] = l->out[--l->n_out];
                        break;
                }
        if (s->end == SHIP_LATER && s->status == 401 && l->host.failures >= REFUSALS_MOST)
                s->end = SHIP_NEVER;
        switch (s->end) {
        case SHIP_TAKEN:
                l->scheme = s->signer.scheme;
                l->good = true;
                break;
        case SHIP_NEVER:
                l->good = l->good || s->status; /* it does answer */
                break;
        case SHIP_LATER:
                l->failed = true;
                l->status = s->status;
                if (s->pause_ms > l->pause_ms)
                        l->pause_ms = s->pause_ms;
                break;
        case SHIP_AGAIN:
                l->tired = true;
                break;
        }
}

bool deliver_lane_over(const struct deliver_lane *l)
{
        return !l->n_out && (l->failed || l->tired || (!l->wait && l->exhausted));
}
