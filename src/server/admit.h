/* At the door: who asks, may they use this route, is the form their own, and what an error looks like there. */
#pragma once
#include "lib/http/http.h"
#include "server/lanes.h"

enum err admit(struct req *rq, struct lanes *lanes, struct loop_state *loop);
enum err admit_check(struct req *rq, struct lanes *lanes, struct loop_state *loop);
void admit_error(struct req *rq, enum err e, struct lanes *lanes);
