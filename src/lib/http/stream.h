/* A connection that turned into a stream: server-sent events or WebSocket (RFC 6455, text frames up to 64 KiB, no
 * extensions). A handler on a ROUTE_STREAM route opens it instead of answering. Sending is safe from any thread; a
 * reader that leaves more than 64 KiB queued or stalls is closed. */
#pragma once
#include "lib/http/req.h"

struct stream;

struct stream_hooks {
        void (*message)(void *owner, struct stream *s, struct str text); /* WebSocket text from the client; on its loop */
        void (*closed)(void *owner); /* the last call about it; on its loop */
};

bool stream_wanted(const struct req *rq); /* asks for a WebSocket upgrade */
/* `protocol` is echoed as Sec-WebSocket-Protocol when set. Pings every 30 s. */
MUST_USE enum err stream_websocket(struct req *rq, struct str protocol, const struct stream_hooks *hooks, void *owner, struct stream **ret);
/* text/event-stream; sends ":)" first and ":thump" every 15 s. */
MUST_USE enum err stream_events(struct req *rq, const struct stream_hooks *hooks, void *owner, struct stream **ret);
/* WebSocket: one text frame. Events: the bytes as they are ("event: x\ndata: y\n\n"). */
void stream_send(struct stream *s, struct str bytes);
void stream_close(struct stream *s, int code); /* WebSocket close code; 1000 is normal */
bool stream_is_websocket(const struct stream *s);
void stream_hold(struct stream *s); /* one more reference */
void stream_drop(struct stream *s); /* one fewer; the opener starts with one */
