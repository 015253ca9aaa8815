/* What the files of lib/push share. */
#pragma once
#include "lib/push/push.h"
#include <openssl/evp.h>

EVP_PKEY *push_pair_make(void); /* NULL: not now */
/* The public half, uncompressed. */
bool push_pair_point(const EVP_PKEY *pair, unsigned char to[PUSH_POINT]);
