/* The error table: see err.def. */
#include "lib/base/err.h"
#include <stddef.h>

static const struct {
        const char *name, *text;
        int status;
        bool retry;
} errors[ERR_COUNT_] = {
        [OK] = {"OK", "OK", 200, false},
#define ERR(n, s, r, t) [ERR_##n] = {#n, t, s, r},
#include "lib/base/err.def"
#undef ERR
};

int err_status(enum err e)
{
        return errors[e].status;
}

bool err_retry(enum err e)
{
        return errors[e].retry;
}

const char *err_name(enum err e)
{
        return errors[e].name;
}

const char *err_text(enum err e)
{
        return errors[e].text;
}
