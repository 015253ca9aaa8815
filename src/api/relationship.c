/* Acts on other people: follow, block, mute, note, endorse; follow requests; the lists of those
 * blocked and muted; blocked servers. Every act answers with the Relationship as it is now. */
#include "social/relationship.h"
#include "api/account.h"
#include "api/account_json.h"
#include "api/paging.h"
#include "lib/text/json.h"
#include "social/account_extra.h"
#include "social/block.h"
#include "social/follow.h"
#include "social/journal.h"
#include "social/mute.h"
#include "social/scope.h"
#include "store/limits.h"

enum { PAGE = 40, PAGE_MOST = 80, DOMAIN_PAGE = 100, DOMAIN_MOST = 200 };

void api_relationship_json(struct json *j, const char *key, const struct relationship *r)
{
        json_object(j, key);
        json_id(j, "id", r->id);
        json_bool(j, "following", r->following);
        json_bool(j, "showing_reblogs", r->boosts && r->following);
        json_bool(j, "notifying", r->notifying && r->following);
        if (r->languages.n && r->following)
                json_raw(j, "languages", r->languages);
        else
                json_null(j, "languages");
        json_bool(j, "followed_by", r->followed_by);
        json_bool(j, "blocking", r->blocking);
        json_bool(j, "blocked_by", r->blocked_by);
        json_bool(j, "muting", r->muting);
        json_bool(j, "muting_notifications", r->muting_notifications);
        json_time(j, "muting_expires_at", r->muting_expires_at);
        json_bool(j, "requested", r->requested);
        json_bool(j, "requested_by", r->requested_by);
        json_bool(j, "domain_blocking", r->domain_blocking);
        json_bool(j, "endorsed", r->endorsed);
        json_str(j, "note", r->note.p ? r->note : S(""));
        json_end(j);
}

enum err api_relationship_reply(struct req *rq, int64_t other)
{
        struct relationship *r;
        TRY(relationship_get(rq->cx, rq->viewer->account, other, &r));
        api_relationship_json(reply_json(rq, 200), NULL, r);
        return OK;
}

/* ---- following ---- */

struct follow_input {
        enum tri reblogs, notify;
        struct str_list languages;
};
static const struct field follow_fields[] = {
        {"reblogs", F_BOOL, offsetof(struct follow_input, reblogs), 0},
        {"notify", F_BOOL, offsetof(struct follow_input, notify), 0},
        {"languages", F_STRS, offsetof(struct follow_input, languages), 50},
};

static bool languages_given(const struct req *rq)
{
        for (size_t i = 0; i < rq->n_params; i++)
                if (str_starts(rq->params[i].name, S("languages")))
                        return true;
        return false;
}

static enum err api_relationship_follow(struct req *rq)
{
        struct follow_input in = {0};
        TRY(req_read(rq, follow_fields, countof(follow_fields), &in));
        const struct follow_options o = {.boosts = in.reblogs,
                                         .notify = in.notify,
                                         .languages_given = languages_given(rq),
                                         .languages = in.languages};
        int64_t other = api_account_of_path(rq);
        TRY(follow_start(rq->cx, rq->viewer->account, other, &o));
        return api_relationship_reply(rq, other);
}

/* The acts that need nothing but the two people: a verb each. */
typedef enum err verb(struct cx *cx, int64_t me, int64_t other);

static enum err act(struct req *rq, verb *f)
{
        int64_t other = api_account_of_path(rq);
        TRY(f(rq->cx, rq->viewer->account, other));
        return api_relationship_reply(rq, other);
}

static enum err api_relationship_unfollow(struct req *rq)
{
        return act(rq, follow_end);
}

static enum err api_relationship_remove_follower(struct req *rq)
{
        return act(rq, follow_remove_follower);
}

static enum err api_relationship_authorize(struct req *rq)
{
        return act(rq, journal_let_in);
}

static enum err api_relationship_reject(struct req *rq)
{
        return act(rq, journal_turn_away);
}

static enum err api_relationship_block(struct req *rq)
{
        return act(rq, block_start);
}

static enum err api_relationship_unblock(struct req *rq)
{
        return act(rq, block_end);
}

static enum err api_relationship_unmute(struct req *rq)
{
        return act(rq, mute_end);
}

static enum err api_relationship_endorse(struct req *rq)
{
        return act(rq, endorsement_add);
}

static enum err api_relationship_unendorse(struct req *rq)
{
        return act(rq, endorsement_remove);
}

struct mute_input {
        enum tri notifications;
        struct opt_int duration;
};
static const struct field mute_fields[] = {
        {"notifications", F_BOOL, offsetof(struct mute_input, notifications), 0},
        {"duration", F_INT, offsetof(struct mute_input, duration), 0},
};

static enum err api_relationship_mute(struct req *rq)
{
        struct mute_input in = {0};
        int64_t other = api_account_of_path(rq);
        TRY(req_read(rq, mute_fields, countof(mute_fields), &in));
        TRY(mute_start(rq->cx, rq->viewer->account, other, in.notifications != TRI_FALSE,
                       in.duration.v));
        return api_relationship_reply(rq, other);
}

static enum err api_relationship_note(struct req *rq)
{
        int64_t other = api_account_of_path(rq);
        TRY(account_note_set(rq->cx, rq->viewer->account, other, req_param(rq, "comment")));
        return api_relationship_reply(rq, other);
}

/* ---- lists of relations ---- */

static enum err api_relationship_requests(struct req *rq)
{
        struct page p = api_page(rq, PAGE, PAGE_MOST);
        int64_t *ids;
        size_t n;
        TRY(follow_requests(rq->cx, rq->viewer->account, &p, &ids, &n));
        return api_account_page(rq, &p, ids, n);
}

static enum err api_relationship_blocks(struct req *rq)
{
        struct page p = api_page(rq, PAGE, PAGE_MOST);
        int64_t *ids;
        size_t n;
        TRY(block_list(rq->cx, rq->viewer->account, &p, &ids, &n));
        return api_account_page(rq, &p, ids, n);
}

/* MutedAccount is Account with one key more: the rendered bytes less their last brace. */
static enum err api_relationship_mutes(struct req *rq)
{
        struct page p = api_page(rq, PAGE, PAGE_MOST);
        int64_t *ids, *expires;
        struct str *bytes;
        size_t n;
        TRY(mute_list(rq->cx, rq->viewer->account, &p, &ids, &expires, &n));
        TRY(api_account_bytes_many(rq->cx, ids, n, &bytes));
        api_page_links(rq, &p);
        struct json *j = reply_json(rq, 200);
        json_array(j, NULL);
        for (size_t i = 0; i < n; i++) {
                if (!bytes[i].n)
                        continue;
                struct buf b = {0};
                struct json tail;
                json_open(&tail, &b);
                json_object(&tail, NULL);
                json_time(&tail, "mute_expires_at", expires[i]);
                json_end(&tail);
                json_raw(j, NULL,
                         str_fmt(rq->arena, "%.*s,%.*s",
                                 STR_ARG(str_cut(bytes[i], 0, bytes[i].n - 1)),
                                 STR_ARG(str_after(buf_str(&b), 1))));
                buf_free(&b);
        }
        json_end(j);
        return OK;
}

/* ---- blocked servers ---- */

static enum err api_relationship_domains(struct req *rq)
{
        struct page p = api_page(rq, DOMAIN_PAGE, DOMAIN_MOST);
        struct str *v;
        size_t n;
        TRY(domain_block_list(rq->cx, rq->viewer->account, &p, &v, &n));
        api_page_links(rq, &p);
        struct json *j = reply_json(rq, 200);
        json_array(j, NULL);
        for (size_t i = 0; i < n; i++)
                json_str(j, NULL, v[i]);
        json_end(j);
        return OK;
}

static enum err api_relationship_domain_block(struct req *rq)
{
        TRY(domain_block_add(rq->cx, rq->viewer->account, req_param(rq, "domain")));
        reply_empty_object(rq);
        return OK;
}

static enum err api_relationship_domain_unblock(struct req *rq)
{
        TRY(domain_block_remove(rq->cx, rq->viewer->account, req_param(rq, "domain")));
        reply_empty_object(rq);
        return OK;
}

static enum err api_relationship_domain_preview(struct req *rq)
{
        int64_t following, followers;
        TRY(domain_block_preview(rq->cx, rq->viewer->account, req_param(rq, "domain"), &following,
                                 &followers));
        struct json *j = reply_json(rq, 200);
        json_object(j, NULL);
        json_int(j, "following_count", following);
        json_int(j, "followers_count", followers);
        json_end(j);
        return OK;
}

/* Mastodon's oldest scope "follow" holds the bits of these, so one bit a row is enough. */
#define ACT(path, scope, limit, f)                                                                 \
        {                                                                                          \
                "POST", "/api/v1/accounts/:id/" path, scope, limit, LANE_WRITE, f, 0, 0            \
        }
static const struct route routes[] = {
        ACT("follow", SCOPE_WRITE_FOLLOWS, LIMIT_FOLLOW, api_relationship_follow),
        ACT("unfollow", SCOPE_WRITE_FOLLOWS, LIMIT_WRITE, api_relationship_unfollow),
        ACT("remove_from_followers", SCOPE_WRITE_FOLLOWS, LIMIT_WRITE,
            api_relationship_remove_follower),
        ACT("block", SCOPE_WRITE_BLOCKS, LIMIT_WRITE, api_relationship_block),
        ACT("unblock", SCOPE_WRITE_BLOCKS, LIMIT_WRITE, api_relationship_unblock),
        ACT("mute", SCOPE_WRITE_MUTES, LIMIT_WRITE, api_relationship_mute),
        ACT("unmute", SCOPE_WRITE_MUTES, LIMIT_WRITE, api_relationship_unmute),
        ACT("note", SCOPE_WRITE_ACCOUNTS, LIMIT_WRITE, api_relationship_note),
        ACT("pin", SCOPE_WRITE_ACCOUNTS, LIMIT_WRITE, api_relationship_endorse),
        ACT("unpin", SCOPE_WRITE_ACCOUNTS, LIMIT_WRITE, api_relationship_unendorse),
        ACT("endorse", SCOPE_WRITE_ACCOUNTS, LIMIT_WRITE, api_relationship_endorse),
        ACT("unendorse", SCOPE_WRITE_ACCOUNTS, LIMIT_WRITE, api_relationship_unendorse),
        {"GET", "/api/v1/follow_requests", SCOPE_READ_FOLLOWS, LIMIT_READ, LANE_READ,
         api_relationship_requests, 0, 0},
        {"POST", "/api/v1/follow_requests/:id/authorize", SCOPE_WRITE_FOLLOWS, LIMIT_WRITE,
         LANE_WRITE, api_relationship_authorize, 0, 0},
        {"POST", "/api/v1/follow_requests/:id/reject", SCOPE_WRITE_FOLLOWS, LIMIT_WRITE, LANE_WRITE,
         api_relationship_reject, 0, 0},
        {"GET", "/api/v1/blocks", SCOPE_READ_BLOCKS, LIMIT_READ, LANE_READ, api_relationship_blocks,
         0, 0},
        {"GET", "/api/v1/mutes", SCOPE_READ_MUTES, LIMIT_READ, LANE_READ, api_relationship_mutes, 0,
         0},
        {"GET", "/api/v1/domain_blocks", SCOPE_READ_BLOCKS, LIMIT_READ, LANE_READ,
         api_relationship_domains, 0, 0},
        {"POST", "/api/v1/domain_blocks", SCOPE_WRITE_BLOCKS, LIMIT_WRITE, LANE_WRITE,
         api_relationship_domain_block, 0, 0},
        {"DELETE", "/api/v1/domain_blocks", SCOPE_WRITE_BLOCKS, LIMIT_WRITE, LANE_WRITE,
         api_relationship_domain_unblock, 0, 0},
        {"GET", "/api/v1/domain_blocks/preview", SCOPE_WRITE_BLOCKS, LIMIT_READ, LANE_READ,
         api_relationship_domain_preview, 0, 0},
};
const struct route_list API_RELATIONSHIP_ROUTES = {DOOR_API, routes, countof(routes)};
