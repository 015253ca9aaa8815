/* Answers of other servers: the names of their ends, headers, media types. A body counts as what
 * was asked for only when its Content-Type says so: files that people upload elsewhere must not
 * pass for documents of that server. */
#include "lib/base/clock.h"
#include "lib/http/fetch_parts.h"
#include "lib/text/date.h"

enum { RETRY_MAX_MS = 7 * 86400000 };

static const struct {
        enum err err;
        const char *name, *text;
} ENDS[] = {
#define END(name, err, word, text) {err, word, text},
#include "lib/http/fetch_end.def"
#undef END
};

enum err fetch_end_err(enum fetch_end end)
{
        return ENDS[end].err;
}

const char *fetch_end_name(enum fetch_end end)
{
        return ENDS[end].name;
}

const char *fetch_end_text(enum fetch_end end)
{
        return ENDS[end].text;
}

/* Takes one header off what keep_header stored: name NUL value NUL. */
static bool next_header(struct str *rest, struct fetch_header *ret)
{
        return rest->n && str_next(rest, 0, &ret->name) && str_next(rest, 0, &ret->value);
}

struct str fetch_job_header(const struct fetch_job *job, const char *name_lower)
{
        struct fetch_header h;
        struct str rest = buf_str(&job->head);
        while (next_header(&rest, &h))
                if (str_eq(h.name, str_of(name_lower)))
                        return h.value;
        return STR_NONE;
}

struct str fetch_answer_header(const struct fetch_answer *a, struct arena *arena,
                               const char *name_lower)
{
        struct str all = STR_NONE;
        for (size_t i = 0; i < a->n_headers; i++) {
                if (!str_eq(a->headers[i].name, str_of(name_lower)))
                        continue;
                struct str v = a->headers[i].value;
                all = all.p ? str_fmt(arena, "%.*s, %.*s", STR_ARG(all), STR_ARG(v)) : v;
        }
        return all;
}

int64_t fetch_retry_after(const struct fetch_answer *a, int64_t now_ms)
{
        int64_t v = 0;
        for (size_t i = 0; i < a->n_headers; i++) {
                struct str value = a->headers[i].value;
                if (!str_eq(a->headers[i].name, S("retry-after")))
                        continue;
                if (date_read_http(value, &v))
                        v -= now_ms;
                else if (!str_to_i64(value, &v) || __builtin_mul_overflow(v, 1000, &v))
                        v = 0;
        }
        return v < 0 ? 0 : v > RETRY_MAX_MS ? RETRY_MAX_MS : v;
}

static struct str essence(struct str content_type)
{
        return str_trim(str_cut(content_type, 0, str_find_char(content_type, ';')));
}

/* profile="a b": a list in one parameter (RFC 6906). Quoted strings with escapes are nothing a
 * profile needs. */
static bool has_profile(struct str content_type, struct str profile)
{
        struct str param, uri, rest = content_type;
        str_next(&rest, ';', &param);
        while (str_next(&rest, ';', &param)) {
                size_t eq = str_find_char(param, '=');
                if (!str_eq_nocase(str_trim(str_cut(param, 0, eq)), S("profile")))
                        continue;
                struct str list = str_trim(str_after(param, eq + 1));
                if (list.n >= 2 && list.p[0] == '"' && list.p[list.n - 1] == '"')
                        list = str_cut(list, 1, list.n - 2);
                while (str_next(&list, ' ', &uri))
                        if (str_eq(uri, profile))
                                return true;
        }
        return false;
}

bool fetch_type_is(struct str content_type, const struct fetch_type *types, size_t n)
{
        struct str type = essence(content_type);
        for (size_t i = 0; i < n; i++) {
                bool family = str_ends(types[i].type, S("/"));
                if (!(family ? type.n > types[i].type.n && str_starts_nocase(type, types[i].type)
                             : str_eq_nocase(type, types[i].type)))
                        continue;
                if (!types[i].profile.n || has_profile(content_type, types[i].profile))
                        return true;
        }
        return false;
}

/* We ask for no encoding; whoever sends one all the same may mean a bomb. */
bool fetch_answer_wanted(const struct fetch_request *rq, struct str content_type,
                         struct str encoding)
{
        if (encoding.n && !str_eq_nocase(encoding, S("identity")))
                return false;
        return !rq->n_types || fetch_type_is(content_type, rq->types, rq->n_types);
}

void fetch_answer_make(struct fetch_job *job, struct arena *a, enum fetch_end end,
                       struct fetch_answer *to)
{
        struct fetch_header h;
        *to = (struct fetch_answer){.end = end};
        if (job->started_ms)
                to->ms = clock_steady(&clock_real) - job->started_ms;
        if (end)
                return;
        struct fetch_header *headers = make_n(a, job->n_headers + 1, struct fetch_header);
        struct str rest = str_dup(a, buf_str(&job->head));
        while (to->n_headers < job->n_headers && next_header(&rest, &h))
                headers[to->n_headers++] = h;
        to->headers = headers;
        to->status = job->status;
        to->url = str_dup(a, str_of(job->urls[job->hops - 1]));
        to->type = str_lower(a, essence(fetch_job_header(job, "content-type")));
        to->body = str_dup(a, buf_str(&job->body));
        to->size = job->size;
        to->redirects = job->hops - 1;
}
