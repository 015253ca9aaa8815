/* The pages of an export: an index, a page for each month and one of letters, to read without this server. Photos lie beside them under
 * media_attachments/files/. For the job "export". */
#pragma once
#include "lib/base/zip.h"
#include "social/account.h"
#include "social/export_rows.h"
#include "social/media.h"
#include "social/poll.h"
#include "social/post.h"
#include "web/page.h"

struct offline_post {
        const struct post *post;
        struct str when, reach; /* who can see it, in words */
        const struct media *media;
        size_t n_media;
        const struct poll *poll;
        struct str boosted; /* address of what a boost brought; none: words of their own */
};
struct offline_month {
        struct str name, file;
};
struct offline_months {
        struct offline_month *v;
        size_t n;
};

/* Writes them all; ERR_BUSY when the server stops meanwhile. cx has an arena of its own, emptied between parts; `a` and what is kept lie in `kept`. */
MUST_USE enum err web_offline(struct cx *cx, struct arena *kept, const struct account *a,
                              const _Atomic bool *stopping, struct zip *zip);
