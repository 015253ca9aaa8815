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

void log_write(enum log_level level, const char *event, const struct log_pair *pairs, size_t n)
{
        static const char *const names[] = {"debug", "info", "warn", "error"};
        if ((int)level < lowest_level)
                return;
        struct buf b = {.cap = 16384};
        struct timespec now;
        struct tm tm;
        clock_gettime(CLOCK_REALTIME, &now);
        gmtime_r(&now.tv_sec, &tm);
        buf_addf(&b, "time=%04d-%02d-%02dT%02d:%02d:%02d.%03ldZ level=%s event=%s",
                 tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
                 now.tv_nsec / 1000000, names[level], event);
        for (size_t i = 0; i < n; i++) {
                buf_addf(&b, " %s=", pairs[i].key);
                if (pairs[i].text.p)
                        add_value(&b, pairs[i].text);
                else
                        buf_add_i64(&b, pairs[i].number);
        }
        buf_add_char(&b, '\n');
        if (b.n && write(STDERR_FILENO, b.p, b.n) < 0) {
                /* nowhere left to say so */
        }
        buf_free(&b);
}
