/* Timelines: what their pages show. */
#pragma once
#include "social/list.h"
#include "social/pause.h"
#include "web/profile.h"
#include "web/reminder.h"
#include "web/remember.h"

enum strip_here { STRIP_ALL, STRIP_LOCAL, STRIP_LIST };
struct strip {
        enum strip_here here;
        int64_t list; /* STRIP_LIST: which */
        const struct list *lists;
        size_t n_lists;
};
struct timeline_page {
        struct strip strip;
        bool with_strip;
        struct str heading;          /* none: only for screen readers */
        struct str empty;            /* what an empty one says */
        enum filter_context context; /* 0: filters do not apply */
        struct cards posts;
        struct pager pager;
        bool paged;
        struct remembered_day *today; /* notes to the reader */
        size_t n_today;
        bool calm; /* Home: what the reader may want to know, in one line */
        const struct pause *rest; /* that ends today; NULL: none */
        const struct reminder_line *reminders; /* whose day has come */
        size_t n_reminders;
};
