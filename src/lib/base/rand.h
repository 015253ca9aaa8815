/* Random bytes from the kernel, and the text forms secrets and names are made of. */
#pragma once
#include "lib/base/str.h"

void rand_bytes(void *p, size_t n);
uint64_t rand_u64(void);
/* n random bytes as URL-safe base64 without padding, in the arena. 32 bytes make a token, 16 a file name. */
struct str rand_token(struct arena *a, size_t n);
