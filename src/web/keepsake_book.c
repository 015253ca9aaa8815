/* A keepsake from its first post to its last letter: see keepsake_book.h. What is the same in all
 * three forms is here; where the bytes go is in keepsake_form.c. Called by the job that makes
 * keepsakes, and for the copy of a journal. */
#include "web/keepsake_book.h"
#include "lib/base/die.h"
#include "lib/text/date.h"
#include "lib/text/xhtml.h"
#include "social/login.h"
#include "web/keepsake_book.html.h"
#include "web/when.h"
#include <unistd.h>

enum { ARENA_BYTES = 64 << 20, PAGE_MOST = KEEPSAKE_AT_ONCE };

/* ---- words ---- */

struct markup book_words_of(struct book *b, struct markup m)
{
        struct buf buf = {0};
        xhtml_put(&buf, b->cx.arena, m);
        return (struct markup){buf_take(b->cx.arena, &buf)};
}

/* A year stands beside a day only where it is another one than what it stands beneath. */
struct str book_day(struct book *b, int64_t at, int64_t beside)
{
        b->clock.now = beside;
        return when_day(&b->clock, at);
}

static bool in_words(const struct book *b)
{
        return b->k->form == KEEPSAKE_ZIP;
}

/* "With Ann and Ben" is what a post of several authors says; a book says it above the words. */
static struct str authors_of(struct book *b, const struct card *c)
{
        struct str line = account_name(c->author);
        if (!c->n_authors)
                return c->author->id == b->k->subject ? STR_NONE : line;
        for (size_t i = 0; i < c->n_authors; i++)
                line = str_fmt(b->cx.arena, "%.*s%s%.*s", STR_ARG(line),
                               i + 1 == c->n_authors ? " and " : ", ",
                               STR_ARG(account_name(c->authors[i])));
        return line;
}

static void text_line(struct sheet *s, struct str words)
{
        buf_add(&s->buf, words);
        buf_add_char(&s->buf, '\n');
}

static struct str text_of(struct book *b, const struct post *p)
{
        return p->text.n ? p->text : markup_to_text(b->cx.arena, p->content);
}

/* ---- photos ---- */

static void add_figure(struct book *b, const struct media *m, struct book_photo *p)
{
        if (book_is_picture(m)) {
                book_figure(&b->page.h, b, p);
                b->described = b->described && m->description.n;
        } else {
                book_film(&b->page.h, b, m, p->path);
        }
        if (!in_words(b) || !p->path.n)
                return;
        buf_addf(&b->text.buf, "\n[%.*s]", STR_ARG(p->path));
        if (m->caption.n)
                buf_addf(&b->text.buf, " %.*s", STR_ARG(m->caption));
        if (m->description.n && b->k->parts & KEEPSAKE_CAPTIONS)
                buf_addf(&b->text.buf, " (%.*s)", STR_ARG(m->description));
        text_line(&b->text, S(""));
}

static bool hidden(const struct book *b, const struct media *m)
{
        return m->veil != VEIL_NONE && !(b->k->parts & KEEPSAKE_VEILED);
}

static enum err add_media(struct book *b, const struct card *c)
{
        size_t shown = 0;
        if (!(b->k->parts & KEEPSAKE_PHOTOS))
                return OK;
        for (size_t i = 0; i < c->n_media; i++)
                shown += !hidden(b, &c->media[i]) && c->media[i].kind == MEDIA_IMAGE;
        bool pair = shown > 1 && shown == c->n_media && b->k->form != KEEPSAKE_EPUB;
        if (pair)
                book_pair(&b->page.h, true);
        for (size_t i = 0; i < c->n_media; i++) {
                const struct media *m = &c->media[i];
                struct book_photo p = {.m = m, .fd = -1};
                bool found;
                if (hidden(b, m)) {
                        book_veil(&b->page.h, m);
                        continue;
                }
                TRY(book_photo(b, c->post, m, &p, &found));
                if (found)
                        add_figure(b, m, &p);
                if (p.fd >= 0)
                        close(p.fd);
        }
        if (pair)
                book_pair(&b->page.h, false);
        return OK;
}

/* ---- what others wrote ---- */

struct said {
        struct book *b;
        const struct post *root;
        struct arena arena; /* of one piece of them, beside the page's own */
        int64_t after;
        int64_t *ids;
        size_t n;
        bool more, kept, any;
        struct cards cards;
        struct letter *letters;
        size_t n_letters;
};

static enum err load_said(struct cx *cx, void *arg)
{
        struct said *s = arg;
        const struct keepsake_reader *r = s->b->r;
        TRY(s->kept ? keepsake_kept(cx, r, s->root, &s->after, &s->ids, &s->n, &s->more)
                    : keepsake_comments(cx, r, s->root, &s->after, &s->ids, &s->n, &s->more));
        return cards_load(cx, s->kept ? &r->by : &r->as, s->ids, s->n, &s->cards);
}

/* Whom a comment answers stands above it already: the names that apps put before the words go. */
static struct markup without_names(struct arena *a, struct markup m)
{
        const struct str head = S("<p>"), open = S("<span>@<span>"), close = S("</span></span>");
        struct str rest = str_after(m.html, head.n);
        if (!str_starts(m.html, head))
                return m;
        while (str_starts(rest, open)) {
                size_t at = str_find(rest, close);
                struct str name = str_cut(rest, open.n, at < open.n ? 0 : at - open.n);
                if (at == rest.n || str_has_char(name, '<'))
                        break;
                rest = str_after(rest, at + close.n);
                while (rest.n && rest.p[0] == ' ')
                        rest = str_after(rest, 1);
        }
        bool nothing_else = str_starts(rest, S("</p>"));
        return nothing_else ? m : (struct markup){str_join(a, head, rest)};
}

static struct str text_without_names(struct str s)
{
        struct str rest = s;
        while (str_starts(rest, S("@")) && str_has_char(rest, ' '))
                rest = str_after(rest, str_find_char(rest, ' ') + 1);
        return rest;
}

static void add_comment(struct said *s, const struct card *c)
{
        struct book *b = s->b;
        bool others =
                c->answers && c->answers->id != s->root->account && c->answers->id != c->author->id;
        struct book_words w = {
                .who = account_name(c->author),
                .to = others ? account_name(c->answers) : STR_NONE,
                .when = book_day(b, c->post->created_at, s->root->created_at),
                .language = c->post->language,
                .words = without_names(b->cx.arena, book_words_of(b, c->post->content))};
        if (!s->any)
                book_said(&b->page.h, true);
        s->any = true;
        book_one(&b->page.h, b, &w);
        sheet_rest(&b->page);
        if (!in_words(b))
                return;
        buf_addf(&b->text.buf, "\n%.*s, %.*s:\n", STR_ARG(w.who), STR_ARG(w.when));
        text_line(&b->text, text_without_names(text_of(b, c->post)));
        sheet_rest(&b->text);
}

static enum err add_said_of(struct said *s, bool kept)
{
        struct book *b = s->b;
        s->kept = kept;
        s->after = 0;
        do {
                arena_reset(&s->arena);
                TRY(cx_read(&b->cx, load_said, s));
                for (size_t i = 0; i < s->cards.n; i++)
                        if (!s->cards.v[i].booster && s->cards.v[i].post->boost_of == 0)
                                add_comment(s, &s->cards.v[i]);
        } while (s->more);
        return OK;
}

static enum err load_letters(struct cx *cx, void *arg)
{
        struct said *s = arg;
        return keepsake_letters(cx, s->b->r, s->root->id, s->after, &s->letters, &s->n_letters);
}

static enum err add_letters(struct said *s)
{
        struct book *b = s->b;
        s->after = 0;
        do {
                arena_reset(&s->arena);
                TRY(cx_read(&b->cx, load_letters, s));
                for (size_t i = 0; i < s->n_letters; i++) {
                        const struct letter *l = &s->letters[i];
                        struct book_words w = {
                                .who = l->name,
                                .when = book_day(b, l->created_at, 0),
                                .to = book_day(b, s->root->created_at, l->created_at),
                                .words = book_words_of(b, markup_of_text(b->cx.arena, l->text))};
                        s->after = l->id;
                        b->any_letter = true;
                        book_letter(&b->letters.h, b, &w);
                        sheet_rest(&b->letters);
                        if (!in_words(b))
                                continue;
                        buf_addf(&b->letters_text.buf, "\n\n%.*s, %.*s\n\n", STR_ARG(w.who),
                                 STR_ARG(w.when));
                        text_line(&b->letters_text, l->text);
                        sheet_rest(&b->letters_text);
                }
        } while (s->n_letters == KEEPSAKE_AT_ONCE);
        return OK;
}

/* Comments and letters come a piece at a time, in an arena of their own: the page's posts stay. */
static enum err add_others(struct book *b, const struct card *c)
{
        struct said s = {.b = b, .root = c->post};
        struct arena *page = b->cx.arena;
        arena_open(&s.arena, ARENA_BYTES);
        b->cx.arena = &s.arena;
        b->page.h.arena = b->letters.h.arena = &s.arena;
        enum err e = add_said_of(&s, false);
        if (!e && b->k->parts & KEEPSAKE_KEPT)
                e = add_said_of(&s, true);
        if (s.any)
                book_said(&b->page.h, false);
        if (!e && b->k->parts & KEEPSAKE_LETTERS)
                e = add_letters(&s);
        b->cx.arena = page;
        b->page.h.arena = b->letters.h.arena = page;
        arena_close(&s.arena);
        return e;
}

/* ---- posts ---- */

static enum err add_post(struct book *b, const struct card *c)
{
        TRY(book_month(b, c->post->created_at));
        struct str when = book_day(b, c->post->created_at, c->post->created_at),
                   by = authors_of(b, c);
        book_post(&b->page.h, b, c, when, by, book_words_of(b, c->post->content));
        if (in_words(b)) {
                buf_addf(&b->text.buf, "\n\n%.*s\n\n",
                         STR_ARG(book_day(b, c->post->created_at, 0)));
                if (c->post->spoiler.n)
                        text_line(&b->text, c->post->spoiler);
                text_line(&b->text, text_of(b, c->post));
        }
        TRY(add_media(b, c));
        TRY(add_others(b, c));
        book_post_end(&b->page.h);
        sheet_rest(&b->page);
        sheet_rest(&b->text);
        return book_bytes(b) > b->most ? ERR_TOO_LARGE : OK;
}

struct load {
        struct book *b;
        int64_t after;
        size_t n;
        struct cards posts;
};

static enum err load_posts(struct cx *cx, void *arg)
{
        struct load *l = arg;
        int64_t *ids;
        TRY(keepsake_posts(cx, l->b->r, l->after, PAGE_MOST, &ids, &l->n));
        if (l->n)
                l->after = ids[l->n - 1];
        return cards_load(cx, &l->b->r->as, ids, l->n, &l->posts);
}

static enum err add_posts(struct book *b)
{
        struct load l = {.b = b};
        do {
                arena_reset(b->cx.arena);
                TRY(cx_read(&b->cx, load_posts, &l));
                for (size_t i = 0; i < l.posts.n; i++) {
                        if (b->stopping && *b->stopping)
                                return ERR_BUSY;
                        TRY(add_post(b, &l.posts.v[i]));
                }
        } while (l.n == PAGE_MOST);
        return OK;
}

/* ---- the whole ---- */

static enum err end_of(struct cx *cx, const struct keepsake_reader *r, bool last, int64_t *at)
{
        struct keepsake k = *r->k;
        struct keepsake_reader turned = *r;
        int64_t *ids;
        size_t n;
        turned.k = &k;
        k.newest_first = last;
        TRY(keepsake_posts(cx, &turned, 0, 1, &ids, &n));
        *at = n ? id_ms(ids[0]) : 0;
        return OK;
}

static enum err load_frame(struct cx *cx, void *arg)
{
        struct book *b = arg;
        struct account *a;
        struct login *l;
        TRY(end_of(cx, b->r, false, &b->first_at));
        TRY(end_of(cx, b->r, true, &b->last_at));
        TRY(account_get(cx, b->k->subject, &a));
        TRY(login_get(cx, b->k->account, &l));
        b->name = account_name(a);
        b->language = l->language.n              ? l->language
                      : cx->settings->language.n ? cx->settings->language
                                                 : S("en");
        b->clock.zone = zone_open(cx->arena, l->zone.n ? l->zone : cx->settings->zone);
        return OK;
}

static enum err write_book(struct book *b, int fd, int64_t *size)
{
        enum err e = book_begin(b, fd);
        if (!e)
                e = add_posts(b);
        enum err closed = book_end(b, size);
        return e ? e : closed;
}

static enum err run(struct cx *cx, struct book *b, int fd, int64_t *size)
{
        struct arena arena;
        b->cx = *cx;
        b->described = true;
        b->clock = (struct web_page){.cx = &b->cx};
        TRY(cx_read(cx, load_frame, b)); /* in the caller's arena, which stays */
        arena_open(&arena, ARENA_BYTES);
        b->cx.arena = &arena;
        enum err e = write_book(b, fd, size);
        arena_close(&arena);
        return e;
}

enum err web_book_write(struct cx *cx, const struct keepsake_reader *r,
                        const _Atomic bool *stopping, int64_t most, int fd, int64_t *size)
{
        struct book b = {.k = r->k, .r = r, .stopping = stopping, .most = most, .folder = S("")};
        return run(cx, &b, fd, size);
}

enum err web_book_into(struct cx *cx, const struct keepsake_reader *r, struct str folder,
                       struct zip *zip)
{
        struct book b = {.k = r->k, .r = r, .most = INT64_MAX, .folder = folder, .zip = zip};
        int64_t size;
        return run(cx, &b, -1, &size);
}
