/* Web push: the subscription of a token, and the message itself. */
#pragma once
#include "lib/http/route.h"
#include "store/job.h"

/* The job "push": {"token":ID,"notification":ID,"born":MS}: seals one notification for one device and hands it to its push
 * service. */
MUST_USE enum err api_push_run(struct job *job);
extern const struct route_list API_PUSH_ROUTES;
