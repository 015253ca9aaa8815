/* Writing a mail: headers, and the text as quoted-printable (RFC 2045), which every program reads
 * and which stays legible in those that do not. */
#include "lib/mail/mail.h"
#include "lib/base/buf.h"
#include "lib/base/encode.h"
#include "lib/text/date.h"
#include "lib/text/unicode.h"

enum {
        WORD_BYTES =
                36 /* of an encoded word: 60 characters with its frame, a line has 76 (RFC 2047) */
};

/* One plain address; it goes into a header and into the envelope as it is. */
static bool address_good(struct str s)
{
        size_t at = str_find_char(s, '@');
        if (s.n > 254 || at == 0 || at + 1 >= s.n)
                return false;
        for (size_t i = 0; i < s.n; i++) {
                unsigned char c = (unsigned char)s.p[i];
                if (c <= ' ' || c >= 0x7F || strchr("()<>[]\\,;:\"", c) != NULL)
                        return false;
        }
        return !str_has_char(str_after(s, at + 1), '@');
}

/* ---- headers ---- */

static bool is_plain(struct str s)
{
        for (size_t i = 0; i < s.n; i++)
                if (s.p[i] < ' ' || s.p[i] >= 0x7F)
                        return false;
        return true;
}

/* "=?UTF-8?B?...?=" words, never cut inside a character, one a line. */
static void put_words(struct buf *b, struct arena *a, struct str s)
{
        const char *between = "";
        while (s.n) {
                struct str part = utf8_cut(s, WORD_BYTES);
                if (!part.n)
                        part = str_cut(s, 0, 1);
                buf_addf(b, "%s=?UTF-8?B?%.*s?=", between, STR_ARG(base64_encode(a, part)));
                s = str_after(s, part.n);
                between = "\r\n ";
        }
}

/* What a person wrote, as a header's value: no line ends, no control characters. */
static struct str one_line(struct arena *a, struct str s)
{
        char *p = arena_take(a, s.n + 1, 1, 1);
        for (size_t i = 0; i < s.n; i++)
                p[i] = (s.p[i] >= 0 && s.p[i] < ' ') || s.p[i] == 0x7F ? ' ' : s.p[i];
        struct str line = utf8_cut((struct str){p, s.n}, MAIL_SUBJECT_MAX);
        return utf8_valid(line) ? str_trim(line) : S("");
}

static void put_text_header(struct buf *b, struct arena *a, const char *name, struct str value)
{
        struct str line = one_line(a, value);
        buf_addf(b, "%s: ", name);
        if (is_plain(line) && line.n <= MAIL_LINE && !str_has(line, S("=?")))
                buf_add(b, line);
        else
                put_words(b, a, line);
        buf_add(b, S("\r\n"));
}

static void put_from(struct buf *b, struct arena *a, const struct mail *m)
{
        struct str name = one_line(a, m->from_name);
        buf_add(b, S("From: "));
        if (name.n) {
                put_words(b, a,
                          name); /* encoded whatever it holds: nothing in it can end the name */
                buf_add_char(b, ' ');
        }
        buf_addf(b, "<%.*s>\r\n", STR_ARG(m->from));
}

/* Mon, 23 Nov 2026 12:00:00 +0000 */
static void put_date(struct buf *b, struct arena *a, int64_t at)
{
        struct str http = date_http(a, at);
        buf_addf(b, "Date: %.*s+0000\r\n", STR_ARG(str_cut(http, 0, http.n - 3)));
}

/* ---- the text ---- */

struct writing {
        struct buf *b;
        size_t column;
};

static void put_piece(struct writing *w, const char *p, size_t n)
{
        if (w->column + n > MAIL_LINE - 1) {
                buf_add(w->b, S("=\r\n"));
                w->column = 0;
        }
        buf_add(w->b, (struct str){p, n});
        w->column += n;
}

/* A blank at a line's end would be lost on the way. A leading dot is doubled by whoever sends. */
static void put_byte(struct writing *w, unsigned char c, bool ends)
{
        static const char digits[] = "0123456789ABCDEF";
        char escaped[3] = {'=', digits[c >> 4], digits[c & 15]}, plain = (char)c;
        bool blank = c == ' ' || c == '\t';
        if ((c > ' ' && c < 0x7F && c != '=') || (blank && !ends))
                put_piece(w, &plain, 1);
        else
                put_piece(w, escaped, sizeof escaped);
}

static void put_text(struct buf *b, struct str text)
{
        struct writing w = {b, 0};
        for (size_t i = 0; i < text.n; i++) {
                char c = text.p[i];
                if (c == '\r')
                        continue;
                if (c == '\n') {
                        buf_add(b, S("\r\n"));
                        w.column = 0;
                        continue;
                }
                bool ends = i + 1 == text.n || text.p[i + 1] == '\n' || text.p[i + 1] == '\r';
                put_byte(&w, (unsigned char)c, ends);
        }
        if (w.column)
                buf_add(b, S("\r\n"));
}

enum err mail_write(struct arena *a, const struct mail *m, struct str *ret)
{
        struct buf b = {0};
        if (!address_good(m->from) || !address_good(m->to) || m->text.n > MAIL_TEXT_MAX ||
            !is_plain(m->id) || !is_plain(m->list_unsubscribe))
                return ERR_INPUT;
        put_from(&b, a, m);
        buf_addf(&b, "To: <%.*s>\r\n", STR_ARG(m->to));
        put_text_header(&b, a, "Subject", m->subject);
        put_date(&b, a, m->at);
        buf_addf(&b, "Message-ID: <%.*s>\r\n", STR_ARG(m->id));
        buf_add(&b, S("Auto-Submitted: auto-generated\r\n"));
        if (m->list_unsubscribe.n)
                buf_addf(&b,
                         "List-Unsubscribe: <%.*s>\r\n"
                         "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
                         STR_ARG(m->list_unsubscribe));
        buf_add(&b, S("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
                      "Content-Transfer-Encoding: quoted-printable\r\n\r\n"));
        put_text(&b, m->text);
        *ret = str_dup(a, buf_str(&b));
        bool failed = b.failed;
        buf_free(&b);
        return failed ? ERR_FAULT : OK;
}
