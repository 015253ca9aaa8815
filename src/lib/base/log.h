/* Structured lines to stderr (logfmt): time level event key=value... Control bytes in values are escaped. Never
 * hand it a token, password, address of a person or private text. */
#pragma once
#include "lib/base/str.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

struct log_pair {
        const char *key;
        struct str text; /* p == NULL: the number */
        int64_t number;
};
#define LOG_S(k, v) ((struct log_pair){(k), (v), 0})
#define LOG_Z(k, v) ((struct log_pair){(k), str_of(v), 0})
#define LOG_N(k, v) ((struct log_pair){(k), STR_NONE, (int64_t)(v)})

void log_set_level(enum log_level lowest);
bool log_wants(enum log_level level); /* would a line of this level be written? */
/* For whoever writes many lines: adds one to a buffer; log_flush writes them all and empties it. */
struct buf;
void log_add(struct buf *to, enum log_level level, const char *event, const struct log_pair *pairs, size_t n);
void log_flush(struct buf *lines);
void log_write(enum log_level level, const char *event, const struct log_pair *pairs, size_t n);
#define log_event(level, event, ...)                                                               \
        log_write((level), (event), (const struct log_pair[]){__VA_ARGS__},                        \
                  sizeof((const struct log_pair[]){__VA_ARGS__}) / sizeof(struct log_pair))
