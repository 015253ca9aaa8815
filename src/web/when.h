/* Moments in words, in the reader's zone: dates, not ages. A year is written only when it is not
 * this one. */
#pragma once
#include "web/page.h"

struct str when_clock(const struct web_page *p, int64_t ms); /* 8:40 */
struct str when_day(const struct web_page *p, int64_t ms);   /* Thursday 6 November */
struct str when_near(const struct web_page *p, int64_t ms);  /* Today, Thursday 6 November */
struct str when_full(const struct web_page *p, int64_t ms);  /* Thursday 6 November, 8:40 */
struct str when_short(const struct web_page *p, int64_t ms); /* 6 November, 8:40 */
struct str when_month(const struct web_page *p, int64_t ms); /* November 2026 */
/* The day as a number that rises by one each midnight of the reader. */
int64_t when_day_number(const struct web_page *p, int64_t ms);
/* "in 3 days", "in 20 minutes": for what has an end. */
struct str when_left(const struct web_page *p, int64_t ms);
struct str when_iso_day(struct arena *a, const struct zone *z, int64_t ms); /* 2026-11-06, for a date field */
/* 2,000 */
struct str grouped(struct arena *a, int64_t n);
