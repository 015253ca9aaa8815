/* Ways to help: the list as readers meet it, and the page where it is written. */
#pragma once
#include "social/way.h"
#include "web/form.h"
#include "web/page.h"

struct way_page {
        struct str title;   /* whose they are */
        struct str action;  /* of the forms */
        struct str back;    /* the post's or the journal's path */
        bool open;          /* everybody can read it: the warning says so */
        const struct way *v;
        size_t n;
        struct way typed;   /* what came back to be mended: id 0 is the new one */
        bool mends;
        struct str error, wrong;
};
