/* Notes that somebody was here (last use of a token, last day of a person), in a write of its own after the answer. */
#pragma once
#include "social/audience.h"

/* Quick; does nothing unless the stored time is old. */
void touch(struct instance *instance, const struct viewer *by);
