/* Networks that may not join, or not come at all: see join_block.h. They are few and written by
 * hand, so all that are in force are read and compared in order. */
#include "lib/http/addr.h"
#include "lib/text/unicode.h"
#include "social/audit.h"
#include "social/join_block.h"
#include "social/page_run.h"

enum { IN_FORCE_MOST = 1000, COMMENT_MAX = 500 };

#define COLUMNS "id, network, severity, comment, COALESCE(expires_at, 0), created_at"
#define LETTERS "isisii"
static const struct stmt PUT = {
        .name = "ip_block_put",
        .text = "INSERT INTO ip_block (id, network, severity, comment, expires_at, created_at)"
                " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO UPDATE SET network = $2,"
                " severity = $3, comment = $4, expires_at = $5",
        .in = "isisIi",
};
static const struct stmt DROP = {
        .name = "ip_block_drop",
        .text = "DELETE FROM ip_block WHERE id = $1",
        .in = "i",
};
static const struct stmt GET = {
        .name = "ip_block_get",
        .text = "SELECT " COLUMNS " FROM ip_block WHERE id = $1",
        .in = "i",
        .out = LETTERS,
};
#define LIST_TEXT(order)                                                                           \
        "SELECT " COLUMNS " FROM ip_block WHERE id > $1 AND id < $2"                               \
        " ORDER BY id " order " LIMIT $3"
static const struct stmt LIST = {
        .name = "ip_block_list", .text = LIST_TEXT("DESC"), .in = "iii", .out = LETTERS};
static const struct stmt LIST_UP = {
        .name = "ip_block_list_up", .text = LIST_TEXT("ASC"), .in = "iii", .out = LETTERS};
static const struct stmt IN_FORCE = {
        .name = "ip_block_in_force",
        .text = "SELECT network, severity FROM ip_block WHERE severity >= $1"
                " AND (expires_at IS NULL OR expires_at > $2) ORDER BY severity DESC LIMIT $3",
        .in = "iii",
        .out = "si",
};

static const char *const severity_names[] = {"sign_up_requires_approval", "sign_up_block",
                                             "no_access"};

const char *ip_severity_name(enum ip_severity s)
{
        return severity_names[s];
}

bool ip_severity_read(struct str name, enum ip_severity *ret)
{
        for (size_t i = 0; i < countof(severity_names); i++)
                if (str_eq(name, str_of(severity_names[i]))) {
                        *ret = (enum ip_severity)i;
                        return true;
                }
        return false;
}

/* One form for each network, so that none stands there twice. */
static bool network_text(struct cx *cx, struct str text, struct str *ret)
{
        struct addr_range r;
        text = str_trim(text);
        if (!addr_range_read(text, &r))
                return false;
        for (int bit = r.bits; bit < 128; bit++)
                r.addr.b[bit / 8] &= (unsigned char)~(0x80u >> (bit % 8));
        struct str plain = addr_text(cx->arena, &r.addr);
        int bits = str_has_char(plain, ':') ? r.bits : r.bits - 96;
        *ret = str_fmt(cx->arena, "%.*s/%d", STR_ARG(plain), bits);
        return true;
}

enum err ip_block_save(struct cx *cx, const struct viewer *by, struct ip_block *b)
{
        if (!network_text(cx, b->network, &b->network))
                return fail_field(cx, "ip", ERR_INPUT, "Validation failed: Ip is invalid");
        if (!text_clean(cx->arena, b->comment.p ? b->comment : S(""), &b->comment) ||
            utf8_count(b->comment) > COMMENT_MAX)
                return fail_field(cx, "comment", ERR_INPUT,
                                  "Validation failed: Comment is too long (maximum is %d "
                                  "characters)",
                                  COMMENT_MAX);
        if (!b->id) {
                b->id = cx_id(cx);
                b->created_at = cx_now(cx);
        }
        enum err e = db_run(cx->db, &PUT,
                            BIND(V(b->id), V(b->network), V(b->severity), V(b->comment),
                                 V_ID(b->expires_at), V(b->created_at)),
                            NULL);
        if (e == ERR_CONFLICT)
                return fail_field(cx, "ip", ERR_INPUT,
                                  "Validation failed: Ip has already been taken");
        TRY(e);
        return audit_note(
                cx, by, "ip_block", 0,
                str_fmt(cx->arena, "%.*s: %s", STR_ARG(b->network), severity_names[b->severity]));
}

static int64_t read_row(struct row *r, void *to)
{
        struct ip_block *b = to;
        b->id = row_int(r);
        b->network = row_str(r);
        b->severity = (enum ip_severity)row_int(r);
        b->comment = row_str(r);
        b->expires_at = row_int(r);
        b->created_at = row_int(r);
        return b->id;
}

enum err ip_block_get(struct cx *cx, int64_t id, struct ip_block *ret)
{
        struct row r;
        TRY(db_one(cx->db, &GET, cx->arena, BIND(V(id)), &r));
        read_row(&r, ret);
        return row_end(&r);
}

enum err ip_block_drop(struct cx *cx, const struct viewer *by, int64_t id)
{
        struct ip_block b;
        TRY(ip_block_get(cx, id, &b));
        TRY(db_run(cx->db, &DROP, BIND(V(id)), NULL));
        return audit_note(cx, by, "ip_unblock", 0, b.network);
}

enum err ip_block_list(struct cx *cx, struct page *page, struct ip_block **ret, size_t *n)
{
        struct ip_block *v = make_n(cx->arena, (size_t)page->limit, struct ip_block);
        TRY(page_rows(cx, page, page_up(page) ? &LIST_UP : &LIST,
                      BIND(V(page_above(page)), V(page_below(page)), V(page->limit)), read_row, v,
                      sizeof *v, n));
        *ret = v;
        return OK;
}

/* The strictest that holds for the address, of at least `least`; -1: none. */
static enum err strictest(struct cx *cx, struct str address, enum ip_severity least, int *ret)
{
        struct addr a;
        struct row r;
        *ret = -1;
        if (!addr_read(address, &a))
                return OK;
        TRY(db_all(cx->db, &IN_FORCE, cx->arena, BIND(V(least), V(cx_now(cx)), V(IN_FORCE_MOST)),
                   &r));
        while (row_next(&r)) {
                struct addr_range range;
                struct str network = row_str(&r);
                int severity = (int)row_int(&r);
                if (severity > *ret && addr_range_read(network, &range) &&
                    addr_in_range(&range, &a))
                        *ret = severity;
        }
        return row_end(&r);
}

enum err ip_refused(struct cx *cx, struct str address, bool *ret)
{
        int severity;
        TRY(strictest(cx, address, IP_NO_ACCESS, &severity));
        *ret = severity == IP_NO_ACCESS;
        return OK;
}

enum err join_check(struct cx *cx, struct str email, struct str address, bool *approve)
{
        int severity;
        *approve = false;
        TRY(join_check_email(cx, email));
        TRY(strictest(cx, address, IP_SIGN_UP_APPROVAL, &severity));
        *approve = severity == IP_SIGN_UP_APPROVAL;
        if (severity > IP_SIGN_UP_APPROVAL)
                return fail(cx, ERR_DENIED, "No account can be made from this network.");
        return OK;
}

static const struct stmt *const statements[] = {&PUT, &DROP, &GET, &LIST, &LIST_UP, &IN_FORCE};
const struct stmt_list IP_BLOCK_STATEMENTS = {statements, countof(statements)};
