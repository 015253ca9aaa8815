/* The framing of RFC 6455: stream.c feeds it what clients send. Strict: a client's frames are
 * masked, control frames are short and whole, lengths use the shortest form, text is UTF-8. */
#include "lib/http/websocket.h"
#include "lib/base/arena.h"
#include "lib/base/encode.h"
#include "lib/text/unicode.h"
#include <openssl/evp.h>

enum {
        CODE_NORMAL = 1000,
        CODE_PROTOCOL = 1002,
        CODE_KIND = 1003,
        CODE_UTF8 = 1007,
        CODE_LARGE = 1009
};

static bool is_control(unsigned opcode)
{
        return opcode >= 8;
}

static unsigned opcode_of(const struct websocket *w)
{
        return w->head[0] & 15;
}

static size_t length_bytes(unsigned char second)
{
        unsigned n = second & 127;
        return n == 126 ? 2 : n == 127 ? 8 : 0;
}

/* A complete frame head: 0 when it is good, else the close code. */
static int read_head(struct websocket *w)
{
        unsigned opcode = opcode_of(w);
        bool fin = w->head[0] & 128;
        size_t extra = length_bytes(w->head[1]);
        uint64_t n = w->head[1] & 127;
        if (extra) {
                n = 0;
                for (size_t i = 0; i < extra; i++)
                        n = n << 8 | w->head[2 + i];
                if (n < (extra == 2 ? 126 : 65536))
                        return CODE_PROTOCOL;
        }
        if (w->head[0] & 0x70 || !(w->head[1] & 128))
                return CODE_PROTOCOL;
        if (is_control(opcode)) {
                if (!fin || n > WEBSOCKET_CONTROL_MAX || opcode > WS_PONG)
                        return CODE_PROTOCOL;
                w->control_n = 0;
        } else if (opcode == WS_BINARY) {
                return CODE_KIND;
        } else if (opcode > WS_BINARY || (opcode == WS_CONTINUE) != w->in_message) {
                return CODE_PROTOCOL;
        } else if (n > WEBSOCKET_MESSAGE_MAX - w->message.n) {
                return CODE_LARGE;
        }
        w->left = n;
        w->at = 0;
        w->in_payload = true;
        if (!is_control(opcode))
                w->in_message = true;
        return 0;
}

static void unmask(struct websocket *w, char *to, struct str bytes)
{
        const unsigned char *mask = w->head + w->head_size - 4;
        for (size_t i = 0; i < bytes.n; i++)
                to[i] = (char)(bytes.p[i] ^ mask[(w->at + i) & 3]);
}

static void take_payload(struct websocket *w, struct str *in)
{
        struct str bytes = str_cut(*in, 0, w->left < in->n ? (size_t)w->left : in->n);
        *in = str_after(*in, bytes.n);
        if (is_control(opcode_of(w))) {
                unmask(w, w->control + w->control_n, bytes);
                w->control_n += bytes.n;
        } else {
                char *to = buf_room(&w->message, bytes.n);
                if (to && bytes.n) {
                        unmask(w, to, bytes);
                        w->message.n += bytes.n;
                }
        }
        w->left -= bytes.n;
        w->at += bytes.n;
}

/* RFC 6455 7.4: what a peer may say. */
static int close_code(const struct websocket *w)
{
        if (w->control_n == 0)
                return CODE_NORMAL;
        if (w->control_n == 1)
                return CODE_PROTOCOL;
        int code = (unsigned char)w->control[0] << 8 | (unsigned char)w->control[1];
        bool known =
                (code >= 1000 && code <= 1011 && code != 1004 && code != 1005 && code != 1006) ||
                (code >= 3000 && code <= 4999);
        struct str reason = {w->control + 2, w->control_n - 2};
        if (!known)
                return CODE_PROTOCOL;
        return utf8_valid(reason) ? code : CODE_UTF8;
}

static enum websocket_event end_frame(struct websocket *w, struct str *payload, int *code)
{
        unsigned opcode = opcode_of(w);
        bool fin = w->head[0] & 128;
        w->in_payload = false;
        w->head_n = 0;
        *payload = (struct str){w->control, w->control_n};
        if (opcode == WS_PING)
                return WEBSOCKET_PING;
        if (opcode == WS_PONG)
                return WEBSOCKET_PONG;
        if (opcode == WS_CLOSE) {
                *code = close_code(w);
                return WEBSOCKET_CLOSE;
        }
        if (!fin)
                return WEBSOCKET_MORE;
        *payload = buf_str(&w->message);
        w->in_message = false;
        if (w->message.failed || !utf8_valid(*payload)) {
                *code = CODE_UTF8;
                return WEBSOCKET_BAD;
        }
        return WEBSOCKET_TEXT;
}

static size_t head_size(const struct websocket *w)
{
        return w->head_n < 2 ? 2 : 2 + length_bytes(w->head[1]) + (w->head[1] & 128 ? 4 : 0);
}

enum websocket_event websocket_read(struct websocket *w, struct str *in, struct str *payload,
                                    int *code)
{
        *payload = STR_NONE;
        if (!w->in_message)
                buf_free(&w->message); /* handed out by the call before */
        for (;;) {
                while (!w->in_payload) {
                        w->head_size = head_size(w);
                        if (w->head_n == w->head_size) {
                                *code = read_head(w);
                                if (*code)
                                        return WEBSOCKET_BAD;
                                break;
                        }
                        if (!in->n)
                                return WEBSOCKET_MORE;
                        w->head[w->head_n++] = (unsigned char)in->p[0];
                        *in = str_after(*in, 1);
                }
                take_payload(w, in);
                if (w->left)
                        return WEBSOCKET_MORE;
                enum websocket_event e = end_frame(w, payload, code);
                if (e != WEBSOCKET_MORE)
                        return e;
        }
}

void websocket_free(struct websocket *w)
{
        buf_free(&w->message);
}

size_t websocket_frame_size(size_t n)
{
        return n + (n < 126 ? 2 : n < 65536 ? 4 : 10);
}

void websocket_write(struct buf *to, enum websocket_opcode opcode, struct str payload)
{
        size_t n = payload.n, extra = n < 126 ? 0 : n < 65536 ? 2 : 8;
        buf_add_char(to, (char)(128 | opcode));
        buf_add_char(to, (char)(extra == 0 ? n : extra == 2 ? 126 : 127));
        for (size_t i = extra; i > 0; i--)
                buf_add_char(to, (char)(n >> (8 * (i - 1)) & 255));
        buf_add(to, payload);
}

void websocket_write_close(struct buf *to, int code)
{
        const char bytes[2] = {(char)(code >> 8 & 255), (char)(code & 255)};
        websocket_write(to, WS_CLOSE, (struct str){bytes, 2});
}

bool websocket_accept(struct arena *a, struct str key, struct str *ret)
{
        struct str bytes;
        unsigned char hash[EVP_MAX_MD_SIZE];
        unsigned n;
        if (!base64_decode(a, key, &bytes) || bytes.n != 16)
                return false;
        struct str text = str_join(a, key, S("258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
        if (!EVP_Digest(text.p, text.n, hash, &n, EVP_sha1(), NULL))
                return false;
        *ret = base64_encode(a, (struct str){(char *)hash, n});
        return true;
}
