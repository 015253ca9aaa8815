/* The consent page: what it shows. */
#pragma once
#include "social/app.h"
#include "web/page.h"

struct consent {
        struct str app, from, me; /* from: host of the app's site, or none */
        struct str *can;          /* in words */
        size_t n_can;
        struct authorize_params params;
};
