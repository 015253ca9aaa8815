/* Audiences: what their pages show. */
#pragma once
#include "social/list.h"
#include "web/page.h"

struct audience_page {
        const struct list *list;
        struct account **members;
        size_t n_members;
        struct account **followers; /* who may be added */
        size_t n_followers;
        bool more_followers; /* than are shown */
        bool far;            /* one of the members is on another server */
        bool close;          /* it is Close, which stays */
        struct str who, error, title_error;
};
