/* Rendered entities: bytes by (kind, id), shared by all loops, bounded in memory (least recently used goes first),
 * dropped when an event says that the row changed. A reader whose snapshot is older than the last change of an entry
 * cannot put its stale form back. */
#pragma once
#include "lib/base/buf.h"
#include "store/event.h"

struct cache;

enum cache_kind { CACHE_POST, CACHE_ACCOUNT, CACHE_AUTHOR, CACHE_VIEWER, CACHE_PAGE, CACHE_DOCUMENT };

struct cache *cache_open(size_t max_bytes);
void cache_close(struct cache **c);
/* The moment to remember before a read transaction begins. */
int64_t cache_now(struct cache *c);
/* Appends the entry's bytes to `to` and copies `head_n` bytes of its fixed head into head (what the renderer wants to
 * know without parsing); false when it is not there. */
bool cache_get(struct cache *c, enum cache_kind kind, int64_t id, void *head, size_t head_n, struct buf *to);
/* Puts one in, unless the entry was dropped after `snapshot`. */
void cache_put(struct cache *c, enum cache_kind kind, int64_t id, const void *head, size_t head_n, struct str bytes, int64_t snapshot);
void cache_drop(struct cache *c, enum cache_kind kind, int64_t id);
void cache_drop_all(struct cache *c);
/* An event listener: drops what the event makes stale. */
void cache_on_event(void *cache, const struct event *e);
