/* Remembered days: what their pages show. */
#pragma once
#include "social/remember.h"
#include "web/form.h"
#include "web/post.h"

struct day_row {
        const struct remembered_day *d;
        const struct account *subject; /* a journal; NULL: one's own profile */
        struct str when;
        int64_t from;
        bool there; /* it has begun */
};
struct days_page {
        const struct day_row *v;
        size_t n;
};
struct day_form {
        struct remembered_day d;
        struct str subject, excerpt; /* a journal's name; the post's words */
        struct str error, wrong;
        bool mails; /* this server sends mail */
};
static inline struct str day_wrong(const struct day_form *f, const char *field)
{
        return str_eq(f->wrong, str_of(field)) ? f->error : STR_NONE;
}
/* Asking for the mails of a profile or journal. */
struct day_asking {
        const struct account *account;
        struct str path, secret, error;
        bool any, asks, follows;
};
/* What is pinned to a profile or journal, with the posts chosen for it. */
struct days_shown {
        const struct remembered_day *v;
        size_t n;
        struct cards posts;
};
MUST_USE enum err days_shown_load(struct req *rq, int64_t subject, struct days_shown *ret);
