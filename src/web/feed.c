/* /@name.atom: the public posts of a profile as an Atom feed (RFC 4287), for feed readers. Nothing
 * quiet, nothing for followers, nothing for this server only. */
#include "lib/base/die.h"
#include "lib/base/hash.h"
#include "lib/text/date.h"
#include "social/journal.h"
#include "social/scope.h"
#include "social/switches.h"
#include "store/limits.h"
#include "web/profile.h"
#include "web/web.h"

enum { ENTRIES = 20 };

static void element(struct buf *b, const char *name, struct str text)
{
        buf_addf(b, "<%s>", name);
        html_escape(b, text);
        buf_addf(b, "</%s>\n", name);
}

/* The words as escaped HTML; photos follow as plain pictures with their descriptions. */
static void content(struct cx *cx, struct buf *b, const struct card *c)
{
        struct buf inner = {0};
        buf_add(&inner, c->post->content.html);
        for (size_t i = 0; i < c->n_media && !c->post->sensitive; i++) {
                if (!c->media[i].preview.n || c->media[i].veil)
                        continue;
                struct str caption = c->media[i].caption;
                buf_add(&inner, caption.n ? S("<figure><img src=\"") : S("<p><img src=\""));
                html_escape(&inner, media_url(cx, c->media[i].preview));
                buf_add(&inner, S("\" alt=\""));
                html_escape(&inner, c->media[i].description);
                buf_add(&inner, S("\">"));
                if (caption.n) {
                        buf_add(&inner, S("<figcaption>"));
                        html_escape(&inner, caption);
                        buf_add(&inner, S("</figcaption>"));
                }
                buf_add(&inner, caption.n ? S("</figure>") : S("</p>"));
        }
        buf_add(b, S("<content type=\"html\">"));
        html_escape(b, buf_str(&inner));
        buf_add(b, S("</content>\n"));
        b->failed = b->failed || inner.failed;
        buf_free(&inner);
}

static void entry(struct cx *cx, struct buf *b, const struct card *c)
{
        const struct post *p = c->post;
        buf_add(b, S("<entry>\n"));
        element(b, "id", p->uri);
        element(b, "title", card_excerpt(cx->arena, c));
        buf_add(b, S("<link rel=\"alternate\" type=\"text/html\" href=\""));
        html_escape(b, p->url);
        buf_add(b, S("\"/>\n"));
        element(b, "published", date_iso(cx->arena, p->created_at));
        element(b, "updated", date_iso(cx->arena, p->edited_at ? p->edited_at : p->created_at));
        if (p->spoiler.n)
                element(b, "summary", p->spoiler);
        else
                content(cx, b, c);
        buf_add(b, S("</entry>\n"));
}

static void write_feed(struct cx *cx, struct buf *b, const struct account *a, const struct cards *c)
{
        int64_t newest = a->created_at;
        for (size_t i = 0; i < c->n; i++) {
                int64_t at = c->v[i].post->edited_at ? c->v[i].post->edited_at
                                                     : c->v[i].post->created_at;
                newest = at > newest ? at : newest;
        }
        buf_add(b, S("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed "
                     "xmlns=\"http://www.w3.org/2005/Atom\">\n"));
        element(b, "id", a->uri);
        element(b, "title", account_name(a));
        element(b, "updated", date_iso(cx->arena, newest));
        buf_add(b, S("<link rel=\"alternate\" type=\"text/html\" href=\""));
        html_escape(b, a->url);
        buf_add(b, S("\"/>\n<link rel=\"self\" type=\"application/atom+xml\" href=\""));
        html_escape(b, str_join(cx->arena, a->url, S(".atom")));
        buf_add(b, S("\"/>\n<author>\n"));
        element(b, "name", account_name(a));
        element(b, "uri", a->url);
        buf_add(b, S("</author>\n"));
        for (size_t i = 0; i < c->n; i++)
                entry(cx, b, &c->v[i]);
        buf_add(b, S("</feed>\n"));
}

/* Feeds are copied and kept by programs nobody knows: nothing quiet goes there, and nothing whose
 * author asks that it is not reproduced. */
static enum err keep_open(struct cx *cx, struct cards *c)
{
        int64_t *ids = make_n(cx->arena, c->n + 1, int64_t);
        struct switches *s = make_n(cx->arena, c->n + 1, struct switches);
        bool *found = make_n(cx->arena, c->n + 1, bool);
        size_t k = 0;
        for (size_t i = 0; i < c->n; i++)
                ids[i] = c->v[i].post->id;
        TRY(switches_of_posts(cx, ids, c->n, s, found));
        for (size_t i = 0; i < c->n; i++) {
                const struct post *p = c->v[i].post;
                bool open = p->audience == AUDIENCE_PUBLIC && !p->local_only;
                bool wished = !found[i] || (s[i].wish != WISH_NO && s[i].alerts == ALERTS_NORMAL);
                if (open && wished)
                        c->v[k++] = c->v[i];
        }
        c->n = k;
        return OK;
}

/* Those of journals that let nobody in unasked have no feed. */
static enum err must_be_open(struct req *rq, const struct account *a)
{
        struct journal *j;
        if (!account_is_local(a))
                return ERR_MISSING;
        if (a->kind != ACCOUNT_JOURNAL)
                return OK;
        TRY(journal_get(rq->cx, a->id, &j));
        return j->reach == JOURNAL_PUBLIC ? OK : ERR_MISSING;
}

static enum err web_feed(struct req *rq)
{
        struct account *a;
        TRY(web_account_find(rq, &a));
        TRY(must_be_open(rq, a));
        static const struct viewer stranger = {0};
        struct page page = {.limit = ENTRIES};
        struct post_list_options o = {.no_replies = true, .no_boosts = true};
        int64_t *ids;
        size_t n;
        struct cards c;
        TRY(post_list(rq->cx, &stranger, a->id, &o, &page, &ids, &n));
        TRY(cards_load(rq->cx, &stranger, ids, n, &c));
        TRY(keep_open(rq->cx, &c));
        struct buf b = {0};
        write_feed(rq->cx, &b, a, &c);
        struct str mark =
                str_fmt(rq->arena, "%016llx", (unsigned long long)hash_keyed(buf_str(&b)));
        reply_cache(rq, "public, max-age=300");
        if (!b.failed && !reply_not_changed(rq, mark))
                reply_text(rq, 200, "application/atom+xml; charset=utf-8", buf_str(&b));
        bool failed = b.failed;
        buf_free(&b);
        return failed ? ERR_BUSY : OK;
}

static const struct route routes[] = {
        {"GET", "/@:name.atom", SCOPE_NONE, LIMIT_PAGE, LANE_READ, web_feed, 0, 0},
};
const struct route_list WEB_FEED_ROUTES = {DOOR_FILE, routes, countof(routes)};
