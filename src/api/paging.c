/* Paging parameters and the Link header of every list of the API. Clients follow only the header
 * (Phanpy, Elk), or read numbers out of it (IceCubes: the first max_id= digits; megalodon: one ';'
 * a part), so next comes first and cursors are decimal digits. */
#include "api/paging.h"
#include "lib/base/encode.h"
#include "store/cx.h"

static int64_t read_id(const struct req *rq, const char *name)
{
        int64_t id;
        return str_to_i64(str_trim(req_param(rq, name)), &id) && id > 0 ? id : 0;
}

int64_t api_limit(const struct req *rq, int64_t usual, int64_t most)
{
        int64_t n;
        if (!str_to_i64(str_trim(req_param(rq, "limit")), &n) || n < 1)
                return usual;
        return n > most ? most : n;
}

int64_t api_offset(const struct req *rq)
{
        int64_t n;
        if (!str_to_i64(str_trim(req_param(rq, "offset")), &n) || n < 0)
                return 0;
        return n > 10000 ? 10000 : n;
}

struct page api_page(const struct req *rq, int64_t usual, int64_t most)
{
        return (struct page){.max_id = read_id(rq, "max_id"),
                             .since_id = read_id(rq, "since_id"),
                             .min_id = read_id(rq, "min_id"),
                             .limit = api_limit(rq, usual, most)};
}

static bool is_cursor(struct str name)
{
        return str_eq(name, S("max_id")) || str_eq(name, S("since_id")) ||
               str_eq(name, S("min_id")) || str_eq(name, S("access_token"));
}

static void add_link(struct req *rq, struct buf *to, const char *cursor, int64_t id,
                     const char *rel)
{
        struct str path =
                str_replace(rq->arena, percent_encode(rq->arena, rq->path), S("%2F"), S("/"));
        buf_addf(to, "%s<%.*s%.*s?", to->n ? ", " : "", STR_ARG(rq->cx->settings->url),
                 STR_ARG(path));
        for (size_t i = 0; i < rq->n_params; i++) {
                const struct req_param *p = &rq->params[i];
                if (p->from_body || p->type == PARAM_FILE || is_cursor(p->name))
                        continue;
                struct str name = percent_encode(rq->arena, p->name);
                struct str value = percent_encode(rq->arena, p->text);
                buf_addf(to, "%.*s=%.*s&", STR_ARG(name), STR_ARG(value));
        }
        buf_addf(to, "%s=%lld>; rel=\"%s\"", cursor, (long long)id, rel);
}

void api_page_links(struct req *rq, const struct page *p)
{
        if (!p->newest)
                return;
        struct buf b = {.cap = 16384};
        if (p->more)
                add_link(rq, &b, "max_id", p->oldest, "next");
        add_link(rq, &b, "min_id", p->newest, "prev");
        if (!b.failed)
                reply_header(rq, "Link", buf_str(&b));
        buf_free(&b);
}

bool api_flag(const struct req *rq, const char *name, bool otherwise)
{
        struct str s = str_trim(req_param(rq, name));
        if (!s.n || str_eq_nocase(s, S("null")) || str_eq_nocase(s, S("none")))
                return otherwise;
        static const char *const no[] = {"0", "f", "false", "off", "no", "n"};
        for (size_t i = 0; i < countof(no); i++) {
                if (str_eq_nocase(s, str_of(no[i])))
                        return false;
        }
        return true;
}
