/* Sets of ids: as a bound parameter, and looked up in memory. Called by all lists of social/. */
#include "social/ids.h"
#include <stdlib.h>

static char *put_id(char *to, int64_t id)
{
        char digits[20];
        size_t n = 0;
        uint64_t u = id < 0 ? 0 : (uint64_t)id;
        do {
                digits[n++] = (char)('0' + u % 10);
        } while (u /= 10);
        while (n)
                *to++ = digits[--n];
        return to;
}

struct str ids_json(struct arena *a, const int64_t *ids, size_t n)
{
        char *p = make_n(a, n * 21 + 2, char), *to = p;
        *to++ = '[';
        for (size_t i = 0; i < n; i++) {
                if (i)
                        *to++ = ',';
                to = put_id(to, ids[i]);
        }
        *to++ = ']';
        return (struct str){p, (size_t)(to - p)};
}

struct str ids_json_texts(struct arena *a, const int64_t *ids, size_t n)
{
        char *p = make_n(a, n * 23 + 2, char), *to = p;
        *to++ = '[';
        for (size_t i = 0; i < n; i++) {
                if (i)
                        *to++ = ',';
                *to++ = '"';
                to = put_id(to, ids[i]);
                *to++ = '"';
        }
        *to++ = ']';
        return (struct str){p, (size_t)(to - p)};
}

size_t ids_find(const int64_t *ids, size_t n, int64_t id)
{
        for (size_t i = 0; i < n; i++)
                if (ids[i] == id)
                        return i;
        return n;
}

static int compare(const void *x, const void *y)
{
        int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
        return (a > b) - (a < b);
}

size_t ids_unique(int64_t *ids, size_t n)
{
        if (n < 2)
                return n;
        qsort(ids, n, sizeof *ids, compare);
        size_t k = 1;
        for (size_t i = 1; i < n; i++)
                if (ids[i] != ids[k - 1])
                        ids[k++] = ids[i];
        return k;
}

bool ids_has(const int64_t *sorted, size_t n, int64_t id)
{
        size_t from = 0, to = n;
        while (from < to) {
                size_t mid = from + (to - from) / 2;
                if (sorted[mid] == id)
                        return true;
                if (sorted[mid] < id)
                        from = mid + 1;
                else
                        to = mid;
        }
        return false;
}
