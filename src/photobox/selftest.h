/* Tries, from inside the cage, everything that must not be possible there. */
#pragma once

/* Prints a line for each attempt. 0 when all were refused. */
int selftest_run(void);
