/* Queries, forms and JSON bodies of strangers as parameters, then read by a field table with every
 * type. */
#include "lib/base/arena.h"
#include "lib/http/param.h"
#include "lib/http/router.h"
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

struct thing {
        struct str text;
        int64_t id;
        struct opt_int number, time;
        enum tri flag;
        struct str_list words;
        struct id_list ids;
        struct upload *file;
};
static const struct field fields[] = {
        {"a", F_STR, offsetof(struct thing, text), 5},
        {"b", F_ID, offsetof(struct thing, id), 1},
        {"c", F_INT, offsetof(struct thing, number), 100},
        {"d", F_BOOL, offsetof(struct thing, flag), 1},
        {"e[f]", F_STRS, offsetof(struct thing, words), 3},
        {"g", F_IDS, offsetof(struct thing, ids), 3},
        {"h", F_FILE, offsetof(struct thing, file), 1},
        {"i", F_TIME, offsetof(struct thing, time), 1},
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
        struct arena a;
        struct str all = {(const char *)data, n}, path;
        if (n > 300000)
                return 0;
        arena_open(&a, 64 << 20);
        struct params ps = {.arena = &a};
        size_t line = str_find_char(all, '\n');
        struct str rest = str_after(all, line + 1);
        enum err e = param_read_form(&ps, str_cut(all, 0, line), false);
        if (!e && rest.n && rest.p[0] == '{')
                e = param_read_json(&ps, rest, 256 * 1024);
        else if (!e)
                e = param_read_form(&ps, rest, true);
        if (!e) {
                struct thing t = {0};
                struct req rq = {.arena = &a, .params = ps.v, .n_params = ps.n};
                assert(ps.n <= PARAM_MAX);
                if (req_read(&rq, fields, countof(fields), &t) == ERR_INPUT)
                        assert(rq.fault.n);
                assert(req_count(&rq, "f") <= PARAM_INDEXES);
        }
        if (!router_path(&a, all, &path))
                assert(path.n && path.p[0] == '/' && !str_has(path, S("/../")));
        arena_close(&a);
        return 0;
}
