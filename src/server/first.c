/* The owner's link: an invitation with the role of owner, good for one person, shown at each start
 * until it is used. */
#include "server/first.h"
#include "social/invite.h"
#include "social/login.h"
#include <stdio.h>

enum { OWNER_LINK_DAYS = 7 };

static const struct stmt OWNER_LINK = {
        .name = "owner_link",
        .text = "SELECT code FROM invite WHERE creator IS NULL AND role = $1 AND uses = 0"
                " AND expires_at > $2 ORDER BY id DESC LIMIT 1",
        .in = "ii",
        .out = "s",
};

static enum err make_link(struct cx *cx, void *arg)
{
        struct invite_draft d = {.uses_max = 1, .days = OWNER_LINK_DAYS, .role = ROLE_OWNER};
        return invite_create(cx, &d, arg);
}

static enum err find_link(struct cx *cx, struct str *ret)
{
        struct row r;
        bool found;
        TRY(db_find(cx->db, &OWNER_LINK, cx->arena, BIND(V(ROLE_OWNER), V(cx_now(cx))), &r,
                    &found));
        if (!found) {
                struct invite *fresh;
                TRY(cx_write(cx, make_link, &fresh));
                *ret = fresh->code;
                return OK;
        }
        *ret = row_str(&r);
        return row_end(&r);
}

enum err first_start(struct cx *cx)
{
        int64_t people;
        struct str code;
        TRY(login_count(cx, &people));
        if (people)
                return OK;
        TRY(find_link(cx, &code));
        printf("\nNobody lives here yet. Open this link to sign in as the owner:\n\n  "
               "%.*s/invite/%.*s\n\n",
               STR_ARG(cx->settings->url), STR_ARG(code));
        fflush(stdout);
        return OK;
}
