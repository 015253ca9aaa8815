/* Custom emoji on the pages: those that the words of a page name, one statement a server whose
 * people are on it. Called once the posts or the profile are gathered. */
#include "web/card.h"

enum { TEXTS = 2 + POLL_OPTIONS_READ, FIELDS = 2 * 50 };

/* Whose words, and where to put what is found. */
struct page_words {
        struct str domain;
        struct str texts[TEXTS];
        size_t n;
        struct card *card;
        struct account *account;
        bool done;
};

static void add_words(struct page_words *w, struct str text)
{
        if (w->n < TEXTS && emoji_named(text))
                w->texts[w->n++] = text;
}

static void words_of_card(struct page_words *w, struct card *c)
{
        *w = (struct page_words){.domain = c->author->domain, .card = c};
        add_words(w, c->post->content.html);
        add_words(w, c->post->spoiler);
        for (size_t i = 0; c->poll && i < c->poll->n_options; i++)
                add_words(w, c->poll->options[i].title);
}

static void words_of_name(struct page_words *w, struct account *a)
{
        *w = (struct page_words){.domain = a->domain, .account = a};
        add_words(w, a->display_name);
}

static void give(struct page_words *w, const struct emoji_list *l)
{
        if (w->card)
                w->card->emoji = l;
        else
                w->account->emoji = l;
        w->done = true;
}

/* All that belongs to the server of the first one. */
static enum err find_of_server(struct cx *cx, struct page_words *w, size_t n)
{
        struct emoji_list *l = make(cx->arena, struct emoji_list);
        struct str *texts = make_n(cx->arena, n * TEXTS, struct str);
        struct emoji *v;
        size_t k = 0;
        for (size_t i = 0; i < n; i++)
                if (w[i].n && !w[i].done && str_eq(w[i].domain, w->domain))
                        for (size_t t = 0; t < w[i].n; t++)
                                texts[k++] = w[i].texts[t];
        TRY(emoji_find(cx, w->domain, texts, k, &v, &l->n));
        l->v = v;
        struct str domain = w->domain;
        for (size_t i = 0; i < n; i++)
                if (w[i].n && !w[i].done && str_eq(w[i].domain, domain))
                        give(&w[i], l);
        return OK;
}

static enum err find_all(struct cx *cx, struct page_words *w, size_t n)
{
        for (size_t i = 0; i < n; i++)
                if (w[i].n && !w[i].done)
                        TRY(find_of_server(cx, &w[i], n - i));
        return OK;
}

enum err cards_emoji(struct cx *cx, struct cards *c, struct account *const *people, size_t n_people)
{
        struct page_words *w = make_n(cx->arena, c->n + n_people + 1, struct page_words);
        size_t n = 0;
        for (size_t i = 0; i < c->n; i++)
                words_of_card(&w[n++], &c->v[i]);
        for (size_t i = 0; i < n_people; i++)
                words_of_name(&w[n++], people[i]);
        return find_all(cx, w, n);
}

enum err account_emoji(struct cx *cx, struct account *a)
{
        struct emoji_list *l = make(cx->arena, struct emoji_list);
        struct str *texts = make_n(cx->arena, 2 + FIELDS, struct str);
        struct emoji *v;
        size_t n = 0;
        texts[n++] = a->display_name;
        texts[n++] = a->note_html.html;
        for (size_t i = 0; i < a->n_fields && n < FIELDS; i++) {
                texts[n++] = a->fields[i].name;
                texts[n++] = a->fields[i].html.html;
        }
        TRY(emoji_find(cx, a->domain, texts, n, &v, &l->n));
        l->v = v;
        a->emoji = l;
        return OK;
}
