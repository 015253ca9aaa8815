/* Web push on the wire: a message sealed so that only the browser or app it is for can open it (RFC 8291, and the draft
 * before it, which relays of older apps still pass on), and the proof of who sends it (VAPID, RFC 8292). Nothing here
 * knows why it is sent. */
#pragma once
#include "lib/base/arena.h"
#include "lib/base/err.h"
#include "lib/base/str.h"

enum {
        PUSH_POINT = 65, /* bytes of an uncompressed point of P-256 */
        PUSH_AUTH = 16,
        PUSH_SALT = 16,
        PUSH_TEXT_MAX = 3000, /* push services take messages of 4,096 bytes (RFC 8030 section 7.2) */
        PUSH_CLAIM_S = 12 * 3600 /* RFC 8292 allows a day */
};

/* Our own key pair, by which push services know us again. */
struct push_key;
MUST_USE enum err push_key_make(struct arena *a, struct str *pem);
MUST_USE enum err push_key_read(struct str pem, struct push_key **ret); /* ERR_FAULT */
void push_key_close(struct push_key **k);
/* The public half: base64url of the uncompressed point. */
struct str push_key_public(const struct push_key *k);
/* The signed claim (JWT, ES256) that a message to `origin` (scheme://host[:port]) comes from `subject` (an https or mailto
 * address). From any thread. */
MUST_USE enum err push_claim(struct arena *a, const struct push_key *k, struct str origin, struct str subject, int64_t now_ms,
                             struct str *ret);

/* Is this the uncompressed form of a point of the curve? */
bool push_point_ok(struct str point);

enum push_form { PUSH_AES128GCM, PUSH_AESGCM };
struct push_to {
        enum push_form form;
        struct str point, auth; /* of the receiver, PUSH_POINT and PUSH_AUTH bytes */
};
struct push_sealed {
        struct str body;
        struct str dh, salt; /* base64url: with PUSH_AESGCM they travel in headers */
};
/* For tests with known answers: what is otherwise made new for each message. */
struct push_chance {
        struct str secret, point, salt; /* PUSH_SALT bytes of salt; secret: 32 bytes */
};
/* ERR_INPUT: a key that is none; ERR_TOO_LARGE. */
MUST_USE enum err push_seal(struct arena *a, const struct push_to *to, struct str text, const struct push_chance *chance,
                            struct push_sealed *ret);
