/* Files in the store without a row, and rows without their file: what a crash, a full disk or a restored backup leaves
 * behind. Run every night, and by hand with `tidings media sweep`. */
#pragma once
#include "store/cx.h"

enum { SWEEP_GRACE_MS = 24 * 3600 * 1000 /* a file may wait so long for its row */ };

struct sweep_count {
        int64_t files, removed; /* removed: had no row */
        int64_t missing;        /* files of people here that are gone: nothing brings those back */
        int64_t forgotten;      /* copies whose file was gone: they are fetched again when somebody looks */
        bool doubtful;          /* most files have no row, as with a wrong database: nothing was removed */
};
/* Slow; outside any transaction. `stop` (may be NULL) ends it early with ERR_BUSY. */
MUST_USE enum err media_sweep(struct cx *cx, const _Atomic bool *stop, struct sweep_count *ret);
extern const struct stmt_list MEDIA_SWEEP_STATEMENTS;
