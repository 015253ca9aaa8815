/* Links of strangers as plain text: the words stay, the way out goes. For markup of our own making
 * (sanitised or rendered), where ">" never stands inside a tag. Called for comments where the
 * author asked for care. */
#include "lib/base/buf.h"
#include "lib/text/link.h"

/* The tag at the front of s, with its brackets. */
static struct str tag_at(struct str s)
{
        size_t end = str_find_char(s, '>');
        return end < s.n ? str_cut(s, 0, end + 1) : s;
}

static bool is_shortening(struct str tag)
{
        return str_eq(tag, S("<span class=\"invisible\">")) ||
               str_eq(tag, S("<span class=\"ellipsis\">"));
}

static bool is_mention(struct str tag)
{
        return str_has(tag, S("class=\"u-url mention\"")) ||
               str_has(tag, S("class=\"mention hashtag\"")) || str_has(tag, S("class=\"mention\""));
}

struct markup link_drop(struct arena *a, struct markup m, bool keep_mentions)
{
        struct buf b = {0};
        struct str rest = m.html;
        bool kept = false;
        if (!str_has(rest, S("<a ")))
                return m;
        while (rest.n) {
                size_t at = str_find_char(rest, '<');
                buf_add(&b, str_cut(rest, 0, at));
                rest = str_after(rest, at);
                if (!rest.n)
                        break;
                struct str tag = tag_at(rest);
                rest = str_after(rest, tag.n);
                bool opens = str_starts(tag, S("<a "));
                if (opens)
                        kept = keep_mentions && is_mention(tag);
                if (is_shortening(tag))
                        buf_add(&b, S("<span>"));
                else if (!(opens || str_eq(tag, S("</a>"))) || kept)
                        buf_add(&b, tag);
        }
        struct markup ret = {str_dup(a, buf_str(&b))};
        buf_free(&b);
        return ret;
}
