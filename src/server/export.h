/* The job "export": everything somebody has here, as one zip. */
#pragma once
#include "store/job.h"

MUST_USE enum err export_run(struct job *job);
