/* Support services and the words beneath hard news: what their pages and the owner's pages show. */
#pragma once
#include "social/support.h"
#include "social/switches.h"
#include "social/topic.h"
#include "web/form.h"

/* What stands beneath the comment form of a post that says something hard. */
struct gentle_form {
        struct gentle words;
        bool support; /* there is a page of support services */
};
struct req;
/* NULL where nothing hard is said. */
MUST_USE enum err web_gentle_load(struct req *rq, const struct switches *s, struct str language,
                                  const struct gentle_form **ret);

struct support_admin {
        const struct support *v;
        size_t n;
        struct support typed; /* what came back with an error; id 0: in the form for a new one */
        struct str error, language;
};
struct topics_admin {
        const struct topic *v;
        size_t n;
        struct topic typed;
        struct str error, language;
        struct str_list languages;
};
struct gentle_admin {
        struct str language, suggestions, helpful, leave_out, error;
        struct str_list languages;
};
