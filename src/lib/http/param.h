/* Parameters from a query, a form, JSON or multipart fields: one flat list with bracket names (see struct req_param). */
#pragma once
#include "lib/base/arena.h"
#include "lib/http/req.h"

enum {
        PARAM_MAX = 1000,      /* the longest honest list (filters, followed ids) has under 200 */
        PARAM_DEPTH = 4,       /* brackets in a name: subscription[data][alerts][follow] has three */
        PARAM_NAME_MAX = 512,
        PARAM_INDEXES = 256,   /* elements of arrays of objects */
};

struct param_index {
        struct str prefix, raw; /* fields_attributes, 17 */
        size_t number;
};

struct params {
        struct arena *arena;
        struct req_param *v;
        size_t n, cap;
        struct param_index *indexes;
        size_t n_indexes;
};

/* ERR_TOO_LARGE past a limit; ERR_MALFORMED for text that is no UTF-8 or has a NUL. */
MUST_USE enum err param_add(struct params *ps, struct req_param p);
MUST_USE enum err param_read_form(struct params *ps, struct str text, bool from_body);
MUST_USE enum err param_read_json(struct params *ps, struct str text, size_t max);
