/* What the files of signatures share. */
#pragma once
#include "fedi/sign.h"
#include "lib/base/buf.h"

enum { /* what a signature covers */
        SIGN_COVERS_METHOD = 1,
        SIGN_COVERS_TARGET = 2,
        SIGN_COVERS_HOST = 4,
        SIGN_COVERS_DATE = 8,
        SIGN_COVERS_CREATED = 16,
        SIGN_COVERS_DIGEST = 32,
        SIGN_COVERS_CONTENT_DIGEST = 64,
};

struct sign_read {
        struct arena *arena;
        const struct sign_message *m;
        struct signature s;
        unsigned covers;
        int64_t created_s, expires_s; /* 0: not given */
};

/* Read one signature and put together what it was made over; the rules of sign_read come after. */
enum sign_end sign_read_cavage(struct sign_read *r, struct str header);
/* The signature number `index` of those in the headers; SIGN_MISSING past the last. */
enum sign_end sign_read_rfc9421(struct sign_read *r, struct str inputs, struct str signatures, size_t index);
enum sign_end sign_check(const struct sign_read *r, int64_t now_ms);

/* The header's value, several joined; STR_NONE when absent. Of `host` the public one, if a proxy changed it. */
struct str sign_header(const struct sign_read *r, struct str name);
unsigned sign_covers_header(struct str name);
bool sign_needs_digest(const struct sign_message *m);

