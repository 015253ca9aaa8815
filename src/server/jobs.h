/* What runs in the background: one table maps job name to function. Lower folders add job rows in the transaction of
 * their cause; the functions here call back into them. */
#pragma once
#include "store/worker.h"

/* Starts the workers of an instance. */
MUST_USE enum err jobs_open(struct instance *instance, struct workers **ret);
/* All kinds together, for the metrics. */
MUST_USE enum err jobs_count(struct cx *cx, struct job_counts *ret);
