/* What template_test.html shows. */
#pragma once
#include "lib/base/str.h"
#include "lib/text/markup.h"

struct sample {
        struct str class, text;
        const char *plain;
        struct markup markup;
        int count;
        bool yes;
};
