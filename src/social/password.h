/* Passwords: argon2id by libsodium (64 MiB, 3 passes: about a sixth of a second). Only in the SLOW lane and in tools. */
#pragma once
#include "lib/base/arena.h"
#include "lib/base/err.h"
#include "lib/base/str.h"

enum { PASSWORD_MIN = 8, PASSWORD_MAX_BYTES = 1024 };

/* ERR_BUSY when there is no memory for it. */
MUST_USE enum err password_hash(struct arena *a, struct str password, struct str *ret);
/* In the same time for no hash at all (""), so that unknown people cannot be told from known ones. */
bool password_fits(struct str hash, struct str password);
/* Tests: the cheapest parameters libsodium allows. */
void password_make_cheap(void);
