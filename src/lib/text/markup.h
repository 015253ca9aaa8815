/* Markup: HTML that went through our sanitiser or was made by our own writers. Only html_markup() and json_markup()
 * take it, so text from outside cannot become HTML without one of the functions that return this type. */
#pragma once
#include "lib/base/str.h"

struct markup {
        struct str html;
};
#define MARKUP_NONE ((struct markup){STR_NONE})
