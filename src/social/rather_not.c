/* Words an author would rather not read: comments that hold one go to a folded pile. Called by the
 * settings page and the gate. Short lists, looked up for one comment at a time. */
#include "lib/text/unicode.h"
#include "social/comment.h"

static const struct stmt RATHER_NOT_LIST = {
        .name = "rather_not_list",
        .text = "SELECT id, words FROM rather_not WHERE account = $1 ORDER BY id LIMIT 200",
        .in = "i",
        .out = "is",
};
static const struct stmt RATHER_NOT_ADD = {
        .name = "rather_not_add",
        .text = "INSERT INTO rather_not (account, id, words) VALUES ($1, $2, $3)",
        .in = "iis",
};
static const struct stmt RATHER_NOT_DROP = {
        .name = "rather_not_drop",
        .text = "DELETE FROM rather_not WHERE account = $1 AND id = $2",
        .in = "ii",
};

enum err rather_not_list(struct cx *cx, int64_t account, struct rather_not **ret, size_t *n)
{
        struct rather_not *v = make_n(cx->arena, RATHER_NOT_MAX, struct rather_not);
        struct row r;
        *n = 0;
        TRY(db_all(cx->db, &RATHER_NOT_LIST, cx->arena, BIND(V(account)), &r));
        while (*n < RATHER_NOT_MAX && row_next(&r)) {
                v[*n].id = row_int(&r);
                v[(*n)++].words = row_str(&r);
        }
        *ret = v;
        return row_end(&r);
}

enum err rather_not_add(struct cx *cx, int64_t account, struct str words)
{
        struct rather_not *v;
        struct str clean;
        size_t n;
        if (!name_clean(cx->arena, words, &clean) || !text_fold_plain(cx->arena, clean).n)
                return fail_field(cx, "words", ERR_INPUT, "Please write a word or a few.");
        if (clean.n > RATHER_NOT_BYTES)
                return fail_field(cx, "words", ERR_INPUT, "This is longer than %d letters.",
                                  RATHER_NOT_BYTES);
        TRY(rather_not_list(cx, account, &v, &n));
        for (size_t i = 0; i < n; i++)
                if (str_eq(v[i].words, clean))
                        return OK;
        if (n >= RATHER_NOT_MAX)
                return fail_field(cx, "words", ERR_INPUT, "The list holds up to %d entries.",
                                  RATHER_NOT_MAX);
        return db_run(cx->db, &RATHER_NOT_ADD, BIND(V(account), V(cx_id(cx)), V(clean)), NULL);
}

enum err rather_not_drop(struct cx *cx, int64_t account, int64_t id)
{
        return db_run(cx->db, &RATHER_NOT_DROP, BIND(V(account), V(id)), NULL);
}

/* The character that ends right before `at`, or starts there. */
static bool word_before(struct str s, size_t at)
{
        uint32_t c;
        size_t from = at;
        while (from > 0 && at - from < 4) {
                from--;
                if (((unsigned char)s.p[from] & 0xC0) != 0x80)
                        return utf8_read(s.p + from, at - from, &c) && unicode_is_word(c);
        }
        return false;
}

static bool word_after(struct str s, size_t at)
{
        uint32_t c;
        return at < s.n && utf8_read(s.p + at, s.n - at, &c) && unicode_is_word(c);
}

/* Scripts without spaces (no ASCII letter at the border) match anywhere. */
static bool ascii_word(char c)
{
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool holds(struct str text, struct str words)
{
        for (size_t at = 0; at < text.n; at++) {
                at += str_find(str_after(text, at), words);
                if (at >= text.n)
                        return false;
                bool joined = (ascii_word(words.p[0]) && word_before(text, at)) ||
                              (ascii_word(words.p[words.n - 1]) && word_after(text, at + words.n));
                if (!joined)
                        return true;
        }
        return false;
}

enum err rather_not_match(struct cx *cx, int64_t account, struct str text, bool *ret)
{
        struct rather_not *v;
        size_t n;
        *ret = false;
        TRY(rather_not_list(cx, account, &v, &n));
        if (!n)
                return OK;
        struct str folded = text_fold_plain(cx->arena, text);
        for (size_t i = 0; i < n && !*ret; i++)
                *ret = holds(folded, text_fold_plain(cx->arena, v[i].words));
        return OK;
}

const struct stmt_list RATHER_NOT_STATEMENTS = {
        (const struct stmt *const[]){&RATHER_NOT_LIST, &RATHER_NOT_ADD, &RATHER_NOT_DROP},
        3,
};
