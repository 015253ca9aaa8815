/* Gathers what a page of posts needs. Every list of posts calls cards_load; the post's own page
 * does so too. */
#include "web/card.h"
#include "lib/base/die.h"
#include "lib/text/unicode.h"
#include "social/comment.h"
#include "social/ids.h"
#include "social/journal.h"
#include <stdlib.h>

/* Ids wanted, each once in the end; sorted, because a thread has thousands. */
struct ids {
        int64_t *v;
        size_t n;
};

static int by_id(const void *x, const void *y)
{
        int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
        return (a > b) - (a < b);
}

static void want(struct ids *s, int64_t id)
{
        if (id && (s->n == 0 || s->v[s->n - 1] != id))
                s->v[s->n++] = id;
}

static void settle(struct ids *s)
{
        size_t k = 0;
        if (s->n)
                qsort(s->v, s->n, sizeof(*s->v), by_id);
        for (size_t i = 0; i < s->n; i++)
                if (k == 0 || s->v[k - 1] != s->v[i])
                        s->v[k++] = s->v[i];
        s->n = k;
}

static int account_order(const void *x, const void *y)
{
        return by_id(&(*(struct account *const *)x)->id, &(*(struct account *const *)y)->id);
}

static int post_order(const void *x, const void *y)
{
        return by_id(&(*(struct post *const *)x)->id, &(*(struct post *const *)y)->id);
}

static int key_to_account(const void *key, const void *x)
{
        return by_id(key, &(*(struct account *const *)x)->id);
}

static int key_to_post(const void *key, const void *x)
{
        return by_id(key, &(*(struct post *const *)x)->id);
}

struct accounts {
        struct account **v;
        size_t n;
};

static const struct account *account_in(const struct accounts *s, int64_t id)
{
        if (!s->n || !id)
                return NULL;
        struct account **at = bsearch(&id, s->v, s->n, sizeof(struct account *), key_to_account);
        return at ? *at : NULL;
}

/* Posts that boosts bring, for wrappers among v. */
static enum err load_boosted(struct cx *cx, const struct viewer *by, struct post **v, size_t n,
                             struct post ***ret, size_t *n_ret)
{
        struct ids wanted = {make_n(cx->arena, n + 1, int64_t), 0};
        for (size_t i = 0; i < n; i++)
                want(&wanted, v[i]->boost_of);
        *n_ret = 0;
        if (!wanted.n)
                return OK;
        settle(&wanted);
        TRY(post_get_many(cx, by, wanted.v, wanted.n, ret, n_ret));
        qsort(*ret, *n_ret, sizeof(struct post *), post_order);
        return OK;
}

static enum err load_accounts(struct cx *cx, const struct cards *c, const int64_t *boosters,
                              struct accounts *ret)
{
        struct ids wanted = {make_n(cx->arena, 3 * c->n + 1, int64_t), 0};
        for (size_t i = 0; i < c->n; i++) {
                want(&wanted, c->v[i].post->account);
                want(&wanted, c->v[i].post->reply_account);
                want(&wanted, boosters[i]);
        }
        settle(&wanted);
        TRY(account_get_many(cx, wanted.v, wanted.n, &ret->v, &ret->n));
        if (ret->n)
                qsort(ret->v, ret->n, sizeof(struct account *), account_order);
        return OK;
}

/* Media come ordered by post and position: each card's are one run. */
static size_t first_media(const struct media *m, size_t n, int64_t post)
{
        size_t low = 0, high = n;
        while (low < high) {
                size_t mid = low + (high - low) / 2;
                if (m[mid].post < post)
                        low = mid + 1;
                else
                        high = mid;
        }
        return low;
}

static enum err load_media(struct cx *cx, struct cards *c)
{
        struct ids wanted = {make_n(cx->arena, c->n + 1, int64_t), 0};
        for (size_t i = 0; i < c->n; i++)
                if (c->v[i].post->has & POST_HAS_MEDIA)
                        want(&wanted, c->v[i].post->id);
        if (!wanted.n)
                return OK;
        settle(&wanted);
        struct media *m;
        size_t n;
        TRY(media_of_posts(cx, wanted.v, wanted.n, &m, &n));
        for (size_t i = 0; i < c->n; i++) {
                struct card *k = &c->v[i];
                size_t from = first_media(m, n, k->post->id);
                k->media = m + from;
                while (from + k->n_media < n && m[from + k->n_media].post == k->post->id)
                        k->n_media++;
        }
        return OK;
}

static int poll_order(const void *x, const void *y)
{
        return by_id(&((const struct poll *)x)->post, &((const struct poll *)y)->post);
}

static enum err load_polls(struct cx *cx, const struct viewer *by, struct cards *c)
{
        struct ids wanted = {make_n(cx->arena, c->n + 1, int64_t), 0};
        for (size_t i = 0; i < c->n; i++)
                if (c->v[i].post->has & POST_HAS_POLL)
                        want(&wanted, c->v[i].post->id);
        if (!wanted.n)
                return OK;
        settle(&wanted);
        struct poll *polls;
        size_t n;
        TRY(poll_of_posts(cx, by, wanted.v, wanted.n, &polls, &n));
        if (!n)
                return OK;
        qsort(polls, n, sizeof(*polls), poll_order);
        for (size_t i = 0; i < c->n; i++) {
                struct poll key = {.post = c->v[i].post->id};
                c->v[i].poll = bsearch(&key, polls, n, sizeof(*polls), poll_order);
                c->poll_runs = c->poll_runs || (c->v[i].poll && !c->v[i].poll->expired);
        }
        return OK;
}

static enum err load_marks(struct cx *cx, const struct viewer *by, struct cards *c)
{
        if (!by->account || !c->n)
                return OK;
        int64_t *posts = make_n(cx->arena, c->n, int64_t),
                *threads = make_n(cx->arena, c->n, int64_t);
        unsigned *bits = make_n(cx->arena, c->n, unsigned);
        for (size_t i = 0; i < c->n; i++) {
                posts[i] = c->v[i].post->id;
                threads[i] = c->v[i].post->thread;
        }
        TRY(mark_bits(cx, by->account, posts, threads, c->n, bits));
        for (size_t i = 0; i < c->n; i++)
                c->v[i].marks = bits[i];
        return OK;
}

/* What a journal wrote belongs to each of its owners. */
static enum err load_mine(struct cx *cx, const struct viewer *by, struct cards *c)
{
        int64_t *own;
        size_t n = 0;
        bool any = false;
        for (size_t i = 0; i < c->n; i++)
                any = any || c->v[i].author->kind == ACCOUNT_JOURNAL;
        if (!any || !by->account)
                return OK;
        TRY(journal_list(cx, by->account, false, &own, &n));
        for (size_t i = 0; i < c->n; i++)
                c->v[i].mine = c->v[i].mine || ids_find(own, n, c->v[i].post->account) < n;
        return OK;
}

/* Asked only when one of them is the reader's own and not shown to others. */
static enum err load_waiting(struct cx *cx, const struct viewer *by, struct cards *c)
{
        struct post **waits = make_n(cx->arena, c->n + 1, struct post *);
        bool *notes = make_n(cx->arena, c->n + 1, bool);
        size_t n = 0;
        for (size_t i = 0; i < c->n; i++)
                if (c->v[i].post->state != COMMENT_SHOWN && c->v[i].mine)
                        waits[n++] = (struct post *)c->v[i].post;
        if (!n)
                return OK;
        TRY(comment_notes(cx, by, waits, n, notes));
        for (size_t i = 0; i < c->n; i++)
                for (size_t k = 0; k < n; k++)
                        if (waits[k] == c->v[i].post)
                                c->v[i].kept_safe = notes[k];
        return OK;
}

static enum err load_links(struct cx *cx, struct cards *c)
{
        struct ids wanted = {make_n(cx->arena, c->n + 1, int64_t), 0};
        struct link_of_post *links;
        size_t n;
        for (size_t i = 0; i < c->n; i++)
                if (c->v[i].post->has & POST_HAS_CARD)
                        want(&wanted, c->v[i].post->id);
        if (!wanted.n)
                return OK;
        settle(&wanted);
        TRY(link_card_of_posts(cx, wanted.v, wanted.n, &links, &n));
        for (size_t i = 0; i < c->n; i++)
                for (size_t j = 0; j < n; j++)
                        if (links[j].post == c->v[i].post->id)
                                c->v[i].link = links[j].card;
        return OK;
}

enum err cards_load(struct cx *cx, const struct viewer *by, const int64_t *ids, size_t n,
                    struct cards *ret)
{
        struct post **posts, **boosted;
        size_t n_posts, n_boosted;
        *ret = (struct cards){0};
        if (!n)
                return OK;
        TRY(post_get_many(cx, by, ids, n, &posts, &n_posts));
        TRY(load_boosted(cx, by, posts, n_posts, &boosted, &n_boosted));
        struct cards c = {.v = make_n(cx->arena, n_posts + 1, struct card)};
        int64_t *boosters = make_n(cx->arena, n_posts + 1, int64_t);
        for (size_t i = 0; i < n_posts; i++) {
                const struct post *p = posts[i];
                if (p->boost_of) {
                        int64_t key = p->boost_of;
                        struct post **at = n_boosted ? bsearch(&key, boosted, n_boosted,
                                                               sizeof(*boosted), key_to_post)
                                                     : NULL;
                        if (!at)
                                continue;
                        boosters[c.n] = p->account;
                        p = *at;
                }
                c.v[c.n].entry = posts[i]->id;
                c.v[c.n++].post = p;
        }
        struct accounts people;
        TRY(load_accounts(cx, &c, boosters, &people));
        size_t kept = 0;
        for (size_t i = 0; i < c.n; i++) {
                struct card *k = &c.v[i];
                k->author = account_in(&people, k->post->account);
                k->booster = account_in(&people, boosters[i]);
                k->answers = account_in(&people, k->post->reply_account);
                k->mine = by->account && k->post->account == by->account;
                if (k->author)
                        c.v[kept++] = *k;
        }
        c.n = kept;
        TRY(load_mine(cx, by, &c));
        TRY(load_waiting(cx, by, &c));
        TRY(load_media(cx, &c));
        TRY(cards_veils(cx, by, &c));
        TRY(load_polls(cx, by, &c));
        TRY(cards_later(cx, by, &c));
        TRY(load_links(cx, &c));
        TRY(cards_quotes(cx, by, &c));
        TRY(load_marks(cx, by, &c));
        TRY(cards_switches(cx, &c));
        TRY(cards_emoji(cx, &c, people.v, people.n));
        *ret = c;
        return OK;
}

struct str path_of_account(struct arena *a, const struct account *account)
{
        return str_join(a, S("/@"), account_acct(a, account));
}

struct str path_of_post(struct arena *a, const struct account *author, int64_t id)
{
        struct str acct = account_acct(a, author);
        return str_fmt(a, "/@%.*s/%lld", STR_ARG(acct), (long long)id);
}

struct str path_of_media(struct arena *a, struct str store_name)
{
        return store_name.n ? str_join(a, S("/media/"), store_name) : STR_NONE;
}

struct str path_of_file(struct arena *a, const struct media *m, enum far_form form)
{
        if (m->far.n)
                return far_form_path(a, m->far, form);
        return path_of_media(a, form == FAR_FULL && m->file.n ? m->file
                                : m->preview.n                ? m->preview
                                : m->still.n                  ? m->still
                                                              : m->file);
}

struct str path_of_portrait(struct arena *a, const struct account *account)
{
        const struct account *x = account;
        if (x->avatar_far.n)
                return far_form_path(a, x->avatar_far, FAR_SMALL);
        return path_of_media(a, x->avatar_portrait.n ? x->avatar_portrait
                                : x->avatar_static.n ? x->avatar_static
                                                     : x->avatar);
}

struct str path_of_banner(struct arena *a, const struct account *account)
{
        if (account->header_far.n)
                return far_form_path(a, account->header_far, FAR_STILL);
        return path_of_media(a, account->header);
}

struct markup name_of(struct arena *a, const struct account *account)
{
        return emoji_in_text(a, account_name(account), account->emoji);
}

struct str letter_of(const struct account *account)
{
        return utf8_cut_count(account_name(account), 1);
}

struct str cut_words(struct arena *a, struct str text, size_t max_bytes)
{
        struct str cut = utf8_cut(text, max_bytes);
        if (cut.n == text.n)
                return cut;
        size_t n = cut.n;
        while (n > max_bytes / 2 && cut.p[n - 1] != ' ')
                n--;
        return str_join(a, str_trim(n > max_bytes / 2 ? str_cut(cut, 0, n) : cut), S("…"));
}

struct str card_excerpt(struct arena *a, const struct card *c)
{
        enum { BYTES = 160 };
        struct str all =
                c->post->spoiler.n ? c->post->spoiler : markup_to_text(a, c->post->content);
        if (!all.n)
                return c->n_media ? S("A photo") : S("A post");
        return cut_words(a, all, BYTES);
}

struct str post_in_words(struct arena *a, struct str words)
{
        while (words.n && words.p[words.n - 1] == '.') /* the sentence has its own */
                words.n--;
        return words.n ? str_fmt(a, "the post “%.*s”", STR_ARG(words)) : S("a post without words");
}

bool media_shows(const struct media *m)
{
        if (m->far.n)
                return m->kind == MEDIA_IMAGE;
        return m->state == MEDIA_READY &&
               (m->preview.n || m->still.n || (m->file.n && m->kind == MEDIA_IMAGE));
}

bool photos_covered(const struct web_page *p, const struct post *post)
{
        if (p->me && str_eq(p->me->show_media, S("hide_all")))
                return true;
        if (p->me && str_eq(p->me->show_media, S("show_all")))
                return false;
        return post->sensitive;
}

struct str audience_line(const struct post *p)
{
        return audience_words(p->audience);
}

int poll_share(const struct poll *poll, size_t option)
{
        int64_t all = poll->multiple && poll->voters > 0 ? poll->voters : poll->votes;
        int64_t votes = poll->options[option].votes;
        return all > 0 && votes > 0 ? (int)((votes * 100 + all / 2) / all) : 0;
}

bool poll_open_to(const struct web_page *p, const struct poll *poll)
{
        return p->signed_in && !poll->expired && !poll->voted && poll->author != p->by.account;
}
