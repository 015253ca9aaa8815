/* The one rule of journals that other statements need. Inside social/ only. */
#pragma once

/* A journal for this server only (account row `a`) is nothing that the reader bound at $n may know of: strangers and people
 * elsewhere. Cheap for everybody else: only journals are looked up. */
#define JOURNAL_UNMET(a, reader)                                                                   \
        a ".kind = 5 AND EXISTS (SELECT 1 FROM journal ju WHERE ju.account = " a ".id AND ju.reach = 2)"   \
        " AND NOT EXISTS (SELECT 1 FROM login jl WHERE jl.account = " reader ")"
