/* The streaming reader of multipart bodies; body.c feeds it. A window of a few KiB holds what is
 * not decided yet: a part's headers, or bytes that may be the start of a boundary. Nothing is ever
 * whole in memory but short fields. */
#include "lib/http/multipart.h"
#include "lib/http/head.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

enum state { PREAMBLE, BOUNDARY_END, HEADERS, CONTENT, EPILOGUE };

enum { WINDOW = 16 * 1024 };

struct multipart {
        struct multipart_settings set;
        struct arena *arena;
        enum state state;
        char mark[4 + MULTIPART_BOUNDARY_MAX]; /* CRLF -- boundary */
        size_t mark_n;
        char window[WINDOW];
        size_t n;
        int parts;
        /* The current part. */
        struct str name;
        struct upload *file; /* NULL: a field, or a file nobody wants */
        bool is_file;
        struct str text_type;
        char *text; /* grows in the arena */
        size_t text_n, text_size;
        size_t text_total;
};

/* Bytes of a parameter's value at the start of s: a quoted string with its quotes, or up to the
 * ';'. s.n + 1 when the closing quote is missing. */
static size_t value_length(struct str s)
{
        size_t at = 1;
        if (!s.n || s.p[0] != '"')
                return str_find_char(s, ';');
        while (at < s.n && s.p[at] != '"')
                at += s.p[at] == '\\' ? 2 : 1;
        return at < s.n ? at + 1 : s.n + 1;
}

/* Only a quote or a backslash is taken as escaped: old browsers sent bare backslashes in file
 * names. */
static struct str unquote(struct arena *a, struct str s)
{
        if (!s.n || s.p[0] != '"')
                return str_dup(a, str_trim(s));
        s = str_cut(s, 1, s.n - 2);
        char *z = make_n(a, s.n + 1, char);
        size_t n = 0;
        for (size_t i = 0; i < s.n; i++) {
                if (s.p[i] == '\\' && i + 1 < s.n && (s.p[i + 1] == '"' || s.p[i + 1] == '\\'))
                        i++;
                z[n++] = s.p[i];
        }
        return (struct str){z, n};
}

/* Finds a parameter of a header value: `form-data; name="x"; filename="y"`. */
static bool find_parameter(struct arena *a, struct str value, struct str name, struct str *ret)
{
        struct str rest = str_after(value, str_find_char(value, ';') + 1);
        while (rest.n) {
                size_t equals = str_find_char(rest, '=');
                struct str key = str_trim(str_cut(rest, 0, equals));
                rest = str_trim(str_after(rest, equals + 1));
                size_t n = value_length(rest);
                if (n > rest.n)
                        return false;
                if (str_eq_nocase(key, name)) {
                        *ret = unquote(a, str_cut(rest, 0, n));
                        return true;
                }
                rest = str_after(rest, n);
                rest = str_after(rest, str_find_char(rest, ';') + 1);
        }
        return false;
}

static bool boundary_ok(struct str b)
{
        if (!b.n || b.n > MULTIPART_BOUNDARY_MAX || b.p[b.n - 1] == ' ')
                return false;
        for (size_t i = 0; i < b.n; i++)
                if (b.p[i] < ' ' || b.p[i] > '~')
                        return false;
        return true;
}

enum err multipart_open(const struct multipart_settings *s, struct str type, struct multipart **ret)
{
        struct str boundary;
        struct arena *a = s->params->arena;
        if (!find_parameter(a, type, S("boundary"), &boundary))
                return ERR_MALFORMED;
        if (!boundary_ok(boundary))
                return ERR_MALFORMED;
        struct multipart *m = make(a, struct multipart);
        m->set = *s;
        m->arena = a;
        memcpy(m->mark, "\r\n--", 4);
        memcpy(m->mark + 4, boundary.p, boundary.n);
        m->mark_n = boundary.n + 4;
        memcpy(m->window, "\r\n", 2); /* so that the first boundary looks like the others */
        m->n = 2;
        *ret = m;
        return OK;
}

static int open_temp(struct arena *a, struct str dir)
{
        const char *path = dir.n ? str_z(a, dir) : "/tmp";
        int fd = open(path, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
        if (fd >= 0)
                return fd;
        char *name = str_z(a, str_fmt(a, "%s/upload-XXXXXX", path));
        fd = mkostemp(name, O_CLOEXEC);
        if (fd >= 0)
                unlink(name);
        return fd;
}

static enum err write_all(int fd, struct str bytes)
{
        while (bytes.n) {
                ssize_t n = write(fd, bytes.p, bytes.n);
                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return errno == ENOSPC || errno == EDQUOT ? ERR_FULL : ERR_FAULT;
                bytes = str_after(bytes, (size_t)n);
        }
        return OK;
}

static enum err add_text(struct multipart *m, struct str bytes)
{
        m->text_total += bytes.n;
        if (m->text_total > MULTIPART_TEXT_MAX)
                return ERR_TOO_LARGE;
        if (m->text_n + bytes.n > m->text_size) {
                size_t size = (m->text_n + bytes.n) * 2 + 64;
                char *p = make_n(m->arena, size, char);
                if (m->text_n)
                        memcpy(p, m->text, m->text_n);
                m->text = p;
                m->text_size = size;
        }
        if (bytes.n)
                memcpy(m->text + m->text_n, bytes.p, bytes.n);
        m->text_n += bytes.n;
        return OK;
}

static enum err content(struct multipart *m, struct str bytes)
{
        if (m->state != CONTENT || (m->is_file && !m->file) || !bytes.n)
                return OK; /* preamble, epilogue, or not wanted */
        if (!m->is_file)
                return add_text(m, bytes);
        m->file->size += (int64_t)bytes.n;
        return write_all(m->file->fd, bytes);
}

static enum err end_part(struct multipart *m)
{
        if (m->state != CONTENT)
                return OK;
        struct req_param p = {.name = m->name, .from_body = true};
        if (m->is_file) {
                /* A form's file input left empty arrives as a file of no bytes: not given. */
                if (!m->file || !m->file->size)
                        return OK;
                p.type = PARAM_FILE;
                p.file = m->file;
                p.text = S("");
                return param_add(m->set.params, p);
        }
        p.text = (struct str){m->text ? m->text : "", m->text_n};
        m->text = NULL;
        m->text_n = m->text_size = 0;
        return param_add(m->set.params, p);
}

static enum err disposition(struct multipart *m, struct str value)
{
        struct str ignored;
        struct str kind = str_trim(str_cut(value, 0, str_find_char(value, ';')));
        if (m->name.p || !str_eq_nocase(kind, S("form-data")) ||
            !find_parameter(m->arena, value, S("name"), &m->name) || !m->name.n)
                return ERR_MALFORMED;
        /* The client's name for the file only tells that it is one. */
        m->is_file = find_parameter(m->arena, value, S("filename"), &ignored) ||
                     find_parameter(m->arena, value, S("filename*"), &ignored);
        return OK;
}

static enum err part_header(struct multipart *m, struct str line)
{
        size_t colon = str_find_char(line, ':');
        struct str name = str_cut(line, 0, colon), value = str_trim(str_after(line, colon + 1));
        if (colon == line.n || !head_is_token(name))
                return ERR_MALFORMED;
        for (size_t i = 0; i < value.n; i++)
                if (((unsigned char)value.p[i] < ' ' && value.p[i] != '\t') || value.p[i] == 0x7f)
                        return ERR_MALFORMED;
        if (str_eq_nocase(name, S("content-disposition")))
                return disposition(m, value);
        if (str_eq_nocase(name, S("content-type")))
                m->text_type = str_dup(m->arena, value);
        if (str_eq_nocase(name, S("content-transfer-encoding")) &&
            !str_eq_nocase(value, S("binary")) && !str_eq_nocase(value, S("8bit")) &&
            !str_eq_nocase(value, S("7bit")))
                return ERR_MEDIA_TYPE; /* RFC 7578 4.7 took the others away */
        return OK;
}

static enum err start_part(struct multipart *m, struct str headers)
{
        int n = 0;
        m->name = m->text_type = STR_NONE;
        m->file = NULL;
        m->is_file = false;
        if (++m->parts > MULTIPART_PARTS)
                return ERR_TOO_LARGE;
        while (headers.n) {
                size_t end = str_find(headers, S("\r\n"));
                if (++n > MULTIPART_HEADERS)
                        return ERR_MALFORMED;
                TRY(part_header(m, str_cut(headers, 0, end)));
                headers = str_after(headers, end + 2);
        }
        if (!m->name.p)
                return ERR_MALFORMED;
        if (m->is_file && m->set.keep_files) {
                m->file = make(m->arena, struct upload);
                m->file->type = m->text_type;
                m->file->fd = open_temp(m->arena, m->set.temp_dir);
                if (m->file->fd < 0)
                        return errno == ENOSPC || errno == EDQUOT ? ERR_FULL : ERR_FAULT;
                m->set.opened(m->set.owner, m->file);
        }
        m->state = CONTENT;
        return OK;
}

/* How a step ended: more bytes are needed, or the window moved on. */
static void drop(struct multipart *m, size_t n)
{
        m->n -= n;
        memmove(m->window, m->window + n, m->n);
}

static enum err step_content(struct multipart *m, bool *moved)
{
        const char *at = memmem(m->window, m->n, m->mark, m->mark_n);
        size_t ready = at ? (size_t)(at - m->window) : m->n < m->mark_n ? 0 : m->n - m->mark_n + 1;
        TRY(content(m, (struct str){m->window, ready}));
        if (at) {
                TRY(end_part(m));
                m->state = BOUNDARY_END;
                ready += m->mark_n;
        }
        drop(m, ready);
        *moved = at != NULL;
        return OK;
}

/* After a boundary: "--" ends all, CRLF starts a part; spaces in between are transport padding. */
static enum err step_boundary(struct multipart *m, bool *moved)
{
        size_t i = 0;
        while (i < m->n && (m->window[i] == ' ' || m->window[i] == '\t'))
                i++;
        if (i > MULTIPART_BOUNDARY_MAX)
                return ERR_MALFORMED;
        if (m->n < i + 2)
                return OK;
        if (i == 0 && m->window[0] == '-' && m->window[1] == '-') {
                m->state = EPILOGUE;
        } else if (m->window[i] == '\r' && m->window[i + 1] == '\n') {
                m->state = HEADERS;
                drop(m, i); /* the CRLF stays: no headers at all is CRLF CRLF */
        } else {
                return ERR_MALFORMED;
        }
        *moved = true;
        return OK;
}

static enum err step_headers(struct multipart *m, bool *moved)
{
        const char *end = memmem(m->window, m->n, "\r\n\r\n", 4);
        size_t n = end ? (size_t)(end - m->window) : m->n;
        if (n > MULTIPART_HEAD_MAX)
                return ERR_MALFORMED;
        if (!end)
                return OK;
        /* Without the CRLF of the boundary's line in front. */
        TRY(start_part(m, str_after((struct str){m->window, n}, 2)));
        drop(m, n + 4);
        /* An empty part's boundary follows at once; it wants a CRLF of its own, which RFC 2046
         * gives to it. */
        *moved = true;
        return OK;
}

static enum err run(struct multipart *m)
{
        bool moved = true;
        while (moved) {
                moved = false;
                switch (m->state) {
                case PREAMBLE:
                case CONTENT:
                        TRY(step_content(m, &moved));
                        break;
                case BOUNDARY_END:
                        TRY(step_boundary(m, &moved));
                        break;
                case HEADERS:
                        TRY(step_headers(m, &moved));
                        break;
                case EPILOGUE:
                        m->n = 0;
                        break;
                }
        }
        return OK;
}

enum err multipart_feed(struct multipart *m, struct str bytes)
{
        while (bytes.n) {
                size_t n = WINDOW - m->n;
                if (!n)
                        return ERR_MALFORMED;
                if (n > bytes.n)
                        n = bytes.n;
                memcpy(m->window + m->n, bytes.p, n);
                m->n += n;
                bytes = str_after(bytes, n);
                TRY(run(m));
        }
        return OK;
}

enum err multipart_end(struct multipart *m)
{
        return m->state == EPILOGUE ? OK : ERR_MALFORMED;
}
