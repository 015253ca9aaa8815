/* Reading a journal by e-mail: the pages around it, and those that its mails lead to. */
#pragma once
#include "social/mail_follow.h"
#include "web/card.h"
#include "web/form.h"
#include "web/profile.h"

struct journal_mail_page {
        const struct account *account;
        struct str path;           /* of the journal */
        struct str name, email;    /* as typed */
        struct str error, wrong;   /* wrong: the field it is about */
        struct mail_follower reader;
        struct str address;        /* /by-mail/SECRET */
        struct cards posts;
        struct pager pager;
        bool days, asks; /* it tells of days by mail; this reader asked for that */
};
