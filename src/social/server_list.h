/* Block lists as files: the CSV that Mastodon's servers exchange, out and in. Columns: #domain, #severity (noop, silence,
 * suspend), #reject_media, #reject_reports, #public_comment, #obfuscate. A file of bare names, one a line, is a list of
 * servers to refuse. */
#pragma once
#include "lib/base/buf.h"
#include "social/server_policy.h"

enum { SERVER_LIST_ROWS = 5000, SERVER_LIST_BYTES = 1 << 20 };

/* All sanctions. Texts that a spreadsheet would take for a formula get an apostrophe in front. */
MUST_USE enum err server_list_export(struct cx *cx, struct buf *out);
struct server_import {
        int64_t taken, kept, bad; /* new or made stricter; as strict already; not readable */
};
/* What is stricter here stays. ERR_INPUT: too many rows, not text. In a write transaction; the log says that it was done. */
MUST_USE enum err server_list_import(struct cx *cx, const struct viewer *by, struct str text, struct server_import *ret);
