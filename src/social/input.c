/* Reading what people send in words: see input.h. Called by letters, thanks, journals and ways to
 * help. */
#include "social/input.h"
#include "lib/text/unicode.h"

enum err input_line(struct cx *cx, const char *field, const char *what, struct str in, size_t most,
                    struct str *ret)
{
        if (!name_clean(cx->arena, in.p ? in : S(""), ret))
                return fail_field(cx, field, ERR_INPUT, "%s cannot be read.", what);
        if (utf8_count(*ret) > most)
                return fail_field(cx, field, ERR_INPUT, "%s can have %d characters at most.", what,
                                  (int)most);
        return OK;
}

enum err input_words(struct cx *cx, struct str in, struct str *ret)
{
        if (!text_clean(cx->arena, in, ret))
                return fail_field(cx, "text", ERR_INPUT, "These words could not be read.");
        *ret = str_trim(*ret);
        if (!ret->n)
                return fail_field(cx, "text", ERR_INPUT, "There are no words in it yet.");
        return OK;
}
