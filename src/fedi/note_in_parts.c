/* Mentions, hashtags, emoji, files and polls of another server's post. Called by note_in.c, and for
 * emoji by actor_in.c and for reactions. */
#include "fedi/note_in.h"
#include "lib/text/date.h"
#include "lib/text/unicode.h"

/* ---- tags ---- */

static void add_mention(struct reading *r, const struct json_value *tag, struct note_in *n)
{
        struct note_mention m = {json_get_text(tag, "href"), json_get_text(tag, "name")};
        struct address a;
        if (str_starts(m.name, S("@")))
                m.name = str_after(m.name, 1);
        if (m.href.p && !address_read(r->arena, r->settings, m.href, &a))
                m.href = STR_NONE;
        if ((m.href.n || m.name.n) && n->n_mentions < NOTE_MENTIONS_MAX)
                n->mentions[n->n_mentions++] = m;
}

/* PeerTube leaves the # out. */
static void add_tag(const struct json_value *tag, struct note_in *n)
{
        struct str name = json_get_text(tag, "name");
        if (str_starts(name, S("#")))
                name = str_after(name, 1);
        if (name.n && name.n <= 400 && n->n_tags < NOTE_TAGS_MAX)
                n->tags[n->n_tags++] = name;
}

void note_in_tags(struct reading *r, const struct json_value *tags, struct note_in *n)
{
        n->mentions = make_n(r->arena, NOTE_MENTIONS_MAX, struct note_mention);
        n->tags = make_n(r->arena, NOTE_TAGS_MAX, struct str);
        for (const struct json_value *v = as_first(tags); v; v = as_next(tags, v)) {
                if (as_is(v, "Mention"))
                        add_mention(r, v, n);
                else if (as_is(v, "Hashtag"))
                        add_tag(v, n);
        }
        note_in_emoji(r, tags, &n->emoji, &n->n_emoji);
}

/* ---- emoji ---- */

/* ":blob:", "blob" or Akkoma's ":blob@far.example:", to "blob"; the letters all servers agree on.
 */
static struct str shortcode(struct str name)
{
        if (str_starts(name, S(":")))
                name = str_after(name, 1);
        if (str_ends(name, S(":")))
                name = str_cut(name, 0, name.n - 1);
        name = str_cut(name, 0, str_find_char(name, '@'));
        if (name.n < 2 || name.n > 64)
                return STR_NONE;
        for (size_t i = 0; i < name.n; i++) {
                char c = name.p[i];
                bool ok = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '_';
                if (!ok)
                        return STR_NONE;
        }
        return name;
}

/* The address of a picture in its several forms: a string, an Image with url or href, a list. */
static struct str picture(struct reading *r, const struct json_value *icon)
{
        const struct json_value *v = as_first(icon), *url = json_get(v, "url");
        if (!v)
                return STR_NONE;
        return address_link(r->arena, url ? as_href(as_first(url)) : as_href(v));
}

void note_in_emoji(struct reading *r, const struct json_value *tags, struct note_emoji **ret,
                   size_t *n)
{
        *ret = make_n(r->arena, NOTE_EMOJI_MAX, struct note_emoji);
        *n = 0;
        for (const struct json_value *v = as_first(tags); v; v = as_next(tags, v)) {
                if (!as_is(v, "Emoji") || *n == NOTE_EMOJI_MAX)
                        continue;
                struct note_emoji e = {shortcode(json_get_text(v, "name")),
                                       picture(r, json_get(v, "icon")),
                                       note_in_time(r, json_get(v, "updated"), 0)};
                if (e.shortcode.n && e.url.n)
                        (*ret)[(*n)++] = e;
        }
}

/* ---- files ---- */

static enum media_kind kind_of(struct str type)
{
        if (str_starts_nocase(type, S("image/")))
                return MEDIA_IMAGE;
        if (str_starts_nocase(type, S("video/")))
                return MEDIA_VIDEO;
        return str_starts_nocase(type, S("audio/")) ? MEDIA_AUDIO : MEDIA_UNKNOWN;
}

static struct str type_of(const struct json_value *v)
{
        struct str type = json_get_text(v, "mediaType");
        return type.p ? type : json_get_text(v, "mimeType"); /* Funkwhale, Prismo */
}

/* A file's address and media type: written at the file, or a list of Links to choose from. */
static void read_place(struct reading *r, const struct json_value *file, struct note_file *f)
{
        const struct json_value *urls = json_get(file, "url");
        f->type = type_of(file);
        if (!urls)
                urls = json_get(file, "href");
        for (const struct json_value *v = as_first(urls); v; v = as_next(urls, v)) {
                struct str type = type_of(v), link = address_link(r->arena, as_href(v));
                if (!link.n || (f->url.n && kind_of(type) == MEDIA_UNKNOWN))
                        continue;
                f->url = link;
                if (type.p)
                        f->type = type;
                if (kind_of(f->type) != MEDIA_UNKNOWN)
                        break;
        }
}

static enum media_kind kind_of_file(const struct json_value *file, const struct note_file *f)
{
        static const struct {
                const char *end;
                enum media_kind kind;
        } ends[] = {{".jpg", MEDIA_IMAGE}, {".jpeg", MEDIA_IMAGE}, {".png", MEDIA_IMAGE},
                    {".gif", MEDIA_IMAGE}, {".webp", MEDIA_IMAGE}, {".avif", MEDIA_IMAGE},
                    {".mp4", MEDIA_VIDEO}, {".webm", MEDIA_VIDEO}, {".mp3", MEDIA_AUDIO},
                    {".ogg", MEDIA_AUDIO}, {".flac", MEDIA_AUDIO}, {".m4a", MEDIA_AUDIO}};
        enum media_kind kind = kind_of(f->type);
        if (kind != MEDIA_UNKNOWN)
                return kind;
        if (as_is(file, "Image"))
                return MEDIA_IMAGE;
        if (as_is(file, "Video"))
                return MEDIA_VIDEO;
        if (as_is(file, "Audio"))
                return MEDIA_AUDIO;
        struct str path = str_cut(f->url, 0, str_find_char(f->url, '?'));
        for (size_t i = 0; i < countof(ends); i++)
                if (str_ends(path, str_of(ends[i].end)))
                        return ends[i].kind;
        return MEDIA_UNKNOWN;
}

/* The length follows from the first character, which says how many parts there are. */
static struct str blurhash(struct str s)
{
        static const char digits[] =
                "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                "#$%*+,-.:;=?@[]^_{|}~";
        if (s.n < 6)
                return STR_NONE;
        for (size_t i = 0; i < s.n; i++)
                if (!s.p[i] || !strchr(digits, s.p[i]))
                        return STR_NONE;
        size_t size = (size_t)(strchr(digits, s.p[0]) - digits);
        return s.n == 4 + 2 * (size % 9 + 1) * (size / 9 + 1) ? s : STR_NONE;
}

static void read_focus(const struct json_value *list, struct note_file *f)
{
        double x, y;
        if (!list || list->type != JSON_ARRAY || list->count != 2 ||
            list->child->type != JSON_NUMBER || list->child->next->type != JSON_NUMBER ||
            !str_to_double(list->child->text, &x) || !str_to_double(list->child->next->text, &y))
                return;
        if (x >= -1 && x <= 1 && y >= -1 && y <= 1) {
                f->focus_x = x;
                f->focus_y = y;
        }
}

static const struct json_value *widest(const struct json_value *icons)
{
        const struct json_value *best = NULL;
        for (const struct json_value *v = as_first(icons); v; v = as_next(icons, v))
                if (!best || as_count(json_get(v, "width")) > as_count(json_get(best, "width")))
                        best = v;
        return best;
}

static bool read_file(struct reading *r, const struct json_value *file, struct note_file *f)
{
        *f = (struct note_file){0};
        if (file->type != JSON_OBJECT || as_is(file, "Link") || as_is(file, "Page"))
                return false;
        read_place(r, file, f);
        f->kind = kind_of_file(file, f);
        if (!f->url.n || f->kind == MEDIA_UNKNOWN)
                return false;
        struct str alt = json_get_text(file, "summary");
        alt = note_in_text(r, alt.n ? alt : json_get_text(file, "name"), NOTE_ALT_BYTES);
        f->description = alt.n ? alt : STR_NONE;
        struct str caption = note_in_text(r, json_get_text(file, "caption"), 4 * NOTE_CAPTION_MAX);
        f->caption = caption.n ? utf8_cut_count(caption, NOTE_CAPTION_MAX) : STR_NONE;
        f->blurhash = blurhash(json_get_text(file, "blurhash"));
        const struct json_value *icon = widest(json_get(file, "icon"));
        f->preview = picture(r, icon ? icon : widest(json_get(file, "preview")));
        f->width = as_count(json_get(file, "width"));
        f->height = as_count(json_get(file, "height"));
        if (f->width > 65535 || f->height > 65535)
                f->width = f->height = 0;
        read_focus(json_get(file, "focalPoint"), f);
        return true;
}

static void add_file(struct note_in *n, const struct note_file *f)
{
        for (size_t i = 0; i < n->n_files; i++)
                if (str_eq(n->files[i].url, f->url))
                        return;
        if (n->n_files < NOTE_FILES_MAX)
                n->files[n->n_files++] = *f;
}

/* PeerTube lists one film in several sizes, each a Link: the tallest that our copies may hold. */
static bool read_film(struct reading *r, const struct json_value *note, struct note_file *f)
{
        const struct json_value *urls = json_get(note, "url");
        int64_t most = r->settings->video_bytes;
        *f = (struct note_file){.kind = MEDIA_VIDEO};
        for (const struct json_value *v = as_first(urls); v; v = as_next(urls, v)) {
                int64_t size = as_count(json_get(v, "size")),
                        tall = as_count(json_get(v, "height"));
                struct str type = type_of(v), link = address_link(r->arena, as_href(v));
                if (kind_of(type) != MEDIA_VIDEO || !link.n || !size || size > most ||
                    tall > 65535 || (f->url.n && tall <= f->height))
                        continue;
                f->url = link;
                f->type = type;
                f->height = tall;
        }
        f->height = 0; /* without a width it says nothing */
        return f->url.n > 0;
}

/* A video, a sound or a picture that is itself the object. Where a video is too large for us, or
 * only streamed, the picture it shows first stands for it, since its page is linked. */
static void add_own_file(struct reading *r, const struct json_value *note, struct note_in *n)
{
        struct note_file f = {.kind = MEDIA_IMAGE};
        if (as_is(note, "Image") && read_file(r, note, &f)) {
                add_file(n, &f);
                return;
        }
        const struct json_value *icon = widest(json_get(note, "icon"));
        if (!icon)
                icon = widest(json_get(note, "preview"));
        struct str shown = picture(r, icon);
        if (as_is(note, "Video") && read_film(r, note, &f)) {
                f.preview = shown;
                add_file(n, &f);
                return;
        }
        f = (struct note_file){.kind = MEDIA_IMAGE,
                               .url = shown,
                               .width = as_count(json_get(icon, "width")),
                               .height = as_count(json_get(icon, "height"))};
        if (f.url.n)
                add_file(n, &f);
}

void note_in_files(struct reading *r, const struct json_value *note, struct note_in *n)
{
        const struct json_value *files = json_get(note, "attachment");
        struct note_file f;
        n->files = make_n(r->arena, NOTE_FILES_MAX, struct note_file);
        for (const struct json_value *v = as_first(files); v; v = as_next(files, v))
                if (read_file(r, v, &f))
                        add_file(n, &f);
        if (as_is(note, "Image") || as_is(note, "Video") || as_is(note, "Audio"))
                add_own_file(r, note, n);
}

/* Lemmy and its like post links: the note's name is the page's title, and its picture stands at the
 * note. */
static bool read_page(struct reading *r, const struct json_value *note,
                      const struct json_value *link, struct note_page *p)
{
        struct note_file f = {0};
        if (link->type != JSON_OBJECT || !(as_is(link, "Link") || as_is(link, "Page")))
                return false;
        read_place(r, link, &f);
        if (!f.url.n || kind_of_file(link, &f) != MEDIA_UNKNOWN)
                return false;
        struct str title = json_get_text(link, "name");
        title = note_in_text(r, title.n ? title : json_get_text(note, "name"), NOTE_TITLE_BYTES);
        struct str words = note_in_text(r, json_get_text(link, "summary"), NOTE_SPOILER_BYTES);
        struct str image = picture(r, json_get(link, "icon"));
        if (!title.n)
                return false;
        *p = (struct note_page){f.url, title, words,
                                image.n ? image : picture(r, json_get(note, "image"))};
        return true;
}

void note_in_page(struct reading *r, const struct json_value *note, struct note_in *n)
{
        const struct json_value *files = json_get(note, "attachment");
        for (const struct json_value *v = as_first(files); v; v = as_next(files, v))
                if (read_page(r, note, v, &n->page))
                        return;
}

/* ---- polls ---- */

static struct str option_name(struct reading *r, const struct json_value *v)
{
        struct str name = json_get_text(v, "name");
        return note_in_text(r, name.n ? name : json_get_text(v, "content"), NOTE_TITLE_BYTES);
}

/* Until when: endTime; or "closed" with a date, or as true for "already". */
static int64_t poll_end(struct reading *r, const struct json_value *note)
{
        int64_t ms;
        const struct json_value *closed = json_get(note, "closed");
        if (closed && closed->type == JSON_STRING && date_read_iso(closed->text, &ms))
                return ms;
        if (json_is_true(closed))
                return r->now;
        struct str end = json_get_text(note, "endTime");
        return end.p && date_read_iso(end, &ms) ? ms : 0;
}

void note_in_poll(struct reading *r, const struct json_value *note, struct note_in *n)
{
        const struct json_value *one = json_get(note, "oneOf"), *any = json_get(note, "anyOf");
        const struct json_value *list = as_first(any) ? any : one;
        if (!as_is(note, "Question") || !as_first(list))
                return;
        struct note_poll *p = make(r->arena, struct note_poll);
        p->options = make_n(r->arena, POLL_OPTIONS_READ, struct str);
        p->votes = make_n(r->arena, POLL_OPTIONS_READ, int64_t);
        for (const struct json_value *v = as_first(list); v; v = as_next(list, v)) {
                struct str name = option_name(r, v);
                if (!name.n || p->n == POLL_OPTIONS_READ)
                        continue;
                p->votes[p->n] = as_count(json_get(json_get(v, "replies"), "totalItems"));
                p->options[p->n++] = name;
        }
        p->multiple = list == any;
        p->ends_at = poll_end(r, note);
        p->voters = as_count(json_get(note, "votersCount"));
        if (p->n)
                n->poll = p;
}
