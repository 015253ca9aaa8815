/* The job that asks a linked page what it says of itself. */
#pragma once
#include "store/job.h"

/* Payload {"link":"ID"}. */
MUST_USE enum err link_card_run(struct job *job);
extern const struct stmt_list LINK_TAKE_STATEMENTS;
