/* From what a person typed to what is stored: limits, mentions, hashtags, links, the rendered
 * words. Called by post_publish and post_edit. */
#include "lib/text/language.h"
#include "lib/text/link.h"
#include "lib/text/unicode.h"
#include "social/mention.h"
#include "social/poll.h"
#include "social/post_parts.h"
#include "social/tag.h"

static enum err clean(struct cx *cx, const char *field, struct str in, struct str *ret)
{
        if (!in.p)
                in = S("");
        if (in.n > POST_BYTES_MAX)
                return fail_field(cx, field, ERR_INPUT,
                                  "Validation failed: Text is longer than %d bytes",
                                  POST_BYTES_MAX);
        if (!text_clean(cx->arena, in, ret))
                return fail_field(cx, field, ERR_INPUT, "Validation failed: Text is not readable");
        return OK;
}

/* Trailing space goes, the first line's indent stays; only white space is no text. */
static struct str tidy(struct str s)
{
        while (s.n && strchr(" \t\r\n", s.p[s.n - 1]))
                s.n--;
        while (s.n && s.p[0] == '\n')
                s = str_after(s, 1);
        return s;
}

static enum err check_length(struct cx *cx, const struct composed *c)
{
        int64_t most = cx->settings->post_characters;
        size_t n = link_count(cx->arena, c->text) + utf8_count(c->spoiler);
        if (n > (size_t)most)
                return fail_field(cx, "status", ERR_INPUT,
                                  "Validation failed: Text character limit of %d exceeded",
                                  (int)most);
        return OK;
}

static enum err add_tag(struct cx *cx, struct link_span *s, struct composed *c)
{
        struct str name;
        enum err e = tag_fold(cx, s->name, &name);
        if (e == ERR_MISSING)
                return OK; /* stays text */
        TRY(e);
        s->href = tag_url(cx, name);
        for (size_t i = 0; i < c->n_tags; i++)
                if (str_eq(c->tags[i].name, name))
                        return OK;
        if (c->n_tags == POST_TAGS_MAX)
                return fail_field(cx, "status", ERR_INPUT, "A post can have at most %d hashtags.",
                                  POST_TAGS_MAX);
        c->tags[c->n_tags++] = (struct tag_new){name, s->name};
        return OK;
}

static enum err link_up(struct cx *cx, struct composed *c)
{
        struct link_list links = link_find(cx->arena, c->text);
        int64_t *people;
        size_t n_urls = 0;
        c->tags = make_n(cx->arena, POST_TAGS_MAX, struct tag_new);
        for (size_t i = 0; i < links.n; i++) {
                struct link_span *s = &links.v[i];
                if (s->kind == LINK_HASHTAG)
                        TRY(add_tag(cx, s, c));
                else if (s->kind == LINK_URL && n_urls++ >= POST_LINKS_MAX)
                        s->href = STR_NONE;
        }
        TRY(mention_resolve(cx, &links, &people, &c->n_mentions));
        c->mentions = make_n(cx->arena, c->n_mentions, struct mention_new);
        for (size_t i = 0; i < c->n_mentions; i++)
                c->mentions[i].account = people[i];
        c->content = link_render(cx->arena, c->text, &links);
        return OK;
}

enum err post_compose(struct cx *cx, const struct draft *d, bool has_media, struct str language,
                      bool sensitive, struct composed *c)
{
        *c = (struct composed){.language = language.n ? language : STR_NONE};
        TRY(clean(cx, "status", d->text, &c->text));
        TRY(clean(cx, "spoiler_text", d->spoiler, &c->spoiler));
        c->text = tidy(c->text);
        c->spoiler = str_trim(c->spoiler);
        bool noted = c->spoiler.n != 0;
        if (!c->text.n && noted) { /* a note without words is the words (Mastodon) */
                c->text = c->spoiler;
                c->spoiler = S("");
        }
        if (!str_trim(c->text).n && !has_media)
                return fail_field(cx, "status", ERR_INPUT,
                                  "Validation failed: Text can't be blank");
        TRY(check_length(cx, c));
        if (d->language.n)
                language_read(cx->arena, d->language, &c->language);
        c->sensitive = (d->sensitive == TRI_UNSET ? sensitive : d->sensitive == TRI_TRUE) || noted;
        return link_up(cx, c);
}

enum err post_compose_poll(struct cx *cx, const struct draft *d, struct poll_new **ret)
{
        struct poll_draft poll = d->poll;
        *ret = NULL;
        if (!poll.options.n)
                return OK;
        poll.options.v = make_n(cx->arena, poll.options.n, struct str);
        memcpy(poll.options.v, d->poll.options.v, poll.options.n * sizeof *poll.options.v);
        TRY(poll_check(cx, &poll));
        struct poll_new *p = make(cx->arena, struct poll_new);
        p->options = poll.options.v;
        p->n = poll.options.n;
        p->expires_at = cx_now(cx) + poll.expires_in.v * 1000;
        p->multiple = poll.multiple == TRI_TRUE;
        p->hide_totals = poll.hide_totals == TRI_TRUE;
        *ret = p;
        return OK;
}
