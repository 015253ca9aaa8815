/* POST /api/v1/accounts: signing up from an app, which gets a token for the new person at once; and
 * the address confirmation that apps ask about. */
#include "api/account.h"
#include "lib/text/json.h"
#include "social/app.h"
#include "social/login.h"
#include "social/scope.h"
#include "store/limits.h"

struct sign_up_input {
        struct str username, email, password, locale, reason, invite;
        enum tri agreement;
};
#define AT(member) offsetof(struct sign_up_input, member)
static const struct field sign_up_fields[] = {
        {"username", F_STR, AT(username), 200},  {"email", F_STR, AT(email), 400},
        {"password", F_STR, AT(password), 4000}, {"locale", F_STR, AT(locale), 35},
        {"reason", F_STR, AT(reason), 4000},     {"invite_code", F_STR, AT(invite), 64},
        {"agreement", F_BOOL, AT(agreement), 0},
};

/* "Validation failed: Username has already been taken, ..." and details by field, as apps show
 * beside the inputs. */
static enum err answer_faults(struct req *rq, const struct login_fault *f, size_t n)
{
        struct buf b = {0};
        for (size_t i = 0; i < n; i++)
                buf_addf(&b, "%s%c%s %s",
                         i ? ", " : "Validation failed: ", f[i].field[0] - 'a' + 'A',
                         f[i].field + 1, f[i].text);
        struct json *j = reply_json(rq, 422);
        json_object(j, NULL);
        json_str(j, "error", str_dup(rq->arena, buf_str(&b)));
        buf_free(&b);
        json_object(j, "details");
        for (size_t i = 0; i < n; i++) {
                json_array(j, f[i].field); /* a field has one fault at most */
                json_object(j, NULL);
                json_z(j, "error", f[i].code);
                json_z(j, "description", f[i].text);
                json_end(j);
                json_end(j);
        }
        json_end(j);
        json_end(j);
        return OK;
}

struct new_token {
        int64_t app, account;
        struct token *token;
};

static enum err write_token(struct cx *cx, void *arg)
{
        struct new_token *n = arg;
        struct app *a;
        TRY(app_get(cx, n->app, &a));
        return token_create(cx, n->app, n->account, a->scopes_text, &n->token);
}

static enum err api_sign_up_create(struct req *rq)
{
        struct sign_up_input in = {0};
        struct login_fault faults[6];
        size_t n = countof(faults) - 1;
        bool waits;
        TRY(req_read(rq, sign_up_fields, countof(sign_up_fields), &in));
        const struct login_draft d = {.username = str_trim(in.username),
                                      .email = str_trim(in.email),
                                      .password = in.password,
                                      .locale = in.locale,
                                      .reason = in.reason,
                                      .invite = in.invite,
                                      .address = rq->peer};
        TRY(login_may_sign_up(rq->cx, &d));
        TRY(login_check_draft(rq->cx, &d, faults, &n));
        if (in.agreement != TRI_TRUE)
                faults[n++] = (struct login_fault){"agreement", "ERR_ACCEPTED", "must be accepted"};
        if (n)
                return answer_faults(rq, faults, n);
        struct new_token t = {.app = rq->viewer->app};
        TRY(login_sign_up(rq->cx, &d, &t.account, &waits));
        TRY(cx_write(rq->cx, write_token, &t));
        struct json *j = reply_json(rq, 200);
        json_object(j, NULL);
        json_str(j, "access_token", t.token->secret);
        json_z(j, "token_type", "Bearer");
        json_str(j, "scope", t.token->scopes_text);
        json_int(j, "created_at", t.token->created_at / 1000);
        json_end(j);
        return OK;
}

/* GET /api/v1/emails/check_confirmation: a bare true or false. */
static enum err api_sign_up_confirmed(struct req *rq)
{
        struct login *l;
        TRY(login_get(rq->cx, rq->viewer->account, &l));
        json_bool(reply_json(rq, 200), NULL, l->confirmed_at != 0);
        return OK;
}

/* POST /api/v1/emails/confirmations: sends the mail again, or to a corrected address. */
static enum err api_sign_up_confirm_again(struct req *rq)
{
        struct login *l;
        TRY(login_get(rq->cx, rq->viewer->account, &l));
        if (l->confirmed_at)
                return fail(
                        rq->cx, ERR_DENIED,
                        "This method is only available while the e-mail is awaiting confirmation");
        struct str email = str_trim(req_param(rq, "email"));
        if (email.n && !str_eq_nocase(email, l->email))
                TRY(login_set_email(rq->cx, l->account, email, false));
        TRY(login_ask_confirmation(rq->cx, l->account));
        reply_empty_object(rq);
        return OK;
}

static const struct route routes[] = {
        {"POST", "/api/v1/accounts", SCOPE_APP | SCOPE_WRITE_ACCOUNTS, LIMIT_SIGN_UP, LANE_SLOW,
         api_sign_up_create, 0, 0},
        {"GET", "/api/v1/emails/check_confirmation", SCOPE_USER | SCOPE_ANY_STATE, LIMIT_READ,
         LANE_READ, api_sign_up_confirmed, 0, 0},
        {"POST", "/api/v1/emails/confirmations", SCOPE_WRITE_ACCOUNTS | SCOPE_ANY_STATE, LIMIT_MAIL,
         LANE_WRITE, api_sign_up_confirm_again, 0, 0},
};
const struct route_list API_SIGN_UP_ROUTES = {DOOR_API, routes, countof(routes)};
