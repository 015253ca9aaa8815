/* Paging of every list: by id, with plain links. */
#include "web/profile.h"

struct page pager_read(struct req *rq, int64_t limit)
{
        struct page p = {.limit = limit};
        int64_t id;
        if (str_to_i64(req_param(rq, "max_id"), &id) && id > 0)
                p.max_id = id;
        else if (str_to_i64(req_param(rq, "min_id"), &id) && id > 0)
                p.min_id = id;
        return p;
}

static struct str link_to(struct arena *a, struct str path, struct str query, const char *name,
                          int64_t id)
{
        return str_fmt(a, "%.*s?%.*s%s%s=%lld", STR_ARG(path), STR_ARG(query), query.n ? "&" : "",
                       name, (long long)id);
}

struct pager pager_of(struct arena *a, const struct page *page, struct str path, struct str query)
{
        struct pager g = {.newer_word = "Newer posts", .older_word = "Older posts"};
        bool back = page_up(page); /* came from an older page: there is one */
        if (page->oldest && (page->more || back))
                g.older = link_to(a, path, query, "max_id", page->oldest);
        if (page->newest && (page->max_id || (back && page->more)))
                g.newer = link_to(a, path, query, "min_id", page->newest);
        return g;
}
