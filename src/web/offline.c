/* Writing the pages of an export: see offline.h. Called by the job "export" (server/export.c). One
 * month is one page, written a few posts at a time, so that whoever wrote a great deal needs no
 * more memory than who wrote little. */
#include "web/offline.h"
#include "lib/text/date.h"
#include "social/export.h"
#include "social/login.h"
#include "web/card.h"
#include "web/offline.html.h"
#include "web/when.h"

enum { AT_ONCE = 40, MONTHS_MAX = 12 * 200 };

struct writing {
        struct cx *cx;
        struct arena *kept;
        const struct account *account;
        struct zip *zip;
        struct web_page clock; /* dates in the person's zone */
        struct buf words;
        struct html page;
        struct offline_months months;
        int month; /* the open page's, as a number; 0: none is open */
        int64_t cursor;
        struct post *posts; /* of the part at hand */
        size_t n, n_ids;
        struct media *media;
        size_t n_media;
        struct poll *polls;
        size_t n_polls;
        struct str *boosted; /* beside posts */
        const _Atomic bool *stopping;
        struct export_letter letters[AT_ONCE];
        size_t n_letters;
        bool by_them, any_letters;
};

static enum err load_boosted(struct cx *cx, struct writing *w, size_t i)
{
        const struct viewer as = {.account = w->account->id};
        struct post *p;
        if (!w->posts[i].boost_of)
                return OK;
        enum err e = post_get(cx, &as, w->posts[i].boost_of, &p);
        if (e)
                return e == ERR_MISSING ? OK : e;
        w->boosted[i] = p->url.n ? p->url : p->uri;
        return OK;
}

static enum err load(struct cx *cx, void *arg)
{
        struct writing *w = arg;
        const struct viewer as = {.account = w->account->id};
        int64_t ids[AT_ONCE];
        TRY(export_posts(cx, w->account->id, w->cursor, ids, AT_ONCE, &w->n_ids));
        if (w->n_ids)
                w->cursor = ids[w->n_ids - 1];
        TRY(post_load_many(cx, ids, w->n_ids, &w->posts, &w->n));
        w->boosted = make_n(cx->arena, w->n + 1, struct str);
        for (size_t i = 0; i < w->n; i++)
                TRY(load_boosted(cx, w, i));
        TRY(media_of_posts(cx, ids, w->n_ids, &w->media, &w->n_media));
        return poll_of_posts(cx, &as, ids, w->n_ids, &w->polls, &w->n_polls);
}

/* What was written so far goes into the archive. */
static enum err hand_on(struct writing *w)
{
        if (w->words.failed)
                return ERR_BUSY;
        zip_more(w->zip, buf_str(&w->words));
        buf_clear(&w->words);
        return w->zip->err;
}

static enum err close_month(struct writing *w)
{
        if (!w->month)
                return OK;
        offline_month_foot(&w->page);
        TRY(hand_on(w));
        zip_end(w->zip);
        w->month = 0;
        return w->zip->err;
}

static enum err open_month(struct writing *w, int64_t at)
{
        struct date_parts d = date_parts(at, zone_minutes(&w->clock.zone, at));
        int month = d.year * 12 + d.month;
        if (month == w->month || (w->month && w->months.n == MONTHS_MAX))
                return OK;
        TRY(close_month(w));
        struct offline_month *m = &w->months.v[w->months.n++];
        m->name = str_dup(w->kept, when_month(&w->clock, at));
        m->file = str_fmt(w->kept, "posts/%04d-%02d.html", d.year, d.month);
        w->month = month;
        zip_begin(w->zip, m->file);
        offline_month_head(&w->page, w->account, m->name, w->cx->settings->language);
        return OK;
}

static struct offline_post gather(struct writing *w, size_t i)
{
        const struct post *p = &w->posts[i];
        struct offline_post o = {.post = p, .boosted = w->boosted[i]};
        o.when = when_full(&w->clock, p->created_at);
        o.reach = audience_line(p);
        for (size_t k = 0; k < w->n_media; k++)
                if (w->media[k].post == p->id) {
                        if (!o.n_media++)
                                o.media = &w->media[k];
                }
        for (size_t k = 0; k < w->n_polls; k++)
                if (w->polls[k].post == p->id)
                        o.poll = &w->polls[k];
        return o;
}

/* A boost of what they may not see any more says nothing. */
static enum err add_posts(struct writing *w)
{
        for (size_t i = 0; i < w->n; i++) {
                struct offline_post o = gather(w, i);
                if (o.post->boost_of && !o.boosted.n)
                        continue;
                TRY(open_month(w, o.post->created_at));
                offline_article(&w->page, &o);
        }
        return w->month ? hand_on(w) : OK;
}

static enum err add_months(struct writing *w)
{
        do {
                if (w->stopping && *w->stopping)
                        return ERR_BUSY;
                arena_reset(w->cx->arena);
                TRY(cx_read(w->cx, load, w));
                TRY(add_posts(w));
        } while (w->n_ids == AT_ONCE);
        return close_month(w);
}

/* ---- letters ---- */

static enum err load_letters(struct cx *cx, void *arg)
{
        struct writing *w = arg;
        return export_letters(cx, w->account->id, w->by_them, w->cursor, w->letters, AT_ONCE,
                              &w->n_letters);
}

static enum err add_letters_of(struct writing *w, bool by_them)
{
        bool any = false;
        w->by_them = by_them;
        w->cursor = -1;
        do {
                arena_reset(w->cx->arena);
                TRY(cx_read(w->cx, load_letters, w));
                if (w->n_letters && !w->any_letters) {
                        zip_begin(w->zip, S("letters.html"));
                        offline_letters_head(&w->page, w->account, w->cx->settings->language);
                        w->any_letters = true;
                }
                if (w->n_letters && !any)
                        offline_letters_part(&w->page, by_them);
                for (size_t i = 0; i < w->n_letters; i++) {
                        const struct export_letter *l = &w->letters[i];
                        offline_letter(&w->page, l, when_full(&w->clock, l->written_at), by_them);
                        w->cursor = l->id;
                        any = true;
                }
                if (any)
                        TRY(hand_on(w));
        } while (w->n_letters == AT_ONCE);
        return OK;
}

static enum err add_letters(struct writing *w)
{
        TRY(add_letters_of(w, false));
        TRY(add_letters_of(w, true));
        if (!w->any_letters)
                return OK;
        offline_month_foot(&w->page);
        TRY(hand_on(w));
        zip_end(w->zip);
        return w->zip->err;
}

static enum err add_index(struct writing *w)
{
        struct str acct = str_fmt(w->cx->arena, "@%.*s@%.*s", STR_ARG(w->account->username),
                                  STR_ARG(w->cx->settings->account_domain));
        zip_begin(w->zip, S("index.html"));
        offline_index(&w->page, w->account, &w->months, w->any_letters, acct,
                      w->cx->settings->language);
        TRY(hand_on(w));
        zip_end(w->zip);
        return w->zip->err;
}

static enum err load_zone(struct cx *cx, void *arg)
{
        struct writing *w = arg;
        struct login *l;
        TRY(login_get(cx, w->account->id, &l));
        w->clock.zone = zone_open(w->kept, l->zone.n ? l->zone : cx->settings->zone);
        return OK;
}

enum err web_offline(struct cx *cx, struct arena *kept, const struct account *a,
                     const _Atomic bool *stopping, struct zip *zip)
{
        struct writing w = {.cx = cx, .kept = kept, .account = a, .zip = zip, .cursor = -1};
        w.stopping = stopping;
        w.page = (struct html){.out = &w.words, .arena = cx->arena};
        w.clock = (struct web_page){.cx = cx, .now = cx_now(cx)};
        w.months.v = make_n(kept, MONTHS_MAX, struct offline_month);
        TRY(cx_read(cx, load_zone, &w));
        enum err e = add_months(&w);
        if (!e)
                e = add_letters(&w);
        if (!e)
                e = add_index(&w);
        buf_free(&w.words);
        return e;
}
