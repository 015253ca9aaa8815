/* logfmt lines, one write(2) each, so lines of different threads do not mix. */
#include "lib/base/log.h"
#include "lib/base/buf.h"
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static _Atomic int lowest_level = LOG_INFO;

void log_set_level(enum log_level lowest)
{
        lowest_level = (int)lowest;
}

static bool plain(struct str s)
{
        for (size_t i = 0; i < s.n; i++)
                if ((unsigned char)s.p[i] <= ' ' || s.p[i] == '"' || s.p[i] == '=' ||
                    s.p[i] == '\\' || s.p[i] == 0x7f)
                        return false;
        return s.n > 0;
}

static void add_value(struct buf *b, struct str s)
{
        enum {
                LONGEST = 512
        }; /* a log line is for reading; nothing a stranger sends may fill the disk */
        s = str_cut(s, 0, LONGEST);
        if (plain(s)) {
                buf_add(b, s);
                return;
        }
        buf_add_char(b, '"');
        for (size_t i = 0; i < s.n; i++) {
                unsigned char c = (unsigned char)s.p[i];
                if (c < ' ' || c == 0x7f)
                        buf_addf(b, "\\x%02x", c);
                else if (c == '"' || c == '\\')
                        buf_addf(b, "\\%c", c);
                else
                        buf_add_char(b, s.p[i]);
        }
        buf_add_char(b, '"');
}

bool log_wants(enum log_level level)
{
        return (int)level >= lowest_level;
}

/* "2026-11-22T12:00:00.": worked out once a second and thread. */
static void add_time(struct buf *b)
{
        static _Thread_local struct {
                time_t second;
                char text[32];
        } known;
        struct timespec now;
        struct tm tm;
        clock_gettime(CLOCK_REALTIME, &now);
        if (now.tv_sec != known.second || !known.text[0]) {
                gmtime_r(&now.tv_sec, &tm);
                strftime(known.text, sizeof known.text, "time=%Y-%m-%dT%H:%M:%S.", &tm);
                known.second = now.tv_sec;
        }
        buf_add(b, str_of(known.text));
        long ms = now.tv_nsec / 1000000;
        buf_add(b, (struct str){(const char[]){(char)('0' + ms / 100), (char)('0' + ms / 10 % 10),
                                               (char)('0' + ms % 10), 'Z'},
                                4});
}

void log_add(struct buf *to, enum log_level level, const char *event, const struct log_pair *pairs,
             size_t n)
{
        static const struct str names[] = {S_ROW(" level=debug event="),
                                           S_ROW(" level=info event="), S_ROW(" level=warn event="),
                                           S_ROW(" level=error event=")};
        if (!log_wants(level))
                return;
        add_time(to);
        buf_add(to, names[level]);
        buf_add(to, str_of(event));
        for (size_t i = 0; i < n; i++) {
                buf_add_char(to, ' ');
                buf_add(to, str_of(pairs[i].key));
                buf_add_char(to, '=');
                if (pairs[i].text.p)
                        add_value(to, pairs[i].text);
                else
                        buf_add_i64(to, pairs[i].number);
        }
        buf_add_char(to, '\n');
}

void log_flush(struct buf *lines)
{
        if (lines->n && write(STDERR_FILENO, lines->p, lines->n) < 0) {
                /* nowhere left to say so */
        }
        buf_clear(lines);
}

void log_write(enum log_level level, const char *event, const struct log_pair *pairs, size_t n)
{
        struct buf b = {.cap = 16384};
        log_add(&b, level, event, pairs, n);
        log_flush(&b);
        buf_free(&b);
}
