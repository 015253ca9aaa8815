/* Text with resolved spans as the HTML that Mastodon makes of it. Apps look for these very classes
 * and spans: mastodon-android, Elk and IceCubes find mentions by href and class, Tusky turns a bare
 * newline into a break. */
#include "lib/text/html.h"
#include "lib/text/link.h"
#include "lib/text/unicode.h"

enum { SHOWN = 30 }; /* characters of an address that are not hidden */

static void open_link(struct buf *b, struct str href)
{
        buf_add(b, S("<a href=\""));
        html_escape(b, href);
}

static void render_url(struct buf *b, const struct link_span *l)
{
        struct str s = l->name;
        size_t hidden = str_find(s, S("//")) + 2;
        if (str_starts(str_after(s, hidden), S("www.")))
                hidden += 4;
        struct str rest = str_after(s, hidden);
        struct str shown = utf8_cut_count(rest, SHOWN);
        open_link(b, l->href);
        buf_add(b, S("\" target=\"_blank\" rel=\"nofollow noopener\" translate=\"no\"><span "
                     "class=\"invisible\">"));
        html_escape(b, str_cut(s, 0, hidden));
        buf_add(b, shown.n < rest.n ? S("</span><span class=\"ellipsis\">")
                                    : S("</span><span class=\"\">"));
        html_escape(b, shown);
        buf_add(b, S("</span><span class=\"invisible\">"));
        html_escape(b, str_after(rest, shown.n));
        buf_add(b, S("</span></a>"));
}

static void render_span(struct buf *b, struct str text, const struct link_span *l)
{
        if (!l->href.p) {
                html_escape(b, str_cut(text, l->from, l->n));
                return;
        }
        switch (l->kind) {
        case LINK_URL:
                render_url(b, l);
                break;
        case LINK_MENTION:
                buf_add(b, S("<span class=\"h-card\" translate=\"no\">"));
                open_link(b, l->href);
                buf_add(b, S("\" class=\"u-url mention\">@<span>"));
                html_escape(b, l->label.p ? l->label : l->name);
                buf_add(b, S("</span></a></span>"));
                break;
        case LINK_HASHTAG:
                open_link(b, l->href);
                buf_add(b, S("\" class=\"mention hashtag\" rel=\"tag\">#<span>"));
                html_escape(b, l->name);
                buf_add(b, S("</span></a>"));
                break;
        }
}

/* Plain text inside a paragraph: one line end is a break, more are the next paragraph. Spans hold
 * no line ends. */
static void render_text(struct buf *b, struct str s)
{
        while (s.n) {
                size_t n = str_find_char(s, '\n');
                html_escape(b, str_cut(s, 0, n));
                s = str_after(s, n);
                size_t ends = 0;
                while (ends < s.n && s.p[ends] == '\n')
                        ends++;
                s = str_after(s, ends);
                if (ends)
                        buf_add(b, ends == 1 ? S("<br />") : S("</p><p>"));
        }
}

struct markup link_render(struct arena *a, struct str text, const struct link_list *links)
{
        struct buf b = {0};
        size_t from = 0, end = text.n;
        while (from < end && text.p[from] == '\n')
                from++;
        while (end > from && text.p[end - 1] == '\n')
                end--;
        if (str_trim(text).n == 0)
                return (struct markup){S("")};
        buf_add(&b, S("<p>"));
        for (size_t i = 0; links && i < links->n; i++) {
                const struct link_span *l = &links->v[i];
                render_text(&b, str_cut(text, from, l->from - from));
                render_span(&b, text, l);
                from = l->from + l->n;
        }
        render_text(&b, str_cut(text, from, end - from));
        buf_add(&b, S("</p>"));
        if (b.failed)
                die("out of memory");
        struct markup m = {str_dup(a, buf_str(&b))};
        buf_free(&b);
        return m;
}
