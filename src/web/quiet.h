/* Quiet time and the digest's hour: what their pages show. */
#pragma once
#include "social/quiet.h"
#include "social/remember.h"
#include "web/digest.h"
#include "web/reminder.h"

struct quiet_form {
        struct quiet_time now;
        struct str until, line; /* as typed: a day, or "" */
        bool by_date, with_line;
        struct str until_error, line_error;
        struct str today; /* the first day that can be chosen */
};
struct waited_page {
        struct quiet_time quiet;
        struct names names[WAITED_KINDS_];
        const struct waited *w;
        struct reminder_line *reminders; /* whose day came meanwhile */
        size_t n_reminders;
        struct remembered_day *days;
        size_t n_days;
        bool anything;
};
