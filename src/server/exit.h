/* Exit codes (sysexits). */
#pragma once

enum {
        EXIT_GOOD = 0,
        EXIT_USAGE = 64,
        EXIT_BAD_DATA = 65,
        EXIT_UNAVAILABLE = 69,
        EXIT_TRY_AGAIN = 75,
        EXIT_CONFIGURATION = 78,
};
