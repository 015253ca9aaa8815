/* Errors are values: what can fail returns enum err and writes its result through a last parameter,
 * only on success. The list is err.def. */
#pragma once
#include <stdbool.h>

enum err {
        OK,
#define ERR(name, status, retry, text) ERR_##name,
#include "err.def"
#undef ERR
        ERR_COUNT_
};

#define MUST_USE __attribute__((warn_unused_result))
#define TRY(call)                                                                                  \
        do {                                                                                       \
                enum err try_ = (call);                                                            \
                if (try_)                                                                          \
                        return try_;                                                               \
        } while (0)

/* HTTP status of an error (200 for OK), whether a job may try again, its name and its plain meaning. */
int err_status(enum err e);
bool err_retry(enum err e);
const char *err_name(enum err e);
const char *err_text(enum err e);
