/* Reading interaction policies of posts elsewhere: see permission.h. Called before somebody here
 * answers, boosts, favours or quotes such a post. Our own posts are judged by their own rules. */
#include "social/permission.h"
#include "lib/text/json.h"
#include "social/account_far.h"
#include "social/follow.h"
#include "social/post_far.h"

#define PUBLIC "https://www.w3.org/ns/activitystreams#Public"

static const struct stmt NAMED = {
        .name = "permission_named",
        .text = "SELECT 1 FROM mention WHERE post = $1 AND account = $2",
        .in = "ii",
        .out = "i",
};
static const struct stmt COLLECTIONS = {
        .name = "permission_collections",
        .text = "SELECT followers_uri, following_uri FROM account WHERE id = $1",
        .in = "i",
        .out = "SS",
};

struct asker {
        struct str uri, followers, following; /* the asker's id; the author's collections */
        bool follows, followed;               /* the asker the author, and the other way */
};

static bool is_public(struct str s)
{
        return str_eq(s, S(PUBLIC)) || str_eq(s, S("as:Public")) || str_eq(s, S("Public"));
}

static bool names(const struct json_value *v, bool (*f)(const struct asker *, struct str),
                  const struct asker *a)
{
        if (!v)
                return false;
        if (v->type == JSON_STRING)
                return f(a, json_text(v));
        for (const struct json_value *x = v->type == JSON_ARRAY ? v->child : NULL; x; x = x->next)
                if (x->type == JSON_STRING && f(a, json_text(x)))
                        return true;
        return false;
}

static bool plainly(const struct asker *a, struct str s)
{
        return is_public(s) || str_eq(s, a->uri);
}

static bool somehow(const struct asker *a, struct str s)
{
        return plainly(a, s) || (a->follows && s.n && str_eq(s, a->followers)) ||
               (a->followed && s.n && str_eq(s, a->following));
}

/* GoToSocial 0.20 still sends its older words beside the new ones. */
static const struct json_value *list_of(const struct json_value *rule, const char *word,
                                        const char *older)
{
        const struct json_value *v = json_get(rule, word);
        return v ? v : json_get(rule, older);
}

static enum permission judge(const struct json_value *rule, const struct asker *a)
{
        const struct json_value *sure = list_of(rule, "automaticApproval", "always"),
                                *asked = list_of(rule, "manualApproval", "approvalRequired");
        if (names(sure, plainly, a))
                return PERMISSION_YES;
        return names(sure, somehow, a) || names(asked, somehow, a) ? PERMISSION_ASK : PERMISSION_NO;
}

static enum err is_named(struct cx *cx, const struct post *target, int64_t account, bool *ret)
{
        struct row r;
        *ret = target->reply_account == account;
        if (*ret)
                return OK;
        TRY(db_find(cx->db, &NAMED, NULL, BIND(V(target->id), V(account)), &r, ret));
        if (!*ret)
                return OK;
        row_int(&r);
        return row_end(&r);
}

static enum err look(struct cx *cx, const struct post *target, int64_t account, struct asker *a)
{
        struct account *me;
        struct row r;
        TRY(account_get(cx, account, &me));
        TRY(db_one(cx->db, &COLLECTIONS, cx->arena, BIND(V(target->account)), &r));
        a->uri = me->uri;
        a->followers = row_str(&r);
        a->following = row_str(&r);
        TRY(row_end(&r));
        TRY(follow_exists(cx, account, target->account, &a->follows));
        return follow_exists(cx, target->account, account, &a->followed);
}

/* NULL: its server said nothing about this. */
static enum err read_rule(struct cx *cx, const struct post *target, const char *what,
                          const struct json_value **ret)
{
        struct post_far far;
        const struct json_value *policy;
        *ret = NULL;
        enum err e = post_far_get(cx, target->id, &far);
        if (e)
                return e == ERR_MISSING ? OK : e;
        if (!far.policy.n || json_read(cx->arena, far.policy, NULL, &policy, NULL))
                return OK;
        *ret = json_get(policy, what);
        if (*ret && (*ret)->type != JSON_OBJECT)
                *ret = NULL;
        return OK;
}

enum err permission_by_request(struct cx *cx, const struct post *target, const char *what,
                               bool *ret)
{
        const struct json_value *rule;
        TRY(read_rule(cx, target, what, &rule));
        *ret = rule && (json_get(rule, "manualApproval") || json_get(rule, "automaticApproval"));
        return OK;
}

enum err permission_of(struct cx *cx, const struct post *target, const char *what, int64_t account,
                       enum permission *ret)
{
        bool quote = strcmp(what, "canQuote") == 0, named = false;
        const struct json_value *rule;
        struct asker a;
        *ret = quote ? PERMISSION_NO : PERMISSION_YES;
        if (target->account == account || target->local) {
                *ret = PERMISSION_YES;
                return OK;
        }
        TRY(read_rule(cx, target, what, &rule));
        if (!rule)
                return OK;
        if (strcmp(what, "canReply") == 0)
                TRY(is_named(cx, target, account, &named));
        if (named)
                return OK;
        TRY(look(cx, target, account, &a));
        *ret = judge(rule, &a);
        return OK;
}

static const struct stmt *const statements[] = {&NAMED, &COLLECTIONS};
const struct stmt_list PERMISSION_STATEMENTS = {statements, countof(statements)};
