/* What all lists of the API share: reading max_id, since_id, min_id, limit and offset, and writing the Link header. */
#pragma once
#include "lib/base/err.h"
#include "lib/http/req.h"
#include "social/page.h"

/* Blank and bad values count as not given; a limit above `most` is most. */
struct page api_page(const struct req *rq, int64_t usual, int64_t most);
/* limit and offset of lists that page by number (search, directory, trends). */
int64_t api_limit(const struct req *rq, int64_t usual, int64_t most);
int64_t api_offset(const struct req *rq); /* 0 to 10,000 */
/* The Link header: rel="next" with max_id=oldest when there is more, then rel="prev" with min_id=newest; absolute
 * addresses that keep the other query parameters. Nothing when the page is empty. */
void api_page_links(struct req *rq, const struct page *p);
/* A parameter that says yes: 1 t true on yes and the like (booleans from forms); `otherwise` when not given. */
bool api_flag(const struct req *rq, const char *name, bool otherwise);
