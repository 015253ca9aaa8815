/* A set of ids as one bound parameter: a JSON array that the statement reads as the table `ids` with the column
 * `value`. One statement then serves a page of any length. The engines name the function differently, so a text is a
 * macro over the table: .text = X(IDS_SQLITE), .text_pg = X(IDS_PG). It is always the first parameter. */
#pragma once
#include "lib/base/arena.h"
#include "lib/base/str.h"

#define IDS_SQLITE "json_each($1) AS ids"
#define IDS_PG "(SELECT CAST(x AS BIGINT) AS value FROM jsonb_array_elements_text(CAST($1 AS jsonb)) AS x) AS ids"

struct str ids_json(struct arena *a, const int64_t *ids, size_t n); /* [1,2,3] */
struct str ids_json_texts(struct arena *a, const int64_t *ids, size_t n); /* ["1","2","3"], as ids are on the wire */
/* Where id stands among n ids, or n. */
size_t ids_find(const int64_t *ids, size_t n, int64_t id);
/* Sorted upwards, each once; the new length. */
size_t ids_unique(int64_t *ids, size_t n);
bool ids_has(const int64_t *sorted, size_t n, int64_t id);
