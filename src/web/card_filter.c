/* The reader's filters on the pages: every list of posts passes through here once it is gathered.
 * What a filter hides leaves no gap and no count. */
#include "social/filter.h"
#include "web/card.h"

/* All words a reader would meet in it. */
static struct str words_of(struct arena *a, const struct card *c)
{
        struct str all = str_fmt(a, "%.*s\n%.*s", STR_ARG(c->post->spoiler),
                                 STR_ARG(markup_to_text(a, c->post->content)));
        for (size_t i = 0; i < c->n_media; i++)
                if (c->media[i].description.n)
                        all = str_fmt(a, "%.*s\n%.*s", STR_ARG(all),
                                      STR_ARG(c->media[i].description));
        for (size_t i = 0; c->poll && i < c->poll->n_options; i++)
                all = str_fmt(a, "%.*s\n%.*s", STR_ARG(all), STR_ARG(c->poll->options[i].title));
        return all;
}

/* False: hidden. */
static bool shown(struct filter_set *set, struct arena *a, enum filter_context context,
                  struct card *c)
{
        struct filter_match *m;
        size_t n;
        filter_set_match(set, a, words_of(a, c), c->post->id, &m, &n);
        for (size_t i = 0; i < n; i++) {
                if (!(m[i].filter->contexts & context))
                        continue;
                if (m[i].filter->action == FILTER_HIDE)
                        return false;
                c->filtered = m[i].filter->title;
        }
        return true;
}

enum err cards_filter(struct cx *cx, const struct viewer *by, enum filter_context context,
                      struct cards *c)
{
        struct filter_set *set;
        size_t k = 0;
        TRY(filter_set_load(cx, by, &set));
        if (!set)
                return OK;
        for (size_t i = 0; i < c->n; i++)
                if (c->v[i].mine || shown(set, cx->arena, context, &c->v[i]))
                        c->v[k++] = c->v[i];
        c->n = k;
        return OK;
}
