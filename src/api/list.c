/* Lists over the API. Audiences, to which a post can be limited by the visibility "list:ID", are
 * told only to who asks for them, so that the lists of stock apps stay what they are. */
#include "api/list.h"
#include "api/account_json.h"
#include "api/paging.h"
#include "lib/text/json.h"
#include "social/list.h"
#include "social/scope.h"
#include "store/limits.h"

enum { PAGE = 40, PAGE_MOST = 80, IDS_MOST = 200 };

static const char *const replies_names[] = {[LIST_REPLIES_FOLLOWED] = "followed",
                                            [LIST_REPLIES_LIST] = "list",
                                            [LIST_REPLIES_NONE] = "none"};

static void write_list(struct json *j, const char *key, const struct list *l)
{
        json_object(j, key);
        json_id(j, "id", l->id);
        json_str(j, "title", l->title);
        json_z(j, "replies_policy", replies_names[l->replies_policy]);
        json_bool(j, "exclusive", l->exclusive);
        json_object(j, "tidings");
        json_bool(j, "audience", l->audience);
        json_end(j);
        json_end(j);
}

static enum err answer_lists(struct req *rq, const struct list *v, size_t n)
{
        struct json *j = reply_json(rq, 200);
        json_array(j, NULL);
        for (size_t i = 0; i < n; i++)
                write_list(j, NULL, &v[i]);
        json_end(j);
        return OK;
}

struct list_input {
        struct str title, replies_policy;
        enum tri exclusive, audience;
};
static const struct field list_fields[] = {
        {"title", F_STR, offsetof(struct list_input, title), 0},
        {"replies_policy", F_STR, offsetof(struct list_input, replies_policy), 16},
        {"exclusive", F_BOOL, offsetof(struct list_input, exclusive), 0},
        {"audience", F_BOOL, offsetof(struct list_input, audience), 0},
};

/* Over what the list is already; a key that is not sent stays. */
static enum err read_list(struct req *rq, struct list *l)
{
        struct list_input in = {0};
        TRY(req_read(rq, list_fields, countof(list_fields), &in));
        if (in.title.p)
                l->title = in.title;
        if (in.exclusive != TRI_UNSET)
                l->exclusive = in.exclusive == TRI_TRUE;
        if (in.audience != TRI_UNSET)
                l->audience = in.audience == TRI_TRUE;
        if (!in.replies_policy.n)
                return OK;
        for (size_t i = 0; i < countof(replies_names); i++)
                if (str_eq(in.replies_policy, str_of(replies_names[i]))) {
                        l->replies_policy = (enum list_replies)i;
                        return OK;
                }
        return fail_field(rq->cx, "replies_policy", ERR_INPUT,
                          "Validation failed: '%.*s' is not a valid replies_policy",
                          STR_ARG(str_cut(in.replies_policy, 0, 16)));
}

static enum err api_list_all(struct req *rq)
{
        struct list *v;
        size_t n;
        if (api_flag(rq, "audience", false))
                TRY(list_audiences(rq->cx, rq->viewer->account, &v, &n));
        else
                TRY(list_all(rq->cx, rq->viewer->account, &v, &n));
        return answer_lists(rq, v, n);
}

/* GET /api/v1/accounts/:id/lists: which of mine hold this person. */
static enum err api_list_with(struct req *rq)
{
        struct list *v;
        size_t n;
        int64_t member = req_path_id(rq, "id");
        TRY(account_must(rq->cx, member));
        TRY(list_with(rq->cx, rq->viewer->account, member, &v, &n));
        return answer_lists(rq, v, n);
}

static enum err api_list_create(struct req *rq)
{
        struct list draft = {.title = S(""), .replies_policy = LIST_REPLIES_LIST}, *l;
        TRY(read_list(rq, &draft));
        TRY(list_create(rq->cx, rq->viewer->account, &draft, &l));
        write_list(reply_json(rq, 200), NULL, l);
        return OK;
}

static enum err api_list_show(struct req *rq)
{
        struct list *l;
        TRY(list_get(rq->cx, rq->viewer->account, req_path_id(rq, "id"), &l));
        write_list(reply_json(rq, 200), NULL, l);
        return OK;
}

static enum err api_list_update(struct req *rq)
{
        struct list *l;
        int64_t me = rq->viewer->account, id = req_path_id(rq, "id");
        TRY(list_get(rq->cx, me, id, &l));
        TRY(read_list(rq, l));
        TRY(list_change(rq->cx, me, id, l));
        return api_list_show(rq);
}

static enum err api_list_delete(struct req *rq)
{
        TRY(list_delete(rq->cx, rq->viewer->account, req_path_id(rq, "id")));
        reply_empty_object(rq);
        return OK;
}

/* limit=0 asks for all. */
static enum err api_list_members(struct req *rq)
{
        struct page p = api_page(rq, PAGE, PAGE_MOST);
        int64_t *ids;
        size_t n;
        if (str_eq(str_trim(req_param(rq, "limit")), S("0")))
                p = (struct page){.limit = 0};
        TRY(list_members(rq->cx, rq->viewer->account, req_path_id(rq, "id"), &p, &ids, &n));
        api_page_links(rq, &p);
        return api_account_list(reply_json(rq, 200), NULL, rq->cx, ids, n);
}

struct members_input {
        struct id_list ids;
};
static const struct field members_fields[] = {
        {"account_ids", F_IDS, offsetof(struct members_input, ids), IDS_MOST},
};

static enum err api_list_add(struct req *rq)
{
        struct members_input in = {0};
        TRY(req_read(rq, members_fields, countof(members_fields), &in));
        TRY(list_add(rq->cx, rq->viewer->account, req_path_id(rq, "id"), in.ids.v, in.ids.n));
        reply_empty_object(rq);
        return OK;
}

static enum err api_list_remove(struct req *rq)
{
        struct members_input in = {0};
        TRY(req_read(rq, members_fields, countof(members_fields), &in));
        TRY(list_remove(rq->cx, rq->viewer->account, req_path_id(rq, "id"), in.ids.v, in.ids.n));
        reply_empty_object(rq);
        return OK;
}

#define READS SCOPE_READ_LISTS, LIMIT_READ, LANE_READ
#define WRITES SCOPE_WRITE_LISTS, LIMIT_WRITE, LANE_WRITE
static const struct route routes[] = {
        {"GET", "/api/v1/lists", READS, api_list_all, 0, 0},
        {"POST", "/api/v1/lists", WRITES, api_list_create, 0, 0},
        {"GET", "/api/v1/lists/:id", READS, api_list_show, 0, 0},
        {"PUT", "/api/v1/lists/:id", WRITES, api_list_update, 0, 0},
        {"PATCH", "/api/v1/lists/:id", WRITES, api_list_update, 0, 0},
        {"DELETE", "/api/v1/lists/:id", WRITES, api_list_delete, 0, 0},
        {"GET", "/api/v1/lists/:id/accounts", READS, api_list_members, 0, 0},
        {"POST", "/api/v1/lists/:id/accounts", WRITES, api_list_add, 0, 0},
        {"DELETE", "/api/v1/lists/:id/accounts", WRITES, api_list_remove, 0, 0},
        {"GET", "/api/v1/accounts/:id/lists", READS, api_list_with, 0, 0},
};
const struct route_list API_LIST_ROUTES = {DOOR_API, routes, countof(routes)};
