/* Who is asked next. Each host has a line for urgent requests, one for what we bring it and one for
 * what we want of it without anybody waiting; hosts with somebody in line and a free place of their
 * own take turns in a ring. What nobody waits for is asked over one connection at a time, so that
 * previews and boosts do not fall upon a small site (T125); what one person, or a server
 * that waits for our answer, asked for goes beside that, since it is asked once. A host is
 * forgotten with its last request, so strangers who bring ever new names fill nothing. Used by the
 * fetcher's thread alone. */
#include "lib/base/hash.h"
#include "lib/http/fetch_parts.h"
#include <stdlib.h>

enum { RESERVED_PART = 8 };

enum { URGENT, BRING, READ };

static bool reads(const struct fetch_job *job)
{
        return strcmp(job->rq.method, "GET") == 0 || strcmp(job->rq.method, "HEAD") == 0;
}

static int class_of(const struct fetch_job *job)
{
        return job->rq.urgent ? URGENT : reads(job) ? READ : BRING;
}

static bool has_place(const struct fetch_queue *q, const struct fetch_host *host, int class)
{
        return host->active < q->host_places && (class != READ || !host->reading);
}

static struct fetch_host **slot_of(struct fetch_queue *q, const char *name)
{
        struct fetch_host **at = &q->buckets[hash_keyed(str_of(name)) % FETCH_HOST_BUCKETS];
        while (*at && strcmp((*at)->name, name) != 0)
                at = &(*at)->chain;
        return at;
}

static void make_ready(struct fetch_queue *q, struct fetch_host *host, int class)
{
        if (host->ready[class] || !host->lines[class].first || !has_place(q, host, class))
                return;
        host->ready[class] = true;
        host->ready_next[class] = NULL;
        if (q->ready_last[class])
                q->ready_last[class]->ready_next[class] = host;
        else
                q->ready_first[class] = host;
        q->ready_last[class] = host;
}

static void forget_if_idle(struct fetch_queue *q, struct fetch_host *host)
{
        for (int c = 0; c < FETCH_CLASSES; c++)
                if (host->lines[c].first || host->ready[c])
                        return;
        if (host->active)
                return;
        struct fetch_host **at = slot_of(q, host->name);
        *at = host->chain;
        free(host);
}

void fetch_queue_add(struct fetch_queue *q, struct fetch_job *job)
{
        struct fetch_host **at = slot_of(q, job->host_name), *host = *at;
        if (!host) {
                size_t n = strlen(job->host_name) + 1;
                host = *at = must_alloc(1, sizeof *host + n);
                memcpy(host->name, job->host_name, n);
        }
        struct fetch_line *line = &host->lines[class_of(job)];
        job->host = host;
        job->waiting = true;
        job->next = NULL;
        job->prev = line->last;
        if (line->last)
                line->last->next = job;
        else
                line->first = job;
        line->last = job;
        make_ready(q, host, class_of(job));
}

static void leave_line(struct fetch_job *job)
{
        struct fetch_line *line = &job->host->lines[class_of(job)];
        if (job->prev)
                job->prev->next = job->next;
        else
                line->first = job->next;
        if (job->next)
                job->next->prev = job->prev;
        else
                line->last = job->prev;
        job->next = job->prev = NULL;
        job->waiting = false;
}

/* The ring may still name a host whose places or line are gone meanwhile; it leaves the ring here.
 */
static struct fetch_host *next_host(struct fetch_queue *q, int class)
{
        struct fetch_host *host;
        while ((host = q->ready_first[class])) {
                q->ready_first[class] = host->ready_next[class];
                if (!q->ready_first[class])
                        q->ready_last[class] = NULL;
                host->ready[class] = false;
                if (host->lines[class].first && has_place(q, host, class))
                        return host;
                forget_if_idle(q, host);
        }
        return NULL;
}

static struct fetch_job *next_of(struct fetch_queue *q, int class)
{
        int places = class == URGENT ? q->places : q->places - q->places / RESERVED_PART;
        struct fetch_host *host = q->active < places ? next_host(q, class) : NULL;
        if (!host)
                return NULL;
        struct fetch_job *job = host->lines[class].first;
        leave_line(job);
        host->active++;
        host->reading += reads(job);
        q->active++;
        make_ready(q, host, class);
        return job;
}

/* Urgent ones first; of the others neither kind keeps the other waiting for ever. */
struct fetch_job *fetch_queue_next(struct fetch_queue *q)
{
        struct fetch_job *job = next_of(q, URGENT);
        int first = q->read_first ? READ : BRING;
        if (!job)
                job = next_of(q, first);
        if (!job)
                job = next_of(q, first == READ ? BRING : READ);
        if (job && !job->rq.urgent)
                q->read_first = class_of(job) == BRING;
        return job;
}

void fetch_queue_remove(struct fetch_queue *q, struct fetch_job *job)
{
        leave_line(job);
        forget_if_idle(q, job->host);
        job->host = NULL;
}

void fetch_queue_release(struct fetch_queue *q, struct fetch_job *job)
{
        struct fetch_host *host = job->host;
        job->host = NULL;
        host->active--;
        host->reading -= reads(job);
        q->active--;
        for (int c = 0; c < FETCH_CLASSES; c++)
                make_ready(q, host, c);
        forget_if_idle(q, host);
}

struct fetch_job *fetch_queue_any(struct fetch_queue *q)
{
        for (size_t i = 0; i < FETCH_HOST_BUCKETS; i++)
                for (struct fetch_host *h = q->buckets[i]; h; h = h->chain)
                        for (int c = 0; c < FETCH_CLASSES; c++)
                                if (h->lines[c].first)
                                        return h->lines[c].first;
        return NULL;
}
