/* Tables as text: see csv.h. Called by exports, imports and the lists of servers. */
#include "lib/text/csv.h"

/* Apostrophes before it count too, so that one more can be taken off again. */
static bool is_formula(struct str s)
{
        size_t i = 0;
        while (i < s.n && s.p[i] == '\'')
                i++;
        return i < s.n && memchr("=+-@\t\r", s.p[i], 6) != NULL;
}

void csv_put(struct buf *b, struct str s)
{
        bool formula = is_formula(s), quoted = formula || str_trim(s).n != s.n;
        for (size_t i = 0; i < s.n && !quoted; i++)
                quoted = memchr(",\"\n\r", s.p[i], 4) != NULL;
        if (!quoted) {
                buf_add(b, s);
                return;
        }
        buf_add_char(b, '"');
        if (formula)
                buf_add_char(b, '\'');
        for (size_t i = 0; i < s.n; i++) {
                if (s.p[i] == '"')
                        buf_add_char(b, '"');
                buf_add_char(b, s.p[i]);
        }
        buf_add_char(b, '"');
}

/* Where the quoted field that begins at 1 ends. */
static size_t closing(struct str s)
{
        for (size_t i = 1; i < s.n; i++) {
                if (s.p[i] != '"')
                        continue;
                if (i + 1 < s.n && s.p[i + 1] == '"')
                        i++;
                else
                        return i;
        }
        return s.n;
}

static bool ends(char c)
{
        return c == ',' || c == '\n';
}

bool csv_read(struct arena *a, struct str *rest, struct str *field)
{
        size_t i = 0;
        if (rest->n && rest->p[0] == '"') {
                i = closing(*rest);
                *field = str_replace(a, str_cut(*rest, 1, i - 1), S("\"\""), S("\""));
                i += i < rest->n;
        } else {
                while (i < rest->n && !ends(rest->p[i]))
                        i++;
                *field = str_trim(str_cut(*rest, 0, i));
        }
        while (i < rest->n && !ends(rest->p[i]))
                i++;
        if (field->n > 1 && field->p[0] == '\'' && is_formula(*field))
                *field = str_after(*field, 1);
        bool end = i >= rest->n || rest->p[i] == '\n';
        *rest = str_after(*rest, i + 1);
        return end;
}

bool csv_row(struct arena *a, struct str *rest, struct str *fields, size_t room, size_t *n)
{
        bool end;
        *n = 0;
        if (!rest->n)
                return false;
        do {
                struct str field;
                end = csv_read(a, rest, &field);
                if (*n < room)
                        fields[(*n)++] = field;
        } while (!end);
        return true;
}
