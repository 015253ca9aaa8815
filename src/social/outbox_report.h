/* A report about somebody elsewhere that the reporter wants their server to see, too: a job row in the transaction that
 * stores it. */
#pragma once
#include "social/report.h"

/* Job "deliver_report": {"target":"ID","report":"ID","posts":[URI...],"comment":TEXT}. Who reported is not told. */
MUST_USE enum err outbox_report(struct cx *cx, const struct report *r, const struct id_list *posts);
