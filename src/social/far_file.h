/* Files of other servers as readers here get them: through an address of ours, so that no stranger's server learns who
 * reads. The address carries a keyed hash of what it stands for, so nobody can make us ask for what no row names. Copies
 * are kept on disk while they are used; far_take.h brings them. */
#pragma once
#include "social/media.h"

enum far_kind { FAR_PHOTO, FAR_AVATAR, FAR_HEADER, FAR_EMOJI, FAR_LINK, FAR_FILM /* its picture */, FAR_KINDS }; /* numbers stand in far_file.kind */
enum far_form { FAR_FULL, FAR_SMALL, FAR_STILL, FAR_FORMS };

enum {
        FAR_KEY_BYTES = 32,
        FAR_TOUCH_MS = 6 * 3600 * 1000, /* a use is written down at most this often */
        FAR_EVICT_BATCH = 100
};

/* Reads the key of the addresses, made at the first start. */
MUST_USE enum err far_file_open(struct cx *cx);
/* "/media/proxy/avatar/ID/KEY" of the file that the row `owner` says is at `url`; far_form_path adds which form of it. */
struct str far_path(struct cx *cx, enum far_kind kind, int64_t owner, struct str url);
struct str far_form_path(struct arena *a, struct str path, enum far_form form); /* STR_NONE stays so */
/* Complete, for apps. */
struct str far_url(struct cx *cx, struct str path, enum far_form form);
bool far_kind_read(struct str word, enum far_kind *ret);
bool far_form_read(struct str word, enum far_form *ret);

struct far_file {
        enum far_kind kind;
        int64_t owner;
        struct str url, domain;      /* where it is; the server that said so ("": a page somebody linked to) */
        enum media_kind is;          /* what it is said to be */
        struct str names[FAR_FORMS]; /* in the store; STR_NONE: no copy */
        int64_t used_at;             /* 0: no copy */
};
/* ERR_MISSING: no such row, nothing elsewhere, or its owner is not shown. */
MUST_USE enum err far_file_get(struct cx *cx, enum far_kind kind, int64_t owner, struct far_file *ret);
/* The store name of a form, or of what stands in for it; STR_NONE without a copy. */
struct str far_file_name(const struct far_file *f, enum far_form form);
/* ERR_DENIED: moderators want no files from there; else as far_file_missed. */
MUST_USE enum err far_file_may(struct cx *cx, const struct far_file *f);

/* A copy that has been written. */
struct far_copy {
        struct str names[FAR_FORMS], type, small_type, blurhash;
        int64_t bytes, full_bytes, width, height, small_width, small_height;
        bool animated;
};
/* Gives the copy to the row. ERR_GONE: the row went, names another address now, or has a copy: the files are not needed. */
MUST_USE enum err far_file_keep(struct cx *cx, const struct far_file *f, const struct far_copy *c);
/* The copy is forgotten, its files go; OK without one. */
MUST_USE enum err far_file_forget(struct cx *cx, enum far_kind kind, int64_t owner);
MUST_USE enum err far_file_touch(struct cx *cx, enum far_kind kind, int64_t owner);
/* Could it not be had lately? ERR_MISSING: it hardly ever will; ERR_REMOTE: its server had trouble. */
MUST_USE enum err far_file_missed(struct cx *cx, struct str url);
/* It could not be had: nobody asks for a while, longer each time. final: it will hardly ever be there. */
MUST_USE enum err far_file_miss(struct cx *cx, struct str url, bool final, int64_t least_ms);
/* Bytes of all copies. */
MUST_USE enum err far_file_total(struct cx *cx, int64_t *ret);
/* Forgets a batch of those not used for longest, until `bytes` are free; how many went. */
MUST_USE enum err far_file_evict(struct cx *cx, int64_t bytes, int64_t *freed);
/* Rows of copies above (kind, owner), for the sweep. */
struct far_row {
        enum far_kind kind;
        int64_t owner;
};
MUST_USE enum err far_file_list(struct cx *cx, struct far_row after, struct far_row *ret, size_t most, size_t *n);
MUST_USE enum err far_file_tidy(struct cx *cx); /* drops failures of long ago */
extern const struct stmt_list FAR_FILE_STATEMENTS, FAR_FILE_MISS_STATEMENTS;
