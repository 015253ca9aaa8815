/* The one binary: `tidings COMMAND`. */
#include "server/command.h"

int main(int argc, char **argv)
{
        return command_main(argc, argv);
}
