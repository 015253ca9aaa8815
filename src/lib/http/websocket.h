/* WebSocket framing (RFC 6455), server side, without extensions: bytes in, messages out. No sockets here. */
#pragma once
#include "lib/base/buf.h"

enum {
        WEBSOCKET_MESSAGE_MAX = 64 * 1024,
        WEBSOCKET_CONTROL_MAX = 125,
};

enum websocket_opcode { WS_CONTINUE = 0, WS_TEXT = 1, WS_BINARY = 2, WS_CLOSE = 8, WS_PING = 9, WS_PONG = 10 };

struct websocket {
        unsigned char head[14];
        size_t head_n, head_size;
        uint64_t left, at; /* of the frame's payload; offset for the mask */
        bool in_payload, in_message;
        struct buf message; /* the text so far, over its fragments */
        char control[WEBSOCKET_CONTROL_MAX];
        size_t control_n;
};

enum websocket_event { WEBSOCKET_MORE, WEBSOCKET_TEXT, WEBSOCKET_PING, WEBSOCKET_PONG, WEBSOCKET_CLOSE, WEBSOCKET_BAD };

/* Takes bytes off *in up to the next event. *payload is good until the next call. For WEBSOCKET_BAD and
 * WEBSOCKET_CLOSE *code is what to close with. */
enum websocket_event websocket_read(struct websocket *w, struct str *in, struct str *payload, int *code);
void websocket_free(struct websocket *w);
/* Bytes of a whole unmasked frame of n bytes of payload. */
size_t websocket_frame_size(size_t n);
void websocket_write(struct buf *to, enum websocket_opcode opcode, struct str payload);
void websocket_write_close(struct buf *to, int code);
/* The answer to Sec-WebSocket-Key; false when the key is not 16 bytes of base64. */
bool websocket_accept(struct arena *a, struct str key, struct str *ret);
