/* Parts of forms that all pages share; the markup is in form.html. */
#pragma once
#include "lib/base/str.h"
#include "lib/http/req.h"
#include "lib/text/html.h"

struct web_field {
        const char *name, *label, *hint; /* hint NULL: none. The name is the id too. */
        const char *type;                /* NULL: text */
        const char *complete;            /* autocomplete; NULL: the browser's choice */
        struct str value, error;
        int64_t max, rows;    /* 0: no limit; 4 */
        bool required, plain; /* plain: no capitals, no spelling (names, addresses) */
};
void web_field(struct html *h, const struct web_field *f);
void web_area(struct html *h, const struct web_field *f);

struct web_tick {
        const char *id, *name, *label, *hint;
        const char *value; /* NULL: "yes" */
        bool radio, on;
};
void web_tick(struct html *h, const struct web_tick *t);

struct web_option {
        struct str value, label;
};
void web_choice(struct html *h, const struct web_field *f, const struct web_option *v, size_t n);

/* What a form sent: is this box ticked ("yes"), was this value chosen? */
bool web_ticked(const struct req *rq, const char *name);
bool web_chose(const struct req *rq, const char *name, const char *value);
/* A sentence that clients get with "Validation failed: " before it, as people read it. */
struct str web_plain_fault(struct str fault);
