/* The words of a post of another server: content in one language, warning, and what stands for the
 * kinds that are not short posts. Called by note_in.c. */
#include "fedi/note_in.h"
#include "lib/text/html.h"
#include "lib/text/language.h"
#include "lib/text/sanitize.h"
#include "lib/text/unicode.h"
#include "social/coauthor.h"

struct str note_in_text(struct reading *r, struct str text, size_t bytes)
{
        struct str clean;
        if (!text.n || !text_clean(r->arena, utf8_cut(text, bytes), &clean))
                return S("");
        return str_trim(utf8_cut(clean, bytes));
}

/* ---- one language of several ---- */

static bool has_text(const struct json_value *v)
{
        return v->type == JSON_STRING && v->text.n;
}

/* content wins; its language is the key of contentMap under which it stands once more, else the
 * only key. With contentMap alone, the server's own language is taken if it is there, else the
 * first. (GoToSocial sends both, some send the map alone.) */
static struct str pick(struct reading *r, const struct json_value *note, const char *key,
                       const char *map_key, struct str *language)
{
        struct str text = json_get_text(note, key);
        const struct json_value *map = json_get(note, map_key), *found = NULL;
        *language = STR_NONE;
        if (!map || map->type != JSON_OBJECT)
                return text;
        for (const struct json_value *v = map->child; v; v = v->next) {
                if (!has_text(v))
                        continue;
                if (text.p ? str_eq(v->text, text)
                           : !found || str_eq(v->key, r->settings->language))
                        found = v;
        }
        if (!found && text.p && map->count == 1)
                found = map->child;
        if (!found)
                return text;
        *language = found->key;
        return text.p ? text : found->text;
}

/* Lemmy: language {identifier}; Mobilizon: inLanguage. */
static struct str read_language(struct reading *r, const struct json_value *note, struct str tag)
{
        struct str ret;
        if (!tag.n)
                tag = json_get_text(json_get(note, "language"), "identifier");
        if (!tag.n)
                tag = json_get_text(note, "inLanguage");
        if (!tag.n || !language_read(r->arena, tag, &ret) || str_eq(ret, S("und")))
                return STR_NONE;
        return ret;
}

/* ---- markup ---- */

static struct markup read_markup(struct reading *r, const struct json_value *note, struct str text)
{
        struct str type = json_get_text(note, "mediaType"), clean;
        if (!text_clean(r->arena, text, &clean))
                return (struct markup){S("")};
        /* PeerTube's Markdown reads well enough as it is. */
        if (str_eq_nocase(type, S("text/markdown")) || str_eq_nocase(type, S("text/plain")))
                return markup_of_text(r->arena, utf8_cut(clean, POST_BYTES_MAX / 4));
        return sanitize(r->arena, clean, NULL);
}

/* The address a Page is about (Lemmy puts it into an attachment). */
static struct str linked(struct reading *r, const struct json_value *note)
{
        const struct json_value *files = json_get(note, "attachment");
        for (const struct json_value *v = as_first(files); v; v = as_next(files, v))
                if (as_is(v, "Link"))
                        return address_link(r->arena, as_href(v));
        return STR_NONE;
}

static void add_link(struct buf *b, struct str link)
{
        buf_add(b, S("<p><a href=\""));
        html_escape(b, link);
        buf_add(b, S("\">"));
        html_escape(b, link);
        buf_add(b, S("</a></p>"));
}

/* Articles, pages, videos, events: title, words unless they are long, and where to read on. */
static struct markup convert(struct reading *r, const struct json_value *note,
                             const struct note_in *n, struct markup words)
{
        struct buf b = {0};
        struct str ignored, link = linked(r, note);
        struct str title = pick(r, note, "name", "nameMap", &ignored);
        title = note_in_text(r, title, NOTE_TITLE_BYTES);
        if (title.n) {
                buf_add(&b, S("<p><strong>"));
                html_escape(&b, title);
                buf_add(&b, S("</strong></p>"));
        }
        if (words.html.n > NOTE_LONG_BYTES)
                words = sanitize(r->arena, pick(r, note, "summary", "summaryMap", &ignored), NULL);
        if (words.html.n <= NOTE_LONG_BYTES)
                buf_add(&b, words.html);
        if (link.n && !str_eq(link, n->url))
                add_link(&b, link);
        add_link(&b, n->url);
        struct markup ret = sanitize(r->arena, buf_str(&b), NULL);
        buf_free(&b);
        return ret;
}

/* A warning is plain text by custom, though AS2 says HTML: tags go only where there are some. */
static struct str read_spoiler(struct reading *r, const struct json_value *note)
{
        struct str ignored, s = pick(r, note, "summary", "summaryMap", &ignored);
        if (str_has(s, S("</")) || str_has(s, S("<br")))
                s = markup_to_text(r->arena, sanitize(r->arena, s, NULL));
        s = note_in_text(r, s, NOTE_SPOILER_BYTES);
        /* Misskey writes a zero-width space for "folded, without words". */
        return str_eq(s, S("\xE2\x80\x8B")) ? S("") : s;
}

enum err note_in_words(struct reading *r, const struct json_value *note, struct note_in *n)
{
        struct str tag, text = pick(r, note, "content", "contentMap", &tag);
        bool short_post = as_is(note, "Note") || as_is(note, "Question");
        n->language = read_language(r, note, tag);
        n->sensitive = json_is_true(json_get(note, "sensitive"));
        text = text.p ? text : S("");
        n->content = read_markup(r, note, n->n_authors ? coauthor_line_cut(r->arena, text) : text);
        n->spoiler = S("");
        if (!short_post) {
                n->content = convert(r, note, n, n->content);
                return OK;
        }
        n->spoiler = read_spoiler(r, note);
        n->sensitive = n->sensitive || n->spoiler.n;
        return OK;
}
