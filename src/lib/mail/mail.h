/* Mails: one plain-text message to one address, written as RFC 5322 wants it and handed to the mail server. Nothing here
 * knows why it is sent. */
#pragma once
#include "lib/base/arena.h"
#include "lib/base/err.h"
#include "lib/base/str.h"

enum { MAIL_LINE = 76, MAIL_TEXT_MAX = 1 << 18, MAIL_SUBJECT_MAX = 400 };

struct mail {
        struct str from_name, from, to; /* addresses alone: "a@b.example" */
        struct str subject, text;       /* UTF-8; lines of any length */
        struct str id;                  /* of the message: "random@host" */
        struct str list_unsubscribe;    /* an https address that stops such mails by one POST (RFC 8058); STR_NONE: none */
        int64_t at;
};
/* The bytes, with CR LF. Control characters in headers become blanks (T152). ERR_INPUT: an address that is
 * none, a text beyond MAIL_TEXT_MAX. */
MUST_USE enum err mail_write(struct arena *a, const struct mail *m, struct str *ret);

struct mail_server {
        struct str url;           /* smtp://, smtps://, with user and password */
        struct str hello;         /* our own name */
        struct str extra_ca_file; /* authorities to trust besides the system's; STR_NONE: none */
        int64_t total_ms;
};
/* Blocks until the server has taken it. ERR_REMOTE: not now; ERR_INPUT: never (it refused the address or the message).
 * `said`: its answer code, 0 when there was none. Where a password is sent, only over TLS, or to this machine. */
MUST_USE enum err mail_send(struct arena *a, const struct mail_server *s, const struct mail *m, int *said);
