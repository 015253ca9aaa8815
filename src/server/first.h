/* The first start: nobody is here yet, so whoever reads the terminal becomes the owner. */
#pragma once
#include "store/cx.h"

/* Prints the owner's sign-in link as long as there is no account. */
MUST_USE enum err first_start(struct cx *cx);
