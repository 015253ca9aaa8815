/* Checking that a page which a person here names in their profile names them back (rel="me"). */
#pragma once
#include "store/job.h"

enum { LINK_PROOF_BYTES = 1 << 20 };

struct account;
/* Does this HTML hold an <a> or <link> with rel="me" to exactly this address? Linear; nothing is decoded but that. */
bool link_proof_in(struct arena *a, struct str html, struct str address);
/* The job "prove_links", {"account":"ID"}: asks for the pages that are not proven yet. */
MUST_USE enum err link_proof_run(struct job *job);
