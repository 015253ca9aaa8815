/* Rendering what all viewers share of posts. Called by post_json.c for a page at a time. */
#include "api/post_render.h"
#include "api/account_json.h"
#include "api/post_json.h"
#include "social/account.h"
#include "social/coauthor.h"
#include "social/ids.h"
#include "social/mention.h"
#include "social/post_show.h"
#include "social/tag.h"
#include "store/cache.h"
#include <assert.h>

/* Everything that hangs on the posts being rendered. */
struct things {
        struct media *media;
        struct mention *mentions;
        struct tag_of_post *tags;
        struct post_app *apps;
        struct link_of_post *links;
        struct coauthor *beside;
        struct account **people; /* those */
        size_t n_links, n_media, n_mentions, n_tags, n_apps, n_beside, n_people;
};

bool api_changed_here(const struct cx *cx, bool account, int64_t id)
{
        for (size_t i = 0; cx->events && i < cx->events->n; i++) {
                const struct event *e = &cx->events->v[i];
                bool about_post = e->kind <= EVENT_POST_DELETED;
                if (account ? e->account == id : about_post && e->subject == id)
                        return true;
        }
        return false;
}

static size_t pick(const struct post *v, size_t n, unsigned has, int64_t *to)
{
        size_t k = 0;
        for (size_t i = 0; i < n; i++)
                if (v[i].has & has)
                        to[k++] = v[i].id;
        return k;
}

static enum err load_beside(struct cx *cx, const int64_t *posts, size_t n, struct things *t)
{
        TRY(coauthor_of_posts(cx, posts, n, &t->beside, &t->n_beside));
        int64_t *ids = make_n(cx->arena, t->n_beside + 1, int64_t);
        for (size_t i = 0; i < t->n_beside; i++)
                ids[i] = t->beside[i].account;
        return account_get_many(cx, ids, ids_unique(ids, t->n_beside), &t->people, &t->n_people);
}

static enum err load_things(struct cx *cx, const struct post *v, size_t n, struct things *t)
{
        int64_t *ids = make_n(cx->arena, n, int64_t);
        size_t k = pick(v, n, POST_HAS_MEDIA, ids);
        *t = (struct things){0};
        if (k)
                TRY(media_of_posts(cx, ids, k, &t->media, &t->n_media));
        if ((k = pick(v, n, POST_HAS_MENTIONS, ids)))
                TRY(mention_of_posts(cx, ids, k, &t->mentions, &t->n_mentions));
        if ((k = pick(v, n, POST_HAS_TAGS, ids)))
                TRY(tag_of_posts(cx, ids, k, &t->tags, &t->n_tags));
        if ((k = pick(v, n, POST_HAS_CARD, ids)))
                TRY(link_card_of_posts(cx, ids, k, &t->links, &t->n_links));
        if ((k = pick(v, n, POST_HAS_AUTHORS, ids)))
                TRY(load_beside(cx, ids, k, t));
        k = 0;
        for (size_t i = 0; i < n; i++)
                if (v[i].app && !v[i].boost_of)
                        ids[k++] = v[i].app;
        k = ids_unique(ids, k);
        return k ? post_apps(cx, ids, k, &t->apps, &t->n_apps) : OK;
}

static void put_application(struct json *j, const struct post *p, const struct things *t)
{
        for (size_t i = 0; i < t->n_apps; i++)
                if (p->app && t->apps[i].id == p->app) {
                        json_object(j, "application");
                        json_str(j, "name", t->apps[i].name);
                        json_str(j, "website",
                                 t->apps[i].website.n ? t->apps[i].website : STR_NONE);
                        json_end(j);
                        return;
                }
        json_null(j, "application");
}

static void put_mention(struct json *j, struct cx *cx, const struct mention *m)
{
        json_object(j, NULL);
        json_id(j, "id", m->account);
        json_str(j, "username", m->username);
        json_str(j, "url", m->url);
        json_str(j, "acct",
                 m->domain.n
                         ? str_fmt(cx->arena, "%.*s@%.*s", STR_ARG(m->username), STR_ARG(m->domain))
                         : m->username);
        json_end(j);
}

/* The second authors of one post. */
static size_t beside(const struct post *p, const struct things *t, struct account **to)
{
        size_t n = 0;
        for (size_t i = 0; i < t->n_beside && n < COAUTHORS_MAX; i++)
                for (size_t k = 0; k < t->n_people && t->beside[i].post == p->id; k++)
                        if (t->people[k]->id == t->beside[i].account)
                                to[n++] = t->people[k];
        return n;
}

static struct markup with_authors(struct cx *cx, const struct post *p, const struct things *t)
{
        struct account *v[COAUTHORS_MAX + 1];
        size_t n = beside(p, t, v);
        return coauthor_line(cx, p->content, v, n);
}

/* So that an app addresses an answer to all who wrote it. */
static void put_beside(struct json *j, struct cx *cx, const struct post *p, const struct things *t)
{
        struct account *v[COAUTHORS_MAX + 1];
        size_t n = p->has & POST_HAS_AUTHORS ? beside(p, t, v) : 0;
        for (size_t i = 0; i < n; i++) {
                bool named = false;
                for (size_t k = 0; k < t->n_mentions; k++)
                        named = named || (t->mentions[k].post == p->id && !t->mentions[k].silent &&
                                          t->mentions[k].account == v[i]->id);
                if (!named)
                        put_mention(j, cx,
                                    &(struct mention){.account = v[i]->id,
                                                      .username = v[i]->username,
                                                      .domain = v[i]->domain,
                                                      .url = v[i]->url});
        }
}

static void put_mentions(struct json *j, struct cx *cx, const struct post *p,
                         const struct things *t)
{
        json_array(j, "mentions");
        for (size_t i = 0; i < t->n_mentions; i++) {
                const struct mention *m = &t->mentions[i];
                if (m->post == p->id && !m->silent)
                        put_mention(j, cx, m);
        }
        put_beside(j, cx, p, t);
        json_end(j);
}

static void put_tags(struct json *j, struct cx *cx, const struct post *p, const struct things *t)
{
        json_array(j, "tags");
        for (size_t i = 0; i < t->n_tags; i++) {
                if (t->tags[i].post != p->id)
                        continue;
                json_object(j, NULL);
                json_str(j, "name", t->tags[i].name);
                json_str(j, "url", tag_url(cx, t->tags[i].name));
                json_end(j);
        }
        json_end(j);
}

static enum err put_emoji(struct json *j, struct cx *cx, const struct post *p)
{
        struct str texts[2 + POLL_OPTIONS_READ] = {p->content.html, p->spoiler};
        struct emoji *v = NULL;
        struct poll *poll;
        size_t n = 0, n_texts = 2, n_polls = 0;
        if (p->has & POST_HAS_POLL)
                TRY(poll_of_posts(cx, &STRANGER, &p->id, 1, &poll, &n_polls));
        for (size_t i = 0; n_polls && i < poll->n_options && n_texts < countof(texts); i++)
                texts[n_texts++] = poll->options[i].title;
        if (!p->boost_of)
                TRY(emoji_find(cx, p->author_domain, texts, n_texts, &v, &n));
        api_emoji_list(j, "emojis", v, n);
        return OK;
}

/* Left open: whether the reader may is added for each (post_json.c). It is the last. */
static void put_quote_approval(struct json *j, const struct post *p)
{
        enum quote_policy q = p->audience <= AUDIENCE_QUIET ? p->quote_policy : QUOTE_NOBODY;
        json_object(j, "quote_approval");
        json_array(j, "automatic");
        if (q == QUOTE_PUBLIC)
                json_z(j, NULL, "public");
        if (q == QUOTE_FOLLOWERS || q == QUOTE_FOLLOWERS_ASKS_ALL)
                json_z(j, NULL, "followers");
        json_end(j);
        json_array(j, "manual");
        if (q == QUOTE_ASKS_ALL || q == QUOTE_FOLLOWERS_ASKS_ALL)
                json_z(j, NULL, "public");
        if (q == QUOTE_ASKS_FOLLOWERS)
                json_z(j, NULL, "followers");
        json_end(j);
}

static void put_link(struct json *j, struct cx *cx, const struct post *p, const struct things *t)
{
        for (size_t i = 0; i < t->n_links; i++)
                if (t->links[i].post == p->id) {
                        api_link_json(j, "card", cx, t->links[i].card);
                        return;
                }
        json_null(j, "card");
}

/* `at`: where the form for each eye begins, when they differ. */
static void put_cover(struct json *j, struct cx *cx, const struct post *p, const struct things *t,
                      uint32_t *at)
{
        const struct media *v = t->media;
        size_t from = 0, n = 0;
        while (from < t->n_media && v[from].post != p->id)
                from++;
        while (from + n < t->n_media && v[from + n].post == p->id)
                n++;
        bool veiled = n && veil_any(v + from, n);
        for (enum veil_eye eye = 0; eye < (veiled ? EYE_COUNT_ : 1); eye++) {
                struct veil_face f = {0};
                if (veiled) {
                        f = veil_face(cx->arena, v + from, n, eye);
                        at[eye] = (uint32_t)j->out->n;
                }
                json_bool(j, "sensitive", p->sensitive || f.covered);
                json_str(j, "spoiler_text", p->spoiler.n || !f.words.n ? p->spoiler : f.words);
        }
        if (veiled)
                at[EYE_COUNT_] = (uint32_t)j->out->n;
}

static void put_words(struct json *j, struct cx *cx, const struct post *p, const struct things *t)
{
        json_id(j, "id", p->id);
        json_str(j, "uri", p->uri);
        json_str(j, "url", p->url.n ? p->url : p->uri.n ? p->uri : STR_NONE);
        json_time(j, "created_at", p->created_at);
        json_time(j, "edited_at", p->edited_at);
        json_id(j, "in_reply_to_id", p->reply_to);
        json_id(j, "in_reply_to_account_id", p->reply_to ? p->reply_account : 0);
        json_str(j, "visibility", audience_api_name(p->audience));
        json_bool(j, "local_only", p->local_only);
        json_str(j, "language", p->language.n ? p->language : STR_NONE);
        json_markup(j, "content",
                    (p->has & POST_HAS_AUTHORS) ? with_authors(cx, p, t) : p->content);
}

/* Everything but the closing brace. */
static enum err render(struct cx *cx, const struct post *p, const struct things *t, struct buf *b,
                       uint32_t *eye_at)
{
        struct json j;
        json_open(&j, b);
        json_object(&j, NULL);
        put_words(&j, cx, p, t);
        put_cover(&j, cx, p, t, eye_at);
        json_array(&j, "media_attachments");
        for (size_t i = 0; i < t->n_media; i++)
                if (t->media[i].post == p->id)
                        api_media_json(&j, NULL, cx, &t->media[i]);
        json_end(&j);
        put_application(&j, p, t);
        put_mentions(&j, cx, p, t);
        put_tags(&j, cx, p, t);
        TRY(put_emoji(&j, cx, p));
        put_link(&j, cx, p, t);
        json_array(&j, "tagged_collections");
        json_end(&j);
        put_quote_approval(&j, p);
        return b->failed ? ERR_FAULT : OK;
}

static struct post_head head_of(const struct post *p)
{
        return (struct post_head){
                .id = p->id,
                .account = p->account,
                .thread = p->thread,
                .boost_of = p->boost_of,
                .quote_of = p->quote_of,
                .audience_list = p->audience_list,
                .counts = {p->replies_count, p->boosts_count, p->favourites_count, p->quotes_count},
                .audience = p->audience,
                .quote_state = p->quote_state,
                .quote_policy = p->quote_policy,
                .has_poll = (p->has & POST_HAS_POLL) != 0,
                .has_switches = (p->has & POST_HAS_SWITCHES) != 0,
                .has_authors = (p->has & POST_HAS_AUTHORS) != 0,
        };
}

static enum err render_missing(struct cx *cx, const int64_t *ids, size_t n, struct rendered *ret,
                               const size_t *places)
{
        struct post *v;
        struct things t;
        struct buf b = {0};
        size_t got;
        enum err e = OK;
        TRY(post_load_many(cx, ids, n, &v, &got));
        TRY(load_things(cx, v, got, &t));
        for (size_t i = 0; i < got && !e; i++) {
                struct rendered *r = &ret[places[ids_find(ids, n, v[i].id)]];
                buf_clear(&b);
                r->head = head_of(&v[i]);
                e = render(cx, &v[i], &t, &b, r->head.eye_at);
                if (e)
                        break;
                r->bytes = str_dup(cx->arena, buf_str(&b));
                r->head.bytes = (uint32_t)b.n;
                /* What an open transaction sees may yet be rolled back: only readers fill the
                 * cache. */
                if (!cx->events && cx->instance->cache)
                        cache_put(cx->instance->cache, CACHE_POST, v[i].id, &r->head,
                                  sizeof r->head, r->bytes, cx->snapshot);
        }
        buf_free(&b);
        return e;
}

enum err api_posts_render(struct cx *cx, const int64_t *ids, size_t n, struct rendered *ret)
{
        struct cache *c = cx->instance->cache;
        struct buf nowhere = {.failed = true};
        int64_t *missing = NULL;
        size_t *places = NULL, k = 0;
        for (size_t i = 0; i < n; i++) {
                if (c && !api_changed_here(cx, false, ids[i]) &&
                    cache_get(c, CACHE_POST, ids[i], &ret[i].head, sizeof ret[i].head, &nowhere))
                        continue;
                if (!missing) {
                        missing = make_n(cx->arena, n, int64_t);
                        places = make_n(cx->arena, n, size_t);
                }
                missing[k] = ids[i];
                places[k++] = i;
        }
        return k ? render_missing(cx, missing, k, ret, places) : OK;
}

/* What was just appended at `from` carries a form for each eye: the one is kept. */
static void keep_form(struct buf *to, size_t from, const struct post_head *h, enum veil_eye eye)
{
        size_t first = from + h->eye_at[0], end = from + h->eye_at[EYE_COUNT_],
               at = from + h->eye_at[eye], n = h->eye_at[eye + 1] - h->eye_at[eye];
        if (!h->eye_at[EYE_COUNT_] || to->failed)
                return;
        assert(first <= at && at + n <= end && end <= to->n);
        memmove(to->p + first, to->p + at, n);
        memmove(to->p + first + n, to->p + end, to->n - end);
        to->n -= end - first - n;
}

enum err api_post_append(struct cx *cx, const struct rendered *r, struct buf *to)
{
        struct rendered again = {0};
        struct post_head head = r->head;
        size_t from = to->n;
        if (r->bytes.p) {
                buf_add(to, r->bytes);
        } else if (!cache_get(cx->instance->cache, CACHE_POST, r->head.id, &head, sizeof head,
                              to)) {
                /* Dropped since the heads were read: once more from this snapshot. */
                TRY(render_missing(cx, &r->head.id, 1, &again, (const size_t[]){0}));
                if (!again.bytes.p)
                        return ERR_MISSING;
                buf_add(to, again.bytes);
                head = again.head;
        }
        keep_form(to, from, &head, r->eye);
        return OK;
}
