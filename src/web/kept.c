/* What strangers see of a public post or profile. An entry is fresh as long as the cache's moment
 * stands still: any row that changed moves it, so nothing has to know which page shows which rows.
 * On a busy server pages are then simply written again; while one of them is read by a crowd,
 * nothing is. The day is part of it, since dates of this year are written without the year. */
#include "web/kept.h"
#include "lib/base/hash.h"
#include "social/audience.h"
#include "store/cache.h"

enum { DAY_MS = 24 * 3600 * 1000 };

struct kept {
        int64_t moment, day;
        uint64_t mark, path; /* path: an id under another name is another page */
        char document[224];  /* where other servers read it; "": nowhere, or too long to be kept */
};

bool kept_may(const struct req *rq)
{
        return !rq->viewer->account && !rq->query.n && rq->cx->instance && rq->cx->instance->cache;
}

static void headers(struct req *rq)
{
        reply_cache(rq, "public, no-cache");
        reply_header(rq, "Vary", S("Cookie"));
}

static bool not_changed(struct req *rq, uint64_t mark)
{
        return reply_not_changed(rq, str_fmt(rq->arena, "%016llx", (unsigned long long)mark));
}

void web_document(struct req *rq, struct str uri)
{
        reply_header(rq, "Link",
                     str_fmt(rq->arena,
                             "<%.*s>; rel=\"alternate\"; type=\"application/activity+json\"",
                             STR_ARG(uri)));
}

bool kept_answer(struct req *rq, int64_t key)
{
        struct kept k = {0};
        if (!kept_may(rq))
                return false;
        struct html *h = reply_html(rq, 200);
        if (!cache_get(rq->cx->instance->cache, CACHE_PAGE, key, &k, sizeof(k), h->out))
                return false;
        if (k.moment != rq->cx->snapshot || k.day != cx_now(rq->cx) / DAY_MS ||
            k.path != hash_keyed(rq->path)) {
                buf_clear(h->out);
                return false;
        }
        headers(rq);
        if (k.document[0])
                web_document(rq, str_dup(rq->arena, str_of(k.document)));
        not_changed(rq, k.mark);
        return true;
}

void kept_put(struct req *rq, int64_t key, struct str document)
{
        if (!kept_may(rq) || rq->out->failed)
                return;
        struct str bytes = buf_str(rq->out);
        struct kept k = {rq->cx->snapshot, cx_now(rq->cx) / DAY_MS, hash_keyed(bytes),
                         hash_keyed(rq->path), ""};
        if (document.n && document.n < sizeof k.document)
                memcpy(k.document, document.p, document.n);
        cache_put(rq->cx->instance->cache, CACHE_PAGE, key, &k, sizeof(k), bytes, rq->cx->snapshot);
        headers(rq);
        not_changed(rq, k.mark);
}
