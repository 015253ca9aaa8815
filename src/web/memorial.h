/* The pages about accounts of people who have died: telling, tributes, what stewards do, naming stewards. */
#pragma once
#include "social/memorial.h"
#include "social/steward.h"
#include "web/form.h"
#include "web/profile.h"

struct died_page {
        const struct account *account;
        struct str path;
        bool visitor; /* is asked for a name and an address */
        struct memorial_word typed;
        struct str error, wrong;
};
static inline struct str died_wrong(const struct died_page *v, const char *field)
{
        return str_eq(v->wrong, str_of(field)) ? v->error : STR_NONE;
}
struct tribute_line {
        const struct tribute *t;
        const struct account *writer;
};
struct tributes_page {
        const struct account *account;
        struct str path, typed, error;
        struct tribute_line *shown, *mine; /* mine: own ones that are not shown */
        size_t n_shown, n_mine;
        bool may; /* write one */
};
struct steward_line {
        const struct steward_act *a;
        struct str words;
};
struct steward_page {
        const struct account *account;
        const struct memorial *memorial;
        struct str path, error, wrong;
        struct account **asking;
        size_t n_asking;
        struct tribute_line *waiting, *shown;
        size_t n_waiting, n_shown;
        struct steward_line *acts;
        size_t n_acts;
        struct str words, why; /* as typed */
};
struct steward_form {
        struct web_field name, password;
        struct str banner, error;
        struct steward *v;
        size_t n;
};
/* Tributes in a state with their writers; those of suspended people are left out. */
MUST_USE enum err tribute_lines(struct req *rq, int64_t account, enum tribute_state state, int64_t writer,
                                struct tribute_line **ret, size_t *n);
