/* The three forms of a keepsake: where its bytes go, and what stands around them. A page to print
 * is one file with its photos inside; an EPUB (EPUB 3.3, OCF 3.3) has a chapter a month; an archive
 * has the page, the words as plain text and the files as they were stored. */
#include "lib/base/die.h"
#include "lib/base/rand.h"
#include "lib/text/date.h"
#include "store/files.h"
#include "web/keepsake_book.h"
#include "web/keepsake_book.html.h"
#include "web/when.h"
#include <unistd.h>

/* A chapter goes on in another file beyond this: readers on paper-like screens take long to open
 * larger ones. Names and the table of contents are held in memory: some 200 bytes a photo. */
enum { CHAPTER_BYTES = 300 * 1024, TABLE_BYTES = 32 << 20, UUID_BYTES = 16 };

struct str book_css(struct arena *a, struct str s)
{
        struct buf b = {0};
        for (size_t i = 0; i < s.n; i++) {
                unsigned char c = (unsigned char)s.p[i];
                bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                             (c >= '0' && c <= '9') || c == ' ' || c >= 0x80;
                if (plain)
                        buf_add_char(&b, (char)c);
                else
                        buf_addf(&b, "\\%x ", c);
        }
        return buf_take(a, &b);
}

/* ---- chapters ---- */

/* What a sheet holds becomes a file of the archive; the sheet is empty again. */
static void put_file(struct book *b, struct sheet *s, struct str name)
{
        sheet_flush(s);
        zip_add_file(b->zip, name, s->fd);
        sheet_clear(s);
}

static void put_words(struct book *b, struct buf *words, const char *name)
{
        zip_add(b->zip, str_of(name), buf_str(words));
        buf_clear(words);
}

static void open_chapter(struct book *b, struct str title)
{
        int n = ++b->chapters;
        book_head(&b->page.h, b, title);
        book_part(&b->page.h, b, title, false);
        buf_addf(&b->manifest,
                 "<item id=\"c%d\" href=\"chapter-%d.xhtml\" "
                 "media-type=\"application/xhtml+xml\"/>\n",
                 n, n);
        buf_addf(&b->spine, "<itemref idref=\"c%d\"/>\n", n);
        buf_addf(&b->contents, "<li><a href=\"chapter-%d.xhtml\">%.*s</a></li>\n", n,
                 STR_ARG(title));
}

static void close_chapter(struct book *b)
{
        if (!b->chapters)
                return;
        book_foot(&b->page.h);
        put_file(b, &b->page, str_fmt(b->cx.arena, "book/chapter-%d.xhtml", b->chapters));
}

static enum err errors(const struct book *b)
{
        const struct buf *tables[] = {&b->manifest, &b->spine, &b->contents};
        const struct sheet *sheets[] = {&b->page, &b->letters, &b->text, &b->letters_text};
        for (size_t i = 0; i < countof(tables); i++)
                if (tables[i]->failed)
                        return ERR_TOO_LARGE;
        for (size_t i = 0; i < countof(sheets); i++)
                if (sheets[i]->err)
                        return sheets[i]->err;
        return b->zip ? b->zip->err : OK;
}

int64_t book_bytes(const struct book *b)
{
        return b->page.size + b->letters.size + b->text.size + (b->zip ? b->zip->at : 0);
}

enum err book_month(struct book *b, int64_t at)
{
        struct date_parts d = date_parts(at, zone_minutes(&b->clock.zone, at));
        int month = d.year * 12 + d.month;
        bool next = month != b->month;
        bool full = book_is_epub(b) && b->page.size + (int64_t)b->page.buf.n > CHAPTER_BYTES;
        if (next || full) {
                struct str title = when_month(&b->clock, at);
                if (!next)
                        title = str_join(b->cx.arena, title, S(", continued"));
                if (book_is_epub(b)) {
                        close_chapter(b);
                        open_chapter(b, title);
                } else {
                        book_part(&b->page.h, b, title, false);
                }
        }
        b->month = month;
        return errors(b);
}

/* ---- photos ---- */

static const struct picture_type {
        const char *type, *extension;
        bool epub; /* among its core media types: every reader shows it */
} types[] = {
        {"image/jpeg", "jpg", true},   {"image/png", "png", true},    {"image/webp", "webp", true},
        {"image/gif", "gif", true},    {"image/avif", "avif", false}, {"video/mp4", "mp4", false},
        {"video/webm", "webm", false}, {"audio/mpeg", "mp3", false},  {"audio/ogg", "ogg", false},
        {"audio/mp4", "m4a", false},   {"audio/flac", "flac", false}, {"audio/wav", "wav", false},
};

static const struct picture_type *type_of(struct str type)
{
        for (size_t i = 0; i < countof(types); i++)
                if (str_eq(type, str_of(types[i].type)))
                        return &types[i];
        return NULL;
}

/* The file as it was stored, of one's own; of others what they offer. Where a reader could not show
 * it, the smaller one. */
static struct str choose(struct book *b, const struct post *post, const struct media *m,
                         struct book_photo *p)
{
        bool own = b->k->kind != KEEPSAKE_OF_MEMORIAL && post->account == b->k->subject;
        struct media_offer o = own ? (struct media_offer){m->file, m->type, m->width, m->height}
                                   : media_offered(m);
        const struct picture_type *t = type_of(o.type);
        if (book_is_epub(b) && !(t && t->epub)) {
                o = (struct media_offer){m->preview, m->preview_type, m->preview_width,
                                         m->preview_height};
                t = type_of(o.type);
                if (!book_is_picture(m) || !(t && t->epub))
                        return STR_NONE;
        }
        p->type = o.type;
        p->width = o.width;
        p->height = o.height;
        return o.file;
}

static void into_epub(struct book *b, struct book_photo *p)
{
        p->path = str_fmt(b->cx.arena, "images/%d.%s", b->photos, type_of(p->type)->extension);
        bool cover = !b->cover && p->m->veil == VEIL_NONE;
        b->cover = b->cover || cover;
        buf_addf(&b->manifest, "<item id=\"i%d\" href=\"%.*s\" media-type=\"%.*s\"%s/>\n",
                 b->photos, STR_ARG(p->path), STR_ARG(p->type),
                 cover ? " properties=\"cover-image\"" : "");
        zip_add_file(b->zip, str_join(b->cx.arena, S("book/"), p->path), p->fd);
}

static void into_archive(struct book *b, struct book_photo *p, struct str stored, int64_t at)
{
        struct date_parts d = date_parts(at, zone_minutes(&b->clock.zone, at));
        size_t dot = str_find_char(stored, '.');
        p->path = str_fmt(b->cx.arena, "photos/%04d-%02d-%02d-%d%.*s", d.year, d.month, d.day,
                          b->photos, STR_ARG(str_after(stored, dot)));
        zip_add_file(b->zip, str_join(b->cx.arena, b->folder, p->path), p->fd);
}

/* A file that is gone is left out; the rest of the book is worth having. */
enum err book_photo(struct book *b, const struct post *post, const struct media *m,
                    struct book_photo *p, bool *found)
{
        struct str stored = choose(b, post, m, p);
        int64_t size;
        bool film = !book_is_picture(m);
        *found = film && b->k->form != KEEPSAKE_ZIP; /* its words alone */
        if (*found || !stored.n)
                return OK;
        enum err e = files_read(b->cx.instance->files, stored, &p->fd, &size);
        if (e)
                return e == ERR_MISSING ? OK : e;
        *found = true;
        b->photos++;
        if (size > b->most - book_bytes(b))
                return ERR_TOO_LARGE;
        if (book_is_epub(b))
                into_epub(b, p);
        else if (b->k->form == KEEPSAKE_ZIP)
                into_archive(b, p, stored, post->created_at);
        return errors(b);
}

void book_data(struct html *h, struct book *b, const struct book_photo *p)
{
        (void)h; /* the page's */
        buf_addf(&b->page.buf, "data:%.*s;base64,", STR_ARG(p->type));
        sheet_base64(&b->page, p->fd);
}

/* ---- beginning and end ---- */

static void put_title(struct book *b)
{
        struct str from = when_month(&b->clock, b->first_at),
                   until = when_month(&b->clock, b->last_at);
        book_title(&b->page.h, b, from, until);
}

static void begin_epub(struct book *b)
{
        zip_add(b->zip, S("mimetype"), S("application/epub+zip")); /* first, and not squeezed */
        book_container(&b->page.h);
        put_words(b, &b->page.buf, "META-INF/container.xml");
        book_style(&b->page.h, b);
        put_words(b, &b->page.buf, "book/style.css");
        buf_add(&b->manifest, S("<item id=\"title\" href=\"title.xhtml\" "
                                "media-type=\"application/xhtml+xml\"/>\n"));
        buf_add(&b->spine, S("<itemref idref=\"title\"/>\n<itemref idref=\"nav\"/>\n"));
        book_head(&b->page.h, b, b->k->title);
        put_title(b);
        book_foot(&b->page.h);
        put_file(b, &b->page, S("book/title.xhtml"));
}

enum err book_begin(struct book *b, int fd)
{
        struct str dir = files_temp_dir(b->cx.instance->files);
        struct sheet *const temps[] = {&b->letters, &b->text, &b->letters_text};
        b->manifest.cap = b->spine.cap = b->contents.cap = TABLE_BYTES;
        for (size_t i = 0; i < countof(temps); i++)
                temps[i]->fd = -1;
        b->page.fd = -1;
        if (b->k->form == KEEPSAKE_HTML) {
                sheet_open(&b->page, fd, b->cx.arena);
        } else {
                if (!b->zip)
                        zip_open(b->zip = &b->own, fd, cx_now(&b->cx));
                TRY(sheet_temp(&b->page, dir, b->cx.arena));
        }
        for (size_t i = 0; i < countof(temps); i++)
                TRY(sheet_temp(temps[i], dir, b->cx.arena));
        if (book_is_epub(b)) {
                begin_epub(b);
                return errors(b);
        }
        book_head(&b->page.h, b, b->k->title);
        put_title(b);
        if (b->k->form == KEEPSAKE_ZIP)
                buf_addf(&b->text.buf, "%.*s\n", STR_ARG(b->k->title));
        return errors(b);
}

static void end_epub(struct book *b)
{
        unsigned char r[UUID_BYTES];
        rand_bytes(r, sizeof r);
        struct str id = str_fmt(b->cx.arena,
                                "%02x%02x%02x%02x-%02x%02x-4%01x%02x-a%01x%02x-%02x%02x%02x%02x%02x"
                                "%02x",
                                r[0], r[1], r[2], r[3], r[4], r[5], r[6] & 15, r[7], r[8] & 15,
                                r[9], r[10], r[11], r[12], r[13], r[14], r[15]);
        struct str now =
                date_iso(b->cx.arena, cx_now(&b->cx)); /* CCYY-MM-DDThh:mm:ssZ is asked for */
        now = str_join(b->cx.arena, str_cut(now, 0, 19), S("Z"));
        close_chapter(b);
        if (b->any_letter) {
                open_chapter(b, S("Letters"));
                sheet_copy(&b->page, &b->letters);
                close_chapter(b);
        }
        book_nav(&b->page.h, b);
        put_file(b, &b->page, S("book/nav.xhtml"));
        book_package(&b->page.h, b, id, now);
        put_file(b, &b->page, S("book/content.opf"));
}

static void end_page(struct book *b)
{
        if (b->any_letter) {
                book_part(&b->page.h, b, S("Letters"), true);
                sheet_copy(&b->page, &b->letters);
        }
        book_foot(&b->page.h);
        sheet_flush(&b->page);
        if (b->k->form != KEEPSAKE_ZIP)
                return;
        zip_add_file(b->zip, str_join(b->cx.arena, b->folder, S("index.html")), b->page.fd);
        if (b->any_letter) {
                buf_add(&b->text.buf, S("\n\nLetters\n"));
                sheet_copy(&b->text, &b->letters_text);
        }
        sheet_flush(&b->text);
        zip_add_file(b->zip, str_join(b->cx.arena, b->folder, S("words.txt")), b->text.fd);
}

enum err book_end(struct book *b, int64_t *size)
{
        struct sheet *const temps[] = {&b->letters, &b->text, &b->letters_text};
        bool zipped = b->k->form != KEEPSAKE_HTML;
        enum err e = errors(b);
        if (!e && b->letters_text.fd >= 0) {
                if (book_is_epub(b))
                        end_epub(b);
                else
                        end_page(b);
                e = errors(b);
        }
        *size = b->page.size;
        if (b->zip == &b->own) {
                enum err closed = zip_close(&b->own, size);
                e = e ? e : closed;
        }
        enum err last = b->page.fd >= 0 ? sheet_close(&b->page, zipped) : ERR_FULL;
        e = e ? e : last;
        for (size_t i = 0; i < countof(temps); i++)
                if (temps[i]->fd >= 0)
                        (void)!sheet_close(temps[i], true);
        buf_free(&b->manifest);
        buf_free(&b->spine);
        buf_free(&b->contents);
        return e ? e : *size > b->most ? ERR_TOO_LARGE : OK;
}
