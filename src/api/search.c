/* Search of the client API. Strangers get accounts and hashtags without resolving or paging; posts
 * are searched for people who are signed in. A query that is an address names one post or account
 * and finds that. */
#include "api/search.h"
#include "api/account_json.h"
#include "api/paging.h"
#include "api/post_json.h"
#include "api/tag_json.h"
#include "lib/http/req.h"
#include "social/scope.h"
#include "social/search.h"
#include "store/limits.h"

struct input {
        struct str q, type;
        enum tri resolve, following;
        int64_t account_id, max_id, min_id;
};
static const struct field fields[] = {
        {"q", F_STR, offsetof(struct input, q), 0},
        {"type", F_STR, offsetof(struct input, type), 16},
        {"resolve", F_BOOL, offsetof(struct input, resolve), 0},
        {"following", F_BOOL, offsetof(struct input, following), 0},
        {"account_id", F_ID, offsetof(struct input, account_id), 0},
        {"max_id", F_ID, offsetof(struct input, max_id), 0},
        {"min_id", F_ID, offsetof(struct input, min_id), 0},
};

struct found {
        int64_t *accounts, *posts;
        size_t n_accounts, n_posts;
        struct str_list tags;
};

static bool wants(const struct input *in, const char *type)
{
        return !in->type.n || str_eq(in->type, str_of(type));
}

/* "https://..." finds the one post or person at that address, when it is known here. */
static enum err by_address(struct req *rq, const struct input *in, struct found *f)
{
        int64_t *one = make(rq->arena, int64_t);
        struct account *a;
        struct post *p;
        enum err e = post_by_uri(rq->cx, in->q, one);
        if (!e)
                e = post_get(rq->cx, rq->viewer, *one, &p);
        if (!e && wants(in, "statuses")) {
                f->posts = one;
                f->n_posts = 1;
                return OK;
        }
        if (e && e != ERR_MISSING)
                return e;
        e = account_by_uri(rq->cx, in->q, &a);
        if (!e && wants(in, "accounts")) {
                *one = a->id;
                f->accounts = one;
                f->n_accounts = 1;
        }
        return e == ERR_MISSING ? OK : e;
}

static enum err by_words(struct req *rq, const struct input *in, int64_t limit, int64_t offset,
                         struct found *f)
{
        struct cx *cx = rq->cx;
        bool handle = str_starts(in->q, S("@")) ||
                      (str_has_char(in->q, '@') && !str_has_char(in->q, ' '));
        bool tag = str_starts(in->q, S("#"));
        if (wants(in, "accounts") && !tag)
                TRY(search_accounts(cx, rq->viewer, in->q, in->following == TRI_TRUE, limit, offset,
                                    &f->accounts, &f->n_accounts));
        if (wants(in, "hashtags") && !handle)
                TRY(search_tags(cx, in->q, limit, offset, &f->tags));
        if (wants(in, "statuses") && !handle)
                TRY(search_posts(cx, rq->viewer, in->q, in->account_id, in->max_id, in->min_id,
                                 limit, offset, &f->posts, &f->n_posts));
        return OK;
}

static enum err write_found(struct req *rq, const struct found *f, bool tags_as_text)
{
        struct json *j = reply_json(rq, 200);
        json_object(j, NULL);
        TRY(api_account_list(j, "accounts", rq->cx, f->accounts, f->n_accounts));
        TRY(api_posts_json(j, "statuses", rq->cx, rq->viewer, f->posts, f->n_posts));
        json_array(j, "hashtags");
        for (size_t i = 0; i < f->tags.n; i++) {
                struct tag *t;
                if (tags_as_text) {
                        json_str(j, NULL, f->tags.v[i]);
                        continue;
                }
                TRY(tag_get(rq->cx, rq->viewer, f->tags.v[i], &t));
                TRY(api_tag_json(j, NULL, rq->cx, t, rq->viewer->account != 0));
        }
        json_end(j);
        json_end(j);
        return OK;
}

static enum err look(struct req *rq, const struct input *in, struct found *f)
{
        int64_t limit = api_limit(rq, 20, 40), offset = rq->viewer->account ? api_offset(rq) : 0;
        if (str_starts(in->q, S("https://")) || str_starts(in->q, S("http://")))
                TRY(by_address(rq, in, f));
        else
                TRY(by_words(rq, in, limit, offset, f));
        return OK;
}

static bool is_old(const struct req *rq)
{
        return str_has(rq->path, S("/v1/"));
}

static enum err read_input(struct req *rq, struct input *in)
{
        *in = (struct input){0};
        TRY(req_read(rq, fields, countof(fields), in));
        in->q = str_trim(in->q);
        return OK;
}

/* In the SLOW lane: asks the other server, then answers with what is known by then. */
static enum err search_elsewhere(struct req *rq)
{
        struct input in;
        struct found f = {0};
        int64_t account, post, *one = make(rq->arena, int64_t);
        TRY(read_input(rq, &in));
        enum err e = search_far(rq->cx, in.q, &account, &post);
        if (e && e != ERR_MISSING)
                return e;
        struct post *p;
        if (account && wants(&in, "accounts")) {
                *one = account;
                f.accounts = one;
                f.n_accounts = 1;
        }
        if (post && wants(&in, "statuses") && post_get(rq->cx, rq->viewer, post, &p) == OK) {
                *one = post;
                f.posts = one;
                f.n_posts = 1;
        }
        return write_found(rq, &f, is_old(rq));
}

static enum err search(struct req *rq, bool old)
{
        struct input in;
        struct found f = {0};
        TRY(read_input(rq, &in));
        if (!in.q.n)
                return fail_field(rq->cx, "q", ERR_MALFORMED,
                                  "Something to search for is needed: q.");
        TRY(look(rq, &in, &f));
        if (in.resolve == TRI_TRUE && rq->viewer->account && !f.n_accounts && !f.n_posts &&
            search_is_far(in.q)) {
                req_go_on(rq, LANE_SLOW, search_elsewhere);
                return OK;
        }
        return write_found(rq, &f, old);
}

static enum err api_search(struct req *rq)
{
        return search(rq, false);
}

static enum err api_search_v1(struct req *rq)
{
        return search(rq, true);
}

static const struct route routes[] = {
        {"GET", "/api/v2/search", SCOPE_OPTIONAL | SCOPE_READ_SEARCH, LIMIT_SEARCH, LANE_READ,
         api_search, 0, 0},
        {"GET", "/api/v1/search", SCOPE_READ_SEARCH, LIMIT_SEARCH, LANE_READ, api_search_v1, 0, 0},
};
const struct route_list API_SEARCH_ROUTES = {DOOR_API, routes, countof(routes)};
