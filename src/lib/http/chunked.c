/* The decoder of chunked bodies, a byte-wise state machine outside the data itself; body.c drives
 * it. Surprising: a trailer line must look like a header but its name is not looked at, since
 * trailers are dropped. */
#include "lib/http/chunked.h"
#include "lib/http/head.h"

enum state {
        SIZE,
        EXTENSION,
        SIZE_LF,
        DATA,
        DATA_CR,
        DATA_LF,
        LINE,
        NAME,
        TRAILER,
        TRAILER_LF,
        LAST_LF
};

static int hex_digit(char c)
{
        if (c >= '0' && c <= '9')
                return c - '0';
        if ((c | 32) >= 'a' && (c | 32) <= 'f')
                return (c | 32) - 'a' + 10;
        return -1;
}

static bool token(char c)
{
        return head_is_token((struct str){&c, 1});
}

static bool visible(char c)
{
        return c > ' ' && c < 0x7f;
}

static enum err size_byte(struct chunked *c, char b)
{
        int d = hex_digit(b);
        if (d >= 0) {
                if (++c->digits > CHUNK_SIZE_DIGITS)
                        return ERR_TOO_LARGE;
                c->left = c->left * 16 + (uint64_t)d;
                return OK;
        }
        if (!c->digits || (b != ';' && b != '\r'))
                return ERR_MALFORMED;
        c->state = b == ';' ? EXTENSION : SIZE_LF;
        c->extra = 0;
        return OK;
}

static enum err trailer_byte(struct chunked *c, char b)
{
        if (++c->extra > CHUNK_TRAILER_MAX)
                return ERR_HEAD_LARGE;
        if (b == '\r')
                c->state = TRAILER_LF;
        else if (!visible(b) && b != ' ' && b != '\t')
                return ERR_MALFORMED;
        return OK;
}

/* One byte outside the data. */
static enum err frame_byte(struct chunked *c, char b)
{
        switch ((enum state)c->state) {
        case SIZE:
                return size_byte(c, b);
        case EXTENSION:
                if (++c->extra > CHUNK_EXTENSION_MAX)
                        return ERR_MALFORMED;
                if (b == '\r' && c->extra > 1)
                        c->state = SIZE_LF;
                else if (!token(b) && b != '=' && b != ';')
                        return ERR_MALFORMED;
                return OK;
        case SIZE_LF:
                c->state = c->left ? DATA : LINE;
                c->digits = 0;
                c->extra = 0;
                return b == '\n' ? OK : ERR_MALFORMED;
        case DATA_CR:
                c->state = DATA_LF;
                return b == '\r' ? OK : ERR_MALFORMED;
        case DATA_LF:
                c->state = SIZE;
                return b == '\n' ? OK : ERR_MALFORMED;
        case LINE:
                c->state = b == '\r' ? LAST_LF : NAME;
                return b == '\r' || token(b) ? OK : ERR_MALFORMED;
        case NAME:
                if (++c->extra > CHUNK_TRAILER_MAX)
                        return ERR_HEAD_LARGE;
                if (b == ':')
                        c->state = TRAILER;
                return b == ':' || token(b) ? OK : ERR_MALFORMED;
        case TRAILER:
                return trailer_byte(c, b);
        case TRAILER_LF:
                c->state = LINE;
                return b == '\n' ? OK : ERR_MALFORMED;
        default:
                return b == '\n' ? OK : ERR_MALFORMED;
        }
}

enum err chunked_read(struct chunked *c, struct str *in, struct str *data, bool *done)
{
        *data = STR_NONE;
        *done = false;
        while (in->n) {
                if (c->state == DATA) {
                        *data = str_cut(*in, 0, c->left < in->n ? (size_t)c->left : in->n);
                        *in = str_after(*in, data->n);
                        c->left -= data->n;
                        if (!c->left)
                                c->state = DATA_CR;
                        return OK;
                }
                bool last = c->state == LAST_LF;
                TRY(frame_byte(c, in->p[0]));
                *in = str_after(*in, 1);
                if (last) {
                        *done = true;
                        return OK;
                }
        }
        return OK;
}
