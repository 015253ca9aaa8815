/* Notes that somebody was here (last use of a token, last day of a person), in a write of its own after the answer. */
#pragma once
#include "lib/http/req.h"
#include "social/audience.h"

/* Quick; does nothing unless the stored time is old, or the person acts and was said to have died. */
void touch(struct instance *instance, const struct viewer *by, enum method method);
