/* `tidings serve`: the server from opening the data directory to SIGTERM. */
#pragma once
#include "server/config.h"

int serve(const struct config *config); /* gives the exit code */
