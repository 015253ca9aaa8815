/* The one binary: `tidings COMMAND`. */
#include <stdio.h>

int main(void)
{
        puts("tidings " TIDINGS_VERSION);
        return 0;
}
