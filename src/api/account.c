/* Reading accounts: one, several, by name, by words; their followers, lists, endorsements; the
 * directory. */
#include "api/account.h"
#include "api/account_json.h"
#include "api/paging.h"
#include "social/account_extra.h"
#include "social/follow.h"
#include "social/list.h"
#include "social/relationship.h"
#include "social/scope.h"
#include "social/search.h"
#include "store/limits.h"

enum { PAGE = 40, PAGE_MOST = 80, IDS_MOST = 200, MANY_MOST = 40 };

struct ids_input {
        struct id_list ids;
        enum tri with_suspended;
};
static const struct field ids_fields[] = {
        {"id", F_IDS, offsetof(struct ids_input, ids), IDS_MOST},
        {"with_suspended", F_BOOL, offsetof(struct ids_input, with_suspended), 0},
};

int64_t api_account_of_path(const struct req *rq)
{
        return req_path_id(rq, "id");
}

/* GET /api/v1/accounts/:id. A suspended account is shown as such, emptied (its posts are not). */
static enum err api_account_show(struct req *rq)
{
        struct str bytes;
        int64_t id = api_account_of_path(rq);
        if (id != rq->viewer->account)
                TRY(account_shown(rq->cx, rq->viewer->account, id));
        TRY(api_account_bytes(rq->cx, id, &bytes));
        json_raw(reply_json(rq, 200), NULL, bytes);
        return OK;
}

/* GET /api/v1/accounts?id[]=... */
static enum err api_account_many(struct req *rq)
{
        struct ids_input in = {0};
        TRY(req_read(rq, ids_fields, countof(ids_fields), &in));
        size_t n = in.ids.n < MANY_MOST ? in.ids.n : MANY_MOST;
        return api_account_list(reply_json(rq, 200), NULL, rq->cx, in.ids.v, n);
}

static enum err api_account_lookup(struct req *rq)
{
        struct account *a;
        TRY(account_by_name(rq->cx, str_trim(req_param(rq, "acct")), &a));
        TRY(account_shown(rq->cx, rq->viewer->account, a->id));
        return api_account_put(reply_json(rq, 200), NULL, rq->cx, a->id);
}

static enum err api_account_search(struct req *rq)
{
        int64_t *ids;
        size_t n;
        TRY(search_accounts(rq->cx, rq->viewer, req_param(rq, "q").p ? req_param(rq, "q") : S(""),
                            api_flag(rq, "following", false), api_limit(rq, PAGE, PAGE_MOST),
                            api_offset(rq), &ids, &n));
        return api_account_list(reply_json(rq, 200), NULL, rq->cx, ids, n);
}

static enum err api_account_verify(struct req *rq)
{
        return api_account_credential(reply_json(rq, 200), rq->cx, rq->viewer->account);
}

/* GET /api/v1/accounts/relationships?id[]=... */
static enum err api_account_relationships(struct req *rq)
{
        struct ids_input in = {0};
        struct relationship *v;
        size_t n;
        TRY(req_read(rq, ids_fields, countof(ids_fields), &in));
        TRY(relationship_get_many(rq->cx, rq->viewer->account, in.ids.v, in.ids.n,
                                  in.with_suspended == TRI_TRUE, &v, &n));
        struct json *j = reply_json(rq, 200);
        json_array(j, NULL);
        for (size_t i = 0; i < n; i++)
                api_relationship_json(j, NULL, &v[i]);
        json_end(j);
        return OK;
}

static enum err api_account_familiar(struct req *rq)
{
        struct ids_input in = {0};
        struct familiar *v;
        TRY(req_read(rq, ids_fields, countof(ids_fields), &in));
        TRY(follow_familiar(rq->cx, rq->viewer->account, in.ids.v, in.ids.n, &v));
        struct json *j = reply_json(rq, 200);
        json_array(j, NULL);
        for (size_t i = 0; i < in.ids.n; i++) {
                json_object(j, NULL);
                json_id(j, "id", v[i].target);
                TRY(api_account_list(j, "accounts", rq->cx, v[i].ids, v[i].n));
                json_end(j);
        }
        json_end(j);
        return OK;
}

static enum err api_account_followers(struct req *rq)
{
        struct page p = api_page(rq, PAGE, PAGE_MOST);
        int64_t *ids;
        size_t n;
        TRY(follow_followers(rq->cx, rq->viewer, api_account_of_path(rq), &p, &ids, &n));
        return api_account_page(rq, &p, ids, n);
}

static enum err api_account_following(struct req *rq)
{
        struct page p = api_page(rq, PAGE, PAGE_MOST);
        int64_t *ids;
        size_t n;
        TRY(follow_following(rq->cx, rq->viewer, api_account_of_path(rq), &p, &ids, &n));
        return api_account_page(rq, &p, ids, n);
}

static enum err endorsements(struct req *rq, int64_t account)
{
        struct page p = api_page(rq, PAGE, PAGE_MOST);
        int64_t *ids;
        size_t n;
        TRY(account_must(rq->cx, account));
        TRY(endorsement_list(rq->cx, account, &p, &ids, &n));
        return api_account_page(rq, &p, ids, n);
}

static enum err api_account_endorsements(struct req *rq)
{
        return endorsements(rq, api_account_of_path(rq));
}

static enum err api_account_own_endorsements(struct req *rq)
{
        return endorsements(rq, rq->viewer->account);
}

static enum err api_account_directory(struct req *rq)
{
        int64_t *ids;
        size_t n;
        TRY(account_directory(rq->cx, str_eq(req_param(rq, "order"), S("new")),
                              api_flag(rq, "local", false), api_limit(rq, PAGE, PAGE_MOST),
                              api_offset(rq), &ids, &n));
        return api_account_list(reply_json(rq, 200), NULL, rq->cx, ids, n);
}

#define READS LIMIT_READ, LANE_READ
static const struct route routes[] = {
        {"GET", "/api/v1/accounts", SCOPE_OPTIONAL | SCOPE_READ_ACCOUNTS, READS, api_account_many,
         0, 0},
        {"GET", "/api/v1/accounts/verify_credentials", SCOPE_PROFILE | SCOPE_READ_ACCOUNTS, READS,
         api_account_verify, 0, 0},
        {"GET", "/api/v1/accounts/lookup", SCOPE_OPTIONAL | SCOPE_READ_ACCOUNTS, READS,
         api_account_lookup, 0, 0},
        {"GET", "/api/v1/accounts/relationships", SCOPE_READ_FOLLOWS, READS,
         api_account_relationships, 0, 0},
        {"GET", "/api/v1/accounts/familiar_followers", SCOPE_READ_FOLLOWS, READS,
         api_account_familiar, 0, 0},
        {"GET", "/api/v1/accounts/search", SCOPE_READ_ACCOUNTS, LIMIT_SEARCH, LANE_READ,
         api_account_search, 0, 0},
        {"GET", "/api/v1/accounts/:id", SCOPE_OPTIONAL | SCOPE_READ_ACCOUNTS, READS,
         api_account_show, 0, 0},
        {"GET", "/api/v1/accounts/:id/followers", SCOPE_OPTIONAL | SCOPE_READ_ACCOUNTS, READS,
         api_account_followers, 0, 0},
        {"GET", "/api/v1/accounts/:id/following", SCOPE_OPTIONAL | SCOPE_READ_ACCOUNTS, READS,
         api_account_following, 0, 0},
        {"GET", "/api/v1/accounts/:id/endorsements", SCOPE_OPTIONAL | SCOPE_READ_ACCOUNTS, READS,
         api_account_endorsements, 0, 0},
        {"GET", "/api/v1/endorsements", SCOPE_READ_ACCOUNTS, READS, api_account_own_endorsements, 0,
         0},
        {"GET", "/api/v1/directory", SCOPE_NONE, READS, api_account_directory, 0, 0},
};
const struct route_list API_ACCOUNT_ROUTES = {DOOR_API, routes, countof(routes)};
