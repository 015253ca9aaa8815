/* Pages that links in mails lead to: what they show. */
#pragma once
#include "web/form.h"
#include "web/page.h"

struct mail_page {
        struct str action, name, email, words, error;
};
